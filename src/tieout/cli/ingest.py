"""Take in files: invoices, orders, receipts, master data, in any supported format; then tie out the claims that they concern.

A file that was taken in before changes nothing. A file that cannot be read is kept and becomes a case. `-` reads one file from
standard input. Exit: 0 everything was read, 1 some files were refused, 3 all of them were.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tieout.cli.whose import add_source, add_tenant
from tieout.wording.catalogue import marked, plural, text

if TYPE_CHECKING:
    from rich.console import Console

    from tieout.core.access.source import Source
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine
    from tieout.engine.receive import Incoming, Receipted

_BATCH: Final = 250
_BATCH_BYTES: Final = 32 * 1024 * 1024
_ALONE: Final = 16  # up to this many files, starting processes costs more than it saves


Taken = Literal["files", "messages"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to take in, and for which tenant."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders with everything below them, or -")
    parser.add_argument("--leave", action="store_true", help="only take in; background jobs tie the claims out")
    add_source(parser)
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Take everything in; progress and what was refused on standard error, a table on standard output.

    0: all was read. 1: some files were refused. 3: all were; files that were handed in before count as they stand.
    """
    from contextlib import nullcontext

    from tieout.cli.ingest_refused import refused
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of, source_of
    from tieout.config.boot import booted

    files = _files(arguments.paths)
    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine.parallel import parallel_reader
        from tieout.engine.prepare import reader_here

        scope = scope_of(arguments)
        kinds = app.kinds()
        with parallel_reader(kinds) if len(files) > _ALONE else nullcontext(reader_here(kinds)) as reader:
            engine = app.engine(settings, read=reader)
            source = source_of(engine, scope, arguments.source)
            receipted = _receive(engine, scope, files, source)
            renew_statistics(receipted)
            if not arguments.leave:
                tie_out_all(engine, scope)
        show(scope, receipted)
        return refused(scope, receipted)


def _files(paths: Sequence[str]) -> list[str]:
    from tieout.cli.read_files import files_below
    from tieout.core.values.errors import Malformed

    missing = [path for path in paths if path != "-" and not Path(path).exists()]
    if missing:
        raise Malformed("there is no file or folder {path}", where="PATH", remedy="check the spelling", path=missing[0])
    return [file for path in paths for file in (["-"] if path == "-" else files_below([Path(path)]))]


def _batches(files: Sequence[str]) -> Iterator[list[Incoming]]:
    from tieout.engine.receive import Incoming

    batch: list[Incoming] = []
    size = 0
    for file in files:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        batch.append(Incoming(content=content, name="standard input" if file == "-" else Path(file).name))
        size += len(content)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _receive(engine: Engine, scope: Scope, files: Sequence[str], source: Source) -> list[Receipted]:
    from datetime import UTC, datetime

    from rich.progress import Progress

    from tieout.engine.receive import receive

    receipted: list[Receipted] = []
    with Progress(console=_errors(), transient=True) as progress:
        bar = progress.add_task(text("Taking in"), total=len(files))
        for batch in _batches(files):
            receipted += receive(engine, scope, batch, source=source, at=datetime.now(UTC))
            progress.update(bar, advance=len(batch))
    return receipted


def renew_statistics(receipted: Sequence[Receipted]) -> None:
    """After a large import, before what it brought is looked up."""
    from tieout.config.statistics import renewed_after

    renewed_after(sum(document.fate == "new" for answer in receipted for document in answer.documents))


def tie_out_all(engine: Engine, scope: Scope) -> None:
    """Tie out until nothing waits; progress on standard error."""
    from datetime import UTC, datetime

    from rich.progress import Progress

    from tieout.engine.tie_out import tie_out
    from tieout.store import claims

    with Progress(console=_errors(), transient=True) as progress:
        bar = progress.add_task(text("Tying out"), total=claims.waiting(scope)[0])
        while done := tie_out(engine, scope, at=datetime.now(UTC)):
            progress.update(bar, advance=done.taken)


def _errors() -> Console:
    from rich.console import Console

    return Console(stderr=True)


def show(scope: Scope, receipted: Sequence[Receipted], *, what: Taken = "files") -> None:
    """The table of what was taken in, and the status of the claims now."""
    from rich.table import Table

    from tieout.cli import terminal
    from tieout.cli.check_show import console
    from tieout.store import claims

    fates = Counter(receipt.fate for receipt in receipted)
    made = [document for receipt in receipted for document in receipt.documents]
    kinds = Counter(document.kind for document in made if document.fate != "known")
    table = Table(title=f"{scope.tenant}: {_counted(what, len(receipted))}")
    table.add_column(text("what"))
    table.add_column(text("how many"), justify="right")
    rows = [
        (text(_ACCEPTED[what]), fates["accepted"]),
        (text(_BEFORE[what]), fates["known"]),
    ]
    late = sum(receipt.fate == "known" and receipt.read == "now" for receipt in receipted)
    rows += [("  " + text("received before, and read only now"), late)] if late else []
    rows += [(f"  {terminal.kind(kind)}", count) for kind, count in sorted(kinds.items())]
    again = sum(document.fate == "known" for document in made)
    rows += [("  " + text("documents received before in another file"), again)] if again else []
    for name, count in rows:
        table.add_row(name, terminal.number(count))
    table.add_section()
    for status, count in sorted(claims.counts(scope).items()):
        table.add_row(text("claims {status}", status=terminal.state(status)), terminal.number(count))
    console().print(table)


def _counted(what: Taken, count: int) -> str:
    if what == "files":
        return plural("{count} file", "{count} files", count)
    return plural("{count} message", "{count} messages", count)


_ACCEPTED: Final = {"files": marked("files accepted"), "messages": marked("messages accepted")}
_BEFORE: Final = {"files": marked("files received before"), "messages": marked("messages received before")}
