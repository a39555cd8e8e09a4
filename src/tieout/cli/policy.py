"""Policies: `add FILE` adds a version, and open claims are tied out again under it; `list` shows the versions."""

from __future__ import annotations

import argparse
from pathlib import Path

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text


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
        raise Malformed("there is no file {file}", remedy="check the spelling", file=arguments.file)
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
                print(
                    text(
                        "{policy} is in force from {date}; {count} claims are tied out again.",
                        policy=policy.label,
                        date=policy.effective_from,
                        count=dirty,
                    )
                )
            others = sorted({row.name for row in policies.every(scope)} - names)
            if others and not names <= shipped:
                print(
                    text(
                        "Also in force: {others}. Where two policies apply to a claim, the one with the more specific "
                        "conditions holds. A new version of a policy keeps its name.",
                        others=", ".join(others),
                    )
                )
            return 0
        for row in policies.every(scope):
            former = app.is_former_policy(row.text.encode())
            print(
                text(
                    "{policy}  from {date}  added {added} by {name}",
                    policy=f"{row.name}@{row.version}",
                    date=row.effective_from,
                    added=f"{row.added_at:%Y-%m-%d}",
                    name=row.added_by,
                )
            )
            if former:
                print(
                    text(
                        "  Its amounts state no currency and count in every one, and rules that came later are not checked. "
                        "Add a version that states the currency: tieout policy add."
                    )
                )
    return 0
