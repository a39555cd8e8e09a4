"""What the contract is checked against: an external system that the connector's author sets up, and what it holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Literal
from uuid import uuid4

from tieout.connectors.contract.samples import SORTS, Sample, Sort, sample_of
from tieout.core.outbox.connection import Connector
from tieout.core.outbox.target import Target

Fault = Literal["down", "busy", "request lost", "answer lost", "nonsense", "refuses", "books twice"]
"""What can go wrong on the other side:

* down: it cannot be reached at all.
* busy: it is reached but overloaded or failing, such as HTTP 429 or 503; nothing is done.
* request lost: it never got the request, and the connector gets no answer.
* answer lost: it did what was asked, and the connector gets no answer (or not yet).
* nonsense: its answers cannot be read.
* refuses: it refuses the request, with a reason.
* books twice: one request gives two documents under one reference.
"""


class Broken(AssertionError):
    """A promise of the contract is broken. The text says which, and what was seen instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One document as the other side holds it: our reference, its own number for it, and its content.

    `says` has the names of `Sample.says`: amounts as decimal text, however they are stored.
    """

    reference: str
    number: str
    says: Mapping[str, str]


class Counterpart(ABC):
    """One external system during one check. A subclass sets it up, inspects it, and makes it fail.

    It has two connections, for two companies: `places` are their entities. `takes` are the sorts of payload that it
    takes; every other sort of the connector's purpose must be refused. `suffers` are the faults that `suffer` can simulate.
    """

    connector: Connector
    places: tuple[str, str] = ("N1", "S1")
    takes: frozenset[Sort] = frozenset({"plain"})
    suffers: frozenset[Fault] = frozenset()
    _queues: Mapping[str, str] = MappingProxyType({})

    @abstractmethod
    def open(self, place: str) -> Target:
        """A new target for the connection of this entity, as a newly started process creates it."""

    @abstractmethod
    def held(self, place: str) -> Sequence[Held]:
        """What the other side holds for this entity, in the order in which it came."""

    def work(self) -> None:  # noqa: B027  most have nothing to do here
        """Let the other side do what it does asynchronously: an import job, a gateway that collects files."""

    def suffer(self, fault: Fault | None) -> None:
        """Simulate this fault from now on; None: no fault, and what was held back may arrive with the next `work`."""
        raise AssertionError(f"{type(self).__name__} names a fault that it cannot simulate: {fault}")

    def sample(self, number: str, sort: Sort = "plain", place: str = "") -> Sample:
        """An action of this sort, and what the other side has to hold once it is done."""
        place = place or self.places[0]
        if place not in self._queues:
            self._queues = {**self._queues, place: self.open(place).queue}
        return sample_of(self.connector.purpose, number, sort, place=place, queue=self._queues[place])

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """The sorts of payload that a connection of this purpose receives."""
        return SORTS[self.connector.purpose]


_COUNT = count(1)


def new_number() -> str:
    """A number that no check has used, in this run or in another: the other side may be a real one that remembers."""
    return f"C-{uuid4().hex[:8]}-{next(_COUNT)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise. `run` raises `Broken` where it is broken; `needs` is the fault that the other side must be able to simulate."""

    run: Callable[[Counterpart], None]
    needs: Fault | None = None

    @property
    def name(self) -> str:
        """The promise in words."""
        return self.run.__name__.replace("_", " ")

    def applies(self, counterpart: Counterpart) -> bool:
        """Whether it can be checked with this counterpart."""
        return self.needs is None or self.needs in counterpart.suffers


def must(holds: bool, promise: str) -> None:
    """Raise `Broken` unless it holds."""
    if not holds:
        raise Broken(promise)
