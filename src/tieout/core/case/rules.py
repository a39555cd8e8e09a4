"""Small rules that several decisions share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from tieout.core.case.state import Case
from tieout.core.values import ids
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence


def required_text(text: str, what: str) -> str:
    """The text without blanks around it. Raises `Refused` CASE-TEXT where it is empty."""
    if not text.strip():
        raise Refused("CASE-TEXT", "{what}: give a reason or text", what=Sentence(what))
    return text.strip()


def require_texts(command: object) -> None:
    """Raises `Refused` CASE-TEXT where a text of the command has a character that cannot be stored: NUL, or half of a surrogate pair."""
    for text in _texts(command):
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Refused(
                "CASE-TEXT",
                "the text contains a character that cannot be stored (NUL, or an incomplete surrogate pair): remove it, then try again",
            )


def _texts(command: object) -> Iterator[str]:
    for named in fields(command):  # type: ignore[arg-type]  # every command is a dataclass
        value = getattr(command, named.name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from (text for pair in value for text in pair)


def act_id(case: Case, what: str) -> UUID:
    """The id of an act that the case asks for now: derived from the version of the case, so that a retry is the same act."""
    return ids.derive("act", str(case.id), str(case.version), what)


def touches(case: Case, at: datetime, by: Scope) -> int:
    """How often people will have acted once this actor has, now."""
    return case.touches + (case.touched != (at, by.actor))
