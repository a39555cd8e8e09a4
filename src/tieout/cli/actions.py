"""Open actions on external systems: list them, try one now, cancel one; and set the rate of a queue.

tieout actions list [--queue NAME]          open actions, and the state of the queues
tieout actions retry ID…                    try it, or look up its outcome in the external system, now
tieout actions cancel ID… --reason TEXT     cancel it, if it has not begun; its claim gets a case
tieout actions queue NAME [--per-minute N] [--answer-within SECONDS] [--quiet-time SECONDS] [--attempts N]
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tieout.cli.whose import add_tenant
from tieout.wording import owners
from tieout.wording.catalogue import marked, plural, text
from tieout.wording.sentences import sentence

if TYPE_CHECKING:
    from tieout.core.outbox.queue import Queue
    from tieout.core.values.scope import Scope
    from tieout.store.outstanding import Outstanding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which actions."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["list", "retry", "cancel", "queue"], help="see above")
    parser.add_argument("names", nargs="*", metavar="ID", help="ids of actions; for `queue`, the name of the queue")
    parser.add_argument("--queue", default="", help="list: only this queue")
    parser.add_argument("--reason", default="", help="cancel: why")
    parser.add_argument("--per-minute", type=int, help="queue: how many may start in a minute; 0 for no limit")
    parser.add_argument(
        "--answer-within", type=int, help="queue: seconds after which a missing answer is an unknown outcome"
    )
    parser.add_argument(
        "--quiet-time",
        type=int,
        help="queue: seconds for which an action without an answer is only looked up in the external system, which may still carry it out",
    )
    parser.add_argument(
        "--attempts", type=int, help="queue: attempts with an unknown outcome before the action becomes a case"
    )
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 if everything was carried out."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if (arguments.what == "list") == bool(arguments.names):
        raise Malformed(
            "name the actions (or the queue) to act on; `list` takes none",
            where=f"actions {arguments.what}",
        )
    if arguments.what == "cancel" and not arguments.reason:
        raise Malformed("say why they are cancelled", where="--reason")
    with booted(say=say) as settings:
        from tieout.app import connectors, engine
        from tieout.engine import intervene

        at = datetime.now(UTC)
        scope = scope_of(arguments)
        if arguments.what == "queue":
            return _set_queue(scope, arguments)
        if arguments.what == "list":
            connectors()  # what went wrong is said in their words
            return _list(scope, at, queue=arguments.queue)
        for action in [_id(name) for name in arguments.names]:
            if arguments.what == "retry":
                print(
                    text(
                        "{action} is {state}",
                        action=action,
                        state=sentence(intervene.retry(engine(settings), scope, action, at=at)),
                    )
                )
            else:
                intervene.cancel(engine(settings), scope, action, reason=arguments.reason, at=at)
                print(
                    text(
                        "{action} is cancelled; its claim has a case for the queue {queue}",
                        action=action,
                        queue=owners.queue("integration"),
                    )
                )
    return 0


def _id(text: str) -> UUID:
    from tieout.core.values.errors import Malformed

    try:
        return UUID(text)
    except ValueError as error:
        raise Malformed(
            "{text!r} is not an action's id", remedy="copy it from `tieout actions list`", text=text
        ) from error


def _list(scope: Scope, at: datetime, *, queue: str) -> int:
    from tieout.store.outstanding import outstanding
    from tieout.store.queues import queues

    for one in queues(scope):
        if queue in {"", one.name}:
            print(_queue_line(one, at))
    rows = outstanding(scope, at=at, queue=queue)
    for row in rows:
        print(_line(row, at))
    print(
        plural("{count} action is open.", "{count} actions are open.", len(rows))
        if rows
        else text("No action is open.")
    )
    return 0


def _queue_line(queue: Queue, at: datetime) -> str:
    from tieout.cli.terminal import instant, span

    pace = text("{per_minute} a minute", per_minute=queue.per_minute) if queue.per_minute else text("no limit")
    state = text("up")
    if queue.down_since is not None:
        since = instant(queue.down_since)
        if queue.open_until and queue.open_until > at:
            again = f"{queue.open_until:%H:%M:%S}"
            message = marked("unreachable since {since}, tried again at {again}: {trouble}")
        else:
            again, message = "", marked("unreachable since {since}: {trouble}")
        state = text(message, since=since, again=again, trouble=sentence(queue.trouble))
    return text(
        "queue {queue}: {state}; {pace}; an answer is expected within {time}",
        queue=queue.name,
        state=state,
        pace=pace,
        time=span(queue.answer_within),
    )


def _line(row: Outstanding, at: datetime) -> str:
    minutes = int((at - row.created_at).total_seconds() // 60)
    state = text("running") if row.busy else text("started") if row.state == "leased" else text(row.state)
    error = f"  {sentence(row.error)}" if row.error else ""
    action = row.action
    kind = owners.action(action.kind) or action.kind
    return f"{action.id}  {action.queue}  {kind:<16} {state:<8} {minutes:>6} min  {action.claim}{error}"


def _set_queue(scope: Scope, arguments: argparse.Namespace) -> int:
    from tieout.engine.intervene import set_pace

    for name in arguments.names:
        queue = set_pace(
            scope,
            name,
            per_minute=arguments.per_minute,
            answer_within=arguments.answer_within,
            attempts_max=arguments.attempts,
            quiet=arguments.quiet_time,
        )
        print(_queue_line(queue, datetime.now(UTC)))
    return 0
