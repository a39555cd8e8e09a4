"""The sources of documents, and what they may send: `list` them, `allow NAME` kinds and companies, `close NAME`.

A source is a folder, mailbox, system or person. A document that it may not send is kept and held (GOV-SOURCE); once it may,
`tieout replay` reads it. Any person may hand in supplier invoices and credit notes; `allow --person NAME` adds other kinds.
Usage events and mappings of identifiers need a source with the kind `usage`. Acceptances are given by commands alone and come
from no source.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tieout.cli.whose import USAGE, add_tenant
from tieout.wording.catalogue import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, with which source."""
    parser.add_argument("act", nargs="?", choices=["list", "allow", "close"], default="list")
    parser.add_argument("name", nargs="?", default="", help="the source's name, such as erp or mailroom")
    parser.add_argument("--person", default="", metavar="USER", help="the source is this person")
    parser.add_argument(
        "--kind", action="append", default=[], help="a kind of document that it may send, or usage; * for all"
    )
    parser.add_argument(
        "--entity", action="append", default=[], metavar="CODE", help="only documents of this company (default: all)"
    )
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the sources after that."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say):
        from tieout import app
        from tieout.cli import terminal
        from tieout.identity.sources import allow, close, every, person_name

        scope = scope_of(arguments)
        name = person_name(arguments.person) if arguments.person else arguments.name
        if arguments.act == "allow":
            allow(scope, name, kinds=arguments.kind, entities=arguments.entity, possible={*app.kinds(), USAGE})
        elif arguments.act == "close":
            close(scope, name, at=datetime.now(UTC))
        for source in every(scope):
            kinds = text("everything") if "*" in source.kinds else ", ".join(source.kinds)
            whose = text(" of {companies}", companies=", ".join(source.entities)) if source.entities else ""
            closed = (
                text(
                    "; closed {date} by {name}",
                    date=terminal.day(source.closed_at.date()),
                    name=source.closed_by,
                )
                if source.closed_at
                else ""
            )
            print(f"{source.shown}: {kinds}{whose}{closed}")
    return 0
