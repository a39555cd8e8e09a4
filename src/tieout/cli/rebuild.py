"""Prove that the rows of claims and cases are what their events say: fold all events anew and compare.

Ends with 1 if something differs. With --write, rows that differ are written anew from their events.
"""

from __future__ import annotations

import argparse

from tieout.cli.whose import add_tenant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to mend."""
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--check", action="store_true", help="say what differs")
    how.add_argument("--write", action="store_true", help="write the rows anew that differ")
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
            print(f"{rebuild(scope)} claims with their cases were written anew.")
        found = 0
        for line in differences(scope):
            print(line)
            found += 1
        print(f"{found} differences." if found else "Every row of claims and cases is what its events say.")
    return 1 if found else 0
