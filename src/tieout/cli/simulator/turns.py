"""Whose turn it is: actors are threads of which exactly one runs, handed over at each call by what the seed draws.

An actor is ready, waits for a lock (until some transaction has ended), is idle (until somebody has done something, or time
passes), sleeps (until time passes), or has ended. Where nobody is ready, whoever waits for a lock waits in a circle: one of them is
its victim, as PostgreSQL would choose one; where nobody waits either, all is quiet and time may pass.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Literal, Self

from tieout.scenario.draw import Draw

State = Literal["ready", "blocked", "idle", "asleep", "ended"]
_STAYS: Final = 70
"""In how many of a hundred calls the actor goes on itself."""
_TICK: Final = timedelta(milliseconds=1)
_KEPT: Final = 400


class StoppedError(BaseException):
    """The run has been broken off: this actor ends too."""


class EndlessError(Exception):
    """There were more calls than any run needs: something goes round in a circle."""


@dataclass(slots=True, kw_only=True)
class Clock:
    """The time of a run. It moves by a millisecond a call, and by jumps."""

    at: datetime

    def __call__(self) -> datetime:
        """The instant now."""
        return self.at


@dataclass(slots=True, kw_only=True)
class Faults:
    """How often in ten thousand a statement fails, an actor is slow, and the answer to a commit is lost; none while `on` is false."""

    draw: Draw
    failing: int = 0
    slow: int = 0
    dead: int = 0
    on: bool = True
    injected: int = 0

    def strikes(self, chance: int) -> bool:
        """Whether a fault of this chance happens now."""
        if not self.on or not chance or self.draw.below(10_000) >= chance:
            return False
        self.injected += 1
        return True


@dataclass(slots=True, kw_only=True)
class _Actor:
    name: str
    act: Callable[[], None]
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    state: State = "ready"
    slow: int = 0
    victim: bool = False


class Turns:
    """The scheduler of one run. Its methods are called by the actor that has the turn."""

    def __init__(self, draw: Draw, clock: Clock, faults: Faults, *, quiet: Callable[[], bool], calls_max: int) -> None:
        self._draw, self._clock, self.faults, self._quiet = draw, clock, faults, quiet
        self._actors: list[_Actor] = []
        self._current: _Actor | None = None
        self._done = threading.Event()
        self._calls_max = calls_max
        self._hash = hashlib.sha256()
        self.over = self.stopped = False
        self.calls = self.deadlocks = self.waited = 0
        self.error: BaseException | None = None
        self.lines: list[str] | deque[str] = deque(maxlen=_KEPT)

    @property
    def trace(self) -> str:
        """The hash of everything that happened, in its order."""
        return self._hash.hexdigest()

    def keep_all(self) -> None:
        """Every line of the trace is kept, and not only the last ones."""
        self.lines = []

    def add(self, name: str, act: Callable[[], None]) -> None:
        """One more actor, before the run begins."""
        self._actors.append(_Actor(name=name, act=act))

    def run(self) -> None:
        """Runs all actors to their end, or until one of them raised: `error`. A signal ends all of them, and is raised after that."""
        threads = [threading.Thread(target=self._live, args=(actor,), daemon=True) for actor in self._actors]
        for thread in threads:
            thread.start()
        self._current = self._next()
        self._current.gate.release()
        try:
            self._done.wait()
        finally:
            self.stopped = self.stopped or not self._done.is_set()
            for thread in threads:
                thread.join()

    # ---- the calls of the store: `store.interposed.Turns` --------------------------------------------------------------

    def call(self, what: str) -> bool:
        """A statement comes; whether it is to fail."""
        if self.stopped:
            return False
        if self.faults.strikes(self.faults.slow):
            self._be_slow(what)
        if self.faults.strikes(self.faults.failing):
            self.note(f"{what}: lost")
            return True
        return False

    def called(self, what: str, rows: int) -> None:
        """It has been carried out: somebody else may go on while we hold what it locked."""
        self.pass_on(f"{what} {rows}" if rows >= 0 else what)

    def waits(self, what: str) -> bool:
        """Others go on until a transaction has ended; False where everybody waits for somebody and we are the victim."""
        if self.stopped:
            raise StoppedError
        me = self._me
        self.waited += 1
        self.note(f"{what}: waits")
        me.state = "blocked"
        self._hand_over(me)
        victim, me.victim = me.victim, False
        return not victim

    def ended(self, what: str) -> bool:
        """A transaction has ended, and its locks are free; whether the answer to its commit is to be lost."""
        if self.stopped:
            return False
        for actor in self._actors:
            if actor.state == "blocked":
                actor.state = "ready"
        lost = what == "committed" and self.faults.strikes(self.faults.dead)
        self.pass_on(f"{what}: answer lost" if lost else what)
        return lost

    # ---- what actors say themselves ------------------------------------------------------------------------------------

    def pass_on(self, what: str) -> None:
        """A point at which somebody else may go on."""
        if self.stopped:
            return
        self.note(what)
        self._clock.at += _TICK
        self._hand_over(self._me)

    def idle(self) -> bool:
        """Nothing is to be done until somebody has done something, or time has passed; False when the run is over."""
        return self._rest("idle")

    def sleep(self) -> bool:
        """The same, until time has passed."""
        return self._rest("asleep")

    def wake(self) -> None:
        """Something was done that others may have to do something about."""
        for actor in self._actors:
            if actor.state == "idle":
                actor.state = "ready"

    def note(self, what: str) -> None:
        """One line of the trace. Raises `EndlessError` where there are too many."""
        self.calls += 1
        line = f"{self._clock.at:%m-%d %H:%M:%S.%f} {self._me.name} {what}"
        self._hash.update(line.encode() + b"\n")
        self.lines.append(line)
        if self.calls > self._calls_max and not self.stopped:
            raise EndlessError(f"more than {self._calls_max} calls")

    # ---- inside ----------------------------------------------------------------------------------------------------------

    @property
    def _me(self) -> _Actor:
        assert self._current is not None, "nobody has the turn"
        return self._current

    def _rest(self, state: State) -> bool:
        if self.stopped:
            raise StoppedError
        if self.over:
            return False
        self._me.state = state
        self._hand_over(self._me)
        return not self.over

    def _be_slow(self, what: str) -> None:
        """Others go on, and seconds or minutes pass, as if this call took them."""
        self._clock.at += timedelta(seconds=self.faults.draw.one_of((1, 5, 20, 90, 200)))
        self._me.slow = self.faults.draw.between(2, 60)
        self.pass_on(f"{what}: slow")

    def _hand_over(self, me: _Actor) -> None:
        chosen = self._next(me)
        if chosen is me:
            return
        self._current = chosen
        chosen.gate.release()
        me.gate.acquire()
        if self.stopped:
            raise StoppedError

    def _next(self, me: _Actor | None = None) -> _Actor:
        while True:
            ready = [actor for actor in self._actors if actor.state == "ready"]
            if ready:
                return self._of_ready(ready, me)
            blocked = [actor for actor in self._actors if actor.state == "blocked"]
            if blocked:
                self.deadlocks += 1
                victim = self._draw.one_of(blocked)
                victim.victim, victim.state = True, "ready"
                return victim
            if not self.over and not self._quiet():
                self.over = True
            for actor in self._actors:
                if actor.state != "ended":
                    actor.state = "ready"

    def _of_ready(self, ready: list[_Actor], me: _Actor | None) -> _Actor:
        if me is not None and me.state == "ready" and not me.slow and self._draw.chance(_STAYS):
            return me
        prompt = [actor for actor in ready if not actor.slow and actor is not me]
        for actor in ready:
            actor.slow = max(0, actor.slow - 1)
        return self._draw.one_of(prompt or ready)

    def _live(self, actor: _Actor) -> None:
        actor.gate.acquire()
        with _Fallen(self):
            if not self.stopped:
                actor.act()
        actor.state = "ended"
        left = [other for other in self._actors if other.state != "ended"]
        if not left:
            self._done.set()
            return
        self._current = left[0] if self.stopped else self._next()
        self._current.gate.release()


@dataclass(slots=True)
class _Fallen:
    """Whatever an actor raises ends the run: it is kept for whoever started it."""

    turns: Turns

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if error is not None and not self.turns.stopped:
            self.turns.error, self.turns.stopped = error, True
        return True
