"""What was sold as a subscription: the contract as sales closed it, its amendments, and how far each amendment has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.trade.documents.invoice import ChargeBasis

Interval = Literal["week", "month", "quarter", "year", "once"]
Proration = Literal["days", "none", "seconds", "thirty_days"]
"""A part of a period costs its share of the days, all of the period, its share of the seconds, or of months of 30 days."""
TierMode = Literal["", "graduated", "volume"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The price of one unit up to `up_to` units in a period (inclusive; None: all beyond), and what reaching the tier costs besides."""

    price: Decimal
    up_to: Decimal | None = None
    flat: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionLine:
    """One thing that is charged for. `price` is for `price_per` of `unit` and one `interval`, before `discount_percent`.

    A usage line bills what its `meter` counts beyond `included` in the period. A milestone line waits for `milestone`.
    `valid_from` and `valid_to` are inclusive days; `discount_approved_by` is who approved the discount ("" nobody).

    `tiers` are prices in the place of `price`: each for its own units ("graduated"), or the one reached for all ("volume").
    `minimum` is what a usage line costs at least in a whole period. A line "prepaid" is money paid in advance, `price` of it: it is
    taken off usage of the days from `valid_from` to `valid_to` until it is used up.
    """

    id: str
    plan: str
    basis: ChargeBasis
    price: Decimal
    unit: str = "EA"
    price_per: Decimal = Decimal(1)
    quantity: Decimal = Decimal(1)
    interval: Interval = "month"
    proration: Proration = "days"
    meter: str = ""
    included: Decimal = Decimal(0)
    tiers: tuple[Tier, ...] = ()
    tier_mode: TierMode = ""
    minimum: Decimal | None = None
    milestone: str = ""
    discount_percent: Decimal = Decimal(0)
    discount_approved_by: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    tax_category: str = ""
    tax_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription contract. `account` is the customer's number in billing, `entity` the company of ours that bills.

    `together`: all lines of a period on one invoice, so that one that waits makes all wait; else what is ready is billed.
    `grace_hours`: how long after the end of a period late usage still counts before the invoice is final. `anchor` is the day on
    which periods begin: "start" (the contract's own), "calendar", a day of the month ("15") or a date; "" states none. `zone` is the
    time zone of its days ("Europe/Berlin"; "": UTC).
    """

    number: str
    account: str
    currency: str
    lines: tuple[SubscriptionLine, ...]
    customer: Party = Party()
    entity: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    together: bool = False
    grace_hours: int = 1
    anchor: str = ""
    zone: str = ""
    quote: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    made_by: str = ""
    kind: Literal["subscription"] = "subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A change of a subscription from a day on: each line of `lines` replaces from then the one with its id.

    `ended` are ids of lines that end on that day. `systems` are those that the change has to reach ("billing", "tax",
    "erp", "intercompany" …). `effective_at` is the instant on that day, where seconds are counted. `intercompany` is the share of
    the revenue, in percent, that goes to another company of ours.
    """

    number: str
    subscription: str
    effective_on: date
    lines: tuple[SubscriptionLine, ...] = ()
    ended: tuple[str, ...] = ()
    signed_at: datetime | None = None
    approved_by: str = ""
    reason: str = ""
    systems: tuple[str, ...] = ()
    entity: str = ""
    counterpart: str = ""
    intercompany: Decimal | None = None
    value: Money | None = None
    made_by: str = ""
    effective_at: datetime | None = None
    kind: Literal["amendment"] = "amendment"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentEffect:
    """What one system made of an amendment: carried out, failed, or taken back ("compensated")."""

    number: str
    amendment: str
    system: str
    state: Literal["done", "failed", "compensated"]
    occurred_at: datetime
    reference: str = ""
    reason: str = ""
    amount: Money | None = None
    entity: str = ""
    kind: Literal["amendment_effect"] = "amendment_effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """So many percent of earlier amendments gave this discount, in percent, or less."""

    percent: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountHistory:
    """What discounts the amendments of one of our companies (`number`) have given so far; "" for all of them together.

    A summary that is written anew from time to time: an amendment is compared with one small document, not with all others.
    """

    number: str
    as_of: date
    amendments: int
    quantiles: tuple[Quantile, ...] = ()
    kind: Literal["discount_history"] = "discount_history"
