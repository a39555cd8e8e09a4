"""The actors of a run: senders, workers and people. Each is a loop that does what its like does in operation, and rests in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tieout.cli.open_sources import ANYTHING
from tieout.cli.simulator.browser import Browser
from tieout.cli.simulator.company import Letter
from tieout.cli.simulator.doors import MAILROOM, ask, hand_in, look
from tieout.cli.simulator.external import ExternalSystem
from tieout.cli.simulator.people import Looked, command
from tieout.cli.simulator.processes import FEED, START
from tieout.cli.simulator.turns import Clock, Turns
from tieout.core.case.state import Case
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.erase import AT_REST, erase
from tieout.engine.offers import offered
from tieout.engine.plugged import Engine
from tieout.engine.receive import Incoming, receive
from tieout.engine.submit import submit
from tieout.formats import canonical_json
from tieout.metering.engine.counting import ingest_usage
from tieout.scenario.draw import Draw
from tieout.store import cases, claims
from tieout.store.cases import CaseRow
from tieout.store.interposed import interposed, unless_lost
from tieout.store.over_tenants import Waiting
from tieout.worker.jobs import Work, after_a_mistake, do_batch, waiting_now

_LOOKED_AT: Final = 500


@dataclass(slots=True, kw_only=True)
class Company:
    """What the actors share: the engine, the external systems, and what has become of what was sent and asked."""

    scope: Scope
    engine: Engine
    turns: Turns
    clock: Clock
    systems: Mapping[str, ExternalSystem]
    people: tuple[Scope, ...]
    batch: int = 4
    doors: int = 0
    many: bool = False
    orders: tuple[str, ...] = ()
    acknowledged: list[Letter] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)

    def own_clock(self, draw: Draw) -> Callable[[], datetime]:
        """The clock of one more computer: it is wrong by up to two seconds."""
        wrong = timedelta(milliseconds=draw.between(-2000, 2000))
        return lambda: self.clock() + wrong


def sender(here: Company, sent: tuple[Letter, ...], draw: Draw) -> None:
    """Sends files at their time, some together, each again until there is an answer."""
    left, clock = list(sent), here.own_clock(draw)
    browser = Browser(name=MAILROOM, clock=here.clock)
    with interposed(here.turns):
        while left:
            due = [letter for letter in left[: draw.between(1, here.batch)] if letter.at <= here.clock()]
            if not due:
                if not here.turns.sleep():
                    return
                continue
            with unless_lost():
                if _hand_in(here, due, browser if draw.chance(here.doors) else None, at=clock()):
                    here.acknowledged += due
                    left = left[len(due) :]
            here.turns.wake()


def _hand_in(here: Company, due: list[Letter], browser: Browser | None, *, at: datetime) -> bool:
    """By HTTP where there is a browser; usage has no door there. False where there was no answer."""
    by = Scope(tenant=here.scope.tenant, actor=MAILROOM)
    letters = [letter for letter in due if not letter.usage]
    files = [Incoming(content=letter.content, name=letter.name) for letter in letters]
    if files and browser is not None:
        here.turns.note(f"uploads {len(files)}")
        if not hand_in(browser, letters):
            return False
    elif files:
        receive(here.engine, by, files, source=ANYTHING, at=at)
    for letter in due:
        if letter.usage:
            ingest_usage(here.engine, by, [letter.content], at=at, name=letter.name, feed=FEED)
    return True


def worker(here: Company, name: str, draw: Draw) -> None:
    """Does what waits, batch by batch, until nothing waits that a batch can change."""
    work = Work(engine=here.engine, targets=lambda _: here.systems, owner=name)
    clock = here.own_clock(draw)
    before: list[Waiting] = []
    with interposed(here.turns):
        while True:
            waiting: list[Waiting] = []
            more = False
            with unless_lost():
                waiting = waiting_now(work, at=clock())
            left = list(waiting)
            while left:
                job, tenant, queue = left.pop(draw.below(len(left)))
                more |= _batch(here, work, (job, tenant, queue), clock)
            if more or waiting != before:
                here.turns.wake()
                before = waiting
            elif here.turns.idle():
                before = []
            else:
                return


def _batch(here: Company, work: Work, waiting: Waiting, clock: Callable[[], datetime]) -> bool:
    """One batch; after a fault the queue is treated with care, as at the worker's own door."""
    job, tenant, queue = waiting
    scope, more = Scope(tenant=tenant), False
    here.turns.note(f"does {job} {queue}".strip())
    done = False
    with unless_lost():
        more = do_batch(work, job, scope, queue, clock=clock)
        done = True
    if not done:
        with unless_lost():
            after_a_mistake(job, scope, queue)
    return more or not done


def person(here: Company, scope: Scope, draw: Draw) -> None:
    """Looks at cases whenever time has passed, and asks what is offered; no longer once everything is to come to rest."""
    clock = here.own_clock(draw)
    browser = Browser(name=scope.name, clock=here.clock)
    with interposed(here.turns):
        while here.turns.sleep() and here.turns.faults.on:
            for _ in range(draw.below(3)):
                with unless_lost():
                    _act(here, scope, draw, clock, browser if draw.chance(here.doors) else None)
                here.turns.wake()


def eraser(here: Company, draw: Draw) -> None:
    """Erases something of what is finished whenever time has passed: a claim, or what only looks so."""
    clock, by = here.own_clock(draw), Scope(tenant=here.scope.tenant, actor="console:officer")
    with interposed(here.turns):
        while here.turns.sleep() and here.turns.faults.on:
            for _ in range(draw.below(3)):
                with unless_lost():
                    _erase_one(here, by, draw, clock)
                here.turns.wake()


def _erase_one(here: Company, by: Scope, draw: Draw, clock: Callable[[], datetime]) -> None:
    rows = claims.every(by, after=UUID(int=0), limit=_LOOKED_AT)
    resting = [row for row in rows if row.status in AT_REST or draw.chance(5)]
    if not resting:
        return
    row = draw.one_of(resting)
    here.turns.note(f"erases {row.number}")
    try:
        erase(by, str(row.id), reason="the retention period is over", at=clock())
        here.commands["Erase"] += 1
    except Refused as refusal:
        here.commands[f"refused {refusal.code}"] += 1


def _act(here: Company, scope: Scope, draw: Draw, clock: Callable[[], datetime], browser: Browser | None) -> None:
    rows = [row for row in _cases(here, draw) if row.closed_at is None or draw.chance(10)]
    for _ in range(min(3, len(rows))):
        row = draw.one_of(rows)
        case = canonical_json.decode_as(Case, row.state)
        at = clock()
        offers = look(browser, row, draw) if browser else offered(here.engine, scope, row.id, at=at)
        if offers is None:
            continue
        looked = Looked(case=case, offers=offers, orders=here.orders, at=at)
        chosen = command(draw, looked, catalogue=here.engine.catalogue, queues=here.engine.queues)
        if chosen is None:
            continue
        name = type(chosen).__name__
        here.turns.note(f"asks {name} of {case.cause} of {row.number}")
        try:
            seen = case.version if draw.chance(50) else None
            if browser:
                if not ask(browser, row, chosen, seen):
                    name = f"{name} without an answer"
            else:
                submit(here.engine, scope, row.id, chosen, at=clock(), seen=seen)
        except Refused as refused:
            here.commands[f"refused {refused.code}"] += 1
            here.turns.note(f"refused {refused.code}")
        else:
            here.commands[name] += 1
        return


def _cases(here: Company, draw: Draw) -> list[CaseRow]:
    """The cases; where there are many, those of some claims that follow each other."""
    after, limit = UUID(int=0), 1000
    if here.many:
        # the first 48 bits of an id are the milliseconds of its making
        begun, now = (int(moment.timestamp() * 1000) for moment in (START, here.clock()))
        after, limit = UUID(int=draw.between(begun, now) << 80), 30
    ids = [row.id for row in claims.every(here.scope, after=after, limit=limit)]
    return cases.of_claims(here.scope, ids)
