"""Policies: `add FILE` adds a version, and open claims are tied out again under it; `list` shows the versions."""

from __future__ import annotations

import argparse
from pathlib import Path

from tieout.cli.whose import add_tenant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which file."""
    parser.add_argument("act", choices=["add", "list"])
    parser.add_argument(
        "file", nargs="?", help="the policy as YAML; without it, the standard policies of all processes"
    )
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was added, or the versions."""
    from datetime import UTC, datetime

    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if arguments.file and not Path(arguments.file).is_file():
        raise Malformed(f"there is no file {arguments.file}", remedy="check the spelling")
    with booted(say=say):
        from tieout import app
        from tieout.engine.rules import add_policy
        from tieout.store import policies

        scope = scope_of(arguments)
        if arguments.act == "add":
            given = [Path(arguments.file).read_bytes()] if arguments.file else app.default_policy_texts().values()
            shipped = {policy.name for policy in app.default_policies()}
            names = set()
            for content in given:
                policy, dirty = add_policy(
                    scope, content, read=app.stored_policy_from, read_new=app.policy_from, at=datetime.now(UTC)
                )
                names.add(policy.name)
                print(f"{policy.label} is in force from {policy.effective_from}; {dirty} claims are tied out again.")
            others = sorted({row.name for row in policies.every(scope)} - names)
            if others and not names <= shipped:
                print(
                    f"Also in force: {', '.join(others)}. Where two policies apply to a claim, the one with the more specific "
                    "conditions holds. A new version of a policy keeps its name."
                )
            return 0
        for row in policies.every(scope):
            print(
                f"{row.name}@{row.version}  from {row.effective_from}  added {row.added_at:%Y-%m-%d} by {row.added_by}"
            )
    return 0
