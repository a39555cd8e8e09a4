"""From a file to what the store keeps of its documents. Pure, and done in worker processes: only plain values come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.money import Money
from tieout.core.values.party import Party, normal_id, normal_reference
from tieout.formats import canonical_json
from tieout.formats.format import Source, refusal
from tieout.formats.registry import read
from tieout.trade.documents import Contract, DespatchAdvice, Invoice, Order, Receipt, Subscription
from tieout.trade.keys import party_keys, published


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One document, ready to be written: its canonical bytes, and the columns and keys that follow from it.

    `identity` names the paper within its kind, as far as the paper itself can ("" if it cannot): see `identity_of`.
    `entities` are the companies that it names; `placeable` says whether it can belong to one company at all.
    """

    kind: str
    identity: str
    number: str
    entity: str
    supplier: str
    supplier_number: str
    currency: str
    net: int | None
    tax: int | None
    payable: int | None
    issue_date: date | None
    sha256: str
    body: bytes
    keys: tuple[str, ...]
    format: str
    part: int
    remarks: bytes | None
    unreadable: bool
    entities: tuple[str, ...] = ()
    placeable: bool = False


def prepare(content: bytes, name: str) -> tuple[Prepared, ...]:
    """Every document in a file, at least one: what cannot be read is an `Unreadable`."""
    return tuple(prepared(reading) for reading in read(content, name=name))


def unreadable(name: str, reason: str, remedy: str) -> tuple[Prepared, ...]:
    """A file that no reader came back from."""
    return (prepared(refusal(Source(content=b"", name=name), reason, remedy=remedy)),)


def prepared(reading: Reading) -> Prepared:
    """A reading as the store keeps it."""
    document = reading.document
    body = canonical_json.encode(document)
    supplier, entities = _counterparty(document), entities_of(document)
    net, tax, payable, currency = _amounts(document)
    return Prepared(
        kind=document.kind,
        identity=identity_of(document),
        number=document.number,
        entity=entities[0] if len(entities) == 1 else "",
        supplier=supplier.name,
        supplier_number=supplier.identifier("ours"),
        currency=currency,
        net=_minor(net),
        tax=_minor(tax),
        payable=_minor(payable),
        issue_date=getattr(document, "issue_date", None),
        sha256=canonical_json.fingerprint(body),
        body=body,
        keys=published(document),
        format=reading.format,
        part=reading.part,
        remarks=canonical_json.encode(reading.remarks) if reading.remarks else None,
        unreadable=document.kind == "unreadable",
        entities=entities,
        placeable=hasattr(document, "entity"),
    )


def entities_of(document: Document) -> tuple[str, ...]:
    """The companies that a document names; none where it is the whole tenant's, or does not say."""
    entity: str = getattr(document, "entity", "")
    several: tuple[str, ...] = getattr(document, "entities", ())
    return (entity,) if entity else several


def _counterparty(document: Document) -> Party:
    """The other side: a supplier, or a customer."""
    match document:
        case Invoice() | Order():
            return document.counterparty
        case DespatchAdvice() | Receipt() | Contract():
            return document.supplier
        case Subscription():
            return document.customer
        case _:
            return _NOBODY


_NOBODY: Final = Party()


def _amounts(document: Document) -> tuple[Money | None, Money | None, Money | None, str]:
    match document:
        case Invoice():
            totals = document.totals
            return totals.net, totals.tax, totals.payable or totals.gross, document.currency
        case Order():
            return document.net, None, document.payable, document.currency
        case Contract():
            return None, None, None, document.currency
        case _:
            return None, None, None, ""


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.minor


def identity_of(document: Document) -> str:
    """What the paper calls itself within its kind: its number, with the supplier's name where suppliers give the numbers.

    "" where it has no number. Two papers with one identity are versions of one paper, or a mistake: `engine.naming`.
    """
    number = normal_reference(document.number) if document.number.strip() else ""
    if not number:
        return ""
    match document:
        case Invoice() | DespatchAdvice() | Contract():
            return f"{_first_name(document.supplier)}/{number}"
        case Receipt():
            return f"{normal_id(document.site)}/{number}" if document.site else number
        case Order():
            return f"{document.entity}/{number}" if document.entity else number
        case _:
            return number


def _first_name(supplier: Party) -> str:
    return next(party_keys("", supplier), "/?").lstrip("/")


Reader = Callable[[list[tuple[bytes, str]]], list[tuple[Prepared, ...]]]
"""Reads (content, name) pairs; as many answers, in the same order, and never an exception for what is in a file."""


def mapped(read_message: Callable[[bytes, str], tuple[Reading, ...]]) -> Reader:
    """A reader of the messages of one system, from that system's map (content, name)."""

    def read_mapped(files: list[tuple[bytes, str]]) -> list[tuple[Prepared, ...]]:
        return [tuple(map(prepared, read_message(content, name))) for content, name in files]

    return read_mapped


def read_here(files: list[tuple[bytes, str]]) -> list[tuple[Prepared, ...]]:
    """Reads in this process, one after the other: for single files and tests."""
    return [prepare(content, name) for content, name in files]
