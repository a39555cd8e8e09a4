"""Pseudo-random numbers that follow from a seed alone, the same on every machine and in every version."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Numbers from a seed and a name; different names give independent streams."""

    __slots__ = ("_at", "_key", "_words")

    def __init__(self, seed: int, *name: str | int) -> None:
        self._key = ":".join(str(part) for part in (seed, *name)).encode()
        self._at = 0
        self._words: list[int] = []

    def below(self, bound: int) -> int:
        """A whole number from 0 up to `bound` - 1."""
        if not self._words:
            block = blake2b(self._key + self._at.to_bytes(8, "big")).digest()
            self._words = [int.from_bytes(block[k : k + 8], "big") for k in range(0, 64, 8)]
            self._at += 1
        return self._words.pop() % bound

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of them, all equally likely."""
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred draws."""
        return self.below(100) < percent
