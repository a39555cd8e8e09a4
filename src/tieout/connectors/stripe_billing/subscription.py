"""Pure: maps customers and subscriptions of the billing system, and the prices of its plans, to ours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.connectors.stripe_billing.shapes import (
    CustomerShape,
    PlanShape,
    PositionShape,
    SubscriptionShape,
    TierShape,
)
from tieout.core.values.errors import Malformed
from tieout.core.values.money import exponent
from tieout.core.values.party import Identifier, Party
from tieout.formats.agreed_shape import Drift
from tieout.trade.documents import Customer, ErpRecord, Subscription, SubscriptionLine, Tier
from tieout.trade.documents.subscription import Interval

_INTERVALS: Final[Mapping[tuple[str, int], Interval]] = {
    ("week", 1): "week",
    ("month", 1): "month",
    ("month", 3): "quarter",
    ("month", 12): "year",
    ("year", 1): "year",
}
_MONTHS: Final[Mapping[Interval, int]] = {"month": 1, "quarter": 3, "year": 12}
_YEARS: Final = 8  # among any eight years is a leap year


def customer(shape: CustomerShape, entity: str) -> Customer:
    """A customer. `metadata.erp_number` is its number in our company's ERP, `metadata.tax_class` its tax class there."""
    words, address = shape.metadata or {}, shape.address
    numbers = shape.tax_ids.ids if shape.tax_ids else ()
    return Customer(
        number=shape.id,
        name=shape.name or shape.email or "",
        country=(address.country if address else "") or "",
        identifiers=tuple(
            Identifier(scheme="vat" if tax_id.type == "eu_vat" else tax_id.type, value=tax_id.value)
            for tax_id in numbers
        ),
        street=" ".join(part for part in (address.line1, address.line2) if part) if address else "",
        city=(address.city if address else "") or "",
        postcode=(address.postal_code if address else "") or "",
        entity=entity,
        erp=(ErpRecord(entity=entity, number=words["erp_number"]),) if words.get("erp_number") else (),
        tax_class=words.get("tax_class", "") or (shape.tax_exempt or "").replace("none", "standard"),
        channel="email" if shape.email else "",
        address=shape.email or "",
    )


def subscription(shape: SubscriptionShape, entity: str) -> Subscription:
    """A subscription; each plan in it is a line of that id. Raises `Malformed` for what our documents cannot express."""
    off = shape.discount.coupon.percent_off if shape.discount else None
    ends = shape.ended_at or shape.cancel_at
    words = shape.metadata or {}
    if shape.items.has_more:
        raise Drift("all that the subscription charges for", "the first of it", "$.items.has_more")
    if not shape.items.positions:
        raise Malformed("a subscription to nothing", where="$.items.data", remedy="at least one plan")
    return Subscription(
        number=shape.id,
        account=shape.customer,
        currency=shape.items.positions[0].plan.currency.upper(),
        lines=tuple(subscribed(position, off or Decimal(0)) for position in shape.items.positions),
        customer=Party(identifiers=(Identifier(scheme="ours", value=shape.customer),)),
        entity=entity,
        starts_on=day(shape.start_date),
        ends_on=day(ends) if ends else None,
        quote=words.get("quote", ""),
        approved_by=words.get("approved_by", ""),
        anchor=_anchor(shape),
    )


def _anchor(shape: SubscriptionShape) -> str:
    """The day from which periods are counted: that of the anchor; "" where the message states none.

    Where periods begin on the 31st and the anchor's own month has no such day, a day of another month that counts the same.
    """
    if shape.billing_cycle_anchor is None:
        return ""
    first = day(shape.billing_cycle_anchor)
    on = shape.billing_cycle_anchor_config.day_of_month if shape.billing_cycle_anchor_config else first.day
    intervals = [(position.plan.interval, position.plan.interval_count) for position in shape.items.positions]
    step = max((_MONTHS.get(_INTERVALS.get(interval, "week"), 0) for interval in intervals), default=0)
    if first.day >= on or not step:
        return first.isoformat()
    months = [first.year * 12 + first.month - 1 + k for k in range(0, _YEARS * 12, step)]
    days = [(min(on, monthrange(month // 12, month % 12 + 1)[1]), month) for month in months]
    longest = max(count for count, _ in days)
    month = next(month for count, month in days if count == longest)
    return date(month // 12, month % 12 + 1, longest).isoformat()


def subscribed(position: PositionShape, off: Decimal) -> SubscriptionLine:
    """One line of a subscription, with its discount in percent.

    Raises `Malformed` for intervals and prices that our documents cannot express."""
    plan, rates = position.plan, position.tax_rates or ()
    interval = _INTERVALS.get((plan.interval, plan.interval_count))
    if interval is None:
        raise Malformed(
            "billing every {count} {interval}",
            where=f"plan {plan.id}",
            remedy="every week, month, three months or year",
            count=plan.interval_count,
            interval=plan.interval,
        )
    if plan.transform_usage is not None:
        raise Malformed(
            "a price for every {count} units, the rest rounded {way}",
            where=f"plan {plan.id}",
            remedy="a price for one unit, or tiers",
            count=plan.transform_usage.divide_by,
            way=plan.transform_usage.round,
        )
    price, included = price_of_plan(plan), Decimal(0)
    tiers: tuple[Tier, ...] = ()
    if price is None or plan.tiers or plan.billing_scheme == "tiered":
        price, included, tiers = _tiered(plan)
    metered = plan.usage_type == "metered"
    return SubscriptionLine(
        id=plan.id,
        plan=plan.id,
        basis="usage" if metered else "recurring",
        price=price,
        quantity=Decimal(1 if position.quantity is None else position.quantity),
        interval=interval,
        meter=(plan.meter or plan.id) if metered else "",
        included=included,
        tiers=tiers,
        tier_mode=plan.tiers_mode or "" if tiers else "",
        discount_percent=off,
        discount_approved_by=(position.metadata or {}).get("discount_approved_by", ""),
        tax_category="S" if rates and rates[0].percentage else "",
        tax_percent=rates[0].percentage if len(rates) == 1 else None,
    )


def _tiered(plan: PlanShape) -> tuple[Decimal, Decimal, tuple[Tier, ...]]:
    """Price, what is included, and tiers. Units of a free first tier before one price without end are included.

    Raises `Malformed` where the message does not say what the tiers are: they come only where they are asked for.
    """
    tiers = tuple(_tier(tier, plan.currency) for tier in plan.tiers or ())
    match tiers:
        case (first, second) if plan.tiers_mode != "volume" and not first.price and not first.flat:
            if second.up_to is None and not second.flat and first.up_to is not None:
                return second.price, first.up_to, ()
        case _:
            pass
    if not tiers or plan.tiers_mode is None:
        raise Malformed(
            "a price in tiers that the message does not hold",
            where=f"plan {plan.id}",
            remedy="tiers and tiers_mode, which the billing system sends where they are expanded",
        )
    return Decimal(0), Decimal(0), tiers


def _tier(shape: TierShape, currency: str) -> Tier:
    price = shape.unit_amount_decimal if shape.unit_amount_decimal is not None else shape.unit_amount
    flat = shape.flat_amount_decimal if shape.flat_amount_decimal is not None else shape.flat_amount
    return Tier(
        price=major(Decimal(price or 0), currency),
        up_to=None if shape.up_to in {None, "inf"} else Decimal(shape.up_to or 0),
        flat=major(Decimal(flat or 0), currency),
    )


def price_of_plan(plan: PlanShape) -> Decimal | None:
    """The price of one, in major units; None where it has tiers."""
    minor = plan.amount_decimal if plan.amount_decimal is not None else plan.amount
    return None if minor is None else major(Decimal(minor), plan.currency)


def major(minor: Decimal, currency: str) -> Decimal:
    """Minor units as a price in major ones."""
    return minor.scaleb(-exponent(currency.upper()))


def day(seconds: int) -> date:
    """The day of an instant, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).date()


def last_day(start: int, end: int) -> date:
    """The last day of a period whose end is the next one's start: the day before that on which the next one begins, whatever the hour."""
    return max(day(start), day(end) - timedelta(days=1))
