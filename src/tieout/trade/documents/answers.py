"""What other systems answer about an invoice of ours: the tax engine, the customer's inbox, the general ledger, and the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tieout.core.values.money import Money

DisputeReason = Literal["price", "quantity", "quality", "delivery", "tax", "usage", "reference", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """The tax of one claim line; `where` is the line's id, or "document" for charges of the whole invoice."""

    where: str
    percent: Decimal
    tax: Money
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxAnswer:
    """What a tax engine answered about an invoice (by its number). `state` "unavailable": it did not answer, or not in time.

    `request` and `response` are its own words or references, `correlation` the id under which both sides log it.
    """

    number: str
    invoice: str
    state: Literal["answered", "unavailable"]
    occurred_at: datetime
    tax: Money | None = None
    lines: tuple[TaxLine, ...] = ()
    correlation: str = ""
    request: str = ""
    response: str = ""
    entity: str = ""
    kind: Literal["tax_answer"] = "tax_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAnswer:
    """What the receiving side answered about an invoice that was sent: taken, refused with its reason, or not decided yet (pending:
    received, in process, under query, accepted on a condition).

    `reference` is the id of the sending that it answers ("" unknown: then it is about the last).
    """

    number: str
    invoice: str
    state: Literal["accepted", "rejected", "pending"]
    occurred_at: datetime
    channel: str = ""
    reference: str = ""
    reason_code: str = ""
    reason: str = ""
    correlation: str = ""
    entity: str = ""
    kind: Literal["delivery_answer"] = "delivery_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Whether a billing document of the sales system has reached the general ledger."""

    number: str
    invoice: str
    state: Literal["booked", "not_booked"]
    occurred_at: datetime
    reference: str = ""
    reason: str = ""
    entity: str = ""
    kind: Literal["booking"] = "booking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A customer's objection to an invoice, or to one of its lines. `state` "settled": agreed, by a credit note or otherwise."""

    number: str
    invoice: str
    reason: DisputeReason
    opened_at: datetime
    state: Literal["open", "withdrawn", "settled"] = "open"
    line: str = ""
    amount: Money | None = None
    quantity: Decimal | None = None
    text: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["dispute"] = "dispute"
