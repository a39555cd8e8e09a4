"""The fields of the billing system's messages that we rely on: the agreed shape. Other fields are ignored.

Fields without a default must be there; "| None" may be null. Those with a default exist in newer versions or with some
accounts only. Amounts are whole minor units, instants are seconds since 1970.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from tieout.formats.agreed_shape import Agreed

API_VERSION = "2024-06-20"
"""The API version of these shapes; every call asks for it."""


class PlanShape(Agreed):
    """What is charged: `amount` for one, None where it has tiers."""

    id: str
    amount: int | None
    currency: str
    interval: str
    interval_count: int
    usage_type: Literal["licensed", "metered"]
    product: str | None
    billing_scheme: str | None = None
    tiers: tuple[TierShape, ...] | None = None
    tiers_mode: Literal["graduated", "volume"] | None = None
    transform_usage: TransformShape | None = None
    amount_decimal: Decimal | None = None
    meter: str | None = None


class TierShape(Agreed):
    """One tier of a plan; `up_to` None or "inf": without end."""

    up_to: int | Literal["inf"] | None
    unit_amount: int | None = None
    flat_amount: int | None = None
    unit_amount_decimal: Decimal | None = None
    flat_amount_decimal: Decimal | None = None


class TransformShape(Agreed):
    """Units are divided before they are priced, and the rest is rounded."""

    divide_by: int
    round: Literal["up", "down"]


class RateShape(Agreed):
    """A tax rate."""

    id: str
    percentage: Decimal
    inclusive: bool


class TaxShape(Agreed):
    """The tax of one rate; `tax_rate` is its id."""

    amount: int
    inclusive: bool
    tax_rate: str


class DiscountShape(Agreed):
    """What a discount takes off a line."""

    amount: int


class PeriodShape(Agreed):
    """From `start` to `end`, which is the start of the next period."""

    start: int
    end: int


class LineShape(Agreed):
    """A line of an invoice."""

    id: str
    type: Literal["subscription", "invoiceitem"]
    amount: int
    currency: str
    description: str | None
    quantity: int | None
    period: PeriodShape
    proration: bool
    subscription: str | None
    plan: PlanShape | None
    tax_amounts: tuple[TaxShape, ...]
    tax_rates: tuple[RateShape, ...]
    metadata: dict[str, str] | None
    discount_amounts: tuple[DiscountShape, ...] = ()


class LinesShape(Agreed):
    """The lines of an invoice; `has_more`: these are not all."""

    lines: tuple[LineShape, ...] = msgspec.field(name="data")
    has_more: bool


class InvoiceShape(Agreed):
    """An invoice in any state."""

    id: str
    object: Literal["invoice"]
    status: Literal["draft", "open", "paid", "uncollectible", "void"]
    created: int
    currency: str
    customer: str
    subscription: str | None
    total: int
    tax: int | None
    total_tax_amounts: tuple[TaxShape, ...]
    default_tax_rates: tuple[RateShape, ...] | None
    lines: LinesShape
    metadata: dict[str, str] | None
    account_name: str | None = None
    customer_name: str | None = None


class StateShape(Agreed):
    """The state of an invoice, as releasing it needs it."""

    id: str
    status: Literal["draft", "open", "paid", "uncollectible", "void"]
    currency: str
    total: int
    metadata: dict[str, str] | None
    number: str | None = None
    auto_advance: bool | None = None


class AddressShape(Agreed):
    """An address; any part may be missing."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None


class TaxIdShape(Agreed):
    """A tax number with its scheme ("eu_vat")."""

    type: str
    value: str


class TaxIdsShape(Agreed):
    """The tax numbers of a customer."""

    ids: tuple[TaxIdShape, ...] = msgspec.field(name="data")


class CustomerShape(Agreed):
    """A customer."""

    id: str
    object: Literal["customer"]
    name: str | None
    email: str | None
    address: AddressShape | None
    metadata: dict[str, str] | None
    tax_ids: TaxIdsShape | None = None
    tax_exempt: str | None = None


class PositionShape(Agreed):
    """One thing that a subscription charges for."""

    id: str
    plan: PlanShape
    tax_rates: tuple[RateShape, ...] | None
    metadata: dict[str, str] | None
    quantity: int | None = None


class PositionsShape(Agreed):
    """All that a subscription charges for."""

    positions: tuple[PositionShape, ...] = msgspec.field(name="data")
    has_more: bool


class CouponShape(Agreed):
    """A discount in percent, or an amount."""

    percent_off: Decimal | None = None


class SubscriptionDiscountShape(Agreed):
    """A discount on a subscription."""

    coupon: CouponShape


class AnchorShape(Agreed):
    """On which day of a month periods begin: the last where a month has no such day."""

    day_of_month: int


class SubscriptionShape(Agreed):
    """A subscription. Its periods are counted from the instant `billing_cycle_anchor`, in UTC."""

    id: str
    object: Literal["subscription"]
    customer: str
    status: str
    start_date: int
    cancel_at: int | None
    ended_at: int | None
    items: PositionsShape
    discount: SubscriptionDiscountShape | None
    metadata: dict[str, str] | None
    billing_cycle_anchor: int | None = None
    billing_cycle_anchor_config: AnchorShape | None = None
