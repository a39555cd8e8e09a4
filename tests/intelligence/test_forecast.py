"""S-23: intervals that hold what they promise, on cases that they have not seen."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction
from math import comb

import pytest

from tests.intelligence.made import AT, about, case, claim
from tieout.intelligence import forecast as forecasting
from tieout.intelligence.facts import CaseFact, ClaimFact
from tieout.intelligence.forecast import breaches, length, lengths
from tieout.intelligence.report import report


def drawn(dice: random.Random, number: int) -> list[Fraction]:
    """Lengths of a skewed law: most short, some very long."""
    return [Fraction(dice.lognormvariate(1.5, 1.0)) for _ in range(number)]


def test_nine_of_ten_unseen_cases_lie_in_the_interval() -> None:
    dice, inside, number = random.Random(1), 0, 2000
    for _ in range(number):
        interval = length(sorted(drawn(dice, 59)))
        assert interval is not None
        assert interval.high is not None
        inside += interval.low <= drawn(dice, 1)[0] <= interval.high
    assert 0.88 <= inside / number <= 0.92


def test_too_few_cases_say_nothing() -> None:
    assert length(sorted(drawn(random.Random(1), 18))) is None
    assert length(sorted(drawn(random.Random(1), 19))) is not None


def test_the_interval_of_breaches_holds_what_comes() -> None:
    """At least nine of ten, and not so wide that it says nothing: whole numbers cannot hit nine of ten exactly."""
    dice, inside, width, number = random.Random(2), 0, 0, 300
    for _ in range(number):
        past = {"AR-SHP-NOEVENT": sorted(drawn(dice, 30))}
        past[""] = past["AR-SHP-NOEVENT"]
        took, age = [hours for hours in drawn(dice, 80) if hours > 2][:40], 2
        waiting = [case("AR-SHP-NOEVENT", AT - timedelta(hours=age), due=8) for _ in took]
        forecast = breaches(waiting, past, at=AT)
        inside += forecast.low <= sum(hours > 8 for hours in took) <= forecast.high
        width += forecast.high - forecast.low
        assert forecast.low <= forecast.expected <= forecast.high
    assert 0.88 <= inside / number <= 0.97
    assert width / number < 18


def test_what_is_late_already_counts_whatever_was_usual() -> None:
    late = [case("AR-TAX-DIFF", AT - timedelta(hours=9), due=8)] * 3
    forecast = breaches(late, lengths([]), at=AT)
    assert (forecast.already, forecast.low, forecast.high, forecast.of) == (3, 3, 3, 3)


def test_without_history_the_interval_is_as_wide_as_can_be() -> None:
    forecast = breaches([case("AR-TAX-DIFF", AT, due=8)] * 4, lengths([]), at=AT)
    assert (forecast.low, forecast.high) == (0, 4)


@pytest.mark.parametrize("seed", range(40))
def test_a_part_is_never_beyond_the_whole(seed: int) -> None:
    """Any part of the open cases, forecast with the rates of all: mean, bounds and lateness are at most those of all."""
    dice = random.Random(seed)
    codes = ["AR-SHP-NOEVENT", "AR-TAX-DIFF", "AR-POD-MISS"]
    ended = [
        case(dice.choice(codes), AT - timedelta(days=40), float(drawn(dice, 1)[0])) for _ in range(dice.randint(0, 60))
    ]
    waiting = [
        case(dice.choice(codes), AT - timedelta(hours=dice.uniform(0, 12)), due=dice.uniform(1, 20))
        for _ in range(dice.randint(1, 40))
    ]
    every = [*ended, *waiting]
    whole = breaches(every, lengths(every), at=AT)
    for _ in range(5):
        part = dice.sample(waiting, dice.randint(0, len(waiting)))
        of_part = breaches(part, lengths(every), at=AT, among=every)
        assert (of_part.of, of_part.already) <= (whole.of, whole.already)
        assert of_part.low <= whole.low
        assert of_part.high <= whole.high
        assert of_part.expected <= whole.expected
    assert breaches(waiting, lengths(every), at=AT, among=every) == whole


def test_the_report_of_one_process_is_within_that_of_all() -> None:
    """The two pages that contradicted: few cases of one process, none ended, beside a process with a long history."""
    quick = [claim(f"q{k}", ("AR-SHP-NOEVENT", 0.0, 1.0)) for k in range(60)]
    slow = [
        ClaimFact(
            id=f"s{k}", about=about(process="payables"), received_at=AT,
            cases=(case("AR-TAX-DIFF", AT - timedelta(hours=2), of=about(process="payables"), due=9),),
        )
        for k in range(27)
    ]  # fmt: skip
    whole = report([*quick, *slow], since=AT - timedelta(days=90), at=AT).breaches
    part = report([*quick, *slow], since=AT - timedelta(days=90), at=AT, process="payables").breaches
    assert part.of == 27
    assert (part.low, part.high) <= (whole.low, whole.high)
    assert part.high <= whole.high


def exactly(groups: list[tuple[int, int, int]], level: Fraction) -> tuple[int, int]:
    """The interval of the sum of beta-binomial groups (number, missed, tried), by fractions and without any step."""
    spread = [Fraction(1)]
    for number, missed, tried in groups:
        alpha, beta = missed + Fraction(1, 2), tried - missed + Fraction(1, 2)
        chances = [
            Fraction(comb(number, k)) * _rising(alpha, k) * _rising(beta, number - k) / _rising(alpha + beta, number)
            for k in range(number + 1)
        ]
        together = [Fraction(0)] * (len(spread) + number)
        for k, left in enumerate(spread):
            for n, right in enumerate(chances):
                together[k + n] += left * right
        spread = together
    bounds = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        upto, at = Fraction(0), 0
        while (upto := upto + spread[at]) < share:
            at += 1
        bounds.append(at)
    return bounds[0], bounds[1]


def _rising(start: Fraction, steps: int) -> Fraction:
    product = Fraction(1)
    for k in range(steps):
        product *= start + k
    return product


def world(dice: random.Random, number: int) -> tuple[list[CaseFact], list[tuple[int, int, int]]]:
    """Open cases of two codes, each with a history of its own, and their groups."""
    cases, groups = [], []
    for code in ("AR-SHP-NOEVENT", "AR-TAX-DIFF"):
        tried = dice.randint(10, 30)
        missed = dice.randint(0, tried)
        cases += [case(code, AT - timedelta(days=9), 1.0 if k >= missed else 20.0) for k in range(tried)]
        of_code = number if code == "AR-TAX-DIFF" else dice.randint(1, number)
        cases += [case(code, AT - timedelta(minutes=30), due=8)] * of_code
        groups.append((of_code, missed, tried))
    return cases, groups


@pytest.mark.parametrize("seed", range(10))
def test_groups_are_added_up_exactly(seed: int) -> None:
    cases, groups = world(random.Random(seed), 25)
    forecast = breaches(cases, lengths(cases), at=AT)
    assert (forecast.low, forecast.high) == exactly(groups, forecast.level)


@pytest.mark.parametrize("seed", range(10))
def test_in_steps_the_interval_is_wider_by_a_step_a_code_at_most_and_never_narrower(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting, "_STEPS_MAX", 12)
    cases, groups = world(random.Random(seed), 40)
    step = -(-sum(number for number, _, _ in groups) // 12)
    assert step > 1
    forecast = breaches(cases, lengths(cases), at=AT)
    low, high = exactly(groups, forecast.level)
    assert low - 2 * step <= forecast.low <= low
    assert high <= forecast.high <= high + 2 * step
    part = breaches(cases[: len(cases) * 3 // 4], lengths(cases), at=AT, among=cases)
    assert (part.low, part.high) <= (forecast.low, forecast.high)
    assert part.high <= forecast.high


def test_ten_thousands_of_open_cases_are_forecast_at_all() -> None:
    """Their page never answered: every case was compared with every earlier one, and the spread was exact to the last of them."""
    dice = random.Random(3)
    ended = [case("AR-TAX-DIFF", AT - timedelta(days=9), float(hours)) for hours in drawn(dice, 20_000)]
    waiting = [case("AR-TAX-DIFF", AT - timedelta(minutes=dice.randint(1, 600)), due=12) for _ in range(20_000)]
    forecast = breaches([*ended, *waiting], lengths(ended), at=AT)
    assert forecast.of == 20_000
    assert forecast.low <= forecast.expected <= forecast.high
    assert 0 < forecast.high - forecast.low < 2_000
