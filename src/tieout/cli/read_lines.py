"""One line a document: what `tieout read` says about it, for people and programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import msgspec

from tieout.app import kinds
from tieout.core.documents.kind import NO_AMOUNTS, Amounts, Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.formats import read
from tieout.formats.validation import validate
from tieout.trade.documents import Invoice, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One document of a file. Amounts are decimal text in `currency`; None where the document has no such thing.

    `counterparty` is the other side of a kind that has neither supplier nor customer, as its pack names it (an employee).
    `lines` is how many lines it has; `order_references` are the orders that it names. A file that cannot be read is a
    line of kind "unreadable" whose findings say why.
    """

    file: str
    part: int = 1
    kind: str = "unreadable"
    format: str = "unknown"
    number: str | None = None
    issue_date: date | None = None
    supplier: str | None = None
    customer: str | None = None
    counterparty: str | None = None
    currency: str | None = None
    net: str | None = None
    tax: str | None = None
    payable: str | None = None
    lines: int = 0
    order_references: tuple[str, ...] = ()
    findings: tuple[Remark, ...] = ()


def _text_of(value: object) -> str:
    """A sentence with values is written as its text; its words stand beside it."""
    if isinstance(value, Sentence):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_text_of)
_DECODER: Final = msgspec.json.Decoder(Line)


def encoded(line: Line) -> bytes:
    """A line as one line of JSON."""
    return _ENCODER.encode(line)


def decoded(content: bytes) -> Line:
    """A line of JSON as a line."""
    return _DECODER.decode(content)


def unread(file: str, reason: str, remedy: str) -> Line:
    """The line of a file whose content was never read."""
    return Line(
        file=file,
        findings=(
            Remark(
                code="DOC-UNREAD",
                where="file",
                message=Sentence("{reason}; {remedy}", reason=as_sentence(reason), remedy=as_sentence(remedy)),
            ),
        ),
    )


def lines_of(content: bytes, file: str, name: str, *, official: bool = False) -> list[Line]:
    """The lines of a file's documents. `name` is the bare name of the file; `official` runs the published rules too."""
    lines = [_line(file, reading) for reading in read(content, kinds=kinds(), name=name)]
    if lines[0].kind == "unreadable" and (what := what_else(content, name)):
        return [Line(file=file, kind="not a document", format=what)]
    if official and lines[0].kind in {"invoice", "credit_note"}:
        lines[0] = replace(lines[0], findings=(*lines[0].findings, *validate(content, name=name)))
    return lines


def what_else(content: bytes, name: str) -> str:
    """What a file is that is no business document, and that Tieout knows: a policy, a scenario, a text for people; "" otherwise."""
    head = content[:4000].decode("utf-8", errors="replace")
    if name.endswith((".yaml", ".yml")):
        return next((word for word in ("policy", "scenario") if re.search(rf"^{word}: ", head, re.MULTILINE)), "")
    return "text" if name.lower().endswith((".md", ".rst")) else ""


def _line(file: str, reading: Reading) -> Line:
    document = reading.document
    if isinstance(document, Unreadable):
        return Line(file=file, part=reading.part, format=reading.format, findings=reading.remarks)
    supplier = getattr(document, "supplier", None)
    buyer = getattr(document, "buyer", None)
    kind = kinds().get(document.kind)
    amounts = kind.amounts(document) if kind else NO_AMOUNTS
    other = _named(kind.counterparty(document)) if kind and supplier is None and buyer is None else None
    net, tax, payable = _sums(document, amounts)
    return Line(
        file=file,
        part=reading.part,
        kind=document.kind,
        format=reading.format,
        number=document.number or None,
        issue_date=getattr(document, "issue_date", None),
        supplier=_named(supplier),
        customer=_named(buyer),
        counterparty=other,
        currency=getattr(document, "currency", None) or amounts.currency or None,
        net=net,
        tax=tax,
        payable=payable,
        lines=len(getattr(document, "lines", ())),
        order_references=tuple(dict.fromkeys(_orders(document))),
        findings=reading.remarks,
    )


def _named(party: object) -> str | None:
    """A party's name, or where it has none the first of its identifiers."""
    if not isinstance(party, Party):
        return None
    return party.name or next((one.value for one in party.identifiers), None)


def _sums(document: Document, amounts: Amounts) -> tuple[str | None, str | None, str | None]:
    if isinstance(document, Invoice):
        totals = document.totals
        return _text(totals.net), _text(totals.tax), _text(totals.payable)
    if isinstance(document, Order):
        return _text(document.net), None, _text(document.payable)
    return _text(amounts.net), _text(amounts.tax), _text(amounts.payable)


def _text(money: Money | None) -> str | None:
    return None if money is None else f"{money.amount:f}"


def _orders(document: Document) -> Iterator[str]:
    if isinstance(document, Invoice):
        yield from document.order_numbers()
        return
    if header := getattr(document, "order_number", ""):
        yield header
    for line in getattr(document, "lines", ()):
        order = getattr(line, "order", None)
        if order is not None and order.document:
            yield order.document
