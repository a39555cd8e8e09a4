"""Two companies of one tenant, each with its own system, with colliding numbers: each ties out as if it were alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import sisters
from tests.support.sisters import of, recorded, stands, unsaid

PROCESSES = ("payables", "order_to_cash", "subscription_billing")


@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_what_is_of_one_company_never_clears_or_uses_up_anything_of_the_other(
    process: str, data: st.DataObject
) -> None:
    one, other = data.draw(st.composite(sisters.companies)(process))
    both = stands([*one.recorded_documents(), *other.recorded_documents()])
    assert of(one.name, both) == of(one.name, stands(one.recorded_documents()))
    assert of(other.name, both) == of(other.name, stands(other.recorded_documents()))


@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_what_does_not_say_whose_it_is_clears_nothing_where_it_may_be_the_others(
    process: str, data: st.DataObject
) -> None:
    one, other = data.draw(st.composite(sisters.companies)(process))
    documents = [*one.recorded_documents(), *other.recorded_documents()]
    shared = [_numbers(company.documents) for company in (one, other)]
    before = stands(documents)
    unnamed = [document for document in unsaid(one.documents) if _about(document) in shared[0] & shared[1]]
    after = stands([*documents, *(recorded("nobody", document) for document in unnamed)])
    for key, (status, used) in before.items():
        if status != "clear":
            assert after[key][0] != "clear"
        assert set(after[key][1]) <= set(used), "it uses up no more than before"


def _numbers(documents: tuple[sisters.Document, ...]) -> set[str]:
    orders = {document.number for document in documents if document.kind in {"order", "sales_order"}}
    return orders | {document.number for document in documents if document.kind == "customer"}


def _about(document: sisters.Document) -> str:
    return getattr(document, "order_number", "") or getattr(document, "account", "")
