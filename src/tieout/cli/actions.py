"""What the outer systems have been asked to do and have not yet done: list it, have it tried now, take it back, set a lane's pace.

tieout actions list [--lane LANE]           what has not ended, and how the lanes are
tieout actions retry ID…                    try it, or look it up, now
tieout actions cancel ID… --reason TEXT     take it back, if it has not begun; its claim gets a case
tieout actions lane LANE [--per-minute N] [--answer-within SECONDS] [--attempts N]
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tieout.cli.whose import add_tenant

if TYPE_CHECKING:
    from tieout.core.outbox.queue import Lane
    from tieout.core.values.scope import Scope
    from tieout.store.outstanding import Outstanding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which actions."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["list", "retry", "cancel", "lane"], help="see above")
    parser.add_argument("names", nargs="*", metavar="ID", help="ids of actions; for `lane`, the lane's name")
    parser.add_argument("--lane", default="", help="list: only this lane")
    parser.add_argument("--reason", default="", help="cancel: why")
    parser.add_argument("--per-minute", type=int, help="lane: how many may be begun in a minute; 0 for no limit")
    parser.add_argument("--answer-within", type=int, help="lane: seconds until no answer is an unknown outcome")
    parser.add_argument("--attempts", type=int, help="lane: tries with an unknown end until its case is told")
    add_tenant(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 if all was done."""
    from tieout.cli.terminal import say
    from tieout.cli.whose import scope_of
    from tieout.config.boot import booted
    from tieout.core.values.errors import Malformed

    if (arguments.what == "list") == bool(arguments.names):
        raise Malformed(
            "name the actions (or the lane) to act on; `list` takes none", where=f"actions {arguments.what}"
        )
    if arguments.what == "cancel" and not arguments.reason:
        raise Malformed("say why they are taken back", where="--reason")
    with booted(say=say) as settings:
        from tieout.app import engine
        from tieout.engine import intervene

        at = datetime.now(UTC)
        scope = scope_of(arguments)
        if arguments.what == "lane":
            return _set_lane(scope, arguments)
        if arguments.what == "list":
            return _list(scope, at, lane=arguments.lane)
        for action in [_id(name) for name in arguments.names]:
            if arguments.what == "retry":
                print(f"{action} is {intervene.retry(engine(settings), scope, action, at=at)}")
            else:
                intervene.cancel(engine(settings), scope, action, reason=arguments.reason, at=at)
                print(f"{action} is taken back; its claim has a case for the integration queue")
    return 0


def _id(text: str) -> UUID:
    from tieout.core.values.errors import Malformed

    try:
        return UUID(text)
    except ValueError as error:
        raise Malformed(f"{text!r} is not an action's id", remedy="copy it from `tieout actions list`") from error


def _list(scope: Scope, at: datetime, *, lane: str) -> int:
    from tieout.store.lanes import lanes
    from tieout.store.outstanding import outstanding

    for known in lanes(scope):
        if lane in {"", known.name}:
            print(_lane_line(known, at))
    found = outstanding(scope, at=at, lane=lane)
    for each in found:
        print(_line(each, at))
    print(
        f"{len(found)} {'actions have' if len(found) > 1 else 'action has'} not ended."
        if found
        else "Nothing is outstanding."
    )
    return 0


def _lane_line(lane: Lane, at: datetime) -> str:
    pace = f"{lane.per_minute} a minute" if lane.per_minute else "no limit"
    state = "well"
    if lane.down_since is not None:
        closed = f", tried again at {lane.open_until:%H:%M:%S}" if lane.open_until and lane.open_until > at else ""
        state = f"cannot be reached since {lane.down_since:%Y-%m-%d %H:%M}{closed}: {lane.trouble}"
    return f"lane {lane.name}: {state}; {pace}; an answer is expected within {lane.answer_within} s"


def _line(each: Outstanding, at: datetime) -> str:
    minutes = int((at - each.created_at).total_seconds() // 60)
    state = "in hand" if each.busy else "begun" if each.state == "leased" else each.state
    error = f"  {each.error}" if each.error else ""
    action = each.action
    return f"{action.id}  {action.lane}  {action.kind:<15} {state:<8} {minutes:>6} min  {action.claim}{error}"


def _set_lane(scope: Scope, arguments: argparse.Namespace) -> int:
    from tieout.engine.intervene import set_pace

    for name in arguments.names:
        lane = set_pace(
            scope,
            name,
            per_minute=arguments.per_minute,
            answer_within=arguments.answer_within,
            attempts_max=arguments.attempts,
        )
        print(_lane_line(lane, datetime.now(UTC)))
    return 0
