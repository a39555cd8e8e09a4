"""What a claim's own life takes from a tie-out besides the verdict: how urgent it is, and what comes after its posting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A paper of the receiving side about what was sent: taken, or refused. `number` is the paper's, by which it is known."""

    number: str
    taken: bool
    reason: str = ""
    code: str = ""
    correlation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """`weight` is how much a day of delay matters; `followed` and `reply` are `TieOut`'s."""

    weight: int = 1
    followed: bool = False
    reply: Reply | None = None
