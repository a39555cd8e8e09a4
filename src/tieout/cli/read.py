"""Read any files or folders of supported formats and list what is in them: one line per document. Needs no database.

A file that cannot be read is a line with its finding. Each document is checked alone: nothing is tied out. Exit: 0 everything
was read, 1 some files were refused, 3 nothing was read.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.wording import unseen
from tieout.wording.catalogue import marked, text
from tieout.wording.sentences import place, sentence

if TYPE_CHECKING:
    from tieout.cli.read_lines import Line

SOME: Final = 1  # both as `tieout ingest` answers
UNREADABLE: Final = 3
NO_DOCUMENT: Final = frozenset({"unreadable", marked("not a document")})
_ALONE: Final = 24  # up to this many files, starting processes costs more than it saves
_WIDTHS: Final = (44, 15, 12, 18, 10, 26, 14, 5)
_TITLES: Final = (
    marked("file"),
    marked("kind"),
    marked("format"),
    marked("number"),
    marked("date"),
    marked("supplier or other counterparty"),
    marked("payable"),
    marked("lines"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Paths, and the form of the answer."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", type=Path, help="files, or folders with everything below them"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--jsonl", action="store_true", help="one JSON object a document, for programs")
    how.add_argument("--table", action="store_true", help="a Markdown table: the result for each set of files")
    parser.add_argument(
        "--validate", action="store_true", help="run the official EN 16931 rules too (extra: validation)"
    )
    parser.add_argument(
        "--processes", type=int, default=0, metavar="N", help="how many processes read at once (default: one per core)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read everything; the answer on standard output, progress on standard error.

    0: all was read. 1: some files were refused. 3: nothing was read.
    """
    from tieout.cli.read_files import files_below, read_all

    files = list(files_below(arguments.paths))
    processes = arguments.processes or (1 if len(files) <= _ALONE else _cores())
    answers = _watched(read_all(files, processes=processes, official=arguments.validate), len(files))
    outcome = _Outcome()
    answers = outcome.watched(answers)
    if arguments.jsonl:
        _as_json(answers)
    elif arguments.table:
        _as_table(answers, [str(path) for path in arguments.paths])
    else:
        _as_text(answers)
    if files and not outcome.read:
        return UNREADABLE
    return SOME if outcome.refused else 0


class _Outcome:
    """Whether any document was read, and any refused: what a script that hands in files has to know."""

    read = False
    refused = False

    def watched(self, answers: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        """The answers as they come."""
        from tieout.cli.read_lines import decoded

        for answer in answers:
            kinds = {decoded(line).kind for line in answer}
            self.read = self.read or not kinds <= NO_DOCUMENT
            self.refused = self.refused or "unreadable" in kinds
            yield answer


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _as_json(answers: Iterable[list[bytes]]) -> None:
    out = sys.stdout.buffer
    for answer in answers:
        for line in answer:
            out.write(line + b"\n")
    out.flush()


def _as_table(answers: Iterable[list[bytes]], roots: Sequence[str]) -> None:
    from tieout.cli.read_table import markdown, tallies

    for row in markdown(tallies(_lines(answers), roots)):
        print(row)


def _lines(answers: Iterable[list[bytes]]) -> Iterator[Line]:
    from tieout.cli.read_lines import decoded

    return (decoded(line) for answer in answers for line in answer)


def _as_text(answers: Iterable[list[bytes]]) -> None:
    from tieout.cli.read_table import reason

    kinds: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    with_findings = 0
    print(_columns([text(title) for title in _TITLES]))
    for line in _lines(answers):
        kinds[line.kind] += 1
        with_findings += bool(line.findings) and line.kind not in NO_DOCUMENT
        if line.kind == "unreadable":
            refused[reason(line)] += 1
        print(_columns(_cells(line)))
        for one in line.findings:
            code = f"{one.code} {one.rule}".strip()
            print(
                "    "
                + text("{code} at {place}: {message}", code=code, place=place(one.where), message=sentence(one.message))
            )
    read = sum(count for kind, count in kinds.items() if kind not in NO_DOCUMENT)
    print()
    print(
        text(
            "{read} documents read, {remarked} of them with findings; {refused} refused",
            read=read,
            remarked=with_findings,
            refused=kinds["unreadable"],
        )
    )
    for kind, count in sorted(kinds.items()):
        if kind not in NO_DOCUMENT:
            print(f"    {count:>7} {text(kind.replace('_', ' '))}")
    if beside := kinds["not a document"]:
        print(f"    {beside:>7} {text('not documents: policies, scenarios, texts for people')}")
    for why, count in refused.most_common():
        print(f"    {count:>7} {text('refused: {why}', why=why)}")


def _cells(line: Line) -> tuple[str, ...]:
    payable = f"{line.payable} {line.currency}" if line.payable else ""
    return (
        line.file if line.part == 1 else f"{line.file} ({line.part})",
        text(line.kind.replace("_", " ")),
        line.format,
        line.number or "",
        str(line.issue_date or ""),
        line.supplier or line.counterparty or "",
        payable,
        str(line.lines),
    )


def _columns(cells: Sequence[str]) -> str:
    """Cells in columns. Of a long file name the end is kept; control characters never reach the terminal."""
    shown = []
    for at, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True)):
        clean = "".join(character if character.isprintable() else "?" for character in unseen.shown(cell))
        if len(clean) > width:
            clean = "…" + clean[1 - width :] if at == 0 else clean[: width - 1] + "…"
        shown.append(clean.rjust(width) if at >= len(cells) - 2 else clean.ljust(width))
    return "  ".join(shown).rstrip()


def _watched(answers: Iterator[list[bytes]], total: int) -> Iterator[list[bytes]]:
    """The answers as they come, with a progress bar at a terminal."""
    if not sys.stderr.isatty():
        yield from answers
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(answers, total=total, description=text("Reading"), console=Console(stderr=True), transient=True)
