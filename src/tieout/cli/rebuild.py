"""Check that stored claims and cases match their events: derive them again from all events and compare.

Ends with 1 if anything differs. With --write, rows that differ are rewritten from their events.
"""

from __future__ import annotations

import argparse

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text
from tieout.wording.sentences import sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to fix."""
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--check", action="store_true", help="list the differences")
    how.add_argument("--write", action="store_true", help="rewrite the rows that differ")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """One line for each difference; 0 if there is none (left)."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say):
        from tieout.engine.rebuild import differences, rebuild

        scope = scope_of(arguments)
        if arguments.write:
            print(text("{count} claims with their cases were rewritten.", count=rebuild(scope)))
        count = 0
        for line in differences(scope):
            print(sentence(line))
            count += 1
        print(
            text("{count} differences.", count=count)
            if count
            else text("Every row of claims and cases matches its events.")
        )
    return 1 if count else 0
