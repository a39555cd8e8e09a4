"""How `tieout columns` shows a proposal, and the mappings that are kept."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tieout.cli import terminal
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tieout.core.documents.column_mapping import ColumnMapping
    from tieout.formats.csv_headings import Proposal
    from tieout.identity.models import ColumnMapping as Row


def show(one: Proposal, path: Path, mapping: ColumnMapping | None, source: str) -> None:
    """Every heading with what it stands for, what is missing, and the command that keeps it."""
    if mapping is None:
        print(text("None of these headings is known: {headings}", headings=", ".join(one.headings)))
        print(
            text("Name the kind of document: tieout columns propose {file} --kind order", file=shlex.quote(str(path)))
        )
        return
    print(text("Read as: {kind}", kind=" / ".join((one.kind, *one.or_kinds))))
    means = dict(mapping.columns)
    choose = {heading: " / ".join(columns) for heading, columns in one.open}
    choose |= {heading: column for column, headings in one.doubled for heading in headings}
    for heading in one.headings:
        meant = means.get(heading, "")
        if not meant:
            meant = (
                text("to be chosen: {columns}", columns=choose[heading])
                if heading in choose
                else text("not recognised: is not read")
            )
        print(f"  {heading:<32} {meant}")
    for column, value in mapping.fixed:
        print(f"  {text('always {value}', value=value):<32} {column}")
    missing = [name for name in one.missing if name not in {*means.values(), *dict(mapping.fixed)}]
    if missing:
        print(text("Missing: {columns}", columns=", ".join(missing)))
    print(text("Keep it for a source: {command}", command=_command(path, source, one, mapping)))


def _command(path: Path, source: str, one: Proposal, mapping: ColumnMapping) -> str:
    words = ["tieout", "columns", "add", shlex.quote(str(path)), "--source", source or "setup"]
    words += ["--kind", one.kind] if one.or_kinds else []
    proposal, chosen = dict(one.columns), dict(mapping.columns)
    first = {headings[0]: column for column, headings in one.doubled} | {
        heading: columns[0] for heading, columns in one.open
    }
    taken = {*chosen.values(), *dict(mapping.fixed)}
    first = {heading: column for heading, column in first.items() if heading not in chosen and column not in taken}
    pairs = {heading: column for heading, column in chosen.items() if proposal.get(heading) != column} | first
    words += [f"--map {shlex.quote(f'{heading}={column}')}" for heading, column in pairs.items()]
    words += [f"--fixed {shlex.quote(f'{column}={value}')}" for column, value in mapping.fixed]
    words += [f"--fixed {name}=…" for name in one.missing if name not in taken]
    return " ".join(words)


def listed(rows: Sequence[tuple[Row, bool]]) -> None:
    """The mappings, the latest version of each first; each with whether it is the latest."""
    if not rows:
        print(text("No column mapping is kept."))
    for row, latest in rows:
        state = (
            text("removed {date} by {name}", date=terminal.day(row.removed_at.date()), name=row.removed_by)
            if row.removed_at
            else text("in force")
            if latest
            else text("superseded")
        )
        print(
            text(
                "{source}: {kind}, version {version}, {date} by {name}: {state}",
                source=row.shown, kind=row.kind, version=row.version, date=terminal.day(row.made_at.date()), name=row.made_by, state=state,
            )
        )  # fmt: skip
        if latest and not row.removed_at:
            print("  " + ", ".join(f"{heading} = {column}" for heading, column in row.columns))
            if row.fixed:
                print(
                    "  " + text("always {value}", value=", ".join(f"{column} = {value}" for column, value in row.fixed))
                )
