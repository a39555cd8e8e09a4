"""Tolerances at their limits: at, a cent above, zero, negative, credit; all, any, strictest."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.policy.tolerance import Combine, Limit, Tolerance, assess

D = Decimal


def limits(upper: Limit = Limit(), lower: Limit = Limit(), combine: Combine = "all") -> Tolerance:
    return Tolerance(state="limits", basis="unit_price", upper=upper, lower=lower, combine=combine)


@pytest.mark.parametrize(
    ("tolerance", "expected", "actual", "within"),
    [
        (limits(Limit(percent=D(2))), "10.00", "10.20", True),
        (limits(Limit(percent=D(2))), "10.00", "10.21", False),
        (limits(Limit(absolute=D("0.50"))), "10.00", "10.50", True),
        (limits(Limit(absolute=D("0.50"))), "10.00", "10.51", False),
        (limits(Limit(percent=D(10), absolute=D(5)), combine="all"), "100", "105", True),
        (limits(Limit(percent=D(10), absolute=D(5)), combine="all"), "100", "105.01", False),
        (limits(Limit(percent=D(10), absolute=D(5)), combine="strictest"), "100", "105.01", False),
        (limits(Limit(percent=D(10), absolute=D(5)), combine="any"), "100", "110", True),
        (limits(Limit(percent=D(10), absolute=D(5)), combine="any"), "100", "110.01", False),
        (limits(Limit(percent=D(10))), "10", "9.99", False),
        (limits(lower=Limit(percent=D(10))), "10", "9.00", True),
        (limits(lower=Limit(percent=D(10))), "10", "8.99", False),
        (limits(lower=Limit(percent=D(10))), "10", "10.01", False),
        (limits(Limit(percent=D(50))), "0", "0.01", False),
        (limits(Limit(percent=D(50), absolute=D(1)), combine="any"), "0", "0.01", True),
        (limits(Limit(percent=D(10))), "-100", "-90", True),
        (limits(Limit(percent=D(10))), "-100", "-89.99", False),
        (Tolerance(state="zero", basis="quantity"), "10", "10.00", True),
        (Tolerance(state="zero", basis="quantity"), "10", "10.0001", False),
        (Tolerance(state="not_checked", basis="quantity"), "10", "1000000", True),
    ],
)
def test_limits(tolerance: Tolerance, expected: str, actual: str, within: bool) -> None:
    assert assess(tolerance, expected=D(expected), actual=D(actual)).within is within


def test_a_credit_that_gives_back_less_is_over() -> None:
    assessment = assess(limits(), expected=D(-100), actual=D(-90))
    assert (assessment.side, assessment.variance, assessment.within) == ("over", D(10), False)


@given(
    st.decimals("-10000", "10000", places=2),
    st.decimals("-10000", "10000", places=2),
    st.decimals("0", "50", places=1),
    st.decimals("0", "500", places=2),
)
def test_any_allows_whatever_all_allows_and_equal_always_passes(
    expected: Decimal, actual: Decimal, percent: Decimal, absolute: Decimal
) -> None:
    both = Limit(percent=percent, absolute=absolute)
    strict = assess(limits(both, both, "all"), expected=expected, actual=actual)
    loose = assess(limits(both, both, "any"), expected=expected, actual=actual)
    assert loose.within or not strict.within
    assert assess(limits(both, both), expected=actual, actual=actual).within
    assert strict.variance == actual - expected
    if strict.allowed is not None and strict.side != "none":
        assert strict.within == (abs(strict.variance) <= strict.allowed)


@pytest.mark.parametrize(
    ("limit", "combine", "currency", "within", "words"),
    [
        (Limit(absolute=D(5), currency="EUR"), "all", "EUR", True, "5 EUR"),
        (Limit(absolute=D(5), currency="EUR"), "all", "KWD", False, "5 EUR (not comparable with KWD)"),
        (Limit(absolute=D(5), currency="EUR"), "all", "", False, "5 EUR"),
        (Limit(absolute=D(5), currency="any"), "all", "KWD", True, "5 KWD"),
        (Limit(absolute=D(5), currency="any"), "all", "", False, "5"),
        (Limit(absolute=D(5)), "all", "", True, "5"),
        (Limit(absolute=D(5)), "all", "EUR", False, "5 (not comparable with EUR)"),
        (
            Limit(absolute=D(5), percent=D(10), currency="EUR"),
            "any",
            "KWD",
            True,
            "10 % or 5 EUR (not comparable with KWD)",
        ),
        (
            Limit(absolute=D(5), percent=D(10), currency="EUR"),
            "strictest",
            "KWD",
            False,
            "the stricter of 10 % and 5 EUR (not comparable with KWD)",
        ),
        (Limit(percent=D(10)), "all", "KWD", True, "10 %"),
    ],
)
def test_an_amount_says_nothing_about_values_in_another_currency(limit, combine, currency, within, words):
    """A variance of 3 from 100: within 5 and within 10 %."""
    met = assess(limits(limit, limit, combine), expected=D(100), actual=D(103), currency=currency)
    assert (met.within, met.limit) == (within, words)
    assert assess(limits(limit, limit, combine), expected=D(100), actual=D(97), currency=currency).within == within
