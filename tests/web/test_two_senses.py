"""One English message has one meaning: where German has two words, English has two messages, each used in its own places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django import forms
from django.test import Client, override_settings

from tests.web import books
from tests.web.examples import Examples
from tests.web.selling import documents, invoice, run_invoice, sales_order
from tieout.app import kinds
from tieout.config.table import read
from tieout.core.access.authority import Authority
from tieout.core.access.role import BUILT_IN
from tieout.core.case.legal import require
from tieout.core.case.letters import Draft
from tieout.core.case.state import Case
from tieout.core.documents.kind import Document
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.trade.correspondence import correspondence_of
from tieout.trade.documents import AmendmentEffect, CarrierEvent, CreditStanding, DespatchAdvice, Invoice, Milestone
from tieout.web import column_names
from tieout.web.letter_fields import NOBODY, add_letter
from tieout.web.sheets import Sheet
from tieout.web.sheets import sheet as laid_out
from tieout.wording import owners, sentences
from tieout.wording.catalogue import text
from tieout.wording.chosen import written_in

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def german_pages() -> Iterator[None]:
    """The setting, read by the real middleware."""
    with override_settings(TIEOUT=read({"TIEOUT_LANGUAGE": "de"})):
        yield


@pytest.fixture
def german() -> Iterator[None]:
    """What is written outside a request."""
    with written_in("de"):
        yield


def sheet(document: Document) -> Sheet:
    return laid_out(document, kinds())


def columns(document: Document) -> list[str]:
    return [column.name for table in sheet(document).tables for column in table.columns]


def fields(document: Document) -> list[str]:
    return [name for name, _ in sheet(document).fields]


def roles(document: Document) -> list[str]:
    return [party.role for party in sheet(document).parties]


PLAIN: tuple[Document, ...] = (
    CarrierEvent(number="EV-1", shipment="SH-1", order_number="SO-1", status="in_transit", occurred_at=AT),
    CreditStanding(number="70001", as_of=AT, limit=Money.parse("5000.00 EUR"), receivables=None),
    AmendmentEffect(number="E-1", amendment="A-1", system="tax", state="done", occurred_at=AT),
    Milestone(number="M-1", order="SO-1"),
)
"""Documents of kinds without a layout of their own."""
SOLD = {document.kind: document for document in documents()}


def test_a_case_that_somebody_has_taken_is_taken_and_goods_are_signed_for(
    browser: Client, examples: Examples, german_pages: None
) -> None:
    page = browser.get(f"/cases/{examples.held}/").content.decode()
    assert "</span> Übernommen</span>" in page
    assert "Quittiert" not in page
    with written_in("de"):
        assert {"Quittiert", "Nicht quittiert"} <= set(columns(SOLD["delivery_proof"]))


def test_a_case_is_open_and_a_key_opens_it(browser: Client, examples: Examples, german_pages: None) -> None:
    case = Case(id=uuid4(), tenant="t", claim="c", cause="price", opened_at=AT, state="open")
    with pytest.raises(Refused) as refused:
        require(case, "record_answer", Authority())
    with written_in("de"):
        assert "(offen)" in sentences.sentence(refused.value.message)
    page = browser.get("/queue/").content.decode()
    assert len(re.findall(r"<kbd>Enter</kbd>(?:</dt><dd>| )öffnen", page)) == 2


def test_a_letter_goes_to_somebody_and_a_price_holds_to_a_day(german: None) -> None:
    form = forms.Form()
    add_letter(form, NOBODY, Draft(subject="s", text="t", lines=(), core=""))
    assert form.fields["to"].label == "Empfänger"
    assert text("To") == "Bis"
    assert text("To {name}", name="Brandt") == "An Brandt"


def test_a_buyer_is_a_person_here_and_a_company_on_documents(german: None) -> None:
    assert text(BUILT_IN["buyer"].name) == "Einkauf"
    assert owners.queue("buyer") == "Einkauf"
    assert column_names.column_name("buyer_name") == "Name des Käufers"
    ours, theirs = books.order().buyer, books.order().supplier
    despatch = DespatchAdvice(number="ASN-1", issue_date=AT.date(), supplier=theirs, buyer=ours, lines=())
    for document in (books.invoice(), books.order(), despatch):
        assert roles(document)[-1] == "Käufer"


def test_our_order_of_a_customer_is_no_order_of_ours(german: None) -> None:
    bought = books.invoice()
    assert "Kundenauftrag" not in (*fields(bought), *columns(bought))
    assert "Bestellung" in columns(bought)
    assert ("Kundenauftrag" in fields(invoice("R-1")), "Bestellung" in fields(invoice("R-1"))) == (True, False)
    for kind in ("shipment", "delivery_proof"):
        assert "Kundenauftrag" in columns(SOLD[kind])
        assert "Bestellung" not in (*fields(SOLD[kind]), *columns(SOLD[kind]))
    assert "Abonnement" in fields(run_invoice())
    assert "Kundenauftrag" not in (*fields(run_invoice()), *columns(run_invoice()))
    assert "Liefertermin" in columns(sales_order())


def test_a_letter_to_a_customer_names_the_sales_order_and_one_to_a_supplier_the_order(german: None) -> None:
    def named(document: Invoice) -> list[str]:
        return [text(label) for label, _ in correspondence_of(document, (), company="DE01").about]

    assert "Kundenauftrag" in named(replace(invoice("R-1"), order_number="SO-1"))
    assert "Bestellung" in named(replace(books.invoice(), order_number="4500017"))
    assert not {"Kundenauftrag", "Bestellung"} & set(named(replace(run_invoice(), order_number="SUB-1")))


@pytest.mark.parametrize(
    ("kind", "name", "no"),
    [
        ("carrier_event", "Kundenauftrag", "Bestellnummer"),
        ("credit_standing", "Kreditlimit", "Grenze"),
        ("amendment_effect", "Zu aktualisierendes System", "Quellsystem"),
        ("milestone", "Kundenauftrag oder Abonnement", "Bestellung"),
    ],
)
def test_a_document_without_a_layout_names_its_fields_in_its_own_sense(
    german: None, kind: str, name: str, no: str
) -> None:
    (document,) = [document for document in PLAIN if document.kind == kind]
    shown = fields(document)
    assert name in shown
    assert no not in shown
