"""A paper that could not be read: kept as raw, named as what it is, so that it takes the same way as any claim and is never lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """`number` is the file's name; `reason` says in words what is wrong, `where` the place in it (line, xpath, page) or ""."""

    number: str
    reason: str
    where: str = ""
    remedy: str = ""
    format: str = ""
    kind: Literal["unreadable"] = "unreadable"
