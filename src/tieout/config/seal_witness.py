"""The witness of seals: a file outside the database to which each seal's number and hash are appended, durably."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tieout.core.audit.witness import Note
from tieout.core.values.errors import Malformed


@dataclass(frozen=True, slots=True)
class SealWitness:
    """A file of lines of JSON, one a seal. Nothing in it is ever written over: it may be on a disk that only appends."""

    path: Path

    def notes(self) -> list[Note]:
        """All notes, in the order in which they were made; none without a file. Raises `Malformed` with the line.

        A line that was cut short while it was written is passed over: it is the last, or the next one repeats it.
        """
        try:
            return _notes(self.path.read_bytes(), self.path)
        except FileNotFoundError:
            return []

    def last(self, tenant: str) -> int:
        """The number of the last seal of a tenant that was noted, 0 for none. Raises OSError, and `Malformed` with the line."""
        return _last(self.notes()).get(tenant, 0)

    def add(self, notes: Iterable[Note]) -> None:
        """Append, in order, those that are later than the last of their tenant. Durable on return. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)  # a home on a server's database may have no folder yet
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            content = self.path.read_bytes()
            last = _last(_notes(content, self.path))
            lines = [msgspec.json.encode(note) + b"\n" for note in notes if note.number > last.get(note.tenant, 0)]
            if not lines:
                return
            added = (b"\n" if content and not content.endswith(b"\n") else b"") + b"".join(lines)
            if file.write(added) != len(added):
                raise OSError(f"{self.path} was not written completely")
            os.fsync(file.fileno())


def _last(notes: Iterable[Note]) -> dict[str, int]:
    """The highest number noted, by tenant."""
    last: dict[str, int] = {}
    for noted in notes:
        last[noted.tenant] = max(noted.number, last.get(noted.tenant, 0))
    return last


def _notes(content: bytes, path: Path) -> list[Note]:
    lines = content.split(b"\n")
    notes: list[Note] = []
    for number, (line, following) in enumerate(zip(lines, [*lines[1:], None], strict=True), 1):
        if not line:
            continue
        try:
            notes.append(msgspec.json.decode(line, type=Note))
        except msgspec.MsgspecError as error:
            if following is None or following.startswith(line):
                continue
            raise Malformed(
                "this line is no note of a seal: {error}",
                where=f"{path}, line {number}",
                remedy="take the file as it was, from a copy of it",
                error=error,
            ) from error
    return notes
