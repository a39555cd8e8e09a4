"""Lago's subscriptions: the plan's fee and its charges for metrics, the day on which periods begin, and the customer's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from tieout.core.values.calendar import zone_of
from tieout.core.values.errors import Malformed
from tieout.core.values.money import exponent
from tieout.core.values.party import Identifier, Party
from tieout.core.values.sentence import Sentence
from tieout.formats.agreed_shape import Agreed, Drift, agreed
from tieout.trade.documents import Subscription, SubscriptionLine
from tieout.trade.documents.subscription import Interval, Tier, TierMode

_INTERVALS: Final[Mapping[str, Interval]] = {
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
}
_DAY_LENGTH: Final = len("2026-03-31")
_TIERED: Final[Mapping[str, TierMode]] = {"graduated": "graduated", "volume": "volume"}


class RangeShape(Agreed):
    """Units up to `to_value` (None: all beyond), and what each costs."""

    to_value: Decimal | None
    per_unit_amount: Decimal
    flat_amount: Decimal


class PricedShape(Agreed):
    """What units cost, by the model of the charge."""

    amount: Decimal | None = None
    graduated_ranges: tuple[RangeShape, ...] | None = None
    volume_ranges: tuple[RangeShape, ...] | None = None


class ChargeShape(Agreed):
    """What a plan charges for a metric."""

    billable_metric_code: str
    charge_model: str
    properties: PricedShape
    pay_in_advance: bool = False
    prorated: bool = False
    min_amount_cents: int = 0
    filters: tuple[Any, ...] = ()


class PlanShape(Agreed):
    """The plan of a subscription, where the message gives it."""

    code: str
    interval: str
    amount_cents: int
    amount_currency: str
    charges: tuple[ChargeShape, ...] = ()
    bill_charges_monthly: bool | None = None


class LocatedShape(Agreed):
    """The customer of a subscription."""

    applicable_timezone: str | None = None


class SubscriptionShape(Agreed):
    """A subscription with its plan."""

    external_id: str
    external_customer_id: str
    plan_code: str
    status: str
    subscription_at: str | None
    ending_at: str | None
    plan: PlanShape
    billing_time: Literal["calendar", "anniversary"] | None = None
    customer: LocatedShape | None = None


def subscription_of(message: Any) -> Subscription:
    """A subscription; each metric that it charges for is a line of that code. Raises `Drift`, `Malformed`."""
    shape = agreed(SubscriptionShape, message)
    interval = _INTERVALS.get(shape.plan.interval)
    if interval is None:
        raise Malformed(
            "billing {interval}",
            where=f"plan {shape.plan.code}",
            remedy=", ".join(_INTERVALS),
            interval=shape.plan.interval,
        )
    currency = shape.plan.amount_currency
    line = SubscriptionLine(
        id=shape.plan.code,
        plan=shape.plan.code,
        basis="recurring",
        price=Decimal(shape.plan.amount_cents).scaleb(-exponent(currency)),
        interval=interval,
    )
    charged: Interval = "month" if shape.plan.bill_charges_monthly else interval
    charges = tuple(_charge(charge, charged, f"plan {shape.plan.code}") for charge in shape.plan.charges)
    names = [line.id, *(charge.id for charge in charges)]
    if len(set(names)) < len(names):
        raise Malformed(
            "several prices of one metric",
            where=f"plan {shape.plan.code}",
            remedy="one charge for a metric, of another code than the plan",
        )
    zone = (shape.customer.applicable_timezone if shape.customer else "") or ""
    return Subscription(
        number=shape.external_id,
        account=shape.external_customer_id,
        currency=currency,
        lines=(line, *charges),
        customer=Party(identifiers=(Identifier(scheme="ours", value=shape.external_customer_id),)),
        starts_on=day_of(shape.subscription_at, zone),
        ends_on=day_of(shape.ending_at, zone),
        anchor=_anchor(shape, interval, zone),
        zone=zone,
    )


def _anchor(shape: SubscriptionShape, interval: Interval, zone: str) -> str:
    """The day on which periods begin. Quarters and years of the calendar begin with January, not with the contract."""
    begins = day_of(shape.subscription_at, zone)
    if shape.billing_time is None or begins is None:
        return ""
    if shape.billing_time == "anniversary":
        return begins.isoformat()
    return begins.replace(month=1, day=1).isoformat() if interval in {"quarter", "year"} else "calendar"


def _charge(charge: ChargeShape, interval: Interval, where: str) -> SubscriptionLine:
    """The line of a metric. Raises `Malformed` for what our documents cannot express."""
    name, prices, mode = charge.billable_metric_code, charge.properties, _TIERED.get(charge.charge_model, "")
    beyond = {
        Sentence("paid in advance"): charge.pay_in_advance,
        Sentence("prorated"): charge.prorated,
        Sentence("with a minimum that is a fee of its own"): bool(charge.min_amount_cents),
        Sentence("with prices by filter"): bool(charge.filters),
        Sentence("by the model {model}", model=charge.charge_model): not mode and charge.charge_model != "standard",
    }
    odd = next((words for words, is_odd in beyond.items() if is_odd), "")
    if odd:
        raise Malformed(
            "a charge for {metric} {how}", where=where, remedy="standard, graduated, volume", metric=name, how=odd
        )
    ranges = {"graduated": prices.graduated_ranges, "volume": prices.volume_ranges}.get(mode) or ()
    if (prices.amount is None) if not mode else not ranges:
        raise Drift(Sentence("the price of {metric}", metric=name), "nothing by that name", f"$.{where}")
    return SubscriptionLine(
        id=name,
        plan=name,
        basis="usage",
        price=prices.amount or Decimal(0),
        interval=interval,
        meter=name,
        tiers=tuple(Tier(price=one.per_unit_amount, up_to=one.to_value, flat=one.flat_amount) for one in ranges),
        tier_mode=mode,
    )


def day_of(text: str | None, zone: str = "") -> date | None:
    """The day of a date, or of an instant in a time zone ("": UTC). Raises `Drift`, and `Malformed` for a zone that is none."""
    if not text:
        return None
    try:
        if len(text) == _DAY_LENGTH:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Drift("a date as 2026-03-31", text, "a date of the message") from error
    if instant.tzinfo is None:
        return instant.date()
    return instant.astimezone(zone_of(zone or "UTC")).date()
