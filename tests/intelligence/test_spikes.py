"""S-23: a jump is named by the smallest part that explains it, and quiet days raise nothing."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from math import exp, factorial

import pytest

from tests.intelligence.made import AT, about, case, flow
from tieout.intelligence.spikes import ALPHA, spikes
from tieout.intelligence.tail import Usual, usual

QUIET = [
    (site, code, mean) for site in ("W1", "W2", "W3") for code, mean in (("AR-SHP-NOEVENT", 4.0), ("AR-TAX-DIFF", 2.0))
]


def jumped(extra: list[tuple[str, str, int]], *, seed: int = 7) -> list[str]:
    cases = flow(random.Random(seed), QUIET)
    for site, code, number in extra:
        cases += [case(code, AT - timedelta(minutes=5 + k), of=about(site=site)) for k in range(number)]
    return [alert.name for alert in spikes(cases, at=AT, days=30)]


@pytest.mark.mission("S-23")
def test_one_warehouse_on_one_feed_is_named_by_both_s_23() -> None:
    cases = flow(random.Random(7), QUIET)
    cases += [case("AR-SHP-NOEVENT", AT - timedelta(minutes=5 + k), of=about(site="W3")) for k in range(24)]
    (alert,) = spikes(cases, at=AT, days=30)
    assert alert.name == "W3 × carrier feed"
    assert alert.sigmas > 6
    assert len(alert.cases) == alert.count >= 24
    assert alert.pulse is not None
    assert (alert.pulse.source, alert.pulse.waiting >= 24) == ("carrier feed", True)


def test_a_warehouse_that_jumps_on_every_feed_is_named_alone() -> None:
    assert jumped([("W3", "AR-SHP-NOEVENT", 25), ("W3", "AR-TAX-DIFF", 25), ("W3", "AR-PRC-OVR", 25)]) == ["W3"]


def test_a_feed_that_jumps_everywhere_is_named_alone() -> None:
    assert jumped([(site, "AR-SHP-NOEVENT", 25) for site in ("W1", "W2", "W3")]) == ["carrier feed"]


def test_two_unrelated_jumps_are_two_alerts() -> None:
    assert sorted(jumped([("W3", "AR-SHP-NOEVENT", 30), ("W1", "AR-TAX-DIFF", 30)])) == [
        "W1 × tax engine",
        "W3 × carrier feed",
    ]


@pytest.mark.mission("EXC-10")
def test_policy_that_bites_is_no_spike_exc_10() -> None:
    assert jumped([("W3", "AR-CUST-RULE", 60)]) == []


def test_quiet_days_raise_no_alarm() -> None:
    """One false alarm in a thousand looks is promised; two hundred looks raise at most two."""
    assert sum(bool(jumped([], seed=seed)) for seed in range(200)) <= 2


def test_a_spike_in_the_history_does_not_hide_the_next() -> None:
    earlier = [3, 4, 5, 4] * 22 + [90, 80]
    assert usual(earlier).tail(24) < ALPHA / 20
    assert usual([3, 4, 5, 4] * 22).mean <= usual(earlier).mean < 5


@pytest.mark.parametrize(("mean", "count"), [(4, 0), (4, 1), (4, 9), (1, 5)])
def test_without_wildness_the_tail_is_poissons(mean: int, count: int) -> None:
    expected = 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(count))
    assert abs(float(Usual(mean=Decimal(mean), variance=Decimal(mean)).tail(count)) - expected) < 1e-12


def test_a_wild_history_makes_a_count_less_surprising() -> None:
    calm, wild = Usual(mean=Decimal(4), variance=Decimal(4)), Usual(mean=Decimal(4), variance=Decimal(16))
    assert wild.tail(16) > calm.tail(16) * 100
    assert wild.sigmas(16) == calm.sigmas(16) / 2


def test_a_part_that_holds_all_of_the_history_is_not_named() -> None:
    """Every customer is in retail: that says nothing, and W3 has one feed only: that says nothing either."""
    cases = [
        case("AR-SHP-NOEVENT", AT - timedelta(days=day, minutes=20), of=about(site=site, segment="retail"))
        for day in range(1, 31)
        for site in ("W1", "W2", "W3")
    ]
    cases += [
        case("AR-SHP-NOEVENT", AT - timedelta(minutes=k), of=about(site="W3", segment="retail")) for k in range(1, 13)
    ]
    (alert,) = spikes(cases, at=AT, days=30)
    assert alert.name == "W3"
    assert alert.pulse is not None
    assert alert.pulse.source == "carrier feed"
