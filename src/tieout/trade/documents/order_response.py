"""What somebody answered to an order, or asked to change in it. It changes no order: the buyer's own system alone does that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.core.values.party import Party
from tieout.trade.documents.order import OrderLine

OrderResponseState = Literal[
    "acknowledged", "accepted", "changed", "rejected", "change_requested", "cancellation_requested"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResponse:
    """An answer to the order `order_number`, with the lines as its sender states them.

    `state`: seen (acknowledged), taken as it is (accepted), taken with the lines here (changed), or not taken (rejected); of the
    buyer's messages, that the order should change or fall away.
    """

    number: str
    order_number: str
    state: OrderResponseState
    issue_date: date | None = None
    currency: str = ""
    supplier: Party = Party()
    buyer: Party = Party()
    lines: tuple[OrderLine, ...] = ()
    note: str = ""
    entity: str = ""
    kind: Literal["order_response"] = "order_response"
