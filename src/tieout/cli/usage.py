"""Count usage events, see for which hours usage is complete and what is unmapped, map identifiers to billing accounts.

`ingest FILE...` counts files of usage events (NDJSON, CSV, CloudEvents, events as Lago and Kill Bill write them; `-` is
standard input) and writes usage statements. `status` shows each meter and billing account with the hours for which usage is
complete, what is missing, and unmapped usage, largest amount first. `map IDENTIFIER ACCOUNT` assigns an identifier's usage to a
billing account, `unmap IDENTIFIER` undoes that. `suggest` shows mappings suggested from past ones; with --apply it makes those
that are certain. `read-again` reads refused lines once more. `refresh` looks up the billing account of all usage again and writes
every usage statement that differs.
`ingest` ends with 1 where some lines were refused, with 3 where all were.
Events and mappings come from a source that is allowed the kind `usage`: --source NAME, or `setup` while the initial set-up is open.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tieout.cli import terminal
from tieout.cli.whose import add_source, add_tenant
from tieout.wording.catalogue import plural, text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from tieout.core.values.scope import Scope
    from tieout.engine.plugged import Engine

_SOME: Final = 1  # both as `tieout ingest` answers
_ALL: Final = 3
_BLOCK: Final = 1024 * 1024
_SAYS: Final = frozenset({"ingest", "map", "unmap"})
"""What needs a source: events and mappings become evidence of an invoice."""
_NEEDS: Final = {"map": 2, "unmap": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with what."""
    parser.add_argument(
        "act", choices=["ingest", "status", "map", "unmap", "suggest", "read-again", "refresh"], help="what to do"
    )
    parser.add_argument("given", nargs="*", metavar="FILE|NAME", help="files; or an identifier and a billing account")
    parser.add_argument(
        "--feed", default="", help="who sends the events, where they do not name a sender (default: usage)"
    )
    parser.add_argument("--month", default="", help="status of one month, such as 2026-05")
    parser.add_argument("--apply", action="store_true", help="apply the mappings that are certain")
    parser.add_argument("--reason", default="", help="why an identifier is mapped")
    add_source(parser)
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what was done."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of, usage_source_of
    from tieout.config.boot import booted

    _check(arguments)
    with booted(say=say) as settings:
        from tieout import app

        scope, engine = scope_of(arguments), app.engine(settings)
        if arguments.act in _SAYS or (arguments.act == "suggest" and arguments.apply):
            usage_source_of(engine, scope, arguments.source)
        match arguments.act:
            case "ingest":
                return _ingest(engine, scope, arguments.given, feed=arguments.feed)
            case "map" | "unmap":
                _map(engine, scope, arguments)
            case "suggest":
                _suggest(engine, scope, apply=arguments.apply)
            case "read-again":
                _read_again(engine, scope)
            case "refresh":
                _refresh(engine, scope)
            case _:
                from tieout.cli.usage_show import show_status

                show_status(scope, month=_month(arguments.month))
    return 0


def _check(arguments: argparse.Namespace) -> None:
    from tieout.core.values.errors import Malformed
    from tieout.core.values.sentence import Sentence

    takes = {"map": Sentence("an identifier and a billing account"), "unmap": Sentence("an identifier")}
    count = len(arguments.given)
    if arguments.act == "ingest":
        if not count:
            raise Malformed("no file is named", where="FILE", remedy="name a file of events, or - for standard input")
        missing = [name for name in arguments.given if name != "-" and not Path(name).is_file()]
        if missing:
            raise Malformed("there is no file {path}", where="FILE", remedy="check the spelling", path=missing[0])
    elif count != _NEEDS.get(arguments.act, 0):
        needed = takes.get(arguments.act, Sentence("no names"))
        raise Malformed(
            "`usage {act}` takes {needed}, but {count} names were given",
            where="NAME",
            act=arguments.act,
            needed=needed,
            count=count,
        )
    _month(arguments.month)


def _month(text: str) -> int | None:
    from datetime import datetime

    from tieout.core.values.errors import Malformed
    from tieout.metering.core.usage import month_of

    if not text:
        return None
    try:
        return month_of(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007  a month has no zone
    except ValueError:
        raise Malformed("{text!r} is no month", where="--month", remedy="write it as 2026-05", text=text) from None


def _ingest(engine: Engine, scope: Scope, files: Sequence[str], *, feed: str) -> int:
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    from tieout.cli.usage_show import show_ingested, show_refused
    from tieout.config.statistics import renewed_after
    from tieout.metering.engine.counting import Counter, Ingested, count_left_over

    at = datetime.now(UTC)
    count_left_over(engine, scope, at=at)
    total = sum(Path(name).stat().st_size for name in files if name != "-") or None
    done = Ingested()
    columns = (
        TextColumn(text("Counting")),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(text("Counting"), total=total)
        counter = Counter(engine=engine, scope=scope)
        for name in files:
            shown = "standard input" if name == "-" else Path(name).name
            done += counter.ingest(_blocks(name), name=shown, feed=feed or "usage", at=at, told=_advance(progress, bar))
    renewed_after(done.new)
    show_ingested(scope, done, _publish(engine, scope))
    if done.refused:
        show_refused(scope, done.refused)
        return _SOME if done.read or done.closings else _ALL
    return 0


def _advance(progress: Progress, bar: TaskID) -> Callable[[int], None]:
    return lambda size: progress.update(bar, advance=size)


def _blocks(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from iter(lambda: sys.stdin.buffer.read(_BLOCK), b"")
        return
    with Path(name).open("rb") as file:
        yield from iter(lambda: file.read(_BLOCK), b"")


def _publish(engine: Engine, scope: Scope) -> int:
    """Write the statements that changed, and tie out the claims that wait for them."""
    from datetime import UTC, datetime

    from tieout.engine.tie_out import tie_out
    from tieout.metering.engine.publish import publish

    written = publish(engine, scope, at=datetime.now(UTC))
    while tie_out(engine, scope, at=datetime.now(UTC)):
        pass
    return written


def _map(engine: Engine, scope: Scope, arguments: argparse.Namespace) -> None:
    from datetime import UTC, datetime

    from tieout.metering.engine.owners import map_identifiers, mapping
    from tieout.metering.engine.publish import refresh

    identifier = arguments.given[0]
    account = arguments.given[1] if arguments.act == "map" else ""
    at = datetime.now(UTC)
    asked = mapping(identifier, account, by=scope.actor, at=at, reason=arguments.reason)
    new = map_identifiers(engine, scope, [asked], at=at)
    refresh(scope, [identifier], engine=engine)
    written = _publish(engine, scope)
    if not new:
        print(
            text("{identifier} is mapped to {account} already.", identifier=identifier, account=account)
            if account
            else text("{identifier} is not mapped.", identifier=identifier)
        )
    else:
        print(
            plural(
                "{identifier} is mapped to {account} from now on; {count} usage statement changed.",
                "{identifier} is mapped to {account} from now on; {count} usage statements changed.",
                written,
                identifier=identifier,
                account=account,
            )
            if account
            else plural(
                "{identifier} is no longer mapped; {count} usage statement changed.",
                "{identifier} is no longer mapped; {count} usage statements changed.",
                written,
                identifier=identifier,
            )
        )


def _suggest(engine: Engine, scope: Scope, *, apply: bool) -> None:
    from datetime import UTC, datetime

    from tieout import app
    from tieout.cli.usage_show import show_advice
    from tieout.metering.engine.advising import advise, carry_out
    from tieout.metering.engine.publish import refresh

    advisor = app.mapping_advisor()
    advised = advise(advisor, scope)
    show_advice(advised)
    certain = sum(advice.suggestion.certain for advice in advised)
    if not apply:
        print(
            text(
                "{certain} of {count} suggestions are certain enough to apply: tieout usage suggest --apply",
                certain=certain,
                count=len(advised),
            )
        )
        return
    new = carry_out(engine, advisor, scope, advised, at=datetime.now(UTC))
    refresh(scope, [advice.number for advice in new], engine=engine)
    written = _publish(engine, scope)
    print(
        text(
            "{count} identifiers were mapped, {written} usage statements changed; `tieout usage unmap` undoes any of them.",
            count=len(new),
            written=written,
        )
    )


def _read_again(engine: Engine, scope: Scope) -> None:
    from datetime import UTC, datetime

    from tieout.metering.engine.counting import read_again

    done, left = read_again(engine, scope, at=datetime.now(UTC))
    print(
        text(
            "{new} events were read, {left} lines are still refused.",
            new=terminal.number(done.new + done.corrections),
            left=terminal.number(left),
        )
    )
    _publish(engine, scope)


def _refresh(engine: Engine, scope: Scope) -> None:
    from tieout.metering.engine.publish import refresh, touch_everything

    moved = refresh(scope, None, engine=engine)
    touch_everything(scope)
    written = _publish(engine, scope)
    print(
        text(
            "the usage of {moved} identifiers moved to another billing account, {written} usage statements changed.",
            moved=terminal.number(moved),
            written=terminal.number(written),
        )
    )
