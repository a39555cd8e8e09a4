"""Reversals: a shipment that takes another one back is deducted from it, so that nobody waits for goods that never left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from tieout.packs.order_to_cash.ledger import Leg

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def netted(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """The legs that left, less those that were taken back, in the order of their shipments.

    A reversal is deducted from the shipment that it names; one that names none from the shipment of exactly its size, else
    from the latest. Any remainder is ignored: the shipment that it takes back has not arrived yet.
    """
    left = {leg.shipment: leg for leg in legs if leg.left and leg.shipped > 0}
    back_again = [leg for leg in legs if leg.left and leg.shipped < 0]
    for reversal in sorted(back_again, key=lambda leg: (not leg.reverses, leg.shipment)):
        back = -reversal.shipped
        for leg in _candidates(tuple(left.values()), reversal):
            part = min(back, leg.shipped)
            left[leg.shipment] = replace(leg, shipped=leg.shipped - part)
            back -= part
    return tuple(leg for leg in left.values() if leg.shipped)


def _candidates(legs: Sequence[Leg], reversal: Leg) -> list[Leg]:
    if reversal.reverses:
        return [leg for leg in legs if leg.shipment == reversal.reverses]
    latest = sorted(legs, key=when, reverse=True)
    return sorted(latest, key=lambda leg: leg.shipped != -reversal.shipped)


def when(leg: Leg) -> tuple[datetime, str]:
    """The order in which legs left: by time, those without a time first, then by number."""
    return (leg.left_at or LONG_AGO, leg.shipment)
