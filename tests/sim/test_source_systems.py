"""Two source systems of one company with colliding numbers: each ties out as if it were alone, and takes nothing of the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import sisters
from tests.support.sisters import AT, Document, of, recorded, stands
from tieout.core.tie_out.dossier import RecordedDocument

PROCESSES = ("payables", "order_to_cash", "subscription_billing")
CLAIMS = frozenset({"invoice", "customer_invoice", "billing_invoice"})
MOVEMENTS = frozenset({"receipt", "shipment"})


@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_what_is_of_one_system_never_clears_or_uses_up_anything_of_the_other(process: str, data: st.DataObject) -> None:
    partners = data.draw(st.sampled_from((sisters.COMPANIES, ("DE01", "DE01"))))
    one, other = data.draw(st.composite(sisters.systems)(process, partners=partners))
    both = stands([*one.recorded_documents(), *other.recorded_documents()])
    assert of(one.name, both) == of(one.name, stands(one.recorded_documents()))
    assert of(other.name, both) == of(other.name, stands(other.recorded_documents()))


@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_an_invoice_that_came_by_mail_is_tied_out_with_its_own_order_or_with_none(
    process: str, data: st.DataObject
) -> None:
    """It names a number and no system: what its partner and its products leave open, a person answers."""
    partners = data.draw(st.sampled_from((sisters.COMPANIES, ("DE01", "DE01"))))
    one, other = data.draw(st.composite(sisters.systems)(process, partners=partners))
    door = data.draw(st.sampled_from(("file", "mailbox")))
    both = stands([*by_mail(door, one.recorded_documents()), *by_mail(door, other.recorded_documents())])
    for system in (one, other):
        alone = stands(by_mail(door, system.recorded_documents()))
        for key, (status, used) in alone.items():
            if both[key][0] == "clear":
                assert (status, used) == both[key]
            elif partners[0] != partners[1] and process == "payables":
                assert both[key] == (status, used), "the supplier says whose it is"


def by_mail(door: str, documents: Iterable[RecordedDocument[Document]]) -> list[RecordedDocument[Document]]:
    """The same documents, the invoices among them from a door that is no source system."""
    return [
        replace(one, key=f"{door}/{one.key.partition('/')[2]}") if one.document.kind in CLAIMS else one
        for one in documents
    ]


@pytest.mark.parametrize("process", ["payables", "order_to_cash"])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_what_a_warehouse_without_orders_reports_clears_nothing_where_it_may_be_the_others(
    process: str, data: st.DataObject
) -> None:
    one, other = data.draw(st.composite(sisters.systems)(process))
    documents = [*one.recorded_documents(), *other.recorded_documents()]
    before = stands(documents)
    moved = [document for document in one.documents if document.kind in MOVEMENTS]
    door = data.draw(st.sampled_from(("file", "wms")))
    after = stands([*documents, *(recorded(door, document) for document in moved)])
    for key, (status, used) in before.items():
        if status != "clear":
            assert after[key][0] != "clear"
        assert set(after[key][1]) <= set(used), "it uses up no more than before"


@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_the_order_in_which_the_systems_report_changes_nothing(process: str, data: st.DataObject) -> None:
    """The second system's order arrives after the first one's invoice was tied out: what it used up stays its own order's."""
    one, other = data.draw(st.composite(sisters.systems)(process))
    documents = [*one.recorded_documents(), *other.recorded_documents()]
    assert stands(data.draw(st.permutations(documents))) == stands(documents)
    assert all(document.recorded_at == AT for document in documents)
