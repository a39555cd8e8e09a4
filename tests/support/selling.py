"""Invoices of our own, of every sort that goes out: what tests of writing, delivering and receiving them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tieout.connectors.contract.issuing import ACCOUNT, CUSTOMER, SELLER
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import Money, extend, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    ProductIds,
    TaxSubtotal,
)
from tieout.trade.documents.invoice import InvoiceKind
from tieout.trade.posting_lines import Placed, posting_lines

WE = SELLER
THEY = CUSTOMER
ABROAD = replace(
    THEY,
    name="Klant BV",
    country="NL",
    street="Keizersgracht 1",
    city="Amsterdam",
    postcode="1015 CJ",
    identifiers=(Identifier(scheme="ours", value="C-200"), Identifier(scheme="vat", value="NL004495445B01")),
)


def euros(amount: str | int) -> Money:
    """An amount in euros."""
    return Money.of(str(amount), "EUR")


def line(
    id_: str,
    quantity: str,
    price: str,
    *,
    unit: str = "EA",
    per: str = "1",
    tax: tuple[str, str | None] = ("S", "19"),
    entries: Sequence[AllowanceCharge] = (),
    description: str = "Hex bolt M8",
    period: tuple[date, date] | None = None,
    currency: str = "EUR",
) -> InvoiceLine:
    """A line at price × quantity, less its own allowances and with its charges."""
    gross = extend(Decimal(price), Decimal(quantity), per=Decimal(per), currency=currency)
    own = total((one.amount if one.charge else -one.amount for one in entries), currency)
    return InvoiceLine(
        id=id_,
        net=gross + own,
        quantity=Quantity.of(quantity, unit),
        price=Decimal(price),
        price_per=Decimal(per),
        order=LineReference(document="SO-4711", line=f"{id_}0"),
        despatch=LineReference(document="SHP-1", line=id_),
        product=ProductIds(seller=f"A-{id_}", buyer=f"K-{id_}", standard="4012345678901"),
        description=description,
        allowances_charges=tuple(entries),
        tax_category=tax[0],
        tax_percent=None if tax[1] is None else Decimal(tax[1]),
        site="WH-1",
        period_from=period[0] if period else None,
        period_to=period[1] if period else None,
    )


def bill(
    *lines: InvoiceLine,
    kind: InvoiceKind = "customer_invoice",
    number: str = "R-2026-0815",
    entries: Sequence[AllowanceCharge] = (),
    buyer: Party = THEY,
    exemption: str = "",
    customer_order: str = "PO-77231",
    preceding: tuple[str, ...] = (),
    terms: str = "30 days net",
    currency: str = "EUR",
) -> Invoice:
    """An invoice of these lines with totals and tax that add up, as an ERP hands it over."""
    rows: dict[tuple[str, Decimal | None], Money] = {}
    for line_ in lines:
        rate = (line_.tax_category, line_.tax_percent)
        rows[rate] = rows.get(rate, Money.zero(currency)) + line_.net
    for one in entries:
        rate = (one.tax_category, one.tax_percent)
        rows[rate] = rows.get(rate, Money.zero(currency)) + (one.amount if one.charge else -one.amount)
    tax = tuple(
        TaxSubtotal(
            category=category,
            percent=percent,
            taxable=taxable,
            tax=taxable.percent(percent or Decimal(0)),
            exemption="" if category == "S" else exemption,
        )
        for (category, percent), taxable in rows.items()
    )
    of_lines = total((line_.net for line_ in lines), currency)
    charges = total((one.amount for one in entries if one.charge), currency)
    allowances = total((one.amount for one in entries if not one.charge), currency)
    taxes, net = total((row.tax for row in tax), currency), of_lines + charges - allowances
    return Invoice(
        kind=kind,
        number=number,
        issue_date=date(2026, 5, 4),
        currency=currency,
        supplier=WE,
        buyer=buyer,
        lines=lines,
        totals=InvoiceTotals(lines=of_lines, net=net, tax=taxes, gross=net + taxes, payable=net + taxes),
        tax=tax,
        allowances_charges=tuple(entries),
        delivered_on=date(2026, 5, 3),
        order_number="SO-4711",
        customer_order=customer_order,
        buyer_reference="04011000-12345-34",
        preceding=preceding,
        accounts=(ACCOUNT,),
        terms=terms,
        entity="DE01",
        notes=("Thank you for your order.",),
    )


def postings(invoice: Invoice) -> tuple[PostingLine, ...]:
    """The posting lines of the whole invoice, every line matched against its own order line."""
    placed = [
        Placed(
            claim_line=line_.id,
            order=f"sales-order/{line_.order.document}",
            line=line_.order.line,
            quantity=line_.quantity.value * invoice.sign if line_.quantity else None,
            unit=line_.quantity.unit if line_.quantity else "",
        )
        for line_ in invoice.lines
    ]
    return tuple(posting_lines(invoice, placed))


REBATE = AllowanceCharge(
    charge=False, amount=euros("5.00"), reason="Framework rebate", reason_code="100", percent=Decimal(5), on=euros(100)
)
SURCHARGE = AllowanceCharge(charge=True, amount=euros("2.50"), reason="Small quantity")
DISCOUNT = AllowanceCharge(
    charge=False, amount=euros("10.00"), reason="Volume discount", tax_category="S", tax_percent=Decimal(19)
)
FREIGHT = AllowanceCharge(
    charge=True, amount=euros("12.00"), reason="Freight", reason_code="FC", tax_category="S", tax_percent=Decimal(19)
)
