"""What is found before release is what the receiving side would refuse, and nothing else: both asked of the same invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.einvoice_partner import partner, validated
from tests.support.selling import ABROAD, THEY, WE, bill, line, postings
from tests.support.selling_sorts import every_sort
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier
from tieout.formats.ubl.write import write as write_ubl
from tieout.scenario.sample_billing import bills
from tieout.scenario.sample_sales import sales
from tieout.trade.customer_terms import delivery_to
from tieout.trade.documents import Customer, DirectDebit, Invoice, PaymentCard
from tieout.trade.issued import issued
from tieout.trade.sendable import lacks

ADDRESS = "0088:7300010000018"
PEPPOL, XRECHNUNG = f"peppol {ADDRESS}", f"peppol {ADDRESS} (XRechnung)"
HOME, AWAY = bill(line("1", "1", "10.00")), bill(line("1", "1", "10.00"), buyer=ABROAD)
Change = Callable[[Invoice], Invoice]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with partner() as url:
        yield url


def of_seller(**changed: Any) -> Change:
    return lambda invoice: replace(invoice, supplier=replace(invoice.supplier, **changed))


def of_buyer(**changed: Any) -> Change:
    return lambda invoice: replace(invoice, buyer=replace(invoice.buyer, **changed))


def of_invoice(**changed: Any) -> Change:
    return lambda invoice: replace(invoice, **changed)


VAT = WE.identifiers[:1]
SEPA = Identifier(scheme="SEPA", value="DE98ZZZ09999999999")


def debited(*, mandate: str = "M-1", account: str = "DE02120300000000202051", creditor: bool = True) -> Change:
    """The invoice as one that we collect by direct debit."""

    def change(invoice: Invoice) -> Invoice:
        ids = (SEPA, *invoice.supplier.identifiers) if creditor else invoice.supplier.identifiers
        debit = DirectDebit(mandate=mandate, account=account) if mandate or account else None
        seller = replace(invoice.supplier, identifiers=ids)
        return replace(invoice, payment_means=("59",), direct_debit=debit, supplier=seller)

    return change


CHANGES: dict[str, tuple[Change, str]] = {
    "a direct debit": (debited(), ""),
    "no mandate": (debited(mandate=""), "BIL-READY-REF"),
    "neither mandate nor account": (debited(mandate="", account=""), "BIL-READY-REF"),
    "no account to debit": (debited(account=""), "BIL-READY-REF"),
    "no creditor's number of ours": (debited(creditor=False), "BIL-READY-SELL"),
    "a card that is named": (
        of_invoice(payment_means=("54",), card=PaymentCard(number="1111")),
        "",
    ),
    "a card that nobody names": (of_invoice(payment_means=("48",)), "BIL-READY-REF"),
    "nothing": (of_invoice(), ""),
    "no address of ours": (of_seller(identifiers=VAT), "BIL-READY-SELL"),
    "blanks for an address of ours": (
        of_seller(identifiers=(*VAT, Identifier(scheme="0088", value="  "))),
        "BIL-READY-SELL",
    ),
    "an address of ours with a wrong check digit": (
        of_seller(identifiers=(*VAT, Identifier(scheme="0088", value="7300010000002"))),
        "BIL-READY-SELL",
    ),
    "nobody to ask": (of_seller(contact=""), "BIL-READY-SELL"),
    "no telephone": (of_seller(phone=""), "BIL-READY-SELL"),
    "two digits of a telephone": (of_seller(phone="+4 9"), "BIL-READY-SELL"),
    "three digits of a telephone": (of_seller(phone="110"), ""),
    "no mail": (of_seller(email=""), "BIL-READY-SELL"),
    "half a mail": (of_seller(email="invoices@"), "BIL-READY-SELL"),
    "no city of ours": (of_seller(city=""), "BIL-READY-SELL"),
    "no postcode of ours": (of_seller(postcode=""), "BIL-READY-SELL"),
    "no street of ours": (of_seller(street=""), ""),
    "no city of theirs": (of_buyer(city=""), "BIL-READY-ADDR"),
    "no postcode of theirs": (of_buyer(postcode=" "), "BIL-READY-ADDR"),
    "no street of theirs": (of_buyer(street=""), ""),
    "neither reference nor order": (
        of_invoice(buyer_reference="", customer_order="", order_number=""),
        "BIL-READY-REF",
    ),
    "an order and no reference": (of_invoice(buyer_reference=""), "BIL-READY-REF"),
    "a reference and no order": (of_invoice(customer_order="", order_number=""), ""),
    "blanks for a reference": (of_invoice(buyer_reference=" \t"), "BIL-READY-REF"),
}
ABROAD_ENOUGH = {
    name
    for name in CHANGES
    if name.startswith(
        (
            "nobody",
            "no telephone",
            "two digits",
            "no mail",
            "half",
            "no city",
            "no postcode",
            "an order",
            "blanks for a ref",
            "no account to",
            "no creditor",
            "a card that nobody",
        )
    )
}
"""What German rules alone demand: Peppol asks it only where both are in Germany.

The partner's rules of XRechnung leave out those that XRechnung has taken over from Peppol, of the electronic addresses."""


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(("to", "invoice"), [(PEPPOL, HOME), (PEPPOL, AWAY), (XRECHNUNG, HOME), (XRECHNUNG, AWAY)])
def test_a_lack_is_found_exactly_where_the_receiving_side_refuses(
    address: str, name: str, to: str, invoice: Invoice
) -> None:
    change, code = CHANGES[name]
    changed = change(invoice)
    wanted = "" if name in ABROAD_ENOUGH and (to, invoice) == (PEPPOL, AWAY) else code
    assert {lack.code for lack in lacks(changed, to)} == ({wanted} if wanted else set())
    report = validated(address, write_ubl(issued(changed, postings(changed), to=to)))
    assert [
        one["code"] for one in report["findings"] if one["level"] == "fatal" or "R040" in one["code"]
    ] == [] or wanted
    of_peppol = "address of ours" in name or name == "no mandate"
    assert report["findings"] or not wanted or (to == XRECHNUNG and of_peppol)


@pytest.mark.parametrize("to", ["", "none", "print", "portal", "email ap@kunde.example"])
@pytest.mark.parametrize("name", CHANGES)
def test_other_channels_want_nothing_more(name: str, to: str) -> None:
    assert list(lacks(CHANGES[name][0](HOME), to)) == []


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("peppol", "BIL-READY-ADDR"),
        ("peppol 0088:", "BIL-READY-ADDR"),
        ("peppol 7300010000018", "BIL-READY-ADDR"),
        ("peppol 0088:7300010000019", "BIL-READY-ADDR"),
        ("peppol 0088:730001000001", "BIL-READY-ADDR"),
        ("peppol 0204:991-1234567-06", ""),
        ("email ap@kunde.example (XRechnung)", ""),
        ("portal (XRechnung)", "BIL-READY-ADDR"),
        ("portal 0204:991-1234567-06 (XRechnung)", ""),
        ("portal https://invoices.example (XRechnung)", "BIL-READY-ADDR"),
    ],
)
def test_the_customers_address_is_one_that_its_network_knows(to: str, code: str) -> None:
    assert [lack.code for lack in lacks(HOME, to)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("currency", "stated", "found"),
    [
        ("", None, False),
        ("EUR", None, False),
        ("CHF", None, True),
        ("CHF", Money.of("1.85", "CHF"), False),
        ("CHF", Money.zero("CHF"), False),
        ("CHF", Money.of("1.85", "SEK"), True),
    ],
)
@pytest.mark.parametrize("kind", ["customer_invoice", "customer_credit_note", "billing_invoice"])
def test_a_tax_currency_goes_out_with_its_amount_or_not_at_all(
    kind: Any, currency: str, stated: Money | None, found: bool
) -> None:
    totals = replace(HOME.totals, accounted=stated)
    invoice = replace(HOME, kind=kind, tax_currency=currency, totals=totals)
    assert [lack.code for lack in lacks(invoice, "print")] == (["BIL-READY-TAX"] if found else [])


def test_what_is_outside_the_scope_of_vat_stands_alone() -> None:
    mixed = bill(line("1", "1", "10.00"), line("2", "1", "10.00", tax=("O", None)))
    assert [lack.code for lack in lacks(mixed, PEPPOL)] == ["BIL-READY-TAX"]


@pytest.mark.parametrize("sort", every_sort())
def test_no_sort_of_invoice_lacks_anything(sort: str) -> None:
    for to in (PEPPOL, XRECHNUNG, "print"):
        assert list(lacks(every_sort()[sort], to)) == []


def customer(**given: Any) -> Customer:
    return Customer(number="C-100", name=THEY.name, channel="peppol", address=ADDRESS, **given)


@pytest.mark.parametrize(
    ("given", "order", "to"),
    [
        ({}, "", PEPPOL),
        ({"buyer_reference": "991-1"}, "", f"{PEPPOL} (BT-10 991-1)"),
        ({"form": "xrechnung", "buyer_reference": "991-1"}, "PO-1", f"{PEPPOL} (XRechnung; BT-10 991-1; BT-13 PO-1)"),
        ({"form": "xrechnung"}, "", XRECHNUNG),
        ({"buyer_reference": "a (b); c"}, "", f"{PEPPOL} (BT-10 a b c)"),
    ],
)
def test_what_the_customers_record_and_the_order_say_stands_on_the_invoice(
    given: dict[str, Any], order: str, to: str
) -> None:
    bare = replace(HOME, buyer_reference="", customer_order="")
    assert delivery_to(customer(**given), bare, customer_order=order) == to
    sent = issued(bare, postings(bare), to=to)
    reference = given.get("buyer_reference", "")
    assert (sent.buyer_reference, sent.customer_order) == ("a b c" if "(" in reference else reference, order)
    assert sent.buyer.identifiers[-1] == Identifier(scheme="0088", value="7300010000018")
    assert ("xrechnung_3.0" in sent.profile) is ("form" in given)


def test_what_the_invoice_names_itself_stays() -> None:
    assert delivery_to(customer(buyer_reference="other"), HOME, customer_order="PO-other") == PEPPOL


def test_every_document_of_the_demo_passes_the_rules_of_peppol(address: str) -> None:
    at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    sold = [(sale.invoice, sale.customer) for sale in sales(7, 60, at=at) if sale.invoice is not None]
    billed = [(one.invoice, replace(one.customer, channel="peppol", address=ADDRESS)) for one in bills(7, 40, at=at)]
    for invoice, who in [*sold, *((one, replace(who, buyer_reference="Purchasing")) for one, who in billed)]:
        to = delivery_to(who, invoice)
        assert list(lacks(invoice, to)) == []
        report = validated(address, write_ubl(issued(invoice, postings(invoice), to=to)))
        assert report["findings"] == [], invoice.number
