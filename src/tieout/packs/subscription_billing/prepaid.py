"""Money paid in advance for usage: how much of it an invoice has to take off, and what is left of it.

A contract's line "prepaid" is so much money for the days on which it holds. It is taken off the usage of periods that lie within these
days, what ends first before the rest, until nothing is left of it; what is left on its last day has expired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tieout.core.values.money import Money, is_currency
from tieout.trade.contract_terms import Terms, Version

if TYPE_CHECKING:
    from tieout.packs.subscription_billing.sheet import SheetLine

PREPAID = "prepaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What an invoice has to take off for one prepaid line: an amount of 0 or less. `usage` are the usage lines it is for."""

    subscription: str
    line: str
    amount: Money
    usage: tuple[str, ...]


def slot_of_prepaid(name: str) -> str:
    """The place of the subscription's ledger on which a prepaid line is used up."""
    return f"{name}/drawn"


def dues(lines: Sequence[SheetLine], terms: Mapping[str, Terms]) -> Iterator[Due]:
    """What an invoice has to take off for prepaid lines, by subscription and line."""
    for number, contract in terms.items():
        if not is_currency(contract.subscription.currency):
            continue
        mine = [line for line in lines if line.terms is not None and line.terms.subscription.number.strip() == number]
        open_ones = {
            line.where: _charged(line)
            for line in mine
            if line.version is not None and line.version.line.basis == "usage"
        }
        for version in sorted(_credits(contract), key=lambda credit: (credit.days.last, credit.line.id)):
            yield from _due(number, version, mine, open_ones)


def _due(number: str, version: Version, lines: Sequence[SheetLine], left: dict[str, Money]) -> Iterator[Due]:
    """What one prepaid line gives; it is deducted from what is `left` of the usage lines."""
    covered = [
        line
        for line in lines
        if line.where in left and line.days is not None and line.days.within(version.days) == line.days
    ]
    if not covered:
        return
    currency = left[covered[0].where].currency
    drawn = sum(billed.minor for billed in covered[0].others.of(version.line.id))
    balance = max(0, Money.rounded(version.line.price, currency).minor + drawn)
    taken = 0
    for line in covered:
        part = min(balance - taken, max(0, left[line.where].minor))
        left[line.where] = Money(left[line.where].minor - part, currency)
        taken += part
    yield Due(
        subscription=number,
        line=version.line.id,
        amount=Money(-taken, currency),
        usage=tuple(line.where for line in covered),
    )


def _credits(contract: Terms) -> Iterator[Version]:
    for versions in contract.lines.values():
        if versions and versions[-1].line.basis == PREPAID:
            yield versions[-1]


def _charged(line: SheetLine) -> Money:
    return line.expected if line.expected is not None else line.billed


def given_back(lines: Sequence[SheetLine]) -> tuple[SheetLine, ...]:
    """The lines of a credit note; those that give back what was prepaid and taken off, on its place: what it says is what is given."""
    return tuple(
        replace(line, expected=line.billed, slot=slot_of_prepaid(line.line.order.line)) if line.is_prepaid else line
        for line in lines
    )


def is_beyond(line: SheetLine) -> bool:
    """Whether a credit note gives back more than was taken off of a prepaid line, or takes off more."""
    drawn = sum(billed.minor for billed in line.others.of(line.line.order.line))
    return not 0 <= line.billed.minor <= -drawn


def with_prepaid(lines: Sequence[SheetLine], terms: Mapping[str, Terms]) -> tuple[SheetLine, ...]:
    """The lines of an invoice; those that take off what was prepaid with what they have to."""
    wanted = {(due.subscription, due.line): due.amount for due in dues(lines, terms)}
    made = []
    for line in lines:
        if line.is_prepaid and line.terms is not None:
            number = line.terms.subscription.number.strip()
            amount = wanted.get((number, line.line.order.line), Money.zero(line.billed.currency))
            made.append(replace(line, expected=amount, slot=slot_of_prepaid(line.line.order.line)))
        else:
            made.append(line)
    return tuple(made)


def unapplied(lines: Sequence[SheetLine], terms: Mapping[str, Terms]) -> Iterator[Due]:
    """What an invoice has to take off and does not: no line of it is for the prepaid line."""
    named = {
        (line.terms.subscription.number.strip(), line.line.order.line)
        for line in lines
        if line.terms is not None and line.is_prepaid
    }
    for due in dues(lines, terms):
        if due.amount and (due.subscription, due.line) not in named:
            yield due
