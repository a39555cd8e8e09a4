"""How surprising a count is: the upper tail of the negative binomial (of Poisson, where the history varies no more), exact enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

_DIGITS: Final = 60
_MAD: Final = Decimal("1.4826")  # makes the median deviation of a bell curve its standard deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual: mean and variance of a count, the variance never below the mean."""

    mean: Decimal
    variance: Decimal

    def sigmas(self, count: int) -> Decimal:
        """How many standard deviations a count lies above the mean."""
        with localcontext() as context:
            context.prec = _DIGITS
            return (count - self.mean) / self.variance.sqrt()

    def tail(self, count: int) -> Decimal:
        """How likely so many or more are, between 0 and 1."""
        with localcontext() as context:
            context.prec = _DIGITS
            if count <= 0:
                return Decimal(1)
            probability = self._none()
            below = probability
            for k in range(count - 1):
                probability *= self._next(k)
                below += probability
            return min(max(1 - below, Decimal(0)), Decimal(1))

    def _size(self) -> Decimal | None:
        over = self.variance - self.mean
        return self.mean**2 / over if over > self.mean / 1000 else None

    def _none(self) -> Decimal:
        size = self._size()
        return (-self.mean).exp() if size is None else (size * (size / (size + self.mean)).ln()).exp()

    def _next(self, k: int) -> Decimal:
        size = self._size()
        if size is None:
            return self.mean / (k + 1)
        return (k + size) / (k + 1) * self.mean / (size + self.mean)


def usual(counts: Sequence[int]) -> Usual:
    """What is usual by earlier counts, of which a few may themselves have been spikes.

    The mean is of counts cut off at their nineteenth twentieth; the spread is Poisson's, or by the median deviation where
    that is wider. A history without a single event still leaves half an event to be expected in all of it.
    """
    assert counts, "no history"
    ordered = sorted(counts)
    cut = ordered[min(len(ordered) * 19 // 20, len(ordered) - 1)]
    cut_sum = sum(min(count, cut) for count in ordered) or Fraction(1, 2)
    mean = Decimal(Fraction(cut_sum).numerator) / Decimal(Fraction(cut_sum).denominator * len(ordered))
    middle = _median(ordered)
    deviation = _MAD * _median(sorted(abs(count - middle) for count in ordered))
    return Usual(mean=mean, variance=max(mean, deviation**2))


def _median(ordered: Sequence[int] | Sequence[Decimal]) -> Decimal:
    half = len(ordered) // 2
    if len(ordered) % 2:
        return Decimal(ordered[half])
    return (Decimal(ordered[half - 1]) + Decimal(ordered[half])) / 2
