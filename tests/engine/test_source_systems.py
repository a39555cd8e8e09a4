"""Two source systems of one company under colliding numbers, through the engine: each gets the verdicts that it would get alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.test_sister_companies import PROCESSES, stands
from tests.support import sisters
from tests.support.sisters import of


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_of_one_system_never_clears_or_uses_up_anything_of_the_other(process: str, data: st.DataObject) -> None:
    partners = data.draw(st.sampled_from((sisters.COMPANIES, ("DE01", "DE01"))))
    one, other = data.draw(st.composite(sisters.systems)(process, partners=partners))
    both = stands([one, other])
    assert of(one.name, both) == stands([one])
    assert of(other.name, both) == stands([other])
