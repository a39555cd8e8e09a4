"""Read again what could not be read, after its reader or the mapping of its system was mended; then tie out what that makes possible.

Everything that came is kept as it came. What reads now takes the place of the claim that said it cannot be read, and that
case ends; what still cannot be read stays as it is. Replaying twice changes nothing.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tieout.cli.whose import add_tenant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which of it, and whose."""
    parser.add_argument(
        "--system", default="", help="only what this system sent (stripe); `file` for files; all if not said"
    )
    parser.add_argument("--leave", action="store_true", help="only read; leave tying out to the workers")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """0, whatever still cannot be read."""
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
    print(f"{done.tried} parked; {done.read} read now, {done.tried - done.read} still cannot be read.")
    return 0
