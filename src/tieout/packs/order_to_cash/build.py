"""Invoices built from shipments, proofs and milestones: one for each shipment or one for the order, by the customer's rule.

The documents alone determine the content and the number of an invoice: the same documents in any order build the same
invoices once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from tieout.core.documents.kind import Document
from tieout.core.policy.rule import HOURS
from tieout.core.values.calendar import zone_of
from tieout.core.values.clock import Hours
from tieout.core.values.money import extend, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.packs.order_to_cash.billing_rule import COMPLETE, month_end, open_lines, rule_of
from tieout.packs.order_to_cash.counting import Part
from tieout.packs.order_to_cash.ledger import ZERO
from tieout.packs.order_to_cash.rules import BILLED_FROM
from tieout.packs.order_to_cash.sheet import OrderRow, OrderSheet
from tieout.trade.charges import is_charge_line
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine, LineReference, OrderCharge, Shipment
from tieout.trade.own_totals import totals_of

_OPEN = frozenset({"AR-SHP-NOEVENT", "AR-POD-MISS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What one invoice is to bill: its number, the parts of each line, and whether the order's charges are on it."""

    number: str
    parts: tuple[tuple[OrderRow, Part], ...]
    charged: bool = False


def built(sheet: OrderSheet) -> tuple[Document, ...]:
    """The invoices due on the order by now; none where the sales system makes them itself.

    Nothing is built while shipped goods fit no line or cannot be counted, nor for what has no price: an incomplete invoice
    could not be corrected once it is released. Nor while another system of the company has an order of the same number: the
    invoice would be named for both.
    """
    if sheet.ruling.value(BILLED_FROM) != "events" or sheet.order.status == "cancelled" or sheet.books.ledger.unplaced:
        return ()
    if sheet.number_is_shared:
        return ()
    return tuple(_invoice(sheet, plan) for plan in _plans(sheet) if _priced(plan))


def _priced(plan: _Plan) -> bool:
    return all(row.agreed.price is not None for row, _ in plan.parts)


def _plans(sheet: OrderSheet) -> Iterator[_Plan]:
    rule, rows, order = rule_of(sheet.order, sheet.books, sheet.ruling), sheet.rows, sheet.order
    complete = not open_lines(order, rows)
    everything = tuple((row, part) for row in rows for part in row.counted.parts)
    if rule in COMPLETE:
        if complete and everything:
            yield _Plan(number=order.number, parts=everything, charged=True)
        return
    plans = tuple(_monthly(sheet, everything) if rule == "consolidated" else _by_source(sheet, everything))
    alone = [_alone(plan, rows) for plan in plans]
    for plan, whole in zip(plans, alone, strict=True):
        yield _Plan(number=plan.number, parts=plan.parts, charged=whole)
    if order.charges and complete and everything and not any(alone):
        yield _Plan(number=f"{order.number}-charges", parts=(), charged=True)


def _alone(plan: _Plan, rows: Sequence[OrderRow]) -> bool:
    """Whether an invoice bills the whole order by itself; then it has the order's charges, else they have an invoice of their own."""
    billed: dict[str, Decimal] = {}
    for row, part in plan.parts:
        billed[row.line.id] = billed.get(row.line.id, ZERO) + part.quantity
    return all(billed.get(row.line.id, ZERO) + row.counted.cut >= row.ledger.ordered for row in rows)


def _by_source(sheet: OrderSheet, everything: Sequence[tuple[OrderRow, Part]]) -> Iterator[_Plan]:
    """One invoice for each shipment that waits for nothing any more, one for each accepted milestone."""
    waiting = {gap.leg.shipment for row in sheet.rows for gap in row.counted.gaps if gap.leg and gap.code in _OPEN}
    for source in sorted({part.source for _, part in everything} - waiting):
        mine = tuple((row, part) for row, part in everything if part.source == source)
        yield _Plan(number=_number_of(sheet, source, shipped=any(part.leg for _, part in mine)), parts=mine)


def _number_of(sheet: OrderSheet, source: str, *, shipped: bool) -> str:
    """A shipment's own number where all of it belongs to this order: an invoice bills one order, and numbers are unique."""
    if not shipped:
        return f"{sheet.order.number}-{source}"
    orders = {
        line.order.document or shipment.order_number
        for shipment in sheet.books.of(Shipment)
        if shipment.number == source
        for line in shipment.lines
    }
    return source if orders <= {sheet.order.number} else f"{source}-{sheet.order.number}"


def _monthly(sheet: OrderSheet, everything: Sequence[tuple[OrderRow, Part]]) -> Iterator[_Plan]:
    """One invoice for each month that is over."""
    months: dict[datetime, list[tuple[OrderRow, Part]]] = {}
    for row, part in everything:
        months.setdefault(month_end(_moment(sheet, part), _hours(sheet)), []).append((row, part))
    for ends in sorted(months):
        if sheet.dossier.at >= ends:
            last = max(_moment(sheet, part) for _, part in months[ends]).astimezone(zone_of(_hours(sheet).zone))
            yield _Plan(number=f"{sheet.order.number}-{last:%Y%m}", parts=tuple(months[ends]))


def _hours(sheet: OrderSheet) -> Hours:
    return sheet.ruling.value(HOURS) or Hours()


def _moment(sheet: OrderSheet, part: Part) -> datetime:
    return part.since or sheet.dossier.received_at


def _invoice(sheet: OrderSheet, plan: _Plan) -> Invoice:
    order, customer = sheet.order, sheet.books.customer
    quantities: dict[str, tuple[OrderRow, Decimal]] = {}
    for row, part in plan.parts:
        quantities[row.line.id] = (row, quantities.get(row.line.id, (row, ZERO))[1] + part.quantity)
    lines = tuple(_line(row, quantity) for row, quantity in quantities.values())
    if plan.charged:
        lines += tuple(_charge(sheet, k, charge) for k, charge in enumerate(order.charges, 1))
    rows, totals = totals_of(lines, order.currency)
    day = _day(sheet, plan.parts or tuple((row, part) for row in sheet.rows for part in row.counted.parts))
    return Invoice(
        kind="customer_invoice",
        number=plan.number,
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
        buyer_reference=customer.buyer_reference if customer else "",
        terms=order.terms or (customer.terms if customer else ""),
        entity=sheet.books.chosen.own,
        site=order.site,
    )


def _charge(sheet: OrderSheet, number: int, charge: OrderCharge) -> InvoiceLine:
    """A line for a charge that the order plans, taxed as its goods are."""
    goods = sheet.order.lines[0]
    line = InvoiceLine(
        id=f"charge-{number}",
        net=charge.amount,
        quantity=Quantity(Decimal(1), "EA"),
        price=charge.amount.amount,
        order=LineReference(document=sheet.order.number),
        description=charge.kind,
        tax_category=goods.tax_category,
        tax_percent=goods.tax_percent,
    )
    return line if is_charge_line(line) else replace(line, description=f"{charge.kind} (delivery charge)")


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
        net=gross - total((allowance.amount for allowance in off), gross.currency),
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


def _day(sheet: OrderSheet, parts: Sequence[tuple[OrderRow, Part]]) -> date:
    zone = zone_of(_hours(sheet).zone)
    return max((_moment(sheet, part) for _, part in parts), default=sheet.dossier.received_at).astimezone(zone).date()


def _buyer(sheet: OrderSheet) -> Party:
    customer, named = sheet.books.customer, sheet.order.buyer
    if customer is None:
        return named
    schemes = {identifier.scheme for identifier in customer.identifiers}
    ours = (Identifier(scheme="ours", value=customer.number),)
    return Party(
        name=customer.name,
        country=customer.country,
        identifiers=(
            *ours,
            *customer.identifiers,
            *(identifier for identifier in named.identifiers if identifier.scheme not in schemes | {"ours"}),
        ),
        street=customer.street,
        city=customer.city,
        postcode=customer.postcode,
    )
