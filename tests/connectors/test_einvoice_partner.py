"""Our invoices at a real receiving partner: what it takes, what it refuses and who can fix it, what it already has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.support.einvoice_partner import PartnerLine, partner, validated
from tests.support.selling import ABROAD, WE, bill, line, postings
from tests.support.selling_sorts import every_sort
from tieout.core.claim.delivery import delivery_id
from tieout.core.outbox.action import Action, Done, Rejected, Unknown
from tieout.core.values import ids
from tieout.formats.ubl.write import write as write_ubl
from tieout.trade.documents import Invoice
from tieout.trade.issued import delivery_payload, issued
from tieout.trade.reject_reasons import reject_reason

TO = "peppol 0088:7300010000018"
XRECHNUNG_TO = f"{TO} (XRechnung)"
SORTS = every_sort()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with partner() as url:
        yield url


@pytest.fixture
def partner_line(address: str) -> PartnerLine:
    return PartnerLine(address)


def sending(invoice: Invoice, *, attempt: int = 1, number: str = "", to: str = TO) -> Action:
    invoice = replace(invoice, number=number or invoice.number)
    out = issued(invoice, postings(invoice), to=to)
    reference: UUID = delivery_id(ids.derive("posting", invoice.number), attempt)
    payload = delivery_payload(out, reference, to=to, claim=f"erp/customer_invoice/{invoice.number}@1", attempt=attempt)
    at = datetime(2026, 5, 4, tzinfo=UTC)
    return Action(id=reference, kind="deliver", claim="c", queue="delivery", payload=payload, due_at=at)


@pytest.mark.mission("DOM-DAR1")
@pytest.mark.parametrize("sort", SORTS)
def test_the_partner_takes_every_sort_of_invoice(partner_line: PartnerLine, sort: str) -> None:
    """DOM-DAR1: all fatal rules of EN 16931 and Peppol BIS Billing, by an implementation that is not ours."""
    act = sending(SORTS[sort], number=f"SORT-{list(SORTS).index(sort)}")
    (answer,) = partner_line.perform([act])
    assert isinstance(answer, Done), answer
    assert list(partner_line.find([act])) == [answer]


WARNED = {("prepayment", "xrechnung"): ["BR-DE-17"]}
"""A prepayment invoice has a type code that XRechnung advises against."""


@pytest.mark.parametrize("form", ["peppol", "xrechnung"])
@pytest.mark.parametrize("sort", SORTS)
def test_no_rule_of_peppol_and_xrechnung_fails_for_any_sort_of_invoice(address: str, sort: str, form: str) -> None:
    """Warnings are none either, but for what is named; the partner says which specification it took the document for."""
    invoice = issued(SORTS[sort], postings(SORTS[sort]), to=TO if form == "peppol" else XRECHNUNG_TO)
    report = validated(address, write_ubl(invoice))
    assert [finding["code"] for finding in report["findings"]] == WARNED.get((sort, form), [])
    assert (report["specification"], report["not_run"]) == (form, [])


def test_there_are_at_least_28_sorts_and_the_partner_would_say_what_is_wrong(address: str) -> None:
    assert len(SORTS) >= 28
    invoice = issued(SORTS["plain"], postings(SORTS["plain"]), to=XRECHNUNG_TO)
    mute = replace(invoice, supplier=replace(invoice.supplier, phone=""))
    assert [finding["code"] for finding in validated(address, write_ubl(mute))["findings"]] == ["BR-DE-6", "BR-DE-27"]


@pytest.mark.mission("S-21")
@pytest.mark.parametrize(
    ("broken", "code", "queue"),
    [
        (
            replace(
                bill(line("1", "1", "10.00"), customer_order="", number="BAD-1"), buyer_reference="", order_number=""
            ),
            "PEPPOL-EN16931-R003",
            "customer-service",
        ),
        (
            bill(
                line("1", "1", "10.00", tax=("AE", "0")),
                buyer=replace(ABROAD, identifiers=ABROAD.identifiers[:1]),
                number="BAD-2",
            ),
            "BR-AE-02",
            "tax",
        ),
        (
            replace(
                bill(line("1", "1", "10.00"), number="BAD-3"), supplier=replace(WE, contact="", phone="", email="")
            ),
            "DE-R-002",
            "integration",
        ),
    ],
    ids=["no order number", "no VAT id of the customer", "no contact of ours"],
)
def test_s21_a_rejection_by_the_partner_goes_to_the_queue_that_can_fix_it(
    partner_line: PartnerLine, broken: Invoice, code: str, queue: str
) -> None:
    (answer,) = partner_line.perform([sending(broken)])
    assert isinstance(answer, Rejected)
    assert answer.code == code
    assert reject_reason(answer.reason, answer.code).queue == queue
    assert partner_line.find([sending(broken)]) == [None]


def test_after_a_time_out_the_accepted_invoice_is_looked_up_and_not_sent_twice(partner_line: PartnerLine) -> None:
    act = sending(SORTS["plain"], number="SLOW-1")
    partner_line.mood = "silent"
    (answer,) = partner_line.perform([act])
    assert isinstance(answer, Unknown)
    partner_line.mood = "works"
    (answer_later,) = partner_line.find([act])
    assert isinstance(answer_later, Done)
    assert [one["number"] for one in partner_line.held()].count("SLOW-1") == 1


def test_with_the_customers_order_number_it_goes_through(partner_line: PartnerLine) -> None:
    bare = replace(SORTS["reverse charge"], customer_order="", buyer_reference="", order_number="", number="BAD-4")
    refused, taken = (
        partner_line.perform([sending(invoice, attempt=number)])[0]
        for number, invoice in enumerate((bare, replace(bare, customer_order="PO-9")), 1)
    )
    assert isinstance(refused, Rejected)
    assert isinstance(taken, Done)
    assert json.loads(sending(bare).payload)["attempt"] == 1
