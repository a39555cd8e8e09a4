"""How long a case will take, and how many will miss their time: intervals out of what earlier cases took, without a model.

**One case.** Of n earlier lengths, the interval from the k-th smallest to the k-th largest holds the next one with
probability at least 1 − 2k / (n + 1), whatever their distribution is: nothing is assumed but that the next case is drawn like
the last ones.

**Breaches.** Of the earlier cases of a code that were open as long as an open case has been, some ended within its time and some
did not. How many of m open ones will not is beta-binomial: it carries the chance of each and the doubt about a rate that is
known from few cases only. Groups are added up exactly.

**A part of the whole** (one process) is forecast with the rates of the whole: the same earlier cases, the same rate for each code. The
sum of a part of such cases is never beyond the sum of all, in its mean and at every level, so two pages cannot contradict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from tieout.intelligence.delay import hours_of
from tieout.intelligence.facts import CaseFact

LEVEL: Final = Fraction(9, 10)
FEW: Final = 10
"""With fewer earlier cases of its own code, a case is judged by all."""
_GRAIN: Final = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `low` to `high`, both included, at a level; `high` None: no bound can be given."""

    low: Fraction
    high: Fraction | None
    level: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaches:
    """Of `of` open cases with a time limit, `already` have missed it; in the end `expected`, and at the level `low` to `high`."""

    of: int
    already: int
    expected: Fraction
    low: int
    high: int
    level: Fraction
    cases: tuple[str, ...]


def length(past: Sequence[Fraction], *, level: Fraction = LEVEL) -> Interval | None:
    """Between which lengths the next case will be, by sorted earlier lengths; None with too few to say anything."""
    outside = (1 - level) / 2 * (len(past) + 1)
    k = outside.numerator // outside.denominator
    if k < 1:
        return None
    return Interval(low=past[k - 1], high=past[len(past) - k], level=level)


def lengths(cases: Iterable[CaseFact]) -> dict[str, list[Fraction]]:
    """Hours that ended cases took, by code, sorted; under "" those of all codes."""
    ended: dict[str, list[timedelta]] = {"": []}
    for case in cases:
        if case.closed_at is not None:
            took = case.closed_at - case.opened_at
            ended.setdefault(case.code, []).append(took)
            ended[""].append(took)
    return {code: [hours_of(took) for took in sorted(spans)] for code, spans in ended.items()}


def breaches(
    cases: Iterable[CaseFact],
    past: Mapping[str, Sequence[Fraction]],
    *,
    at: datetime,
    level: Fraction = LEVEL,
    among: Iterable[CaseFact] | None = None,
) -> Breaches:
    """How many of the open cases will miss, or have missed, the time they are to be answered by.

    `among`: the cases of which these are a part (default: these are all), with `past` of them all.
    """
    timed = _timed(cases)
    already = sum(due <= at for _, due in timed)
    spread = [Fraction(1)]
    expected = Fraction(already)
    rates = _rates(timed if among is None else _timed(among), past, at=at)
    for code, count in sorted(Counter(case.code for case, due in timed if due > at).items()):
        tried, missed = rates[code]
        spread = _added(spread, _beta_binomial(count, missed, tried))
        expected += count * (missed + Fraction(1, 2)) / (tried + 1)
    return Breaches(
        of=len(timed),
        already=already,
        expected=expected,
        low=already + _at(spread, (1 - level) / 2),
        high=already + _at(spread, (1 + level) / 2),
        level=level,
        cases=tuple(case.id for case, _ in timed),
    )


def _timed(cases: Iterable[CaseFact]) -> list[tuple[CaseFact, datetime]]:
    return [(case, case.due_at) for case in cases if case.closed_at is None and case.due_at is not None]


def _rates(
    cases: Iterable[tuple[CaseFact, datetime]], past: Mapping[str, Sequence[Fraction]], *, at: datetime
) -> dict[str, tuple[int, int]]:
    """By code: earlier cases that were open as long as the open ones have been, and those of them that missed the time.

    The cases of a code differ in age and time left, so a code's rate is the mean of theirs and its doubt that of the fewest.
    """
    rates: dict[str, list[tuple[int, int]]] = {}
    for case, due in cases:
        if due <= at:
            continue
        own = past.get(case.code, ())
        earlier = own if len(own) >= FEW else past.get("", ())
        age, limit = hours_of(at - case.opened_at), hours_of(due - case.opened_at)
        tried = sum(1 for hours in earlier if hours > age)
        rates.setdefault(case.code, []).append((tried, sum(1 for hours in earlier if hours > limit)))
    rows = {}
    for code, of_code in rates.items():
        tried = min(count for count, _ in of_code)
        mean = sum((Fraction(missed, all_) if all_ else Fraction(1, 2) for all_, missed in of_code), Fraction(0))
        rows[code] = (tried, round(mean / len(of_code) * tried))
    return rows


def _beta_binomial(count: int, missed: int, tried: int) -> list[Fraction]:
    """The chances that 0 to `count` miss, where `missed` of `tried` did before, with half a case of doubt on either side."""
    alpha, beta = missed + Fraction(1, 2), tried - missed + Fraction(1, 2)
    chance = Fraction(1)
    for k in range(count):
        chance = chance * (beta + k) / (alpha + beta + k)
    chances = [chance]
    for k in range(count):
        chance = chance * (count - k) * (alpha + k) / ((k + 1) * (beta + count - k - 1))
        chances.append(chance)
    return [Fraction(round(exact * _GRAIN), _GRAIN) for exact in chances]


def _added(one: Sequence[Fraction], other: Sequence[Fraction]) -> list[Fraction]:
    together = [Fraction(0)] * (len(one) + len(other) - 1)
    for k, left in enumerate(one):
        for n, right in enumerate(other):
            together[k + n] += left * right
    return [Fraction(round(exact * _GRAIN), _GRAIN) for exact in together]


def _at(chances: Sequence[Fraction], share: Fraction) -> int:
    """The smallest number that is not exceeded with at least this chance."""
    upto = Fraction(0)
    for k, chance in enumerate(chances):
        upto += chance
        if upto >= share:
            return k
    return len(chances) - 1
