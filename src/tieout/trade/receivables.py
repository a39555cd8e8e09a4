"""What went out to a customer on credit: invoices and credit notes by the moment at which they were released.

The credit system's figures are of an instant. What was released before it they contain; what was released since counts beside them,
until new figures arrive. Kept by month, so that only what can matter is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.tie_out.key import is_part_of, part_of
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key
from tieout.core.values.money import Money, total
from tieout.trade.books import number_in
from tieout.trade.documents import CreditStanding, Invoice
from tieout.trade.selling_keys import receivable_key

_MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneOut:
    """What one claim added to what a customer owes, negative for a credit note; `ordered_on` is the day of the latest order that it
    bills, None where none is known."""

    number: str
    amount: Money
    ordered_on: date | None


def receivable_of(
    invoice: Invoice,
    customer: str,
    lines: Iterable[PostingLine],
    dossier: Dossier,
    *,
    own: str,
    ordered_on: date | None = None,
) -> tuple[Allocation, ...]:
    """What the released and releasable lines add to what the customer owes, or a credit note takes off it: what is asked, with tax,
    less what is paid already."""
    lines, currency = tuple(lines), invoice.currency
    if not customer or not lines:
        return ()
    gross = total((line.net + line.tax for line in lines), currency)
    whole, payable = invoice.totals.gross, invoice.totals.payable
    if whole and payable is not None and {whole.currency, payable.currency} == {currency}:
        gross = Money.rounded(gross.amount * payable.amount / whole.amount, currency)
    moment = (dossier.posted_at or dossier.at).astimezone(UTC)
    ledger = part_of(receivable_key(customer, own), _month(moment))
    return (
        Allocation(
            claim_line="document",
            ledger=ledger,
            line=f"{moment.isoformat()} {ordered_on or ''}".strip(),
            quantity=Decimal(0),
            unit="",
            net=Money(gross.minor * invoice.sign, currency),
        ),
    )


def months_since(customer: str, standings: Iterable[CreditStanding], at: datetime) -> Iterator[Key]:
    """The ledgers that may hold what was released since the oldest of these figures."""
    instants = [standing.as_of.astimezone(UTC) for standing in standings]
    if not instants or not customer:
        return
    first, last = min(instants), at.astimezone(UTC)
    for number in range(first.year * _MONTHS + first.month - 1, last.year * _MONTHS + last.month):
        yield part_of(receivable_key(customer), f"{number // _MONTHS:04}-{number % _MONTHS + 1:02}")


def gone_out(customer: str, standing: CreditStanding, allocated: Iterable[Allocated]) -> tuple[GoneOut, ...]:
    """What was released to a customer since the figures of a credit standing, for the company that they are about."""
    ledger = receivable_key(customer, standing.entity)
    since = []
    for used in allocated:
        if is_part_of(used.ledger, ledger):
            moment, _, day = used.line.partition(" ")
            if datetime.fromisoformat(moment) >= standing.as_of:
                ordered_on = date.fromisoformat(day) if day else None
                since.append(GoneOut(number=number_in(used.claim), amount=used.amount, ordered_on=ordered_on))
    return tuple(since)


def _month(moment: datetime) -> str:
    return f"{moment:%Y-%m}"
