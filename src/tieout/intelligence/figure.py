"""A figure: its value with numerator and denominator, how it is computed in words, and the ids that it was counted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal, TypeVar

from tieout.intelligence.delay import hours_of

Unit = Literal["share", "hours", "days", "count", "each"]
"""A share of 1, hours, days, a number of things, or so many for each of something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure. `value` None: nothing to measure yet. `p50` and `p90` belong to lengths of time.

    `numerator` and `denominator` are what the value was divided from; `behind` are the ids of `of` ("claim" or "case") that
    the numerator counts. `kpi` names the rows of the catalogue that it answers.
    """

    name: str
    title: str
    kpi: str
    unit: Unit
    meaning: str
    value: Fraction | None
    numerator: Fraction
    denominator: Fraction
    behind: tuple[str, ...] = ()
    of: Literal["claim", "case"] = "claim"
    p50: Fraction | None = None
    p90: Fraction | None = None
    currency: str = ""


Size = TypeVar("Size", Fraction, timedelta)


def quantile(sizes: Sequence[Size], share: Fraction) -> Size | None:
    """The smallest of the sorted sizes that at least `share` of them do not exceed; None for none."""
    if not sizes:
        return None
    rank = -(-share.numerator * len(sizes) // share.denominator)
    return sizes[min(max(rank, 1), len(sizes)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a figure is called, which rows of the catalogue it answers, and how it is computed."""

    name: str
    title: str
    kpi: str
    meaning: str


def ratio(
    named: Name,
    over: Iterable[str],
    of: int | Fraction,
    *,
    unit: Unit = "share",
    about: Literal["claim", "case"] = "claim",
) -> Figure:
    """So many of so many: the ids counted, and the number that they are a part of."""
    behind = tuple(over)
    return quotient(named, Fraction(len(behind)), Fraction(of), behind, unit=unit, about=about)


def quotient(
    named: Name,
    numerator: Fraction,
    denominator: Fraction,
    behind: tuple[str, ...] = (),
    *,
    unit: Unit = "each",
    about: Literal["claim", "case"] = "claim",
) -> Figure:
    """A sum over a sum; no value where the second is nothing."""
    return Figure(
        name=named.name,
        title=named.title,
        kpi=named.kpi,
        unit=unit,
        meaning=named.meaning,
        value=numerator / denominator if denominator else None,
        numerator=numerator,
        denominator=denominator,
        behind=behind,
        of=about,
    )


def spread(
    named: Name, lengths: Iterable[tuple[str, timedelta]], *, about: Literal["claim", "case"] = "claim"
) -> Figure:
    """Lengths of time in hours: the mean as the value, with the median and the 90th percentile."""
    spans = list(lengths)
    ordered = sorted(length for _, length in spans)
    whole = hours_of(sum(ordered, timedelta()))
    return Figure(
        name=named.name,
        title=named.title,
        kpi=named.kpi,
        unit="hours",
        meaning=named.meaning,
        value=whole / len(ordered) if ordered else None,
        numerator=whole,
        denominator=Fraction(len(ordered)),
        behind=tuple(id_ for id_, _ in spans),
        of=about,
        p50=_hours(quantile(ordered, Fraction(1, 2))),
        p90=_hours(quantile(ordered, Fraction(9, 10))),
    )


def _hours(length: timedelta | None) -> Fraction | None:
    return None if length is None else hours_of(length)
