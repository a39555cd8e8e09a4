"""A table of file sets: how many files each has, how many were read, with findings or without, and why others were not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from tieout.cli.read_lines import Line
from tieout.wording.sentences import sentence

_PLACES: Final = re.compile(r" line \d+.*| \(.*?\)$|\d+\.\d MB|\{[^}]*\}")
_QUOTED: Final = re.compile(r"'[^']*'")
_REASONS_MAX: Final = 6


@dataclass(slots=True, kw_only=True)
class Tally:
    """The result for one set of files. `read` counts the documents in them: a file may hold several, or none."""

    files: set[str] = field(default_factory=set)
    read: Counter[str] = field(default_factory=Counter)
    with_findings: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Counts one document."""
        self.files.add(line.file)
        if line.kind == "unreadable":
            self.refused[reason(line)] += 1
            return
        if line.kind == "not a document":
            return
        self.read[line.kind] += 1
        self.with_findings += bool(line.findings)


def reason(line: Line) -> str:
    """Why a file was refused, without what differs from file to file."""
    unread = [remark for remark in line.findings if remark.code == "DOC-UNREAD"] or list(line.findings)
    words = sentence(unread[0].message).partition(";")[0] if unread else ""
    return (
        _PLACES.sub("", _QUOTED.sub("…", words)).replace(", which Tieout does not take as a document yet", "").strip()
    )


def tallies(lines: Iterable[Line], roots: Iterable[str]) -> dict[str, Tally]:
    """The tally of every set: the folders two levels below the paths that were given."""
    below = [PurePath(root) for root in roots]
    tallied: dict[str, Tally] = {}
    for line in lines:
        tallied.setdefault(_set_of(PurePath(line.file), below), Tally()).add(line)
    return tallied


def _set_of(file: PurePath, roots: list[PurePath]) -> str:
    for root in roots:
        if file.is_relative_to(root):
            return "/".join(file.relative_to(root).parts[:-1][:2]) or "."
    return str(file.parent)


def markdown(tallied: dict[str, Tally]) -> Iterator[str]:
    """The table as a page of Markdown, a line at a time, sets in order of name, the sum below."""
    yield "# What is read of which files"
    yield ""
    yield "Written by `tieout read --table FOLDER`. A set is a folder two levels below; a file may hold several documents,"
    yield "such as the fragments that a set of rule tests holds. A refused document is kept, with its reason."
    yield ""
    yield "| set | files | documents read | of these with findings | refused | read, by kind | refused, and why |"
    yield "|---|--:|--:|--:|--:|---|---|"
    for name in sorted(tallied):
        yield _row(name, tallied[name])
    whole = Tally()
    for one in tallied.values():
        whole.files |= one.files
        whole.read += one.read
        whole.refused += one.refused
        whole.with_findings += one.with_findings
    yield _row("**all**", whole)


def _row(name: str, one: Tally) -> str:
    kinds = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(one.read.items()))
    cells = (
        name, len(one.files), one.read.total(), one.with_findings, one.refused.total(), kinds, _reasons(one.refused),
    )  # fmt: skip
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def _reasons(refused: Counter[str]) -> str:
    common = sorted(refused.items(), key=lambda pair: (-pair[1], pair[0]))
    named = [f"{count}× {why}" for why, count in common[:_REASONS_MAX]]
    others = sum(count for _, count in common[_REASONS_MAX:])
    return "; ".join(named + ([f"{others}× other reasons"] if others else []))
