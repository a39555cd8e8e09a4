"""Orders that an invoice may mean: found by a spelling of their number, proposed to a person and never matched by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieout.core.tie_out.dossier import Dossier
from tieout.trade.documents import Invoice, Order
from tieout.trade.keys import order_key
from tieout.trade.order_names import ORDER_NAME, order_names, written_order_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An order, and where on the invoice its number may stand: how it is written there, in which field."""

    order: Order
    text: str
    field: str

    def __str__(self) -> str:
        return f'{self.order.number} ("{self.text}")'


def is_proposed(dossier: Dossier, number: str) -> bool:
    """Whether an order was found by a spelling of its number alone: the claim does not name it."""
    named = order_key(number)
    if named in dossier.looked_up:
        return False
    by_name = any(key.kind == ORDER_NAME for key in dossier.looked_up)
    return by_name and named.bare not in {key.bare for key in dossier.looked_up}


def proposals_of(invoice: Invoice, orders: Iterable[Order]) -> tuple[Proposal, ...]:
    """What of these orders the invoice may mean, in the order in which it writes them."""
    by_name: Mapping[str, list[Order]] = _by_name(orders)
    if not by_name:
        return ()
    proposed: dict[str, Proposal] = {}
    for written in written_order_numbers(invoice):
        for order in by_name.get(written.name, ()):
            proposed.setdefault(order.number, Proposal(order=order, text=written.text, field=written.field))
    return tuple(proposed.values())


def _by_name(orders: Iterable[Order]) -> dict[str, list[Order]]:
    named: dict[str, list[Order]] = {}
    for order in orders:
        for name in order_names(order.number):
            named.setdefault(name, []).append(order)
    return named
