"""Read again what could not be read, after its reader or the mapping of its system was corrected; then tie out what can be tied out now.

Every source file is kept. A document that can be read now replaces the entry for the unreadable file, and that case is
closed; what still cannot be read stays as it is. Replaying twice changes nothing.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which system, and which tenant."""
    parser.add_argument(
        "--system", default="", help="only what this system sent (such as stripe); `file` for files (default: all)"
    )
    parser.add_argument("--leave", action="store_true", help="only read the files; background jobs tie the claims out")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """0, even if some files still cannot be read."""
    from tieout.cli.ingest import tie_out_all
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say) as settings:
        from tieout import app
        from tieout.engine.replay import replay

        scope, engine = scope_of(arguments), app.engine(settings)
        done = replay(engine, scope, system=arguments.system, at=datetime.now(UTC))
        if not arguments.leave:
            tie_out_all(engine, scope)
    print(
        text(
            "{parked} had not been read; {read} are read now, {left} still cannot be read.",
            parked=done.tried,
            read=done.read,
            left=done.tried - done.read,
        )
    )
    return 0
