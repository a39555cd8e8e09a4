"""Erase the content of a document for good: its original, what was read from it, and what was derived from it for its own claim (worksheet,
findings, notes, letters). Number, source key, days, amounts, statuses and who did what when are kept, so that payments can be traced
and nothing is paid again. The log still verifies, and says who erased what and why.

Only what is finished can be erased: a claim that is posted, rejected or superseded, without open cases and actions; other documents,
when no claim that is not finished looks them up. `--received-before DATE` erases every document of that age that is finished, for
instance when the retention period is over. Backups, exports and other systems keep what they have.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tieout.cli.whose import add_tenant
from tieout.wording.catalogue import text
from tieout.wording.sentences import sentence

if TYPE_CHECKING:
    from datetime import datetime

    from tieout.core.values.scope import Scope
    from tieout.engine.erase import Together


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which document, and why."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "named", metavar="DOCUMENT", nargs="?", default="", help="a document's number, source key with version, or id"
    )
    which.add_argument(
        "--received-before", metavar="DATE", default="", help="every finished document of before that day (UTC)"
    )
    parser.add_argument("--reason", default="", help="why; it is written into the log, and can never be erased there")
    parser.add_argument(
        "--in-force",
        action="store_true",
        help="also an order, contract, master record or other evidence that is in force",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Say what would be erased, ask, and erase it: 0. 1 if some documents of that age could not be erased."""
    from datetime import UTC, datetime

    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted

    with booted(say=say):
        scope, at = scope_of(arguments), datetime.now(UTC)
        if arguments.received_before:
            return _all(scope, arguments, at=at)
        return _one(scope, arguments, at=at)


def _one(scope: Scope, arguments: argparse.Namespace, *, at: datetime) -> int:
    from tieout.engine.erase import erase, outlook

    together = outlook(scope, arguments.named, in_force=arguments.in_force)
    for line in _lines(together):
        print(line)
    if not _confirmed(arguments):
        print(text("Nothing was erased."))
        return 0
    erase(scope, arguments.named, reason=arguments.reason, at=at, in_force=arguments.in_force)
    print(text("The content of {key} is erased.", key=together.document.source_key))
    return 0


def _lines(together: Together) -> list[str]:
    """What goes, and what stays."""
    lines = [text("To be erased with {key}, for good:", key=together.document.source_key)]
    lines += [
        "  " + text("the original {name} ({size} bytes)", name=row.name or row.sha256[:12], size=row.size)
        for row in together.files
    ]
    lines.append("  " + text("what was read from it, and the name of the other side"))
    if together.claim is not None:
        lines.append(
            "  "
            + text(
                "what was derived from it: verdicts {verdicts}, cases {cases}, acceptances {acceptances}, events {events}",
                verdicts=len(together.verdicts), cases=len(together.cases), acceptances=len(together.acceptances),
                events=len(together.events) - together.former,
            )
        )  # fmt: skip
    if together.others:
        lines.append(
            text(
                "Documents from the same file lose their original, and keep what was read from it: {others}",
                others=", ".join(together.others),
            )
        )
    if together.former:
        lines.append(
            text(
                "Events of a release before 0.2 cannot be erased, and keep what they hold: {count}",
                count=together.former,
            )
        )
    lines.append(text("Number, source key, days, amounts, statuses and who did what when are kept."))
    return lines


def _confirmed(arguments: argparse.Namespace) -> bool:
    """Whether it is to be erased. Raises `Malformed` before it asks, where there is no reason."""
    from tieout.engine.erase import stated

    if not arguments.yes and not sys.stdin.isatty():
        return False
    stated(arguments.reason)
    if arguments.yes:
        return True
    return input(text("Erase it for good? [y/N]") + " ").strip().lower() in {"y", "yes", "j", "ja"}


def _all(scope: Scope, arguments: argparse.Namespace, *, at: datetime) -> int:
    from tieout.core.values.errors import Refused
    from tieout.engine.erase import before, erase

    ids = before(scope, _midnight(arguments.received_before))
    print(text("Documents that were received before {day}: {count}", day=arguments.received_before, count=len(ids)))
    if not ids or not _confirmed(arguments):
        print(text("Nothing was erased."))
        return 0
    erased, left = 0, 0
    for id_ in ids:
        try:
            erase(scope, str(id_), reason=arguments.reason, at=at, in_force=arguments.in_force)
            erased += 1
        except Refused as refusal:
            if refusal.code != "ERASE-AGAIN":  # erased with one before it
                print(sentence(refusal.message))
                left += 1
    print(text("Erased: {erased}; left: {left}", erased=erased, left=left))
    return 1 if left else 0


def _midnight(given: str) -> datetime:
    from datetime import UTC, date, datetime, time

    from tieout.core.values.errors import Malformed

    try:
        return datetime.combine(date.fromisoformat(given), time(), UTC)
    except ValueError as error:
        raise Malformed("{day!r} is no day", where="--received-before", remedy="as in 2016-12-31", day=given) from error
