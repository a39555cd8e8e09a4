"""What master records supply of an invoice that its way demands and it leaves out, and what is sent then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.trade.customer_terms import delivery_to
from tieout.trade.destination import destination_of
from tieout.trade.documents import Customer, Invoice, InvoiceLine, InvoiceTotals
from tieout.trade.issued import issued
from tieout.trade.sendable import lacks
from tieout.trade.stated_by_record import OURS, THEIRS, completed, endpoint_of

NET = Money(10_000, "EUR")
US = Party(
    name="Werk AG", country="DE", city="Ulm", postcode="89073", contact="Receivables", phone="+49 731 1234", email="ar@werk.example",
    identifiers=(Identifier(scheme="vat", value="DE123456789"), Identifier(scheme="0088", value="4012345000009")),
)  # fmt: skip
CUSTOMER = Customer(
    number="70001", name="Nord AG", country="DE", city="Kiel", postcode="24103", channel="peppol", address="0088:7300010000018",
    buyer_reference="Purchasing", identifiers=(Identifier(scheme="vat", value="DE987654321"),),
)  # fmt: skip
BARE = Invoice(
    kind="customer_invoice", number="INV-1", issue_date=None, currency="EUR", supplier=Party(name="Werk AG", country="DE"),
    buyer=Party(name="Nord AG", country="DE"), lines=(InvoiceLine(id="1", net=NET, tax_category="AE"),),
    totals=InvoiceTotals(lines=NET, net=NET, tax=Money(0, "EUR"), gross=NET, payable=NET),
)  # fmt: skip
DEMANDED = {"BT-34", "BT-37", "BT-38", "BT-41", "BT-42", "BT-43", "BT-52", "BT-53"}


def words(invoice: Invoice, to: str) -> str:
    return "; ".join(lack.words for lack in lacks(invoice, to))


def details(to: str) -> dict[str, str]:
    return dict(destination_of(to).details)


def test_records_supply_what_is_lacked_and_nothing_else() -> None:
    to = delivery_to(CUSTOMER, BARE, seller=US)
    goes = destination_of(to)
    assert details(to).keys() == DEMANDED | {"BT-31", "BT-48"}, "one number after the other"
    assert details(to)["BT-34"] == "0088:4012345000009"
    assert (goes.channel, goes.address, goes.buyer_reference) == ("peppol", "0088:7300010000018", "Purchasing")
    assert str(goes) == to
    left = words(BARE, to)
    assert not any(term in left for term in DEMANDED), left
    by_mail = delivery_to(replace(CUSTOMER, channel="email", address="ap@nord.example"), BARE, seller=US)
    assert not details(by_mail).keys() & DEMANDED, "a mail asks for nothing more than EN 16931"
    assert delivery_to(replace(CUSTOMER, channel="", address="", buyer_reference=""), BARE, seller=US) == ""


def test_what_the_invoice_states_is_never_replaced() -> None:
    own = Identifier(scheme="0204", value="992-90009-96")
    stated = replace(BARE, supplier=replace(US, phone="", identifiers=(own,)), buyer=replace(BARE.buyer, city="Lübeck"))
    to = delivery_to(CUSTOMER, stated, seller=US)
    assert not details(to).keys() & {"BT-34", "BT-37", "BT-41", "BT-52"}
    assert details(to)["BT-42"] == "+49 731 1234"
    out = issued(stated, (), to=to)
    assert (out.supplier.phone, out.buyer.city, out.buyer.postcode) == ("+49 731 1234", "Lübeck", "24103")
    assert endpoint_of(out.supplier) == own


def test_what_is_sent_says_what_was_supplied() -> None:
    out = issued(BARE, (), to=delivery_to(CUSTOMER, BARE, seller=US))
    assert (out.supplier.contact, out.supplier.phone, out.supplier.city) == ("Receivables", "+49 731 1234", "Ulm")
    assert endpoint_of(out.supplier) == Identifier(scheme="0088", value="4012345000009")
    assert (out.buyer.city, out.buyer_reference) == ("Kiel", "Purchasing")
    assert out.buyer.identifiers[-1] == Identifier(scheme="0088", value="7300010000018")
    assert issued(BARE, (), to=delivery_to(CUSTOMER, BARE)).supplier == BARE.supplier


@pytest.mark.parametrize("seller", [None, Party(), replace(US, contact="  ", email="", identifiers=())])
def test_a_record_without_it_supplies_nothing(seller: Party | None) -> None:
    to = delivery_to(CUSTOMER, BARE, seller=seller)
    assert "our electronic address (BT-34)" in words(BARE, to)
    assert "whom to ask (BT-41)" in words(BARE, to)


@pytest.mark.parametrize("value", ["Ulm; (BT-10 x)", "a; b", "(x)", "XRechnung"])
def test_no_value_reads_as_another_term(value: str) -> None:
    to = delivery_to(CUSTOMER, BARE, seller=replace(US, city=value))
    assert DEMANDED <= details(to).keys() <= DEMANDED | {"BT-31", "BT-48"}
    assert (destination_of(to).buyer_reference, destination_of(to).form) == ("Purchasing", "")


def test_each_term_that_is_given_is_stated() -> None:
    for names, side in ((OURS, "supplier"), (THEIRS, "buyer")):
        for term, (stated, _) in names.items():
            given = "0088:1" if term == "BT-34" else "given"
            party = getattr(completed(replace(BARE, supplier=Party(), buyer=Party()), [(term, given)]), side)
            assert stated(party) == given
