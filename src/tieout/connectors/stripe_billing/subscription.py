"""Pure: maps customers and subscriptions of the billing system, and the prices of its plans, to ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.connectors.stripe_billing.shapes import CustomerShape, PlanShape, PositionShape, SubscriptionShape
from tieout.core.values.errors import Malformed
from tieout.core.values.money import exponent
from tieout.core.values.party import Identifier, Party
from tieout.formats.agreed_shape import Drift
from tieout.trade.documents import Customer, ErpRecord, Subscription, SubscriptionLine
from tieout.trade.documents.subscription import Interval

_INTERVALS: Final[Mapping[tuple[str, int], Interval]] = {
    ("month", 1): "month",
    ("month", 3): "quarter",
    ("month", 12): "year",
    ("year", 1): "year",
}


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
    )


def subscribed(position: PositionShape, off: Decimal) -> SubscriptionLine:
    """One line of a subscription, with its discount in percent.

    Raises `Malformed` for intervals and prices that our documents cannot express."""
    plan, rates = position.plan, position.tax_rates or ()
    interval = _INTERVALS.get((plan.interval, plan.interval_count))
    if interval is None:
        raise Malformed(
            "billing every {count} {interval}",
            where=f"plan {plan.id}",
            remedy="every month, three months or year",
            count=plan.interval_count,
            interval=plan.interval,
        )
    price, included = price_of_plan(plan), Decimal(0)
    if price is None:
        price, included = _tiered(plan)
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
        discount_percent=off,
        discount_approved_by=(position.metadata or {}).get("discount_approved_by", ""),
        tax_category="S" if rates and rates[0].percentage else "",
        tax_percent=rates[0].percentage if len(rates) == 1 else None,
    )


def _tiered(plan: PlanShape) -> tuple[Decimal, Decimal]:
    """Price and what is included of a plan whose first tier is free and whose second is without end."""
    match plan.tiers or ():
        case (first, second) if not int(first.unit_amount or 0) and not int(first.flat_amount or 0):
            if second.up_to in {None, "inf"} and not int(second.flat_amount or 0):
                price = major(Decimal(second.unit_amount or 0), plan.currency)
                return price, Decimal(str(first.up_to))
    raise Malformed(
        "a price in tiers", where=f"plan {plan.id}", remedy="one price, or a free first tier and one price beyond it"
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
    """The last day of a period whose end is the next one's start."""
    return (datetime.fromtimestamp(end, UTC) - timedelta(seconds=1 if end > start else 0)).date()
