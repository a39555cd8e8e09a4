"""The documents of a run: a made-up company's deals, half of them faulty, as files that are sent out of order, twice and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.money import extend
from tieout.core.values.quantity import Quantity
from tieout.formats import json_documents
from tieout.scenario.draw import Draw
from tieout.scenario.sample import company, deals
from tieout.scenario.sample_faults import Deal, totalled
from tieout.trade.documents import Invoice

ON: Final = date(2026, 3, 2)
START: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A file that is sent at an instant. `document` is what it holds, None for bytes that no format reads."""

    name: str
    content: bytes
    at: datetime
    document: Document | None = None


def letters(seed: int, *, invoices: int) -> tuple[Letter, ...]:
    """Everything that is sent in a run, in the order in which it is sent: first most of the master data, then the rest over three days."""
    made = company(seed, suppliers=3, products=4, on=ON)
    draw = Draw(seed, "letters")
    chosen = tuple(deals(made, seed, invoices, on=ON, lines=2, clean_percent=60))
    early = [_letter(f"master-{k}", document, START) for k, document in enumerate(made.documents)]
    rest = [letter for k, deal in enumerate(chosen) for letter in _of_deal(deal, k, Draw(seed, "deal of", k))]
    twice = [replace(one, at=one.at + timedelta(minutes=draw.below(600))) for one in rest if draw.chance(12)]
    torn = Letter(name="torn.xml", content=b"<Invoice xmlns='urn:oasis:names", at=START + timedelta(hours=2))
    return tuple(sorted([*early, *rest, *twice, torn], key=lambda letter: (letter.at, letter.name)))


def _of_deal(deal: Deal, k: int, draw: Draw) -> Iterator[Letter]:
    """The documents of a deal at any time; the invoice once more comes at the same time, or at another.

    Of some clean deals the order is contested: another invoice, for half of it, comes at the same time, when everything else is there.
    """
    contested = not deal.fault and draw.chance(35)
    at = START + timedelta(minutes=draw.between(9 * 60, 3 * 24 * 60)) if contested else _some_time(draw)
    for n, document in enumerate((deal.order, *deal.documents, *deal.later)):
        yield _letter(f"{k}-{n}-{document.kind}", document, START if contested else _some_time(draw))
    yield _letter(f"{k}-invoice", deal.invoice, at)
    if contested:
        yield _letter(f"{k}-invoice-half", _half(deal.invoice), at)
        return
    for again in _again(deal.invoice, draw):
        yield _letter(f"{k}-again", again, at if draw.chance(60) else _some_time(draw))


def _half(invoice: Invoice) -> Invoice:
    """Another invoice of the same supplier for the same order, with half of the quantities."""
    lines = []
    for line in invoice.lines:
        assert line.quantity is not None, "these invoices say how much"
        quantity = Quantity(line.quantity.value // 2 + 1, line.quantity.unit)
        net = extend(line.price or Decimal(0), quantity.value, per=line.price_per, currency=invoice.currency)
        lines.append(replace(line, quantity=quantity, net=net))
    return totalled(replace(invoice, number=f"{invoice.number}77", lines=tuple(lines)))


def _some_time(draw: Draw) -> datetime:
    return START + timedelta(minutes=draw.below(3 * 24 * 60))


def _again(invoice: Invoice, draw: Draw) -> Iterator[Document]:
    """The invoice once more: under its number written otherwise, with other terms, for the same order under another number, or credited."""
    later = date.fromordinal(ON.toordinal() + 3)
    match draw.below(8):
        case 0:
            yield replace(invoice, number=f" {invoice.number.lower()}")
        case 1:
            yield replace(invoice, terms="other terms")
        case 2:
            yield replace(invoice, number=f"{invoice.number}-B")
        case 3:
            yield replace(
                invoice,
                kind="credit_note",
                number=f"C-{invoice.number}",
                preceding=(invoice.number,),
                issue_date=later,
                type_code="381",
            )
        case _:
            pass


def _letter(name: str, document: Document, at: datetime) -> Letter:
    write = json_documents.FORMAT.write
    assert write is not None, "canonical JSON can be written"
    return Letter(name=f"{name}.json", content=write(document), at=at, document=document)
