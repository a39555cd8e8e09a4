"""Tolerance: three states and no blanks; what is measured, and against what, is always given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Combine = Literal["all", "any", "strictest"]
Basis = Literal["unit_price", "extended_value", "cumulative_value", "quantity", "value_days", "amount"]
ANY: Final = "any"
"""In place of a currency: the amount holds in whichever currency the claim is in. Meant for cents of rounding."""
UNSTATED: Final = "unstated"
"""In place of a currency: the policy was accepted before amounts needed one. As then, the amount counts in every currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A one-sided limit: an absolute amount (in the unit of what is measured), a percent of the expected value, or both.

    `currency` is that of `absolute`: `ANY` for every currency, "" for what is no money (or money whose currency nobody states).
    """

    absolute: Decimal | None = None
    percent: Decimal | None = None
    currency: str = ""

    def comparable(self, currency: str) -> bool:
        """Whether its absolute amount says anything about values in this currency ("" for values that are no money)."""
        return self.currency == currency or (self.currency in {ANY, UNSTATED} and bool(currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """`not_checked`, `zero` (no variance at all) or `limits`; `lower` is for variances in our favour."""

    state: Literal["not_checked", "zero", "limits"]
    basis: Basis
    upper: Limit = Limit()
    lower: Limit = Limit()
    combine: Combine = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How a value compares with its tolerance: `variance` = actual - expected; `side` over, under or none.

    `allowed` is the greatest variance (absolute, same unit) that would have passed on that side, None if unlimited.
    """

    within: bool
    side: Literal["over", "under", "none"]
    variance: Decimal
    allowed: Decimal | None
    limit: str


_EQUAL: Final = Assessment(within=True, side="none", variance=Decimal(0), allowed=Decimal(0), limit="0")


def assess(tolerance: Tolerance, *, expected: Decimal, actual: Decimal, currency: str = "") -> Assessment:
    """Compares an actual value with the expected one. Percentages are of the expected value's size.

    `currency` is that of both values; "" where they are no money. An absolute limit in another currency allows nothing.
    Signs are kept: for a credit both values are negative, and "over" still means that we would pay more (or get less).
    An expected value of zero has no percentage: only an absolute limit can allow a variance from it.
    """
    variance = actual - expected
    if not variance:
        return _EQUAL
    side: Literal["over", "under"] = "over" if variance > 0 else "under"
    if tolerance.state == "not_checked":
        return Assessment(within=True, side=side, variance=variance, allowed=None, limit="not checked")
    if tolerance.state == "zero":
        return Assessment(within=False, side=side, variance=variance, allowed=Decimal(0), limit="0")
    limit = tolerance.upper if side == "over" else tolerance.lower
    allowed = _allowed(limit, abs(expected), tolerance.combine, currency)
    return Assessment(
        within=allowed is None or abs(variance) <= allowed,
        side=side,
        variance=variance,
        allowed=allowed,
        limit=describe(limit, tolerance.combine, currency),
    )


def _allowed(limit: Limit, size: Decimal, combine: Combine, currency: str) -> Decimal | None:
    bounds = []
    if limit.absolute is not None:
        bounds.append(limit.absolute if limit.comparable(currency) else Decimal(0))
    if limit.percent is not None:
        bounds.append(size * limit.percent / 100)
    if not bounds:
        return Decimal(0)
    return max(bounds) if combine == "any" else min(bounds)


def describe(limit: Limit, combine: Combine, currency: str = "") -> str:
    """The limit in words: "2 % and 5.00 EUR", "2 % or 5.00 EUR", "the stricter of 2 % and 5.00 EUR".

    `currency` is that of the values that it limits: where it says nothing about those, its amount is named as one that is
    not in that currency.
    """
    parts = []
    if limit.percent is not None:
        parts.append(f"{limit.percent:f} %")
    if limit.absolute is not None:
        parts.append(_amount(limit, limit.absolute, currency))
    if len(parts) < 2:
        return parts[0] if parts else "0"
    joined = (" or " if combine == "any" else " and ").join(parts)
    return f"the stricter of {joined}" if combine == "strictest" else joined


def _amount(limit: Limit, absolute: Decimal, currency: str) -> str:
    own = {ANY: currency, UNSTATED: ""}.get(limit.currency, limit.currency)
    text = f"{absolute:f} {own}".strip()
    if not currency or limit.comparable(currency):
        return text
    return f"{text} (not comparable with {currency})"


def limit_over(tolerance: Tolerance, currency: str = "") -> str:
    """What a tolerance allows above the expected value in a currency ("" for what is no money), in words."""
    if tolerance.state == "limits":
        return describe(tolerance.upper, tolerance.combine, currency)
    return "not checked" if tolerance.state == "not_checked" else "0"
