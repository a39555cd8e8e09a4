"""S-24: the smallest set that explains four fifths of the delay, policy apart, and what fixing would save."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intelligence.made import AT, about, claim
from tieout.intelligence.concentration import concentration
from tieout.intelligence.delay import hours_of, pieces
from tieout.intelligence.facts import ClaimFact

CODES = ("AR-SHP-NOEVENT", "AR-CUST-RULE", "AR-TAX-DIFF", "AR-PRC-OVR")


def spread(*sizes: tuple[str, str, str, int]) -> list[ClaimFact]:
    return [
        claim(f"{k}", (code, 0, hours), of=about(site=site, segment=segment))
        for k, (site, segment, code, hours) in enumerate(sizes)
    ]


@pytest.mark.mission("S-24")
def test_the_largest_places_first_and_policy_apart_s_24() -> None:
    result = concentration(
        spread(
            ("W3", "retail", "AR-SHP-NOEVENT", 50),
            ("W1", "retail", "AR-CUST-RULE", 32),
            ("W1", "industry", "AR-TAX-DIFF", 10),
            ("W2", "industry", "AR-PRC-OVR", 8),
        ),
        at=AT,
    )
    assert [str(row.place) for row in result.rows] == ["W3 × retail × AR-SHP-NOEVENT", "W1 × retail × AR-CUST-RULE"]
    assert [row.upto for row in result.rows] == [Fraction(1, 2), Fraction(82, 100)]
    assert (result.policy, result.error, result.hours, result.places, result.proven) == (32, 68, 100, 4, True)
    errors = concentration(
        spread(("W3", "retail", "AR-SHP-NOEVENT", 50), ("W1", "retail", "AR-CUST-RULE", 32)), at=AT, wanted="error"
    )
    assert [row.place.driver for row in errors.rows] == ["error"]


def test_fixing_one_of_two_causes_saves_only_what_it_held_up_alone() -> None:
    both = [claim("1", ("AR-SHP-NOEVENT", 0, 10), ("AR-TAX-DIFF", 4, 10), of=about(site="W1"))]
    result = concentration(both, at=AT, share=Fraction(1))
    assert {row.place.rule: row.saved for row in result.rows} == {"AR-SHP-NOEVENT": 4, "AR-TAX-DIFF": 4}
    assert result.hours == 14


def test_without_delay_nothing_is_explained() -> None:
    assert concentration([claim("1")], at=AT).rows == ()


delayed = st.lists(
    st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 20), st.integers(1, 30)), min_size=1, max_size=3),
    min_size=1,
    max_size=7,
)


@given(delayed)
def test_it_explains_the_share_and_is_smallest_where_it_says_so(drawn: list[list[tuple[str, int, int]]]) -> None:
    claims = [claim(f"{k}", *cases, of=about(site=f"W{k % 3}")) for k, cases in enumerate(drawn)]
    result = concentration(claims, at=AT)
    whole = sum(
        (hours_of(piece.until - piece.since) for claimed in claims for piece in pieces(claimed, at=AT)), Fraction(0)
    )
    assert result.hours == whole == result.policy + result.error
    assert result.rows[-1].upto >= Fraction(4, 5)
    assert result.rows[-1].upto == sum((row.added for row in result.rows), Fraction(0)) / whole
    places = {
        (claimed.about.site, code): set()
        for claimed in claims
        for piece in pieces(claimed, at=AT)
        for code, _ in piece.cells
    }
    hours: dict[tuple[int, int], Fraction] = {}
    for n, claimed in enumerate(claims):
        for k, piece in enumerate(pieces(claimed, at=AT)):
            hours[n, k] = hours_of(piece.until - piece.since)
            for code, _ in piece.cells:
                places[claimed.about.site, code].add((n, k))
    best = next(
        size
        for size in range(1, len(places) + 1)
        if any(
            sum((hours[hour] for hour in set().union(*some)), Fraction(0)) >= whole * Fraction(4, 5)
            for some in combinations(places.values(), size)
        )
    )
    assert len(result.rows) >= best
    assert not result.proven or len(result.rows) == best
