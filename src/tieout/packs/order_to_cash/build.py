"""Invoices built from what happened: one for each shipment, or one for the order, as the customer's rule says.

What an invoice says follows from the papers alone, and so does its number: the same papers in any order build the same
invoices once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from tieout.core.calendar import zone_of
from tieout.core.documents import (
    AllowanceCharge,
    Document,
    Invoice,
    InvoiceLine,
    LineReference,
)
from tieout.core.money import extend, total
from tieout.core.own_totals import totals_of
from tieout.core.party import Identifier, Party
from tieout.core.policy import Hours
from tieout.core.quantity import Quantity
from tieout.packs.order_to_cash.checks.customer import month_end, open_lines, rule_of
from tieout.packs.order_to_cash.counting import Counted, counted
from tieout.packs.order_to_cash.ledger import BillableLine, Leg
from tieout.packs.order_to_cash.sheet import OrderRow, OrderSheet, counting_of


def built(sheet: OrderSheet) -> tuple[Document, ...]:
    """The invoices that the order calls for by now; none where the sales system makes them itself."""
    if sheet.ruling.rules.billed_from != "events" or sheet.order.status == "cancelled":
        return ()
    rule = rule_of(sheet.order, sheet.books, sheet.ruling)
    rows = list(sheet.rows)
    if rule in {"complete_only", "one_per_order"}:
        return () if open_lines(rows) else tuple(_of_order(sheet, sheet.order.number))
    if rule == "consolidated":
        ends = month_end(rows, sheet.ruling.rules.hours or Hours())
        ready = ends is not None and sheet.dossier.at >= ends
        return tuple(_of_order(sheet, f"{sheet.order.number}-{_last(sheet):%Y%m}")) if ready else ()
    return tuple(_by_shipment(sheet))


def _last(sheet: OrderSheet) -> datetime:
    left = [leg.left_at for row in sheet.rows for leg in row.ledger.legs if leg.left and leg.left_at is not None]
    return max(left)


def _by_shipment(sheet: OrderSheet) -> Iterator[Invoice]:
    shipments = sorted({leg.shipment for row in sheet.rows for leg in row.ledger.legs})
    for number in shipments:
        parts = [
            (row, _alone(sheet, row, [leg for leg in row.ledger.legs if leg.shipment == number])) for row in sheet.rows
        ]
        legs = [leg for row in sheet.rows for leg in row.ledger.legs if leg.shipment == number]
        yield from _invoice(sheet, number, parts, legs)
    performed = [(row, row.ledger.performed) for row in sheet.rows if row.ledger.performed]
    for row, quantity in performed:
        yield from _invoice(
            sheet, f"{sheet.order.number}-{row.line.id}-{quantity.normalize():f}", [(row, quantity)], ()
        )


def _alone(sheet: OrderSheet, row: OrderRow, legs: Sequence[Leg]) -> Decimal:
    """What of one shipment may be billed, as if nothing else had been shipped."""
    counting = counting_of(sheet.order, sheet.books, row.ruling, sheet.dossier)
    ledger = row.ledger
    only = BillableLine(
        order=ledger.order, line=ledger.line, unit=ledger.unit, ordered=ledger.ordered, legs=tuple(legs)
    )
    found: Counted = counted(only, counting)
    return found.usable


def _of_order(sheet: OrderSheet, number: str) -> Iterator[Invoice]:
    legs = [leg for row in sheet.rows for leg in row.ledger.legs]
    yield from _invoice(sheet, number, [(row, row.counted.usable) for row in sheet.rows], legs)


def _invoice(
    sheet: OrderSheet, number: str, parts: Sequence[tuple[OrderRow, Decimal]], legs: Sequence[Leg]
) -> Iterator[Invoice]:
    parts = [(row, quantity) for row, quantity in parts if quantity > 0 and row.agreed.price is not None]
    if not parts:
        return
    order = sheet.order
    lines = tuple(_line(row, quantity) for row, quantity in parts)
    rows, totals = totals_of(lines, order.currency)
    day = _day(sheet, legs)
    yield Invoice(
        kind="customer_invoice",
        number=number,
        issue_date=day,
        delivered_on=day,
        currency=order.currency,
        supplier=order.supplier,
        buyer=_buyer(sheet),
        lines=lines,
        tax=rows,
        totals=totals,
        type_code="380",
        order_number=order.number,
        customer_order=order.customer_order,
        buyer_reference=sheet.books.customer.buyer_reference if sheet.books.customer else "",
        terms=order.terms or (sheet.books.customer.terms if sheet.books.customer else ""),
        entity=order.entity,
        site=order.site,
    )


def _line(row: OrderRow, quantity: Decimal) -> InvoiceLine:
    """A line at the price that holds, with its rebates as allowances."""
    assert row.agreed.price is not None, "what has no price is not billed"
    gross = extend(row.agreed.price, quantity, per=Decimal(1), currency=row.order.currency)
    off = tuple(
        AllowanceCharge(
            charge=False, amount=gross.percent(rebate.percent), reason=f"rebate {rebate.number}", percent=rebate.percent
        )
        for rebate in row.agreed.rebates
    )
    return InvoiceLine(
        id=row.line.id,
        net=gross - total((each.amount for each in off), gross.currency),
        quantity=Quantity(quantity, row.ledger.unit),
        price=row.agreed.price,
        order=LineReference(document=row.order.number, line=row.line.id),
        product=row.line.product,
        description=row.line.description,
        allowances_charges=off,
        tax_category=row.line.tax_category,
        tax_percent=row.line.tax_percent,
        site=row.site,
    )


def _day(sheet: OrderSheet, legs: Sequence[Leg]) -> date:
    zone = zone_of((sheet.ruling.rules.hours or Hours()).zone)
    moments = [leg.left_at for leg in legs if leg.left_at is not None]
    return max(moments, default=sheet.dossier.received_at).astimezone(zone).date()


def _buyer(sheet: OrderSheet) -> Party:
    customer, named = sheet.books.customer, sheet.order.buyer
    if customer is None:
        return named
    known = {each.scheme for each in customer.identifiers}
    ours = (Identifier(scheme="ours", value=customer.number),)
    return Party(
        name=customer.name,
        country=customer.country,
        identifiers=(
            *ours,
            *customer.identifiers,
            *(each for each in named.identifiers if each.scheme not in known | {"ours"}),
        ),
        street=customer.street,
        city=customer.city,
        postcode=customer.postcode,
    )
