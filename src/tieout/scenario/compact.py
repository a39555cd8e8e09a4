"""The compact forms: a line of a document as one text. A malformed one is refused with the correct form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.values.calendar import add
from tieout.core.values.clock import Clock, Hours
from tieout.core.values.errors import Malformed
from tieout.core.values.money import decimal_of
from tieout.core.values.quantity import Conversion, Quantity
from tieout.core.values.units import canonical_unit

_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_GOODS: Final = re.compile(
    rf"^\s*(?P<id>\S+?)\s*:\s*(?P<quantity>{_NUMBER})\s+(?P<unit>\w+)(?:\s+(?P<product>[^\s@\"]+))?(?:\s+\"(?P<words>[^\"]*)\")?"
    rf"(?:\s*@\s*(?P<price>{_NUMBER})(?:\s+per\s+(?P<per>{_NUMBER})?\s*(?P<per_unit>[A-Za-z]\w*)?)?)?"
    rf"(?P<less>(?:\s+(?:less|plus)\s+{_NUMBER}(?:\s*%)?)*)(?:\s*=\s*(?P<net>{_NUMBER}))?(?:\s*->\s*(?P<to>\S+))?(?:\s+tax\s+(?P<tax>{_NUMBER}))?\s*$"
)
_LESS: Final = re.compile(rf"(?P<sign>less|plus)\s+(?P<amount>{_NUMBER})\s*(?P<percent>%)?")
_CHARGE: Final = re.compile(rf"^\s*(?P<label>.+?)\s+(?P<amount>{_NUMBER})\s*$")
_PRICE: Final = re.compile(
    rf"^\s*(?P<product>\S+)\s+(?P<price>{_NUMBER})\s+per\s+(?:(?P<per>{_NUMBER})\s+)?(?P<unit>\w+)"
    r"(?:\s+from\s+(?P<begin>\d{4}-\d\d-\d\d))?(?:\s+to\s+(?P<end>\d{4}-\d\d-\d\d))?\s*$"
)
_CONVERSION: Final = re.compile(r"^\s*1\s+(?P<unit>\w+)\s*=\s*(?P<factor>\d+(?:\.\d+)?(?:/\d+)?)\s+(?P<into>\w+)\s*$")
_STATE: Final = re.compile(rf"^(?P<quantity>{_NUMBER}\s+\w+)(?:\s+(?P<state>accepted|in inspection|rejected))?$")
_AFTER: Final = re.compile(r"^\+\s*(\d+)\s*(min|h|d|bh|bd)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A line of an order or invoice: "10: 1200 EA BOLT-M8 @ 10.00 per 100 EA less 5 % less 2.00 = 112.00 -> 4500012/10 tax 7".

    `entries` are its allowances (less) and charges (plus): whether it is a charge, the number, and whether that is a percentage.
    """

    id: str
    quantity: Quantity
    product: str
    words: str
    price: Decimal | None
    per: Decimal
    per_unit: str
    net: Decimal | None
    to: str
    tax: Decimal | None
    entries: tuple[tuple[bool, Decimal, bool], ...] = ()


def goods(text: str) -> Goods:
    """Reads a goods line. Raises `Malformed`."""
    match = _GOODS.match(text)
    if not match:
        raise Malformed(
            "{text!r} is not a line",
            remedy='write "10: 1200 EA BOLT-M8 @ 10.00" (per 100, = net, -> order line)',
            text=text,
        )
    return Goods(
        id=match["id"],
        quantity=Quantity.of(match["quantity"], match["unit"]),
        product=match["product"] or "",
        words=match["words"] or "",
        price=decimal_of(match["price"]) if match["price"] else None,
        per=decimal_of(match["per"]) if match["per"] else Decimal(1),
        per_unit=canonical_unit(match["per_unit"]) if match["per_unit"] else "",
        net=decimal_of(match["net"]) if match["net"] else None,
        to=match["to"] or "",
        tax=decimal_of(match["tax"]) if match["tax"] else None,
        entries=tuple(
            (entry["sign"] == "plus", decimal_of(entry["amount"]), bool(entry["percent"]))
            for entry in _LESS.finditer(match["less"] or "")
        ),
    )


def charge(text: str) -> tuple[str, Decimal]:
    """Reads "freight 640.00". Raises `Malformed`."""
    match = _CHARGE.match(text)
    if not match:
        raise Malformed("{text!r} is not a charge", remedy='write "freight 640.00"', text=text)
    return match["label"], decimal_of(match["amount"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A line of a receipt."""

    line: str
    accepted: Quantity
    in_inspection: Quantity | None
    rejected: Quantity | None
    lot: str
    catch_weight: Quantity | None = None


def received(text: str) -> Received:
    """Reads "10: 1150 EA, 50 EA in inspection, 5 EA rejected, lot IL-77", "20: 10 CS = 251.3 KGM" where pieces are weighed.

    Raises `Malformed`.
    """
    line, colon, rest = text.partition(":")
    rest, weighed, weight = rest.partition("=")
    parts = [part.strip() for part in rest.split(",")]
    lot = next((part.removeprefix("lot ").strip() for part in parts if part.startswith("lot ")), "")
    states: dict[str, Quantity] = {}
    for part in parts:
        if part.startswith("lot "):
            continue
        match = _STATE.match(part)
        if not match or not colon:
            raise Malformed(
                "{text!r} is not a receipt line",
                remedy='write "10: 1150 EA, 50 EA in inspection, lot IL-77"',
                text=text,
            )
        states[match["state"] or "accepted"] = Quantity.parse(match["quantity"])
    unit = next(iter(states.values())).unit
    return Received(
        line=line.strip(),
        accepted=states.get("accepted", Quantity(Decimal(0), unit)),
        in_inspection=states.get("in inspection"),
        rejected=states.get("rejected"),
        lot=lot,
        catch_weight=Quantity.parse(weight.strip()) if weighed else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A contract price."""

    product: str
    price: Decimal
    per: Decimal
    unit: str
    begin: date | None
    end: date | None


def agreed(text: str) -> Agreed:
    """Reads "BOLT-M8 4.20 per EA from 2026-05-01 to 2026-12-31". Raises `Malformed`."""
    match = _PRICE.match(text)
    if not match:
        raise Malformed("{text!r} is not a price", remedy='write "BOLT-M8 4.20 per EA from 2026-05-01"', text=text)
    return Agreed(
        product=match["product"],
        price=decimal_of(match["price"]),
        per=decimal_of(match["per"]) if match["per"] else Decimal(1),
        unit=canonical_unit(match["unit"]),
        begin=date.fromisoformat(match["begin"]) if match["begin"] else None,
        end=date.fromisoformat(match["end"]) if match["end"] else None,
    )


def conversion(text: str) -> Conversion:
    """Reads "1 BX = 12 EA". Raises `Malformed`."""
    match = _CONVERSION.match(text)
    if not match:
        raise Malformed("{text!r} is not a conversion", remedy='write "1 BX = 12 EA"', text=text)
    return Conversion(
        unit=canonical_unit(match["unit"]), into=canonical_unit(match["into"]), factor=Fraction(match["factor"])
    )


def order_line(text: str) -> tuple[str, str]:
    """Reads "4500012/10" into order and line. Raises `Malformed`."""
    order, slash, line = text.rpartition("/")
    if not slash or not order or not line:
        raise Malformed("{text!r} does not name an order line", remedy='write "4500012/10"', text=text)
    return order, line


def instant(text: str, *, after: datetime | None, hours: Hours) -> datetime:
    """Reads "2026-03-02 09:00" (UTC) or, relative to `after`, "+30min", "+8h", "+1d", "+48bh", "+2bd". Raises `Malformed`."""
    match = _AFTER.match(text.strip())
    if match and after is not None:
        amount = int(match[1])
        if match[2] == "bh":
            return add(Clock(amount=amount, unit="bh"), after, hours)
        if match[2] == "bd":
            return add(Clock(amount=amount, unit="bd"), after, hours)
        minutes = {"min": 1, "h": 60, "d": 1440}[match[2]]
        return after + timedelta(minutes=amount * minutes)
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Malformed(
            "{text!r} is not a date and time", remedy='write "2026-03-02 09:00" or "+8h", "+2bd"', text=text
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)
