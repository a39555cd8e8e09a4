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
) -> InvoiceLine:
    """A line at price × quantity, less its own allowances and with its charges."""
    gross = extend(Decimal(price), Decimal(quantity), per=Decimal(per), currency="EUR")
    own = total((one.amount if one.charge else -one.amount for one in entries), "EUR")
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
) -> Invoice:
    """An invoice of these lines with totals and tax that add up, as an ERP hands it over."""
    rows: dict[tuple[str, Decimal | None], Money] = {}
    for line_ in lines:
        rate = (line_.tax_category, line_.tax_percent)
        rows[rate] = rows.get(rate, euros(0)) + line_.net
    for one in entries:
        rate = (one.tax_category, one.tax_percent)
        rows[rate] = rows.get(rate, euros(0)) + (one.amount if one.charge else -one.amount)
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
    of_lines = total((line_.net for line_ in lines), "EUR")
    charges = total((one.amount for one in entries if one.charge), "EUR")
    allowances = total((one.amount for one in entries if not one.charge), "EUR")
    taxes, net = total((row.tax for row in tax), "EUR"), of_lines + charges - allowances
    return Invoice(
        kind=kind,
        number=number,
        issue_date=date(2026, 5, 4),
        currency="EUR",
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
APRIL = (date(2026, 4, 11), date(2026, 4, 30))


def every_sort() -> dict[str, Invoice]:
    """One invoice of every sort that the standard treats in its own way, by what it shows."""
    return {
        "plain": bill(line("1", "100", "10.00"), line("2", "3", "7.95")),
        "several rates": bill(
            line("1", "100", "10.00"), line("2", "12", "4.50", tax=("S", "7")), line("3", "1", "0.99")
        ),
        "reverse charge": bill(line("1", "10", "99.00", tax=("AE", "0")), buyer=ABROAD),
        "intra-community supply": bill(line("1", "10", "99.00", tax=("K", "0")), buyer=ABROAD),
        "exempt": bill(line("1", "1", "250.00", tax=("E", None)), exemption="Exempt under § 4 No. 21 UStG"),
        "exempt by code": bill(line("1", "1", "250.00", tax=("E", "0")), exemption="VATEX-EU-132"),
        "zero rated": bill(line("1", "1", "250.00", tax=("Z", None)), line("2", "1", "19.00")),
        "allowances and charges": bill(
            line("1", "10", "10.00", entries=(REBATE, SURCHARGE)), line("2", "5", "20.00"), entries=(DISCOUNT, FREIGHT)
        ),
        "credit note": bill(
            line("1", "5", "10.00"), kind="customer_credit_note", number="G-1", preceding=("R-2026-0815",)
        ),
        "prorated subscription": bill(
            line("1", "1", "66.67", unit="MON", description="Platform, Team plan", period=APRIL),
            kind="billing_invoice",
            number="B-1",
        ),
        "usage": bill(
            line("1", "1234567", "0.40", per="1000", description="API calls", period=APRIL),
            kind="billing_invoice",
            number="B-2",
        ),
        "billing credit": bill(
            line("1", "1", "20.00", unit="MON", description="Platform, Team plan", period=APRIL),
            kind="billing_credit_note",
            number="BG-1",
            preceding=("B-1",),
        ),
        "returned line": bill(line("1", "10", "10.00"), line("2", "-2", "10.00")),
        "boxes": bill(line("1", "4", "25.00", unit="XBX")),
    }
