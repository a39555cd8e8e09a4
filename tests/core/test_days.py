"""Days counted from a day: within all calendars the sum, beyond them their last or first day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.values.days import days_after


@given(st.dates(), st.integers(-(10**15), 10**15) | st.integers(-400, 400))
def test_it_is_the_sum_wherever_there_is_one(day: date, days: int) -> None:
    try:
        expected = day + timedelta(days=days)
    except OverflowError:
        expected = date.max if days > 0 else date.min
    assert days_after(day, days) == expected


@pytest.mark.parametrize(("day", "days"), [(date.max, 1), (date.max, 10**12)])
def test_what_has_no_end_has_none_later(day: date, days: int) -> None:
    assert days_after(day, days) == date.max
