"""Segregation of duties: who made, changed, approved or handed in a document may not accept a finding about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieout.core.values.scope import Scope

CONSOLE: Final = "console:"
"""The prefix of the name of whoever types a command at the machine itself."""


def makers_of(document: object) -> frozenset[str]:
    """Who a document says has made and approved it: user ids or user names, as its system writes them."""
    names = (getattr(document, "made_by", ""), getattr(document, "approved_by", ""))
    return frozenset(name.strip() for name in names if name.strip())


def conflicts(by: Scope, makers: Iterable[str]) -> bool:
    """Whether the actor is one of the makers: by id, by user name, or by that name at the machine's console."""
    mine = {_plain(by.actor), _plain(by.name)} - {""}
    return any(_plain(maker) in mine for maker in makers)


def _plain(name: str) -> str:
    return name.strip().removeprefix(CONSOLE).casefold()
