"""Whom letters about a claim go to, in all three processes: by the record of the other side, for the company of ours that asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tieout.app import packs
from tieout.core.documents.kind import Document
from tieout.core.tie_out.actions import Actions
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.trade.documents import Customer, Invoice, InvoiceTotals, Subscription, Supplier
from tieout.trade.documents.invoice import InvoiceKind

US = Party(name="We Ltd")
THEM = Party(
    name="Acme GmbH",
    country="DE",
    identifiers=(Identifier(scheme="ours", value="70012"), Identifier(scheme="vat", value="DE123456789")),
)
CUSTOMER = Customer(number="70012", name="Acme GmbH", country="DE", identifiers=THEM.identifiers[1:], language="de")


def actions(kind: str) -> Actions:
    return next(pack.actions for pack in packs() if kind in pack.claims)


def invoice(kind: InvoiceKind) -> Invoice:
    ours = kind not in {"invoice", "credit_note"}
    payable = Money.of("119.00", "EUR")
    return Invoice(
        kind=kind, number="I-1", issue_date=date(2026, 3, 2), currency="EUR", supplier=US if ours else THEM,
        buyer=THEM if ours else US, lines=(), totals=InvoiceTotals(payable=payable), entity="DE01", order_number="O-1",
    )  # fmt: skip


def addresses(kind: InvoiceKind, *masters: Document) -> list[str]:
    other = actions(kind).correspondence(invoice(kind), masters, company="DE01")
    assert bool(other.lacking) != bool(other.on_record), "either there is an address, or it says what is missing"
    return [address.value for address in other.on_record]


SELLING: list[InvoiceKind] = ["customer_invoice", "customer_credit_note", "billing_invoice", "billing_credit_note"]


@pytest.mark.parametrize("kind", SELLING)
def test_a_customer_is_written_to_where_its_invoices_go_or_where_its_record_says(kind: InvoiceKind) -> None:
    assert addresses(kind, replace(CUSTOMER, channel="email", address="in@acme.example")) == ["in@acme.example"]
    assert addresses(kind, replace(CUSTOMER, channel="email", address="in@acme.example", email="ap@acme.example")) == [
        "ap@acme.example",
        "in@acme.example",
    ]
    assert addresses(kind, replace(CUSTOMER, channel="peppol", address="0088:4012345000009")) == ["0088:4012345000009"]
    assert addresses(kind, replace(CUSTOMER, channel="portal", address="https://acme.example/in")) == []
    assert addresses(kind, replace(CUSTOMER, channel="print")) == []
    assert addresses(kind) == []


@pytest.mark.parametrize("kind", [*SELLING, "invoice", "credit_note"])
def test_a_record_of_another_company_or_of_the_other_sort_is_none(kind: InvoiceKind) -> None:
    customer = replace(CUSTOMER, email="ap@acme.example")
    supplier = Supplier(number="70012", name="Acme GmbH", identifiers=THEM.identifiers[1:], email="ar@acme.example")
    own, other = (supplier, customer) if kind in {"invoice", "credit_note"} else (customer, supplier)
    assert addresses(kind, own, other) == [own.email]
    assert addresses(kind, other) == []
    assert addresses(kind, replace(own, entity="DE02")) == []
    assert addresses(kind, replace(own, entity="DE01")) == [own.email]


def test_a_namesake_with_another_vat_id_is_another() -> None:
    namesake = Supplier(
        number="9", name="ACME GmbH", identifiers=(Identifier(scheme="vat", value="DE999999999"),), email="x@y.example"
    )
    assert addresses("invoice", namesake) == []
    assert addresses("invoice", replace(namesake, identifiers=())) == [], "our own number on the invoice is another"


@pytest.mark.parametrize("kind", [*SELLING, "invoice", "credit_note"])
def test_only_what_came_from_the_other_side_is_theirs_to_hear_of(kind: InvoiceKind) -> None:
    """A rejected document of ours never left: its customer is told nothing."""
    other = actions(kind).correspondence(invoice(kind), [replace(CUSTOMER, email="ap@acme.example")], company="DE01")
    assert other.sender == (kind not in SELLING)


def test_a_subscription_is_its_accounts_and_what_it_is_about_is_named() -> None:
    contract = Subscription(number="SUB-1", account="70012", currency="EUR", entity="DE01", lines=())
    other = actions("subscription").correspondence(
        contract, [replace(CUSTOMER, email="ap@acme.example")], company="DE01"
    )
    assert ([one.value for one in other.addresses], other.language, other.name) == (
        ["ap@acme.example"],
        "de",
        "Acme GmbH",
    )
    billed = actions("invoice").correspondence(invoice("invoice"), (), company="DE01")
    assert [str(value) for _, value in billed.about] == ["I-1", "2026-03-02", "119.00 EUR", "O-1"]
    assert (billed.name, billed.ours) == ("Acme GmbH", "We Ltd")
