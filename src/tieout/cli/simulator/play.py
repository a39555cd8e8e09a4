"""One run: the actors of a plan play until everything has been sent and has come to rest, then the oracle looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from tieout.cli.simulator.actors import Company, eraser, person, sender, worker
from tieout.cli.simulator.company import Letter, made
from tieout.cli.simulator.doors import doors_of
from tieout.cli.simulator.external import ExternalSystem
from tieout.cli.simulator.ground import Notes, engine, set_up
from tieout.cli.simulator.oracle import Complaint, complaints
from tieout.cli.simulator.people import people
from tieout.cli.simulator.plan import Plan
from tieout.cli.simulator.processes import START
from tieout.cli.simulator.turns import Clock, Faults, Turns
from tieout.core.values.scope import Scope
from tieout.engine.fresh import drawn_from
from tieout.scenario.draw import Draw
from tieout.trade.documents import Invoice

_HOUR: Final = 3600
_JUMPS: Final = (10, 60, 120, 300, 900, 1800, _HOUR, 2 * _HOUR, 4 * _HOUR, 8 * _HOUR, 12 * _HOUR, 24 * _HOUR)
"""By how many seconds the clock goes on when all is quiet."""
_LAST: Final = (600, 1200, _HOUR, _HOUR, 4 * _HOUR, 24 * _HOUR, 120 * _HOUR, 480 * _HOUR, _HOUR)
"""The same once nothing fails any more: until every lease, quiet time and time limit has run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of a plan. `trace` is the hash of everything that happened; `lines` are its last lines, or all of them."""

    plan: Plan
    trace: str
    complaints: tuple[Complaint, ...]
    invoices: int
    calls: int
    injected: int
    waited: int
    deadlocks: int
    commands: dict[str, int]
    booked: int
    lines: tuple[str, ...]

    @property
    def codes(self) -> frozenset[str]:
        """What is wrong, in a word each: a smaller plan shows the same fault if it shares one."""
        return frozenset(complaint.code for complaint in self.complaints)


@dataclass(slots=True, kw_only=True)
class _Time:
    """How time goes on when all is quiet; once everything was sent, nothing fails any more."""

    clock: Clock
    faults: Faults
    jumps: list[int]

    def passes(self) -> bool:
        """The next jump; False when there is none left."""
        if not self.jumps:
            return False
        if len(self.jumps) <= len(_LAST):
            self.faults.on = False
        self.clock.at += timedelta(seconds=self.jumps.pop(0))
        return True


def play(plan: Plan, *, whole_trace: bool = False) -> Played:
    """Plays a plan in the present, empty database."""
    draw, clock = Draw(plan.seed, "turns"), Clock(at=START)
    faults = Faults(draw=Draw(plan.seed, "faults"), failing=plan.failing, slow=plan.slow, dead=plan.dead)
    jumps = [*_jumps(Draw(plan.seed, "time")), *_LAST]
    time = _Time(clock=clock, faults=faults, jumps=jumps)
    turns = Turns(draw, clock, faults, quiet=time.passes, calls_max=plan.calls_max)
    if whole_trace:
        turns.keep_all()
    sending = made(plan)
    sent = sending.letters
    witness = Notes()
    ids = Draw(plan.seed, "ids")
    with drawn_from(lambda count: bytes(ids.below(256) for _ in range(count))):
        here = _company(plan, turns, clock, witness)
        here.orders = sending.orders
        set_up(here.engine, here.scope, at=START)
        with doors_of(here.engine, here.people, here.scope.tenant, clock):
            wrong = _played(here, sent, plan)
        for system in here.systems.values():
            system.catch_up(everything=True)
        if not wrong:
            wrong = tuple(complaints(here, sending, witness))
    return Played(
        plan=plan,
        trace=turns.trace,
        complaints=wrong,
        invoices=sum(isinstance(one.document, Invoice) for one in sent),
        calls=turns.calls,
        injected=faults.injected,
        waited=turns.waited,
        deadlocks=turns.deadlocks,
        commands=dict(sorted(here.commands.items())),
        booked=sum(len(system.booked) for system in here.systems.values()),
        lines=tuple(turns.lines),
    )


def _jumps(draw: Draw) -> list[int]:
    """Jumps until everything has been sent: three and a half days."""
    jumps: list[int] = []
    while sum(jumps) < 84 * _HOUR:
        jumps.append(draw.one_of(_JUMPS))
    return jumps


def _company(plan: Plan, turns: Turns, clock: Clock, witness: Notes) -> Company:
    scope = Scope(tenant=f"sim-{plan.seed}")
    workforce = people(scope.tenant)
    systems = {
        queue: ExternalSystem(queue=queue, draw=Draw(plan.seed, queue), turns=turns, clock=clock, ill=plan.ill)
        for queue in ("erp", "supplier", "delivery")
    }
    return Company(
        scope=scope,
        engine=engine(workforce, witness),
        turns=turns,
        clock=clock,
        systems=systems,
        people=workforce,
        batch=plan.batch,
        doors=plan.doors,
        many=plan.is_large,
    )


def _played(here: Company, sent: tuple[Letter, ...], plan: Plan) -> tuple[Complaint, ...]:
    """Lets everybody play; gives what went wrong meanwhile."""
    turns, seed = here.turns, plan.seed
    for k in range(2):
        turns.add(f"sender-{k + 1}", partial(sender, here, sent[k::2], Draw(seed, "sender", k)))
    for k in range(plan.workers):
        name = f"worker-{k + 1}"
        turns.add(name, partial(worker, here, name, Draw(seed, name)))
    for scope in here.people[: plan.people]:
        turns.add(scope.name, partial(person, here, scope, Draw(seed, scope.name)))
    if plan.erases:
        turns.add("eraser", partial(eraser, here, Draw(seed, "eraser")))
    turns.run()
    if turns.error is None:
        return ()
    return (Complaint(code="raised", text=f"{type(turns.error).__name__}: {turns.error}"),)
