"""Which document of which system a document is, and whether it takes another's place. The same for a database and in memory.

A system of record names its documents itself and counts their versions: a higher version takes the place of a lower one,
whichever comes first. A document without such a name is in force when it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

UNREADABLE: Final = "unreadable"
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


class Version(Protocol):
    """A version that is recorded already. `sha256` is of its content."""

    @property
    def version(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def sha256(self) -> str: ...

    @property
    def in_force(self) -> bool: ...


V = TypeVar("V", bound=Version)


def rank(version: str) -> tuple[int, str, int]:
    """Versions are counted where they are numbers ("10" after "9"), else compared as text; a later reading of the same
    version ("9~2") comes after it and before the next."""
    stated, reading = _reading(version)
    number, text = (int(stated), "") if _is_count(stated) else (-1, stated)
    return number, text, reading


def read_again(version: str) -> str:
    """The name of the next reading of a version: "9" was read for the first time, "9~2" is the same document read anew."""
    stated, reading = _reading(version)
    return f"{stated}{READING}{reading + 1}"


def _reading(version: str) -> tuple[str, int]:
    stated, _, reading = version.rpartition(READING)
    return (stated, int(reading)) if stated and _is_count(reading) else (version, 1)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit()


def outranks(name: Name, other_version: str) -> bool:
    """Whether a document that has just come takes the place of the version that is in force."""
    return not name.stated or rank(name.version) > rank(other_version)


def kept_as(name: Name, sha256: str, versions: Sequence[V], *, lasting: bool, gives_way: Callable[[V], bool]) -> Name:
    """The name under which a document is kept that cannot have the one its sender gave it; else `name`.

    Its name and version were used before for another content: evidence is what its system stated last; a claim that lasts
    (`lasting`) is another claim. Or the claim whose place it would take is posted (`gives_way` is False): it is another
    claim, which the pack judges.
    """
    taken = next((old for old in versions if old.version == name.version), None)
    own = f"{name.key}+{sha256[:16]}"
    while taken is not None and taken.sha256 != sha256 and taken.kind == UNREADABLE:
        # It could not be read then, and is read again now.
        name = replace(name, version=read_again(name.version))
        taken = next((old for old in versions if old.version == name.version), None)
    if taken is not None and taken.sha256 != sha256:
        if lasting:
            return replace(name, key=own)
        return replace(name, version=f"{name.version}+{sha256[:16]}", stated=False)
    if taken is None and lasting:
        for old in versions:
            if old.in_force and outranks(name, old.version) and not gives_way(old):
                # The posted document has the same content: its system has only raised the version, or changed its state.
                return replace(name, version=old.version) if old.sha256 == sha256 else replace(name, key=own)
    return name
