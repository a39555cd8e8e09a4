"""S-23: intervals that hold what they promise, on cases that they have not seen."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction

import pytest

from tests.intelligence.made import AT, about, case, claim
from tieout.intelligence.facts import ClaimFact
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
