"""Ports: where at least two real implementations exist. A posting target is a file exchange, an ERP, or the external system of a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from tieout.core.outbox.action import Action, Answer


class Target(Protocol):
    """An external system that performs actions. Both calls take batches and answer in the same order."""

    queue: str

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """What the external system already has of each action, by our reference; None if it has never seen it.

        `Unknown` where it cannot be asked: then nothing is performed, and the look-up is tried again later.
        """
        ...

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Does each action. Called only after `find` answered None. A time-out is `Unknown`, never raised.

        `Unknown` with `down` only where the action was surely not handed over: it is tried again at once. After any other
        `Unknown` it is only looked up until the queue's quiet time has passed, unless the target is `Idempotent`.
        """
        ...


@runtime_checkable
class Idempotent(Protocol):
    """A target whose external system itself does an action once, however often it is handed over, also while it still works on it.

    A folder in which a file has the action's name is one; a system that looks for duplicates only after it has booked is not.
    """

    idempotent: Literal[True]


@runtime_checkable
class Tidies(Protocol):
    """A target that wants to know when outcomes are committed."""

    def settled(self, actions: Sequence[Action]) -> None:
        """The outcomes of these actions are committed. A hint for tidying up: after a crash it never comes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadAnswer:
    """An answer that lies there unread: for which reference, under which name, as what bytes, since when (aware)."""

    reference: str
    name: str
    content: bytes
    since: datetime


@runtime_checkable
class LeavesAnswers(Protocol):
    """A target whose system leaves answers of its own accord: also late ones, for what is done already, and for what it never got."""

    def unread(self, limit: int) -> Sequence[UnreadAnswer]:
        """Up to `limit` answers that nobody has read, the oldest first; nothing where the place cannot be reached."""
        ...

    def put_aside(self, answers: Sequence[UnreadAnswer]) -> None:
        """These answer nothing that was handed over, and are recorded: they are not unread any more. May be repeated."""
        ...
