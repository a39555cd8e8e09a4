"""What happens between the companies of a run: deals with suppliers, sales to customers, and a billing run with its usage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.money import extend
from tieout.core.values.quantity import Quantity
from tieout.scenario.draw import Draw
from tieout.scenario.sample import company, deals
from tieout.scenario.sample_billing import bills, masters, period_billed
from tieout.scenario.sample_faults import totalled
from tieout.scenario.sample_sales import customers, sales
from tieout.trade.documents import Invoice, UsageStatement

ON: Final = date(2026, 3, 2)
START: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
FEED: Final = "core"
_CREDIT_NOTES: Final = {
    "invoice": "credit_note",
    "customer_invoice": "customer_credit_note",
    "billing_invoice": "billing_credit_note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One deal, sale or account's bill: its evidence, its invoice, the same or a similar one `again`, and whether nothing is wrong with it.

    `usage` are the events of which statements are to be written; `orders` are numbers that people may name.
    """

    name: str
    evidence: tuple[Document, ...]
    invoice: Invoice | None
    again: tuple[Document, ...] = ()
    clean: bool = True
    usage: bytes = b""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """A process's part of a run: its master data, and its transactions."""

    masters: tuple[Document, ...]
    transactions: tuple[Transaction, ...]
    used: dict[tuple[str, str], Decimal] = field(default_factory=dict)


def buying(seed: int, count: int, *, clean_percent: int = 60) -> Business:
    """Deals with suppliers; more suppliers where there are many."""
    made = company(seed, suppliers=3 if count < 50 else 20, products=4, on=ON)
    chosen = deals(made, seed, count, on=ON, lines=2, clean_percent=clean_percent)
    return Business(
        masters=made.documents,
        transactions=tuple(
            Transaction(
                name=str(k),
                evidence=(deal.order, *deal.documents, *deal.later),
                invoice=deal.invoice,
                again=tuple(_again(deal.invoice, Draw(seed, "again", k))),
                clean=not deal.fault,
                orders=(deal.order.number,),
            )
            for k, deal in enumerate(chosen)
        ),
    )


def selling(seed: int, count: int, *, clean_percent: int = 50) -> Business:
    """Sales to customers: the invoices are ours, and are issued when they tie out."""
    made = list(sales(seed, count, at=START, clean_percent=clean_percent))
    served = {sale.customer.number for sale in made}
    return Business(
        masters=tuple(document for pair in customers(seed) if pair[0].number in served for document in pair),
        transactions=tuple(
            Transaction(
                name=f"s{k}",
                evidence=(sale.order, *sale.documents, *sale.later),
                invoice=sale.invoice,
                again=tuple(_again(sale.invoice, Draw(seed, "sold again", k))) if sale.invoice else (),
                clean=not sale.fault,
                orders=(sale.order.number,),
            )
            for k, sale in enumerate(made)
        ),
    )


def billing(seed: int, count: int, *, clean_percent: int = 50) -> Business:
    """An account's bill each. Of every other account the usage comes as events, and its statements are ours to write."""
    made = list(bills(seed, count, at=START, lines=4, clean_percent=clean_percent))
    business: list[Transaction] = []
    used: dict[tuple[str, str], Decimal] = {}
    for k, bill in enumerate(made):
        counted = k % 2 == 0 and bill.fault != "BIL-USG-LATE"
        statements = (
            [document for document in bill.documents if isinstance(document, UsageStatement)] if counted else []
        )
        used |= {(one.account, one.meter): one.quantity for one in statements}
        documents = tuple(document for document in bill.documents if document not in statements)
        business.append(
            Transaction(
                name=f"b{k}",
                evidence=(bill.customer, bill.subscription, *documents, *bill.later),
                invoice=bill.invoice,
                again=tuple(_again(bill.invoice, Draw(seed, "billed again", k))),
                clean=not bill.fault,
                usage=_events(statements, Draw(seed, "usage", k)),
            )
        )
    if used:
        business.append(Transaction(name="closing", evidence=(), invoice=None, usage=_closing({m for _, m in used})))
    return Business(masters=masters(ON), transactions=tuple(business), used=used)


def _events(statements: Iterable[UsageStatement], draw: Draw) -> bytes:
    """The events of which these statements are the totals, some of them sent twice."""
    lines: list[dict[str, object]] = []
    for one in statements:
        parts = draw.between(1, 5)
        share = one.quantity // parts
        for k in range(parts):
            quantity = share if k else one.quantity - share * (parts - 1)
            at = datetime.combine(one.period_from, time(), tzinfo=UTC) + timedelta(hours=draw.below(one.hours))
            name = f"{one.account}-{one.meter}-{k}"
            lines.append(
                _usage(id=name, meter=one.meter, identifier=one.account, occurred_at=at, quantity=str(quantity))
            )
    lines += [line for line in lines if draw.chance(20)]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _closing(meters: Iterable[str]) -> bytes:
    """That no usage of these meters is missing: each hour of the month is closed."""
    first, last = period_billed(ON)
    begin = datetime.combine(first, time(), tzinfo=UTC)
    hours = ((last - first).days + 1) * 24
    lines = [
        _usage(kind="hour_closed", meter=meter, occurred_at=begin + timedelta(hours=hour))
        for meter in sorted(meters)
        for hour in range(hours)
    ]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _usage(*, occurred_at: datetime, **fields: str) -> dict[str, object]:
    return {**fields, "occurred_at": occurred_at.isoformat()}


def half(invoice: Invoice) -> Invoice:
    """Another invoice of the same parties for the same order, with half of the quantities."""
    lines = []
    for line in invoice.lines:
        assert line.quantity is not None, "these invoices say how much"
        quantity = Quantity(line.quantity.value // 2 + 1, line.quantity.unit)
        net = extend(line.price or Decimal(0), quantity.value, per=line.price_per, currency=invoice.currency)
        lines.append(replace(line, quantity=quantity, net=net))
    return totalled(replace(invoice, number=f"{invoice.number}77", lines=tuple(lines)))


def _again(invoice: Invoice, draw: Draw) -> Iterator[Document]:
    """The invoice once more: under its number written otherwise, with other terms, for the same order under another number, or credited."""
    later = date.fromordinal(ON.toordinal() + 3)
    match draw.below(8):
        case 0:
            yield replace(invoice, number=f" {invoice.number.lower()}")
        case 1:
            yield replace(invoice, terms="other terms")
        case 2:
            yield replace(invoice, number=f"{invoice.number}-B")
        case 3:
            yield replace(
                invoice,
                kind=_CREDIT_NOTES[invoice.kind],  # type: ignore[arg-type]
                number=f"C-{invoice.number}",
                preceding=(invoice.number,),
                issue_date=later,
                type_code="381",
            )
        case _:
            pass
