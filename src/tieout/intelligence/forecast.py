"""How long a case will take, and how many will miss their time: intervals out of what earlier cases took, without a model.

**One case.** Of n earlier lengths, the interval from the k-th smallest to the k-th largest holds the next one with
probability at least 1 − 2k / (n + 1), whatever their distribution is: nothing is assumed but that the next case is drawn like
the last ones.

**Breaches.** Of the earlier cases of a code that were open as long as an open case has been, some ended within its time and some
did not. How many of m open ones will not is beta-binomial: it carries the chance of each and the doubt about a rate that is
known from few cases only. Groups are added up exactly, up to 512 open cases; with more the sums are kept in 512 steps, rounded down for the
lower bound and up for the upper one: the interval is wider by at most a step a code, and never narrower than it should be.

**A part of the whole** (one process) is forecast with the rates of the whole: the same earlier cases, the same rate for each code. The
sum of a part of such cases is never beyond the sum of all, in its mean and at every level, so two pages cannot contradict.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

from tieout.intelligence.delay import hours_of
from tieout.intelligence.facts import CaseFact

LEVEL: Final = Fraction(9, 10)
FEW: Final = 10
"""With fewer earlier cases of its own code, a case is judged by all."""
_GRAIN: Final = 10**12
_STEPS_MAX: Final = 512
_TICK: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1) // _TICK
_EXACTLY: Final = Context(prec=40, Emin=-(10**9), Emax=10**9)


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
    timed, all_timed = _timed(cases), _timed(cases if among is None else among)
    already = sum(due <= at for _, due in timed)
    # The step of the whole, for its parts too: else a part's bound, which is rounded less, could be beyond it.
    step = max(1, -(-sum(due > at for _, due in all_timed) // _STEPS_MAX))
    few, many, expected = [_GRAIN], [_GRAIN], Fraction(already)
    rates = _rates(all_timed, past, at=at)
    counts = Counter(case.code for case, due in timed if due > at)
    for code, count in sorted(counts.items()):
        tried, missed = rates[code]
        chances = _beta_binomial(count, missed, tried)
        few = _added(few, _stepped(chances, lambda number: number // step))
        many = _added(many, _stepped(chances, lambda number: -(-number // step)))
        expected += count * (missed + Fraction(1, 2)) / (tried + 1)
    return Breaches(
        of=len(timed),
        already=already,
        expected=expected,
        low=already + step * _at(few, (1 - level) / 2),
        high=already + min(counts.total(), step * _at(many, (1 + level) / 2)),
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
    ended = {code: [math.ceil(hours * _HOUR) for hours in spans] for code, spans in past.items()}
    for case, due in cases:
        if due <= at:
            continue
        own = ended.get(case.code, ())
        earlier = own if len(own) >= FEW else ended.get("", ())
        tried, missed = (
            len(earlier) - bisect_right(earlier, span // _TICK) for span in (at - case.opened_at, due - case.opened_at)
        )
        rates.setdefault(case.code, []).append((tried, missed))
    rows = {}
    for code, of_code in rates.items():
        tried = min(count for count, _ in of_code)
        shares = sum(round(Fraction(missed * _GRAIN, all_)) if all_ else _GRAIN // 2 for all_, missed in of_code)
        rows[code] = (tried, round(Fraction(shares * tried, len(of_code) * _GRAIN)))
    return rows


def _beta_binomial(count: int, missed: int, tried: int) -> list[int]:
    """The chances that 0 to `count` miss, of 10^12, where `missed` of `tried` did before, with half a case of doubt on either side."""
    alpha, beta = 2 * missed + 1, 2 * (tried - missed) + 1  # in half cases
    with localcontext(_EXACTLY):
        weights = [Decimal(1)]  # of the first, so that none is too small to be kept
        for k in range(count):
            weights.append(weights[-1] * ((count - k) * (alpha + 2 * k)) / ((k + 1) * (beta + 2 * (count - k - 1))))
        whole = sum(weights)
        return [int((weight * _GRAIN / whole).to_integral_value(ROUND_HALF_EVEN)) for weight in weights]


def _stepped(chances: Sequence[int], step_of: Callable[[int], int]) -> list[int]:
    """The chances of the steps."""
    steps = [0] * (step_of(len(chances) - 1) + 1)
    for number, chance in enumerate(chances):
        steps[step_of(number)] += chance
    return steps


def _added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """The chances of the sums, of 10^12."""
    together = [0] * (len(one) + len(other) - 1)
    for k, left in enumerate(one):
        if left:
            for n, right in enumerate(other):
                together[k + n] += left * right
    return [(chance + _GRAIN // 2) // _GRAIN for chance in together]


def _at(chances: Sequence[int], share: Fraction) -> int:
    """The smallest number that is not exceeded with at least this chance."""
    upto = 0
    for k, chance in enumerate(chances):
        upto += chance
        if upto * share.denominator >= share.numerator * _GRAIN:
            return k
    return len(chances) - 1
