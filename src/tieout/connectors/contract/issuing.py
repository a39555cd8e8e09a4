"""An invoice of ours that satisfies the official rules (EN 16931, Peppol BIS Billing), for connections that deliver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import BankAccount, Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from tieout.trade.issued import issued
from tieout.trade.posting_lines import Placed, posting_lines

SELLER: Final = Party(
    name="Nordwind Handels GmbH",
    country="DE",
    street="Speicherstraße 12",
    city="Hamburg",
    postcode="20457",
    contact="Accounts receivable",
    phone="+49 40 123456",
    email="invoices@nordwind.example",
    identifiers=(Identifier(scheme="vat", value="DE136695976"), Identifier(scheme="0088", value="7300010000001")),
)
CUSTOMER: Final = Party(
    name="Kunde & Söhne AG",
    country="DE",
    street="Am Markt 3",
    city="München",
    postcode="80331",
    identifiers=(Identifier(scheme="ours", value="C-100"), Identifier(scheme="vat", value="DE129273398")),
)
ACCOUNT: Final = BankAccount(number="DE02120300000000202051", holder="Nordwind Handels GmbH", bic="BYLADEM1001")
_RATE: Final = Decimal(19)


def issued_invoice(number: str, prices: Sequence[str], *, credit: bool, to: str) -> Invoice:
    """An invoice (or credit note) in euros of one piece a line at these prices, as it was issued to channel and address `to`."""
    lines = tuple(
        InvoiceLine(
            id=str(position),
            net=Money.of(Decimal(price), "EUR"),
            quantity=Quantity.of("1", "EA"),
            price=Decimal(price),
            description="Hex bolt M8",
            tax_category="S",
            tax_percent=_RATE,
        )
        for position, price in enumerate(prices, 1)
    )
    sign = Decimal(-1 if credit else 1)
    net = total((line.net for line in lines), "EUR")
    tax = Money.rounded(net.amount * _RATE / 100, "EUR")
    invoice = Invoice(
        kind="customer_credit_note" if credit else "customer_invoice",
        number=number,
        issue_date=date(2026, 5, 3),
        delivered_on=date(2026, 5, 2),
        currency="EUR",
        supplier=SELLER,
        buyer=CUSTOMER,
        lines=lines,
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        tax=(TaxSubtotal(category="S", percent=_RATE, taxable=net, tax=tax),),
        accounts=(ACCOUNT,),
        customer_order="PO-77231",
        buyer_reference="04011000-12345-34",
        preceding=("R-2026-0001",) if credit else (),
        terms="30 days net",
    )
    placed = [
        Placed(claim_line=line.id, order="sales-order/SO-1", line=line.id, quantity=sign, unit="EA") for line in lines
    ]
    return issued(invoice, posting_lines(invoice, placed), to=to)
