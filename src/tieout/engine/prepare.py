"""From a file to what the store keeps of its documents. Pure, and done in worker processes: only plain values come back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.made import made_often
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence
from tieout.engine.bounds import Beyond, beyond, named_beyond, short, text_kept
from tieout.formats import canonical_json
from tieout.formats.format import Source, refusal
from tieout.formats.registry import read


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One document, ready to be written: its canonical bytes, and the columns and keys that follow from it.

    `identity` names the document within its kind, as far as its own content can ("" if it cannot): the kind's `identity`.
    `owner` is the company that it names as its owner, `entity` the one that it is shown to: the owner, or the only company it is
    extended to. `entities` are the companies that it names; `placeable` says whether it can belong to one company at all.
    """

    kind: str
    identity: str
    number: str
    entity: str
    owner: str
    counterparty: str
    counterparty_number: str
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


NUMBER_BYTES_MAX: Final = 200
"""Of the number of a document that is refused, which lists show: of a longer one the beginning and a hash."""


class FileToRead(NamedTuple):
    """A file with its name, and what the column headings of its source's tables mean."""

    content: bytes
    name: str
    mappings: tuple[ColumnMapping, ...] = ()


def prepare(kinds: Kinds, file: FileToRead) -> tuple[Prepared, ...]:
    """Every document in a file, at least one: what cannot be read is an `Unreadable`."""
    return tuple(prepared(kinds, reading) for reading in readings_of(kinds, file))


def readings_of(kinds: Kinds, file: FileToRead) -> tuple[Reading, ...]:
    """The first half of it: what the file's format reads."""
    return read(file.content, kinds=kinds, name=file.name, mappings=file.mappings)


def unreadable(kinds: Kinds, name: str, reason: str, remedy: str) -> tuple[Prepared, ...]:
    """A file whose reader died or hung."""
    source = Source(content=b"", name=name, kinds=kinds)
    return (prepared(kinds, refusal(source, reason, remedy=remedy)),)


def prepared(kinds: Kinds, reading: Reading) -> Prepared:
    """A reading as the store keeps it: with the columns that its kind derives."""
    document = reading.document
    kind = kinds.of(document)
    body = _body_of(document)
    identity = kind.identity(document)
    excess = _NO_TEXT if body is None else beyond(document, body) or named_beyond(document.number, identity)
    if body is None or excess is not None:
        return prepared(kinds, _refusal_of(reading, excess or _NO_TEXT))
    counterparty = kind.counterparty(document)
    amounts = kind.amounts(document)
    entities = entities_of(document)
    return Prepared(
        kind=document.kind,
        identity=identity,
        number=document.number,
        entity=kind.entity(document) or (entities[0] if len(entities) == 1 else ""),
        owner=kind.entity(document),
        counterparty=counterparty.name,
        counterparty_number=counterparty.identifier("ours"),
        currency=amounts.currency,
        net=_minor(amounts.net),
        tax=_minor(amounts.tax),
        payable=_minor(amounts.payable),
        issue_date=kind.issued_on(document),
        sha256=canonical_json.fingerprint(body),
        body=body,
        keys=tuple(key.bare for key in kinds.published(document)),
        format=reading.format,
        part=reading.part,
        remarks=canonical_json.encode(reading.remarks) if reading.remarks else None,
        unreadable=document.kind == "unreadable",
        entities=entities,
        placeable=hasattr(document, "entity") and not hasattr(document, "entities"),
    )


_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def _body_of(document: Document) -> bytes | None:
    """The canonical bytes; None where the store cannot hold its texts: a NUL, or half of a surrogate pair, which JSON can carry."""
    try:
        body = canonical_json.encode(document)
    except UnicodeEncodeError:
        return None
    return None if rb"\u0000" in body and _NUL.search(body) else body


_NO_TEXT: Final = Beyond(
    "",
    Sentence("it has characters that cannot be stored: NUL, or incomplete surrogate pairs"),
    Sentence("have the sender write it again as UTF-8, without them"),
)


def _refusal_of(reading: Reading, excess: Beyond) -> Reading:
    """The reading of a document that cannot be stored: an `Unreadable` of its number, which says where and why."""
    place = f"document {reading.part}"
    refused = Unreadable(
        number=short(text_kept(reading.document.number), NUMBER_BYTES_MAX),
        reason=excess.reason,
        where=f"{place}, {excess.where}" if excess.where else place,
        remedy=excess.remedy,
        format=reading.format,
    )
    remark = Remark(code="DOC-UNREAD", where=refused.where, message=refused.reason)
    return Reading(document=refused, format=reading.format, remarks=(remark,), part=reading.part)


def without(kinds: Kinds, document: Prepared) -> Prepared:
    """What is kept of a prepared document that the store refused all the same: a record that says so."""
    refused = Unreadable(
        number=short(document.number, NUMBER_BYTES_MAX),
        reason="it could not be stored: a value of it does not fit its column",
        where=f"document {document.part}",
        remedy="notify whoever runs Tieout; the file is kept and can be read again",
        format=document.format,
    )
    return prepared(kinds, Reading(document=refused, format=document.format, part=document.part))


def entities_of(document: Document) -> tuple[str, ...]:
    """The companies that a document names; none where it is the whole tenant's, or does not say.

    A record that can be extended to companies (`entities`) and names none holds for all of them, whoever maintains it.
    """
    entity: str = getattr(document, "entity", "")
    extended: tuple[str, ...] | None = getattr(document, "entities", None)
    if extended is None:
        return (entity,) if entity else ()
    return tuple(dict.fromkeys((*extended, *((entity,) if entity else ())))) if extended else ()


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.minor


Reader = Callable[[list[FileToRead]], list[tuple[Prepared, ...]]]
"""Reads files; one answer for each, in the same order, and never an exception because of the content of a file."""


def mapped(kinds: Kinds, read_message: Callable[[bytes, str], tuple[Reading, ...]]) -> Reader:
    """A reader of the messages of one system, from that system's map (content, name)."""

    def read_mapped(files: list[FileToRead]) -> list[tuple[Prepared, ...]]:
        return [tuple(prepared(kinds, reading) for reading in read_message(file.content, file.name)) for file in files]

    return read_mapped


def reader_here(kinds: Kinds) -> Reader:
    """A reader in this process, one file after the other: for single files and tests."""

    def read_files(files: list[FileToRead]) -> list[tuple[Prepared, ...]]:
        return [prepare(kinds, file) for file in files]

    return read_files
