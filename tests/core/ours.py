"""Hand-made invoices and credit notes of ours, for what every selling process shares."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tieout.core.policy.policy import Rules, Ruling
from tieout.core.policy.tolerance import Limit, Tolerance
from tieout.core.values.money import Money, total
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
RULING = Ruling(rules=Rules(), policies=("p@1",))


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


def upto(amount: str) -> Tolerance:
    return Tolerance(state="limits", basis="amount", upper=Limit(absolute=Decimal(amount), currency="EUR"))


def line(id_: str, net: str, *, tax: str = "19", quantity: str = "10") -> InvoiceLine:
    return InvoiceLine(
        id=id_, net=euros(net), quantity=Quantity.of(quantity, "EA"), tax_category="S", tax_percent=Decimal(tax)
    )


def ours(
    *lines: InvoiceLine, number: str = "INV-1", tax: str = "19.00", kind: str = "customer_invoice", **more
) -> Invoice:
    lines = lines or (line("1", "100.00"),)
    net = total((invoice_line.net for invoice_line in lines), "EUR")
    return Invoice(
        kind=kind,
        number=number,
        issue_date=date(2026, 3, 2),
        currency="EUR",
        supplier=Party(name="Us"),
        buyer=Party(name="Nord"),
        lines=lines,
        totals=InvoiceTotals(net=net, tax=euros(tax), gross=net + euros(tax), payable=net + euros(tax)),
        **more,
    )
