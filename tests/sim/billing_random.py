"""Random accounts of subscription billing, and what each line of them costs by an oracle that adds it up day by day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.scenario.draw import Draw
from tieout.trade.documents import (
    AccountingSetup,
    Amendment,
    AmendmentEffect,
    Customer,
    DiscountHistory,
    ErpRecord,
    HourRange,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Milestone,
    Quantile,
    RevenueAccount,
    Subscription,
    SubscriptionLine,
    UsageStatement,
)

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
MONTHS = (1, 2, 3)  # April is over as well, but still within the leak window


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account: its masters, its contract with amendments, and its final usage by month."""

    masters: tuple[Document, ...]
    subscription: Subscription
    amendments: tuple[Amendment, ...]
    effects: tuple[AmendmentEffect, ...]
    statements: tuple[tuple[UsageStatement, UsageStatement], ...]
    milestone: Milestone

    def used(self, month: int) -> Decimal:
        """What the final statement of a month counts."""
        return next(final.quantity for _, final in self.statements if final.period_from.month == month)


def account(seed: int) -> Account:
    """An account that follows from a seed alone."""
    draw = Draw(seed, "billing")
    starts = date(2026, 1, draw.between(1, 20))
    seats, usage = _seats(draw, "100"), _usage(draw)
    service = SubscriptionLine(
        id="S", plan="SETUP", basis="milestone", price=Decimal(draw.between(100, 9000)), milestone="M-1"
    )
    amendments = tuple(_amendment(draw, k) for k in range(draw.below(3)))
    effects = tuple(
        AmendmentEffect(
            number=f"{amendment.number}/{name}", amendment=amendment.number, system=name, state="done", occurred_at=AT
        )
        for amendment in amendments
        for name in amendment.systems
        if draw.below(4)
    )
    statements = tuple(_statements(draw, starts, month) for month in MONTHS)
    return Account(
        masters=_masters(),
        subscription=Subscription(
            number="SUB-1", account="C-1", currency="EUR", lines=(seats, usage, service), entity="DE01", starts_on=starts,
            together=bool(draw.below(2)),
        ),
        amendments=amendments,
        effects=effects,
        statements=statements,
        milestone=Milestone(
            number="M-1", order="SUB-1", percent=Decimal(100), accepted=True, accepted_by="Ines", occurred_at=AT - timedelta(days=60),
        ),
    )  # fmt: skip


def _masters() -> tuple[Document, ...]:
    return (
        Customer(number="C-1", name="Acme", entity="DE01", erp=(ErpRecord(entity="DE01", number="1"),), tax_class="domestic"),
        AccountingSetup(
            number="DE01", revenue=(RevenueAccount(account="4400"),), tax_classes=("domestic",),
            periods=tuple(date(2026, month, 1) for month in range(1, 7)),
        ),
        DiscountHistory(
            number="DE01", as_of=date(2026, 1, 1), amendments=9, quantiles=(Quantile(percent=Decimal(99), discount=Decimal(30)),),
        ),
    )  # fmt: skip


def _seats(draw: Draw, price: str) -> SubscriptionLine:
    approved = ("V. Lindqvist", "")[draw.below(2)]
    discount = Decimal(draw.between(1, 30)) if draw.below(2) else Decimal(0)
    return SubscriptionLine(
        id="L", plan="TEAM", basis="recurring", price=Decimal(price) + Decimal(draw.between(1, 9999)) / 100,
        quantity=Decimal(draw.between(1, 30)), discount_percent=discount, discount_approved_by=approved,
    )  # fmt: skip


def _usage(draw: Draw) -> SubscriptionLine:
    return SubscriptionLine(
        id="U", plan="API", basis="usage", meter="API", price=Decimal(draw.between(1, 99)) / 100, included=Decimal(draw.between(0, 500))
    )  # fmt: skip


def _amendment(draw: Draw, k: int) -> Amendment:
    day = date(2026, draw.between(1, 3), draw.between(1, 28))
    return Amendment(
        number=f"A-{k}", subscription="SUB-1", effective_on=day, lines=(_seats(draw, f"{1000 * (k + 1)}"),),
        signed_at=AT - timedelta(days=30 - k), systems=("billing", "erp"),
    )  # fmt: skip


def _statements(draw: Draw, starts: date, month: int) -> tuple[UsageStatement, UsageStatement]:
    first, last = max(starts, date(2026, month, 1)), date(2026, month, monthrange(2026, month)[1])
    final = UsageStatement(
        number=f"US-{month}", meter="API", account="C-1", period_from=first, period_to=last, unit="EA",
        quantity=Decimal(draw.between(600, 5000)), events=10, hours=((last - first).days + 1) * 24, last_event_at=AT,
    )  # fmt: skip
    early = replace(
        final, quantity=final.quantity - draw.between(1, 500), missing=(HourRange(first=3, last=9),), events=9
    )
    return early, final


# ---- the oracle ------------------------------------------------------------------------------------------------------


def cents(exact: Fraction) -> int:
    """Whole cents, half away from zero (amounts here are never negative)."""
    return int(exact * 100 + Fraction(1, 2))


def seats_cost(of: Account, days: list[date]) -> int:
    """What the seats cost on these days: each day by the line that holds on it."""
    exact = Fraction(0)
    for day in days:
        line = of.subscription.lines[0]
        for change in sorted(
            of.amendments, key=lambda amendment: (amendment.effective_on, amendment.signed_at or AT, amendment.number)
        ):
            if change.effective_on <= day:
                line = change.lines[0]
        off = line.discount_percent if line.discount_approved_by else Decimal(0)
        exact += (
            Fraction(line.price)
            * Fraction(line.quantity)
            * (100 - Fraction(off))
            / 100
            / monthrange(day.year, day.month)[1]
        )
    return cents(exact)


def usage_cost(of: Account, month: int, used: Decimal | None = None) -> int:
    """What is used beyond what is included in the days of the month that the contract has."""
    line, days = of.subscription.lines[1], days_of(of, month)
    free = Fraction(line.included) * len(days) / monthrange(2026, month)[1]
    return cents(max(Fraction(0), Fraction(of.used(month) if used is None else used) - free) * Fraction(line.price))


def service_cost(of: Account) -> int:
    """What the milestone costs."""
    return cents(Fraction(of.subscription.lines[2].price))


def days_of(of: Account, month: int) -> list[date]:
    """The days of a month on which the contract has begun."""
    last = monthrange(2026, month)[1]
    every = [date(2026, month, day) for day in range(1, last + 1)]
    assert of.subscription.starts_on is not None
    return [day for day in every if day >= of.subscription.starts_on]


# ---- invoices --------------------------------------------------------------------------------------------------------


def line(id_: str, to: str, minor: int, days: list[date] | None) -> InvoiceLine:
    """A line of a billing run."""
    return InvoiceLine(
        id=id_, net=Money(minor, "EUR"), order=LineReference(document="SUB-1", line=to),
        period_from=days[0] if days else None, period_to=days[-1] if days else None,
    )  # fmt: skip


def invoice(number: str, *lines: InvoiceLine) -> Invoice:
    """An invoice without tax, whose totals are right."""
    net = Money(sum(line.net.minor for line in lines), "EUR")
    return Invoice(
        kind="billing_invoice", number=number, issue_date=AT.date(), currency="EUR", supplier=Party(), buyer=Party(name="Acme"),
        lines=lines, totals=InvoiceTotals(lines=net, net=net, tax=Money(0, "EUR"), gross=net, payable=net), entity="DE01",
    )  # fmt: skip


def run(of: Account, seed: int) -> list[Invoice]:
    """The invoices of the months: most right, some a little wrong, some missing, some months in two parts."""
    draw, made = Draw(seed, "run"), []
    for month in MONTHS:
        days = days_of(of, month)
        wrong = 777 if draw.below(5) == 0 else 0
        cut = draw.between(1, len(days) - 1)
        parts = [days[:cut], days[cut:]] if draw.below(3) == 0 else [days]
        lines = [line(f"{k}", "L", seats_cost(of, part) + wrong, part) for k, part in enumerate(parts) if draw.below(6)]
        if draw.below(4):
            early = (
                of.statements[month - 1][0].quantity if draw.below(4) == 0 else None
            )  # billed before it was complete
            lines.append(line("u", "U", usage_cost(of, month, early), days))
        if month == 3 and draw.below(2):
            lines.append(line("s", "S", service_cost(of), None))
        if lines:
            made.append(invoice(f"B-{month}", *lines))
    return made
