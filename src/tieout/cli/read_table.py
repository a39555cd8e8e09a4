"""A table of file sets: how many files each has, how many were read, with findings or without, and why others were not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from tieout.cli.read_lines import Line
from tieout.core.values.sentence import Words, filled, words_of
from tieout.wording.catalogue import counted, marked, text, translated
from tieout.wording.chosen import language
from tieout.wording.language import ENGLISH

_PLACES: Final = re.compile(r" line \d+.*| \(.*?\)$|\d+\.\d MB|\{[^}]*\}")
_QUOTED: Final = re.compile(r"'[^']*'")
_REASONS_MAX: Final = 6


_HEADS: Final = (
    marked("set"),
    marked("files"),
    marked("documents read"),
    marked("of these with findings"),
    marked("refused"),
    marked("read, by kind"),
    marked("refused, and why"),
)


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
    if unread and language() != ENGLISH:
        return _general(words_of(unread[0].message)).partition(";")[0]
    words = unread[0].message.partition(";")[0] if unread else ""
    return (
        _PLACES.sub("", _QUOTED.sub("…", words)).replace(", which Tieout does not take as a document yet", "").strip()
    )


def _general(words: Words) -> str:
    """The message in the chosen language, an ellipsis for each value; sentences in it are translated."""
    message = counted(words.message, words.many, words.count) if words.many else translated(words.message)
    gaps = dict.fromkeys((name for name, _, _ in words.values), "…")
    return filled(message, gaps | {name: _general(part) for name, part in words.parts})


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
    yield "# " + text("What is read of which files")
    yield ""
    yield text(
        "Written by `tieout read --table FOLDER`. A set is a folder two levels below; a file may hold several documents,"
    )
    yield text("such as the fragments that a set of rule tests holds. A refused document is kept, with its reason.")
    yield ""
    yield "| " + " | ".join(text(head) for head in _HEADS) + " |"
    yield "|---|--:|--:|--:|--:|---|---|"
    for name in sorted(tallied):
        yield _row(name, tallied[name])
    whole = Tally()
    for one in tallied.values():
        whole.files |= one.files
        whole.read += one.read
        whole.refused += one.refused
        whole.with_findings += one.with_findings
    yield _row(f"**{text('all')}**", whole)


def _row(name: str, one: Tally) -> str:
    kinds = ", ".join(f"{count} {text(kind.replace('_', ' '))}" for kind, count in sorted(one.read.items()))
    cells = (
        name, len(one.files), one.read.total(), one.with_findings, one.refused.total(), kinds, _reasons(one.refused),
    )  # fmt: skip
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def _reasons(refused: Counter[str]) -> str:
    common = sorted(refused.items(), key=lambda pair: (-pair[1], pair[0]))
    named = [f"{count}× {why}" for why, count in common[:_REASONS_MAX]]
    others = sum(count for _, count in common[_REASONS_MAX:])
    return "; ".join(named + ([text("{count}× other reasons", count=others)] if others else []))
