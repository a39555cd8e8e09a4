"""What documents about goods and invoices hang together with: the orders and subscriptions that they name, and what names those."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tieout.core.documents.sheet import Related
from tieout.core.tie_out.key import is_likeness
from tieout.trade.documents import Invoice, Order, OrderResponse, Receipt, Subscription
from tieout.trade.keys import movement_key, order_key, order_response_key, published
from tieout.trade.selling_keys import outbound_key, sales_order_key, subscription_key


def on_orders(numbers: Iterable[str]) -> Related:
    """What hangs on orders of ours: the orders, what moved under them, and the claims that use their lines up."""
    numbers = tuple(dict.fromkeys(numbers))
    keys = tuple(
        key for number in numbers for key in (order_key(number), movement_key(number), order_response_key(number))
    )
    return Related(keys=keys, ledgers=tuple(map(order_key, numbers)))


def of_order(order: Order) -> Related:
    """What hangs on an order: ours, or a customer's."""
    return on_orders((order.number,)) if order.kind == "order" else sold(order)


def of_invoice(invoice: Invoice) -> Related:
    """What hangs on the orders that an invoice names."""
    return sold(invoice) if invoice.is_ours else on_orders(invoice.order_numbers())


def of_receipt(receipt: Receipt | OrderResponse) -> Related:
    """What hangs on the orders under which goods came in, or that an answer is about."""
    return on_orders(number for number in _orders_of(receipt) if number)


def _orders_of(document: Receipt | OrderResponse) -> tuple[str, ...]:
    lines = document.lines if isinstance(document, Receipt) else ()
    return (document.order_number, *(line.order.document for line in lines))


def sold(document: Any) -> Related:
    """What is found under the same keys, and under the orders and subscriptions that a document names or is."""
    named = document.order_numbers() if isinstance(document, Invoice) else (getattr(document, "order_number", ""),)
    own = (document.number,) if isinstance(document, Order | Subscription) else ()
    numbers = [number for number in (*own, *named) if number]
    ledgers = tuple(key for number in numbers for key in (sales_order_key(number), subscription_key(number)))
    shared = tuple(key for key in published(document) if not is_likeness(key))
    return Related(keys=(*ledgers, *(outbound_key(number) for number in numbers), *shared), ledgers=ledgers)
