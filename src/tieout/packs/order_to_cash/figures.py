"""The figures of a ledger line as findings show them: what was ordered, picked, shipped, delivered, billed; and what it is worth."""

from __future__ import annotations

from decimal import Decimal

from tieout.core.findings.making import quantity_text
from tieout.core.values.money import Money, extend
from tieout.packs.order_to_cash.ledger import ZERO, Leg
from tieout.packs.order_to_cash.sheet import OrderRow


def numbers_of(row: OrderRow, leg: Leg | None = None) -> dict[str, str]:
    """The figures of a ledger line that messages use; of one shipment too, so that a delay can be attributed to its site
    and carrier."""
    ledger, unit = row.ledger, row.ledger.unit
    figures = {
        "ordered": ledger.ordered,
        "picked": leg.picked if leg else ledger.picked,
        "shipped": leg.shipped if leg else ledger.shipped,
        "confirmed": ledger.confirmed,
        "delivered": leg.delivered if leg else ledger.delivered,
        "returned": ledger.returned,
        "billable": row.counted.usable,
        "billed": ledger.net_billed,
    }
    texts = {name: quantity_text(value, unit) for name, value in figures.items()}
    legs = (leg,) if leg else tuple(moved for moved in ledger.legs if moved.left)
    return texts | {
        "unit": unit,
        "order": row.order.number,
        "order_line": row.line.id,
        "site": leg.site if leg else row.site,
        "shipment": ", ".join(dict.fromkeys(moved.shipment for moved in legs)),
        "carrier": ", ".join(dict.fromkeys(moved.carrier for moved in legs if moved.carrier)),
    }


def worth(row: OrderRow, quantity: Decimal, price: Decimal | None = None) -> Money:
    """What a quantity is worth at a price, else at the agreed one."""
    unit_price = price if price is not None else row.agreed.net or ZERO
    return abs(extend(unit_price, quantity, per=Decimal(1), currency=row.order.currency))
