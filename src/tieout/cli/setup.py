"""Show whether the initial set-up of a new organisation is still open, or `close` it.

While it is open, files that are taken in at this computer may hold any kind of document: orders, receipts, suppliers' bank
accounts. Pages and the API never allow that. It is closed by this command, or by the first grant to a second person; after
that `tieout ingest --source NAME` names the source of the files.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and for which tenant."""
    parser.add_argument("act", nargs="?", choices=["show", "close"], default="show")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print whether it is open."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.access.source import SETUP

    with booted(say=say):
        from tieout.identity.sources import close, setup_is_open

        scope = scope_of(arguments)
        if arguments.act == "close":
            close(scope, SETUP, at=datetime.now(UTC))
        if setup_is_open(scope.tenant):
            print(
                text(
                    "{tenant}: the initial set-up is open. Files taken in at this computer may hold any kind of document.",
                    tenant=scope.tenant,
                )
            )
        else:
            print(
                text(
                    "{tenant}: the initial set-up is closed. Files need a named source, which is allowed their kinds: tieout sources.",
                    tenant=scope.tenant,
                )
            )
    return 0
