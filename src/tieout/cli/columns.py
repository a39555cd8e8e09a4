"""What the column headings of a source's tables mean. `propose FILE` shows what is recognised, what is not and what is missing, and
needs no database; `convert FILE` writes the file with Tieout's standard headings; `add` keeps a mapping for a source, `list` lists the
mappings, and `remove` ends one.

A mapping is kept by source and kind of document, in versions: adding another one replaces it. What could not be read of that source
before is read again at once. `--map HEADING=column` says what a heading means, `--fixed column=value` what the files do not say
(`line=#` numbers the lines of a document by their rows). Nobody adds a mapping by sending a document.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import plural, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieout.core.documents.column_mapping import ColumnMapping
    from tieout.formats.csv_headings import Proposal

INCOMPLETE = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, with which file and source."""
    parser.add_argument("act", nargs="?", choices=["list", "propose", "convert", "add", "remove"], default="list")
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="a file with the headings")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="HEADING=column",
        help="what a heading means; HEADING= if the column is not to be read",
    )
    parser.add_argument("--source", default="", help="the source of the files (see `tieout sources`; default: setup)")
    parser.add_argument("--kind", default="", help="order, receipt, invoice, contract, supplier or product")
    parser.add_argument(
        "--fixed", action="append", default=[], metavar="column=value", help="what the files do not say"
    )
    parser.add_argument(
        "--decimal", choices=[".", ","], default="", help="the decimal mark, where files do not show it"
    )
    parser.add_argument(
        "--dates", choices=["day", "month"], default="", help="what comes first in dates such as 03/05/2026"
    )
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """0: done. 1: the proposal leaves something to be chosen or named. 3: the file holds no table."""
    match arguments.act:
        case "propose":
            return _propose(arguments)
        case "convert":
            return _convert(arguments)
        case _:
            return _kept(arguments)


def _propose(arguments: argparse.Namespace) -> int:
    from tieout.cli.columns_show import show

    path = _path(arguments.file)
    one = _proposal(path, arguments.kind)
    mapping = _mapping(one, arguments) if one.kind else None
    show(one, path, mapping, arguments.source)
    return 0 if mapping is not None and not one.or_kinds and _is_whole(mapping) else INCOMPLETE


def _convert(arguments: argparse.Namespace) -> int:
    from tieout import app
    from tieout.cli.terminal import say
    from tieout.core.values.errors import Malformed
    from tieout.formats import read
    from tieout.formats.csv_headings import checked
    from tieout.formats.csv_writing import made_inert, write_table
    from tieout.wording.sentences import sentence

    path = _path(arguments.file)
    mapping = checked(_mapping(_one_kind(_proposal(path, arguments.kind)), arguments))
    readings = read(path.read_bytes(), kinds=app.kinds(), name=path.name, mappings=(mapping,))
    wrong = [reading for reading in readings if reading.document.kind == "unreadable"]
    for reading in wrong:
        say(f"{path.name}: {'; '.join(sentence(remark.message) for remark in reading.remarks)}")
    if len(wrong) == len(readings):
        raise Malformed("nothing of {path} could be read", where="FILE", remedy="see above", path=path.name)
    good = [reading.document for reading in readings if reading.document.kind != "unreadable"]
    table = write_table(good)
    if count := made_inert(table):
        say(
            plural(
                "{count} cell begins as a formula does; it has an apostrophe before it, so that a spreadsheet shows it as text",
                "{count} cells begin as a formula does; they have an apostrophe before them, so that a spreadsheet shows them as text",
                count,
            )
        )
    sys.stdout.buffer.write(table)
    return INCOMPLETE if wrong else 0


def _kept(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from tieout.cli.columns_show import listed
    from tieout.cli.ingest import tie_out_all
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.access.source import SETUP

    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine.replay import replay
        from tieout.identity import column_mappings

        scope, at, source = scope_of(arguments), datetime.now(UTC), arguments.source or SETUP
        if arguments.act == "add":
            only_named = arguments.kind and not arguments.file
            one = (
                _nothing(arguments.kind) if only_named else _one_kind(_proposal(_path(arguments.file), arguments.kind))
            )
            row = column_mappings.keep(scope, source, _mapping(one, arguments), at=at)
            print(
                text(
                    "{kind} from {source}: version {version} is in force.",
                    kind=row.kind,
                    source=row.shown,
                    version=row.version,
                )
            )
            engine = app.engine(settings)
            done = replay(engine, scope, source=source, at=at)
            tie_out_all(engine, scope)
            if done.tried:
                print(
                    text(
                        "{read} of {tried} files of this source that could not be read are read now.",
                        read=done.read,
                        tried=done.tried,
                    )
                )
        elif arguments.act == "remove":
            row = column_mappings.remove(scope, source, arguments.kind, at=at)
            print(text("{kind} from {source}: no mapping is in force any more.", kind=row.kind, source=row.shown))
        else:
            listed(column_mappings.with_state(scope, arguments.source))
    return 0


def _path(named: str) -> Path:
    """The file that is named. Raises `Malformed`."""
    from tieout.core.values.errors import Malformed

    if not named:
        raise Malformed("name a file", where="FILE", remedy="tieout columns propose FILE")
    if not Path(named).is_file():
        raise Malformed("there is no file {path}", where="FILE", remedy="check the spelling", path=named)
    return Path(named)


def _proposal(path: Path, kind: str) -> Proposal:
    from tieout.core.values.errors import Malformed
    from tieout.formats.csv_headings import proposed, table_named
    from tieout.formats.csv_sheet import table_text
    from tieout.formats.csv_text import text_of

    if kind:
        table_named(kind)
    table = table_text(text_of(path.read_bytes()), ())
    if table is None:
        raise Malformed(
            "{path} holds no table", where="FILE", remedy="a table has at least three headings", path=path.name
        )
    return proposed(table.headings, kind)


def _nothing(kind: str) -> Proposal:
    from tieout.formats.csv_headings import Proposal, table_named

    return Proposal(kind=table_named(kind).kind)


def _one_kind(one: Proposal) -> Proposal:
    """The proposal, if it is clear which kind of document the file holds. Raises `Malformed`."""
    from tieout.core.values.errors import Malformed
    from tieout.formats.csv_headings import KINDS

    if not one.kind or one.or_kinds:
        kinds = (one.kind, *one.or_kinds) if one.kind else KINDS
        raise Malformed(
            "the headings do not show which kind of document it is",
            where="--kind",
            remedy="name it: {kinds}",
            kinds=", ".join(kinds),
        )
    return one


def _mapping(one: Proposal, arguments: argparse.Namespace) -> ColumnMapping:
    """The proposal with what was said: a heading that is mapped to nothing is not read."""
    from dataclasses import replace

    from tieout.formats.csv_headings import corrected

    parts = (word.rpartition("=") for word in arguments.map)
    pairs = {heading or column: column if heading else "" for heading, _, column in parts}
    mapping = corrected(one, pairs, _pairs(arguments.fixed))
    return replace(mapping, decimal=arguments.decimal, first=arguments.dates)


def _pairs(words: Sequence[str]) -> dict[str, str]:
    parts = (word.partition("=") for word in words)
    return {name: value for name, _, value in parts}


def _is_whole(mapping: ColumnMapping) -> bool:
    from tieout.core.values.errors import Malformed
    from tieout.formats.csv_headings import checked

    try:
        checked(mapping)
    except Malformed:
        return False
    return True
