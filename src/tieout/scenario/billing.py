"""The documents of subscription billing from the text of a scenario. A malformed compact form is refused with the correct one."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from tieout.core.documents.kind import Document
from tieout.core.values.calendar import zone_of
from tieout.core.values.clock import Hours
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money, decimal_of, extend, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario import compact
from tieout.scenario.sales import seller_as
from tieout.scenario.text_billing import (
    AccountingSetupText,
    AccountText,
    AmendmentText,
    BillText,
    DiscountsText,
    EffectText,
    MappingText,
    MeterText,
    ProjectMilestoneText,
    SubscriptionText,
    UnmappedText,
    UsageText,
)
from tieout.trade.credit_reasons import of_reason
from tieout.trade.documents import (
    AccountingSetup,
    AccountMapping,
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
    Meter,
    Milestone,
    Quantile,
    RevenueAccount,
    Subscription,
    SubscriptionLine,
    TaxSubtotal,
    Tier,
    UnmappedUsage,
    UsageStatement,
)

KINDS: Final = (
    "billing_account", "books", "meter", "discounts", "subscription", "amendment", "amendment_effect", "project_milestone",
    "usage", "mapping", "stray_usage", "bill", "bill_credit",
)  # fmt: skip
_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_TIER: Final = rf"{_NUMBER}(?:\s+to\s+{_NUMBER}(?![\d-]))?(?:\s+plus\s+{_NUMBER})?"
_LINE: Final = re.compile(
    rf"^\s*(?P<id>\S+)\s*:\s*(?:(?P<sort>usage|once|milestone|prepaid)|(?P<quantity>{_NUMBER})\s+(?P<unit>\w+))\s+(?P<plan>\S+)"
    rf"\s*@\s*(?:(?P<price>{_NUMBER})|(?P<mode>graduated|volume)\s+(?P<tiers>{_TIER}(?:\s*,\s*{_TIER})*))(?:\s+per\s+(?P<per>{_NUMBER}))?"
    rf"(?:\s+(?P<interval>weekly|monthly|quarterly|yearly))?(?:\s+over\s+(?P<included>{_NUMBER}))?"
    rf"(?:\s+minimum\s+(?P<minimum>{_NUMBER}))?(?:\s+(?P<part>whole|by seconds|by 30 days))?"
    rf"(?:\s+less\s+(?P<discount>{_NUMBER})\s*%(?:\s+by\s+(?P<by>.+?))?)?"
    r"(?:\s+from\s+(?P<begin>\d{4}-\d\d-\d\d))?(?:\s+to\s+(?P<end>\d{4}-\d\d-\d\d))?\s*$"
)
_BILL: Final = re.compile(
    rf"^\s*(?P<id>\S+)\s*:\s*(?P<to>\S+/\S+)(?:\s+(?P<period>\d{{4}}-\d\d(?:-\d\d\.\.\d{{4}}-\d\d-\d\d)?))?(?P<trueup>\s+true-up)?"
    rf"(?:\s+(?P<quantity>{_NUMBER})\s+(?P<unit>\w+)\s*@\s*(?P<price>{_NUMBER}))?(?:\s*=\s*(?P<net>{_NUMBER}))?\s*$"
)
_INTERVALS: Final[Mapping[str, Any]] = {"weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
_PARTS: Final[Mapping[str, Any]] = {"whole": "none", "by seconds": "seconds", "by 30 days": "thirty_days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDocumentWriter:
    """Makes documents of billing: knows the current time."""

    at: datetime
    hours: Hours

    def document(self, kind: str, text: object) -> Document | None:  # noqa: C901, PLR0911  one branch a kind
        """The document of a text of billing; None if it is not one of billing."""
        match text:
            case SubscriptionText():
                return _subscription(text)
            case AmendmentText():
                return self._amendment(text)
            case EffectText():
                return self._effect(text)
            case DiscountsText():
                return _discounts(text)
            case MeterText():
                return Meter(
                    entity=text.entity, number=text.number, unit=text.unit, proof=text.proof, hourly_max=text.hourly_max
                )
            case UsageText():
                return self._usage(text)
            case UnmappedText():
                return _unmapped(text)
            case MappingText():
                return AccountMapping(
                    number=text.identifier, account=text.account, by=text.by, at=self.at, reason=text.reason
                )
            case ProjectMilestoneText():
                return self._milestone(text)
            case AccountingSetupText():
                return _books(text)
            case AccountText():
                return _account(text)
            case BillText():
                return self._bill(text, credit=kind == "bill_credit")
            case _:
                return None

    def _instant(self, text: str) -> datetime:
        return compact.instant(text, after=self.at, hours=self.hours) if text else self.at

    def _amendment(self, text: AmendmentText) -> Amendment:
        return Amendment(
            number=text.number,
            subscription=text.subscription,
            effective_on=text.effective,
            effective_at=self._instant(text.instant) if text.instant else None,
            lines=tuple(_line(line, text.tax) for line in text.lines),
            ended=text.ended,
            signed_at=self._instant(text.signed),
            approved_by=text.approved_by,
            systems=text.systems,
            entity=text.entity,
            counterpart=text.counterpart,
            intercompany=text.intercompany,
            value=Money.parse(text.value) if text.value else None,
        )

    def _effect(self, text: EffectText) -> AmendmentEffect:
        return AmendmentEffect(
            entity=text.entity,
            number=text.number or f"{text.amendment}/{text.system}/{text.state}",
            amendment=text.amendment,
            system=text.system,
            state=text.state,
            occurred_at=self._instant(text.occurred),
            reference=text.reference,
            reason=text.reason,
            amount=Money.parse(text.amount) if text.amount else None,
        )

    def _milestone(self, text: ProjectMilestoneText) -> Milestone:
        return Milestone(
            number=text.number,
            order=text.subscription,
            name=text.name,
            percent=text.percent,
            accepted=bool(text.accepted_by),
            accepted_by=text.accepted_by,
            occurred_at=self._instant(text.occurred),
        )

    def _usage(self, text: UsageText) -> UsageStatement:
        first, last = _days(text.month) if text.month else (text.first or self.at.date(), text.last or self.at.date())
        zone = zone_of(text.zone or "UTC")
        begin = datetime.combine(first, time(), tzinfo=zone).astimezone(UTC)
        over = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
        end = over - timedelta(hours=1)
        own = f"{text.meter}/{text.account}/{first}" + ("" if text.month else f"..{last}")
        return UsageStatement(
            entity=text.entity,
            number=text.number or own,
            meter=text.meter,
            account=text.account,
            period_from=first,
            period_to=last,
            quantity=text.quantity,
            unit=text.unit,
            events=int(text.quantity),
            hours=(over - begin) // timedelta(hours=1),
            zone=text.zone,
            missing=tuple(_hours(hours) for hours in text.missing),
            gaps=text.gaps,
            late=text.late,
            last_event_at=self.at if text.late else end,
            history=text.history,
            disputed=text.disputed,
            confirmed_by=text.confirmed_by,
        )

    def _bill(self, text: BillText, *, credit: bool) -> Invoice:
        lines = tuple(_bill_line(entry, text) for entry in text.lines)
        nets: dict[Decimal, Money] = {}
        for line in lines:
            rate = line.tax_percent or Decimal(0)
            nets[rate] = nets.get(rate, Money.zero(text.currency)) + line.net
        tax = tuple(
            TaxSubtotal(category="S" if rate else "Z", percent=rate, taxable=net, tax=net.percent(rate))
            for rate, net in nets.items()
        )
        net = total((line.net for line in lines), text.currency)
        taxes = total((row.tax for row in tax), text.currency)
        payable = Money.of(text.payable, text.currency) if text.payable is not None else net + taxes
        return Invoice(
            kind="billing_credit_note" if credit else "billing_invoice",
            number=text.number,
            issue_date=text.date or self.at.date(),
            currency=text.currency,
            supplier=seller_as(Party(name=text.entity), text.seller),
            buyer=Party(name=text.account, identifiers=(Identifier(scheme="ours", value=text.account),)),
            lines=lines,
            totals=InvoiceTotals(lines=net, net=net, tax=taxes, gross=net + taxes, payable=payable),
            tax=tax,
            entity=text.entity,
            run=text.run,
            preceding=text.credits,
            gives_back=text.gives_back or of_reason(text.credit_reason),
            credit_reason=text.credit_reason,
        )


def _subscription(text: SubscriptionText) -> Subscription:
    return Subscription(
        number=text.number,
        account=text.account,
        currency=text.currency,
        lines=tuple(_line(line, text.tax) for line in text.lines),
        customer=Party(name=text.account, identifiers=(Identifier(scheme="ours", value=text.account),)),
        entity=text.entity,
        starts_on=text.starts,
        ends_on=text.ends,
        together=text.together,
        grace_hours=text.grace_hours,
        anchor=text.anchor,
        zone=text.zone,
        quote=text.quote,
    )


def _line(text: str, tax: Decimal | None) -> SubscriptionLine:
    match = _LINE.match(text)
    if not match:
        raise Malformed(
            "{text!r} is not a line of a subscription",
            remedy='write "L1: 10 EA TEAM @ 30.00 monthly", "L2: usage API @ 0.20 over 1000", "L3: milestone GO-LIVE @ 9000.00"',
            text=text,
        )
    sort, plan = match["sort"], match["plan"]
    basis: Any = {"once": "one_time", None: "recurring"}.get(sort, sort)
    tiers = tuple(map(_tier, match["tiers"].split(","))) if match["tiers"] else ()
    mode: Any = match["mode"] or ""
    return SubscriptionLine(
        id=match["id"],
        plan=plan,
        basis=basis,
        price=tiers[0].price if tiers else decimal_of(match["price"]),
        price_per=decimal_of(match["per"] or "1"),
        unit=match["unit"] or "EA",
        quantity=decimal_of(match["quantity"] or "1"),
        interval=_INTERVALS.get(match["interval"] or "", "once" if sort in {"once", "milestone"} else "month"),
        proration=_PARTS.get(match["part"] or "", "days"),
        tiers=tiers,
        tier_mode=mode,
        minimum=decimal_of(match["minimum"]) if match["minimum"] else None,
        meter=plan if sort == "usage" else "",
        included=decimal_of(match["included"] or "0"),
        milestone=plan if sort == "milestone" else "",
        discount_percent=decimal_of(match["discount"] or "0"),
        discount_approved_by=match["by"] or "",
        valid_from=date.fromisoformat(match["begin"]) if match["begin"] else None,
        valid_to=date.fromisoformat(match["end"]) if match["end"] else None,
        tax_category="S" if tax else "Z" if tax is not None else "",
        tax_percent=tax,
    )


def _tier(text: str) -> Tier:
    """Reads "0.10 to 1000 plus 5.00"."""
    words = text.split()
    after = dict(pairwise(words))
    return Tier(
        price=decimal_of(words[0]),
        up_to=decimal_of(after["to"]) if "to" in after else None,
        flat=decimal_of(after.get("plus", "0")),
    )


def _bill_line(text: str, bill: BillText) -> InvoiceLine:
    match = _BILL.match(text)
    if not match or (match["net"] is None and match["price"] is None):
        raise Malformed(
            "{text!r} is not a line of a subscription invoice", remedy='write "1: SUB-1/L1 2026-03 = 300.00"', text=text
        )
    number, line = compact.order_line(match["to"])
    quantity = decimal_of(match["quantity"] or "1")
    net = (
        Money.of(match["net"], bill.currency)
        if match["net"]
        else extend(decimal_of(match["price"]), quantity, per=Decimal(1), currency=bill.currency)
    )
    first, last = _days(match["period"]) if match["period"] else (None, None)
    return InvoiceLine(
        id=match["id"],
        net=net,
        quantity=Quantity(quantity, match["unit"] or "EA"),
        price=decimal_of(match["price"]) if match["price"] else net.amount,
        order=LineReference(document=number, line=line),
        tax_category="S" if bill.tax else "Z" if bill.tax is not None else "",
        tax_percent=bill.tax,
        basis="true_up" if match["trueup"] else "",
        period_from=first,
        period_to=last,
    )


def _days(text: str) -> tuple[date, date]:
    """Reads "2026-03" or "2026-03-01..2026-03-15". Raises `Malformed`."""
    begin, dots, end = text.partition("..")
    try:
        if dots:
            return date.fromisoformat(begin), date.fromisoformat(end)
        first = date.fromisoformat(f"{begin}-01")
    except ValueError as error:
        raise Malformed(
            "{text!r} is not a period", remedy='write "2026-03" or "2026-03-01..2026-03-15"', text=text
        ) from error
    return first, first + timedelta(days=monthrange(first.year, first.month)[1] - 1)


def _hours(text: str) -> HourRange:
    first, _, last = text.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise Malformed("{text!r} are no hours of a period", remedy='write "700-743"', text=text)
    return HourRange(first=int(first), last=int(last or first))


def _discounts(text: DiscountsText) -> DiscountHistory:
    steps = [(compact.charge(quantile.replace(" %:", ""))) for quantile in text.quantiles]
    return DiscountHistory(
        number=text.entity,
        as_of=text.as_of,
        amendments=text.amendments,
        quantiles=tuple(Quantile(percent=decimal_of(name), discount=discount) for name, discount in steps),
    )


def _unmapped(text: UnmappedText) -> UnmappedUsage:
    first, last = _days(text.month)
    return UnmappedUsage(
        entity=text.entity,
        number=f"{text.meter}/{text.identifier}/{text.month}",
        meter=text.meter,
        identifier=text.identifier,
        period_from=first,
        period_to=last,
        quantity=text.quantity,
        unit=text.unit,
        events=text.events,
        worth=Money.parse(text.worth) if text.worth else None,
    )


def _books(text: AccountingSetupText) -> AccountingSetup:
    accounts = [words.split() for words in text.revenue]
    return AccountingSetup(
        number=text.entity,
        revenue=tuple(RevenueAccount(account=words[-1], plan=words[0] if len(words) > 1 else "") for words in accounts),
        tax_classes=text.tax_classes,
        periods=tuple(_days(month)[0] for month in text.periods),
        seller=seller_as(Party(), text.seller) if text.seller else None,
    )


def _account(text: AccountText) -> Customer:
    return Customer(
        number=text.number,
        name=text.name or text.number,
        entity=text.entity,
        erp=tuple(ErpRecord(entity=record.partition(" ")[0], number=record.partition(" ")[2]) for record in text.erp),
        tax_class=text.tax_class,
        blocked=bool(text.blocked),
        block_reason=text.blocked,
        channel=text.channel,
        address=text.address,
        form=text.form,
        buyer_reference=text.buyer_reference,
        tier=text.tier,
    )
