"""Which paper of which system a document is, and whether it takes another's place.

A system of record names its papers itself and counts their versions: a higher version takes the place of a lower one,
whichever comes first. A file has no such name. Evidence from files (an order sent again with a line changed) is known by
its own number, and what came last is in force. A claim from a file is never replaced by another: an invoice that comes
again with other figures is either a mistake or a fraud, so its hash is part of its name; it becomes a claim of its own,
and the pack's search for duplicates says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieout.core.values.ids import SourceKey
from tieout.engine.prepare import Prepared

FILE: Final = "file"
"""The system of papers whose senders have not named them."""
READING: Final = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A document's key (without version) and version. `stated`: versions are counted by the sender."""

    key: str
    version: str
    stated: bool

    @property
    def source_key(self) -> str:
        """The source key as the kernel writes it."""
        return f"{self.key}@{self.version}"


def named(known: Prepared, source: SourceKey | None, *, alone: bool, claim: bool) -> Name:
    """The name of a document. `source`: what its sender calls the file. `alone`: nothing else is in that file."""
    short = known.sha256[:16]
    if source is not None:
        own = source.external_id if alone else f"{source.external_id}/{known.identity or known.part}"
        kind = source.kind if alone else known.kind
        return Name(key=f"{source.system}/{kind}/{own}", version=source.version, stated=True)
    if claim or not known.identity:
        own = f"{known.identity}/{short}" if known.identity else known.sha256
        return Name(key=f"{FILE}/{known.kind}/{own}", version="1", stated=False)
    return Name(key=f"{FILE}/{known.kind}/{known.identity}", version=short, stated=False)


def rank(version: str) -> tuple[int, str, int]:
    """Versions are counted where they are numbers ("10" after "9"), else compared as text; a later reading of the same
    version ("9~2") comes after it and before the next."""
    said, reading = _reading(version)
    number, text = (int(said), "") if _is_count(said) else (-1, said)
    return number, text, reading


def read_again(version: str) -> str:
    """The name of the next reading of a version: "9" was read for the first time, "9~2" is the same paper read anew."""
    said, reading = _reading(version)
    return f"{said}{READING}{reading + 1}"


def _reading(version: str) -> tuple[str, int]:
    said, _, reading = version.rpartition(READING)
    return (said, int(reading)) if said and _is_count(reading) else (version, 1)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()


def outranks(name: Name, other_version: str) -> bool:
    """Whether a document that has just come takes the place of the version that is in force."""
    return not name.stated or rank(name.version) > rank(other_version)
