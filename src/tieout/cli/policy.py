"""Policies: `add FILE` checks a version, shows what it would change and puts it in force; `list` shows the versions; `back NAME`
puts the former version's content in force again, as the next version.

Before anything changes, rules that would be missing are named, with what differs from the version in force and what would become
of open claims. Then `--yes`, or an answer at the terminal, puts it in force, and open claims are tied out again under it. Only the
first policies of an organisation without documents need no confirmation: they change nothing.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text

if TYPE_CHECKING:
    from tieout.core.policy.policy import Policy
    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which file."""
    parser.add_argument("act", choices=["add", "list", "back"])
    parser.add_argument(
        "file",
        nargs="?",
        help="add: the policy as YAML; without it, the standard policies of all processes. back: the policy's name",
    )
    parser.add_argument("--yes", action="store_true", help="put it in force without asking")
    parser.add_argument(
        "--past",
        default="",
        metavar="REASON",
        help="why it begins on a day that is over: it would judge earlier documents anew",
    )
    parser.add_argument("--to", default="", metavar="VERSION", help="back: to this version (default: the one before)")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was added, or the versions."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if arguments.act == "add" and arguments.file and not Path(arguments.file).is_file():
        raise Malformed("there is no file {file}", remedy="check the spelling", file=arguments.file)
    with booted(say=say) as settings:
        from tieout import app

        scope = scope_of(arguments)
        if arguments.act == "list":
            return _list(scope)
        at = datetime.now(UTC)
        given = _given(arguments) if arguments.act == "add" else [_former(scope, arguments, at=at)]
        return _add(app.engine(settings), scope, given, arguments, at=at)


def _given(arguments: argparse.Namespace) -> list[bytes]:
    from tieout import app

    return [Path(arguments.file).read_bytes()] if arguments.file else list(app.default_policy_texts().values())


def _add(engine: Engine, scope: Scope, given: list[bytes], arguments: argparse.Namespace, *, at: datetime) -> int:
    from tieout import app
    from tieout.cli.policy_show import preview
    from tieout.cli.table import Exit
    from tieout.engine.rules import add_policy
    from tieout.formats.policy_versions import with_reason, without_reason
    from tieout.store import claims, policies

    read = app.policy_from if arguments.act == "add" else app.stored_policy_from
    rows = policies.every(scope)
    kept = {without_reason(row.text.encode()): row.text.encode() for row in rows}
    new = [(read(content), content) for content in given if content not in kept]
    first = not rows and not claims.counts(scope)
    if new and not first:
        past = [policy for policy, _ in new if policy.effective_from < at.date()]
        if past and not arguments.past.strip():
            raise _begins_in_the_past(past[0], at)
        preview(engine, scope, new, rows, at=at)
        if not _confirmed(arguments):
            print(text("Nothing has changed. Add --yes to put it in force."))
            return Exit.CANNOT
    names = set()
    for content in given:
        policy = read(content)
        backdated = arguments.past.strip() and policy.effective_from < at.date()
        stored = kept.get(content) or (with_reason(content, arguments.past) if backdated else content)
        policy, dirty = add_policy(scope, stored, read=app.stored_policy_from, read_new=read, at=at)
        names.add(policy.name)
        print(
            text(
                "{policy} is in force from {date}; {count} claims are tied out again.",
                policy=policy.label,
                date=policy.effective_from,
                count=dirty,
            )
        )
    _others(scope, names)
    return Exit.DONE


def _begins_in_the_past(policy: Policy, at: datetime) -> Exception:
    from tieout.core.values.errors import Refused

    return Refused(
        "POLICY-PAST",
        "{policy} would begin on {date}, a day that is over, and judge documents of that time anew: let it begin on {today} or later, "
        "or say why with --past REASON",
        policy=policy.label,
        date=policy.effective_from,
        today=at.date(),
    )


def _confirmed(arguments: argparse.Namespace) -> bool:
    """Whether the person says so. A second person's consent is to be asked here."""
    if arguments.yes or not sys.stdin.isatty():
        return bool(arguments.yes)
    answer = input(text("Put it in force? [y/N]") + " ")
    return answer.strip().lower() in {"y", "yes", "j", "ja"}


def _former(scope: Scope, arguments: argparse.Namespace, *, at: datetime) -> bytes:
    """The content of a former version as the next one. Raises `Malformed` where there is no such policy or version."""
    from tieout import app
    from tieout.core.policy.policy import latest_first
    from tieout.core.values.errors import Malformed
    from tieout.formats.policy_versions import next_version, renewed
    from tieout.store import policies

    every = policies.every(scope)
    rows = {row.version: row for row in every if row.name == arguments.file}
    if not rows:
        names = ", ".join(sorted({row.name for row in every})) or "-"
        raise Malformed(
            "there is no policy {name!r}", where="NAME", remedy="one of: {names}", name=arguments.file, names=names
        )
    versions = latest_first([app.stored_policy_from(row.text.encode()) for row in rows.values()])
    wanted = arguments.to or (versions[1].version if len(versions) > 1 else "")
    if wanted not in rows or wanted == versions[0].version:
        raise Malformed(
            "{name} has no former version {version}" if wanted else "{name} has only one version",
            where="--to",
            remedy="tieout policy list shows the versions",
            name=arguments.file,
            version=wanted,
        )
    return renewed(
        rows[wanted].text.encode(),
        version=next_version(rows, versions[0].version),
        effective_from=max(at.date(), versions[0].effective_from),
    )


def _others(scope: Scope, names: set[str]) -> None:
    from tieout import app
    from tieout.store import policies

    shipped = {policy.name for policy in app.default_policies()}
    others = sorted({row.name for row in policies.every(scope)} - names)
    if others and not names <= shipped:
        print(
            text(
                "Also in force: {others}. Where two policies apply to a claim, the one with the more specific "
                "conditions holds. A new version of a policy keeps its name.",
                others=", ".join(others),
            )
        )


def _list(scope: Scope) -> int:
    from tieout import app
    from tieout.cli import terminal
    from tieout.formats.policy_versions import reason_of
    from tieout.store import policies

    rows = policies.every(scope)
    if not rows:
        print(text("No policy is in force, so that everything is held: tieout policy add"))
    for row in rows:
        print(
            text(
                "{policy}  from {date}  added {added} by {name}",
                policy=f"{row.name}@{row.version}",
                date=terminal.day(row.effective_from),
                added=terminal.day(row.added_at.date()),
                name=row.added_by,
            )
        )
        if why := reason_of(row.text.encode()):
            print(text("  It began in the past, because: {reason}", reason=why))
        if app.is_former_policy(row.text.encode()):
            print(
                text(
                    "  Its amounts state no currency and count in every one, and rules that came later are not checked. "
                    "Add a version that states the currency: tieout policy add."
                )
            )
    return 0
