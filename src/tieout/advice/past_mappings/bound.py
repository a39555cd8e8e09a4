"""An upper bound of an error rate, given the errors so far."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from functools import lru_cache
from math import comb
from typing import Final

_LEFT: Final = 0.05
_STEPS: Final = 50
_MANY: Final = 2_000


@lru_cache(maxsize=4096)
def error_bound(wrong: int, of: int) -> Decimal:
    """The greatest share of errors at which `wrong` or fewer of `of` would still come with 5 % (Clopper and Pearson).

    Rounded up to four decimals. Without any case it is 1. Beyond 2,000 cases the bound for 2,000 is used, which is
    slightly too high.
    """
    if of > _MANY:
        wrong, of = -(-wrong * _MANY // of), _MANY
    if wrong >= of:
        return Decimal(1)
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(wrong, of, middle) > _LEFT:
            low = middle
        else:
            high = middle
    return Decimal(high).quantize(Decimal("0.0001"), rounding=ROUND_UP)


def _at_most(wrong: int, of: int, share: float) -> float:
    """The probability that at most `wrong` of `of` cases are wrong."""
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(wrong + 1))
