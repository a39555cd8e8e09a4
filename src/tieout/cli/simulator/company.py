"""The files of a run: what follows from the transactions of a made-up company, sent out of order, twice and corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.cli.simulator.plan import Plan
from tieout.cli.simulator.processes import START, Business, Transaction, billing, buying, half, selling
from tieout.core.documents.kind import Document
from tieout.formats import json_documents
from tieout.scenario.draw import Draw

_MINUTES: Final = 3 * 24 * 60
_WAVE: Final = 240
"""Minutes between two waves of files where many come together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A file that is sent at an instant. `document` is what it holds, None for usage and for bytes that no format reads.

    `usage`: it holds events of usage, and goes to the door for them.
    """

    name: str
    content: bytes
    at: datetime
    document: Document | None = None
    usage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a plan sends, in the order in which it is sent, the orders that people may name, and what was used by account and meter."""

    letters: tuple[Letter, ...]
    orders: tuple[str, ...] = ()
    used: dict[tuple[str, str], Decimal] = field(default_factory=dict)


def made(plan: Plan) -> Made:
    """Everything that is sent in a run, without what the plan leaves out: first most of the master data, then the rest over three days."""
    draw, seed = Draw(plan.seed, "letters"), plan.seed
    clean = 60 if plan.invoices < 50 else 85
    business = [
        part(seed, count, clean_percent=percent)
        for part, count, percent in (
            (buying, plan.invoices, clean),
            (selling, plan.sales, clean),
            (billing, plan.bills, clean),
        )
        if count
    ]
    early = [
        _letter(f"master-{n}-{k}", document, START)
        for n, one in enumerate(business)
        for k, document in enumerate(one.masters)
    ]
    rest = [letter for one in business for letter in _of_business(one, seed)]
    twice = [replace(one, at=one.at + timedelta(minutes=draw.below(600))) for one in rest if draw.chance(12)]
    torn = Letter(name="torn.xml", content=b"<Invoice xmlns='urn:oasis:names", at=START + timedelta(hours=2))
    every = [_in_waves(letter) if plan.batch > 4 else letter for letter in (*early, *rest, *twice, torn)]
    kept = [letter for letter in every if letter.name not in plan.without]
    return Made(
        letters=tuple(sorted(kept, key=lambda letter: (letter.at, letter.name))),
        orders=tuple(
            number
            for one in business
            for transaction in one.transactions
            if not any(letter_of(transaction.name, 0, kind) in plan.without for kind in ("order", "sales_order"))
            for number in transaction.orders
        ),
        used={key: quantity for one in business for key, quantity in one.used.items()},
    )


def letter_of(transaction: str, n: int, kind: str) -> str:
    """The name of the file with a transaction's n-th document."""
    return f"{transaction}-{n}-{kind}.json"


def _in_waves(letter: Letter) -> Letter:
    minutes = (letter.at - START) // timedelta(minutes=1)
    return replace(letter, at=START + timedelta(minutes=minutes - minutes % _WAVE))


def _of_business(one: Business, seed: int) -> Iterator[Letter]:
    for transaction in one.transactions:
        yield from _of_transaction(transaction, Draw(seed, "transaction", transaction.name))


def _of_transaction(one: Transaction, draw: Draw) -> Iterator[Letter]:
    """The documents at any time; the invoice once more comes at the same time, or at another.

    Of some clean transactions the order is contested: another invoice, for half of it, comes at the same time, when everything else is
    there.
    """
    contested = one.clean and one.invoice is not None and draw.chance(35)
    at = START + timedelta(minutes=draw.between(9 * 60, _MINUTES)) if contested else _some_time(draw)
    for n, document in enumerate(one.evidence):
        when = START if contested else _some_time(draw)
        yield _letter(letter_of(one.name, n, document.kind).removesuffix(".json"), document, when)
    if one.usage:
        yield Letter(name=f"{one.name}-usage.ndjson", content=one.usage, at=_some_time(draw), usage=True)
    if one.invoice is None:
        return
    yield _letter(f"{one.name}-invoice", one.invoice, at)
    if contested:
        yield _letter(f"{one.name}-invoice-half", half(one.invoice), at)
        return
    for again in one.again:
        yield _letter(f"{one.name}-again", again, at if draw.chance(60) else _some_time(draw))


def _some_time(draw: Draw) -> datetime:
    return START + timedelta(minutes=draw.below(_MINUTES))


def _letter(name: str, document: Document, at: datetime) -> Letter:
    write = json_documents.FORMAT.write
    assert write is not None, "canonical JSON can be written"
    return Letter(name=f"{name}.json", content=write(document), at=at, document=document)
