"""A made-up software company's billing run: accounts with subscriptions, their usage, and one invoice for every account.

Everything follows from a seed. Most invoices are correct; the others have one fault, and name the code that it should raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money, extend
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario.draw import Draw
from tieout.scenario.sample_faults import RATE, totalled
from tieout.trade.documents import (
    AccountingSetup,
    Customer,
    ErpRecord,
    HourRange,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Meter,
    Milestone,
    RevenueAccount,
    Subscription,
    SubscriptionLine,
    UsageStatement,
)
from tieout.trade.identifiers import gtin_of

ENTITY: Final = "SW01"
METERS: Final = ("api-calls", "storage-gb", "messages")
LATE_METER: Final = "messages"
LATE_HOURS: Final = 45
"""The meter whose feed is late."""
VENDOR: Final = Party(
    name="Harbour Cloud GmbH",
    country="DE",
    identifiers=(
        Identifier(scheme="vat", value="DE455000222"),
        Identifier(scheme="0088", value=gtin_of("426000000002")),
    ),
    street="Kaistr. 9",
    city="Hamburg",
    postcode="20457",
    contact="Billing",
    phone="+49 40 5550 200",
    email="billing@harbour-cloud.example",
)
_INCLUDED: Final = Decimal(1000)
_PLANS: Final = (("start", Decimal("19.00")), ("team", Decimal("49.00")), ("scale", Decimal("99.00")))


Used = Mapping[tuple[str, str], Decimal]
"""Quantities used, by account and meter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An account's part of a run: the customer, subscription and usage, the invoice, and the code of its fault.

    `later` are documents that arrive after the invoice and clear it.
    """

    customer: Customer
    subscription: Subscription
    documents: tuple[Document, ...]
    invoice: Invoice
    fault: str = ""
    later: tuple[Document, ...] = ()


def period_billed(on: date) -> tuple[date, date]:
    """The first and the last day of the month that is billed on a day: the last one that was over the day before, so that
    complete usage is not waited for (BIL-USG-LATE, WAIT-GRACE)."""
    last = (on - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def masters(on: date) -> tuple[Document, ...]:
    """The meters, and the accounting setup of the billing company: open for the month that is billed and all later ones."""
    first, last = period_billed(on)
    setup = AccountingSetup(
        number=ENTITY,
        revenue=(RevenueAccount(account="4400"),),
        tax_classes=("domestic",),
        periods=tuple(sorted({first, last + timedelta(days=1), on.replace(day=1)})),
    )
    return (setup, *(Meter(number=name, proof="closed") for name in METERS))


def bills(
    seed: int, count: int, *, at: datetime, lines: int = 4, clean_percent: int = 85, used: Used | None = None
) -> Iterator[Bill]:
    """Invoices of `count` accounts in the run for `period_billed`, `lines` lines each (2 or more). Faults take turns.

    `used` are quantities that are stated already, by account and meter: then no statements are made, and no feed is late.
    """
    faults = [name for name in FAULTS if used is None or name != "BIL-USG-LATE"]
    turn = 0
    for k in range(count):
        draw = Draw(seed, "bill", k)
        clean = draw.chance(clean_percent)
        fault = "" if clean else faults[turn % len(faults)]
        turn += not clean
        bill = _bill(draw, k, at=at, lines=lines, used=used)
        yield FAULTS[fault](replace(bill, fault=fault)) if fault else bill


def account_of(k: int) -> str:
    """The number of the k-th account, counted from 0."""
    return f"C-{100001 + k}"


def _bill(draw: Draw, k: int, *, at: datetime, lines: int, used: Used | None) -> Bill:
    number = account_of(k)
    customer = Customer(
        number=number,
        name=f"Account {100001 + k} GmbH",
        country="DE",
        identifiers=(Identifier(scheme="vat", value=f"DE{400_000_000 + k}"),),
        street=f"Ring {k % 200 + 1}",
        city="Berlin",
        postcode="10115",
        entity=ENTITY,
        erp=(ErpRecord(entity=ENTITY, number=f"{900001 + k}"),),
        tax_class="domestic",
        channel="email",
        address=f"billing@account-{100001 + k}.example",
    )
    first, last = period_billed(at.date())
    subscription = _subscription(draw, number, customer, first, lines=lines, grace_hours=_grace(last, at))
    metered = [line.meter for line in subscription.lines if line.meter]
    statements = tuple(_statement(draw, subscription, meter, first, last) for meter in metered if used is None)
    quantities = {statement.meter: statement.quantity for statement in statements}
    if used is not None:
        quantities = {meter: used.get((number, meter), Decimal(0)) for meter in metered}
    return Bill(
        customer=customer,
        subscription=subscription,
        documents=statements,
        invoice=_invoice(subscription, customer, quantities, first, last, on=at.date()),
    )


def _grace(last: date, at: datetime) -> int:
    """Hours from the end of the period to an hour before the run: after it, complete statements are not waited for."""
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)
    return max(1, int((at - end) / timedelta(hours=1)) - 1)


def _subscription(
    draw: Draw, number: str, customer: Customer, first: date, *, lines: int, grace_hours: int
) -> Subscription:
    plan, price = draw.one_of(_PLANS)
    discounted = draw.chance(30)
    base = SubscriptionLine(
        id="base",
        plan=plan,
        basis="recurring",
        price=price,
        quantity=Decimal(draw.between(1, 60)),
        discount_percent=Decimal(15) if discounted else Decimal(0),
        discount_approved_by="VP Sales" if discounted else "",
        tax_category="S",
        tax_percent=RATE,
    )
    metered = tuple(
        SubscriptionLine(
            id=f"use-{n + 1}",
            plan=f"{plan}-{METERS[n % len(METERS)]}",
            basis="usage",
            price=Decimal(draw.between(100, 900)) / 100,
            price_per=Decimal(1000),
            meter=METERS[n % len(METERS)],
            included=_INCLUDED,
            tax_category="S",
            tax_percent=RATE,
        )
        for n in range(min(lines - 1, len(METERS)))
    )
    more = tuple(
        replace(base, id=f"add-{n + 1}", plan=f"{plan}-add-{n + 1}", quantity=Decimal(1))
        for n in range(lines - 1 - len(metered))
    )
    return Subscription(
        number=f"SUB-{number[2:]}",
        account=number,
        currency="EUR",
        customer=_party(customer),
        entity=ENTITY,
        starts_on=first,
        grace_hours=grace_hours,
        lines=(base, *metered, *more),
        approved_by="Sales",
        approved_on=first - timedelta(days=10),
    )


def _party(customer: Customer) -> Party:
    return Party(
        name=customer.name,
        country=customer.country,
        identifiers=(Identifier(scheme="ours", value=customer.number), *customer.identifiers),
        street=customer.street,
        city=customer.city,
        postcode=customer.postcode,
    )


def _statement(draw: Draw, subscription: Subscription, meter: str, first: date, last: date) -> UsageStatement:
    hours = ((last - first).days + 1) * 24
    return UsageStatement(
        number=f"{meter}/{subscription.account}/{first:%Y-%m}",
        meter=meter,
        account=subscription.account,
        period_from=first,
        period_to=last,
        quantity=Decimal(draw.between(0, 60_000)),
        unit="EA",
        events=draw.between(100, 9000),
        hours=hours,
        last_event_at=datetime.combine(last, time(23, 50), tzinfo=UTC),
    )


def _invoice(
    subscription: Subscription,
    customer: Customer,
    used: Mapping[str, Decimal],
    first: date,
    last: date,
    *,
    on: date,
) -> Invoice:
    lines = tuple(_line(line, subscription, used, first, last) for line in subscription.lines)
    return totalled(
        Invoice(
            kind="billing_invoice",
            number=f"BI-{first:%Y%m}-{customer.number[2:]}",
            issue_date=on,
            due_on=on + timedelta(days=14),
            currency=subscription.currency,
            supplier=VENDOR,
            buyer=_party(customer),
            lines=lines,
            totals=InvoiceTotals(),
            type_code="380",
            order_number=subscription.number,
            terms="net 14",
            entity=ENTITY,
            run=f"RUN-{first:%Y-%m}",
        )
    )


def _line(
    line: SubscriptionLine, subscription: Subscription, used: Mapping[str, Decimal], first: date, last: date
) -> InvoiceLine:
    quantity = max(Decimal(0), used[line.meter] - line.included) if line.meter else line.quantity
    price = line.price * (100 - line.discount_percent) / 100
    return InvoiceLine(
        id=line.id,
        net=extend(price, quantity, per=line.price_per, currency=subscription.currency),
        quantity=Quantity(quantity, "EA"),
        price=price,
        price_per=line.price_per,
        order=LineReference(document=subscription.number, line=line.id),
        description=line.plan,
        tax_category=line.tax_category,
        tax_percent=line.tax_percent,
        basis=line.basis,
        period_from=first,
        period_to=last,
        milestone=line.milestone,
    )


def _late_feed(bill: Bill) -> Bill:
    """The last hours of one meter are missing; they arrive later, without further usage."""
    whole = next(
        document for document in bill.documents if isinstance(document, UsageStatement) and document.meter == LATE_METER
    )
    gap = HourRange(first=whole.hours - LATE_HOURS, last=whole.hours - 1)
    others = tuple(document for document in bill.documents if document is not whole)
    return replace(bill, documents=(*others, replace(whole, missing=(gap,))), later=(whole,))


def _full_price(bill: Bill) -> Bill:
    """The discount that sales approved is not in billing."""
    approved = replace(bill.subscription.lines[0], discount_percent=Decimal(15), discount_approved_by="VP Sales")
    line = bill.invoice.lines[0]
    assert line.quantity is not None, "a recurring line has a quantity"
    full = replace(
        line, price=approved.price, net=extend(approved.price, line.quantity.value, per=Decimal(1), currency="EUR")
    )
    return replace(
        bill,
        subscription=replace(bill.subscription, lines=(approved, *bill.subscription.lines[1:])),
        invoice=totalled(replace(bill.invoice, lines=(full, *bill.invoice.lines[1:]))),
    )


def _not_live(bill: Bill) -> Bill:
    """The invoice bills a service whose milestone is at 90 %."""
    sold = SubscriptionLine(
        id="go-live",
        plan="go-live",
        basis="milestone",
        price=Decimal("2400.00"),
        interval="once",
        milestone=f"GL-{bill.customer.number}",
        tax_category="S",
        tax_percent=RATE,
    )
    line = InvoiceLine(
        id=sold.id,
        net=Money.of(sold.price, "EUR"),
        quantity=Quantity(Decimal(1), "EA"),
        price=sold.price,
        order=LineReference(document=bill.subscription.number, line=sold.id),
        description="Go-live",
        tax_category="S",
        tax_percent=RATE,
        basis="milestone",
        milestone=sold.milestone,
    )
    reached = Milestone(
        number=sold.milestone, order=bill.subscription.number, line=sold.id, name="Go-live", percent=Decimal(90)
    )
    return replace(
        bill,
        subscription=replace(bill.subscription, lines=(*bill.subscription.lines, sold)),
        documents=(*bill.documents, reached),
        invoice=totalled(replace(bill.invoice, lines=(*bill.invoice.lines, line))),
        later=(replace(reached, percent=Decimal(100), accepted=True, accepted_by="customer"),),
    )


def _unknown_in_erp(bill: Bill) -> Bill:
    return replace(bill, customer=replace(bill.customer, erp=()), later=(bill.customer,))


FAULTS: Final[dict[str, Callable[[Bill], Bill]]] = {
    "BIL-USG-LATE": _late_feed,
    "BIL-PRC-CRM": _full_price,
    "BIL-MILE": _not_live,
    "BIL-READY-CUST": _unknown_in_erp,
}
