"""The external systems of a run: they book what they are asked, twice when asked twice, and often do not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tieout.cli.simulator.turns import Clock, Turns
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown
from tieout.scenario.draw import Draw

_DOWN: Final = "503 service unavailable"
_SILENT: Final = "no answer within 30 s"
_SEVERAL: Final = "several documents have this reference"
_LATE_SECONDS: Final = (5, 60, 240, 560)
"""How long a system goes on working after its caller gave up: less than the quiet time of a queue, which is ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What the external system has, under its own number."""

    number: str
    action: Action


@dataclass(slots=True, kw_only=True)
class ExternalSystem:
    """One external system. It does not look whether it has a reference already: asked twice, it books twice."""

    queue: str
    draw: Draw
    turns: Turns
    clock: Clock
    ill: bool = True
    booked: list[Booking] = field(default_factory=list)
    by_reference: dict[UUID, list[Booking]] = field(default_factory=dict)
    late: list[tuple[datetime, Action]] = field(default_factory=list)
    asked: int = 0

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """What there is under these references; several is an ambiguous answer."""
        self.turns.pass_on(f"{self.queue} find {len(actions)}")
        if self._is_ill and self.draw.chance(3):
            return [Unknown(hint=_DOWN, down=True) for _ in actions]
        self.catch_up()
        answers = [self._of(action) for action in actions]
        self.turns.pass_on(f"{self.queue} found {sum(answer is not None for answer in answers)}")
        return answers

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Does each, or fails in one of the ways in which external systems fail."""
        self.turns.pass_on(f"{self.queue} perform {len(actions)}")
        answers = [self._performed(action) for action in actions]
        self.turns.pass_on(f"{self.queue} performed {[type(answer).__name__ for answer in answers]}")
        return answers

    def catch_up(self, *, everything: bool = False) -> None:
        """Books what was handed over, went unanswered, and is done by now."""
        due = [entry for entry in self.late if everything or entry[0] <= self.clock()]
        self.late = [entry for entry in self.late if not everything and entry[0] > self.clock()]
        for _, action in due:
            self._book(action)

    def _of(self, action: Action) -> Answer | None:
        mine = self.by_reference.get(action.id, [])
        if len(mine) > 1:
            return Unknown(hint=_SEVERAL, ambiguous=True)
        return Done(ref=mine[0].number) if mine else None

    def _performed(self, action: Action) -> Answer:
        self.asked += 1
        if self.draw.chance(20):
            self.turns.pass_on(f"{self.queue} works")
        self.catch_up()
        if not self._is_ill:
            return Done(ref=self._book(action))
        match self.draw.below(100):
            case chance if chance < 6:  # carried out, and the answer is lost
                self._book(action)
                return Unknown(hint=_SILENT)
            case chance if chance < 12:  # carried out later, after the caller has gone
                self.late.append((self.clock() + timedelta(seconds=self.draw.one_of(_LATE_SECONDS)), action))
                return Unknown(hint=_SILENT)
            case chance if chance < 15:  # lost on its way
                return Unknown(hint=_SILENT)
            case chance if chance < 19:
                return Unknown(hint=_DOWN, down=True)
            case chance if chance < 22:
                return Rejected(reason="period is closed")
            case _:
                return Done(ref=self._book(action))

    @property
    def _is_ill(self) -> bool:
        return self.ill and self.turns.faults.on

    def _book(self, action: Action) -> str:
        number = f"{self.queue.upper()}-{len(self.booked) + 1}"
        booking = Booking(number=number, action=action)
        self.booked.append(booking)
        self.by_reference.setdefault(action.id, []).append(booking)
        return number
