"""What a part of an invoice bills: its lines, allowances and charges, with quantity, price and net of the part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.tie_out.verdict import PostingLine
from tieout.core.values.money import Money, extend, total
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import AllowanceCharge, Invoice, InvoiceLine

_FINE: Final = Decimal("1e-6")
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The lines and the document's allowances and charges, with their amounts as this part states them."""

    lines: tuple[InvoiceLine, ...]
    entries: tuple[AllowanceCharge, ...]


def entry_name(number: int, entry: AllowanceCharge) -> str:
    """How posting lines name the document's allowance or charge at a place (from 0)."""
    return f"{'charge' if entry.charge else 'allowance'}-{number + 1}"


def parts_of(invoice: Invoice, lines: Sequence[PostingLine]) -> Parts:
    """The part that these posting lines are of an invoice. Several lines of one claim line are one line of the issued invoice."""
    by_line: dict[str, list[PostingLine]] = {}
    for line in lines:
        if line.kind != "rounding":
            by_line.setdefault(line.claim_line, []).append(line)
    billed = [_line(line, by_line[line.id]) for line in invoice.lines if line.id in by_line]
    entries = [
        _entry(entry, total((one.net for one in by_line[name]), invoice.currency))
        for number, entry in enumerate(invoice.allowances_charges)
        if (name := entry_name(number, entry)) in by_line
    ]
    named = {line.id for line in invoice.lines} | {
        entry_name(number, entry) for number, entry in enumerate(invoice.allowances_charges)
    }
    billed += [_whole(name, by_line[name]) for name in by_line if name not in named]
    return Parts(lines=tuple(line for line in billed if line.net or line.quantity), entries=tuple(entries))


def _whole(name: str, lines: Sequence[PostingLine]) -> InvoiceLine:
    """What is billed without a line of the invoice ("as billed, without lines"): one of it, at its net."""
    net = total((line.net for line in lines), lines[0].net.currency)
    number = "1" if name == DOCUMENT else name
    words = next((line.description for line in lines if line.description), "as agreed")
    return InvoiceLine(id=number, net=net, quantity=Quantity(_ONE, "EA"), price=net.amount, description=words)


def _line(billed: InvoiceLine, lines: Sequence[PostingLine]) -> InvoiceLine:
    net = total((line.net for line in lines), billed.net.currency)
    if billed.quantity is None:
        return replace(billed, net=net, quantity=Quantity(_ONE, "EA"), price=net.amount, price_per=_ONE)
    if net == billed.net:
        return billed
    quantity = _quantity(billed, billed.quantity, lines, net)
    gross = (
        net
        if billed.price is None
        else extend(billed.price, quantity.value, per=billed.price_per, currency=net.currency)
    )
    entries = _scaled(billed.allowances_charges, net - gross)
    return replace(billed, net=net, quantity=quantity, allowances_charges=entries)


def _quantity(billed: InvoiceLine, whole: Quantity, lines: Sequence[PostingLine], net: Money) -> Quantity:
    """The part's quantity in the unit of the invoice; where the posting lines count in another, its share of the net."""
    counted = [line.quantity for line in lines if line.quantity is not None and line.unit == whole.unit]
    if counted and len(counted) == len(lines):
        return Quantity(sum(counted, Decimal(0)), whole.unit)
    if not billed.net:
        return whole
    share = Fraction(net.minor, billed.net.minor) * Fraction(whole.value)
    value = (Decimal(share.numerator) / share.denominator).quantize(_FINE, ROUND_HALF_UP)
    return Quantity(value.normalize(), whole.unit)


def _scaled(entries: Sequence[AllowanceCharge], together: Money) -> tuple[AllowanceCharge, ...]:
    """A line's allowances and charges in the proportion of the whole, so that they come to `together` to the cent."""
    whole = total((_signed(entry) for entry in entries), together.currency)
    if not entries or not whole:
        return tuple(entries)
    amounts = [
        Money.rounded(_signed(entry).amount * together.amount / whole.amount, together.currency) for entry in entries
    ]
    amounts[-1] += together - total(amounts, together.currency)
    return tuple(_entry(entry, amount) for entry, amount in zip(entries, amounts, strict=True) if amount)


def _signed(entry: AllowanceCharge) -> Money:
    return entry.amount if entry.charge else -entry.amount


def _entry(entry: AllowanceCharge, signed: Money) -> AllowanceCharge:
    """The entry with another amount: its percentage of a base is only stated where it is still true."""
    amount = signed if entry.charge else -signed
    if amount == entry.amount:
        return entry
    return replace(entry, amount=amount, percent=None, on=None)
