"""Events and states as they are stored: every one comes back as it was; older shapes are read as today's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.strategies  # noqa: F401  teaches how to build the kernel's values
from tests.core.case.lives import APPROVER, CLEAR, SHORT, Life
from tieout.core.case.commands import Resolve
from tieout.core.case.events import Noted
from tieout.core.case.legal import _WRITES
from tieout.core.case.state import Case
from tieout.core.case.upcast import CASE_EVENTS, CLAIM_EVENTS, EVENT_TYPES, type_of, upcast
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Rejected
from tieout.core.values.errors import Malformed
from tieout.formats import canonical_json


@pytest.mark.parametrize("name", EVENT_TYPES)
@settings(max_examples=1, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_every_event_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    event = data.draw(st.from_type(EVENT_TYPES[name]))
    assert canonical_json.decode_as(type_of(name), canonical_json.encode(event)) == event


def test_states_come_back_as_they_were() -> None:
    life = Life()
    life.judged(SHORT)
    life.commanded(Resolve(resolution="short_pay", note="agreed"), APPROVER)
    life.judged(CLEAR)
    life.answered(Rejected(reason="closed"))
    for case in life.cases.values():
        assert canonical_json.decode_as(Case, canonical_json.encode(case)) == case
    assert canonical_json.decode_as(ClaimState, canonical_json.encode(life.claim)) == life.claim


def test_every_event_has_a_name_of_its_own_and_a_place_in_the_table() -> None:
    assert len(EVENT_TYPES) == len(CLAIM_EVENTS) + len(CASE_EVENTS)
    assert set(_WRITES) == set(CASE_EVENTS) - {"CaseOpened"}


def test_old_shapes_are_led_on_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Noted, "version", 3)
    steps = {
        ("Noted", 1): lambda fields: {"words": fields["text"]},
        ("Noted", 2): lambda fields: {"text": fields["words"]},
    }
    assert upcast("Noted", 1, {"text": "x"}, steps=steps) == {"text": "x"}
    assert upcast("Noted", 2, {"words": "x"}, steps=steps) == {"text": "x"}
    assert upcast("Noted", 3, {"text": "x"}, steps=steps) == {"text": "x"}
    with pytest.raises(Malformed, match="there is no migration"):
        upcast("Noted", 1, {"text": "x"}, steps={})


def test_what_nobody_wrote_is_refused() -> None:
    with pytest.raises(Malformed, match="not an event"):
        type_of("Nonsense")
    with pytest.raises(Malformed, match="version 2"):
        upcast("Noted", 2, {})


def test_a_second_opening_changes_nothing() -> None:
    from tieout.core.case.evolve import evolve, fold

    life = Life()
    life.judged(SHORT)
    log = life.case_logs[str(life.case().id)]
    assert evolve(life.case(), log[0]) == life.case()
    assert fold([]) is None
    with pytest.raises(AssertionError, match="before CaseOpened"):
        evolve(None, log[1])
    assert replace(life.case()) == life.case()


@pytest.mark.parametrize(
    ("before", "today"),
    [
        ("SupplierAsked", "CounterpartyAsked"),
        ("SupplierTold", "CounterpartyInformed"),
        ("SupplierAnswered", "CounterpartyAnswered"),
        ("SupplierSilent", "CounterpartySilent"),
    ],
)
def test_events_stored_under_a_former_name_are_read(before: str, today: str) -> None:
    assert type_of(before) is EVENT_TYPES[today]
    assert before not in EVENT_TYPES
    assert upcast(before, 1, {"message_ids": []}) == {"message_ids": []}
    with pytest.raises(Malformed, match="version 2"):
        upcast(before, 2, {})


def test_a_claim_that_came_under_the_release_before_still_has_its_other_side() -> None:
    before = {"key": "erp/invoice/1@1", "supplier": "4711"}
    assert upcast("ClaimReceived", 1, before) == {"key": "erp/invoice/1@1", "counterparty": "4711"}
