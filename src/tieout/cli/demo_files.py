"""The documents of the made-up company as files: evidence first, then supplier invoices in mixed formats, some of them damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tieout.cli.demo_damaged import damaged
from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.formats import canonical_json, cii, csv_tables, facturx, json_documents, ubl
from tieout.formats.csv_writing import write_table
from tieout.formats.format import Format
from tieout.scenario.draw import Draw
from tieout.scenario.sample import Company, company, deals
from tieout.scenario.sample_faults import Deal
from tieout.trade.documents import Invoice, Order, Receipt

SUPPLIERS: Final = 25
_PRODUCTS: Final = 12
_LINES_MIN: Final = 3
_LINES_MAX: Final = 5
_A_LIST: Final = 40  # documents that an external system exports into one file
_SUFFIXES: Final = {"factur-x": "pdf", "canonical-json": "json", "csv": "csv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it is sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFiles:
    """All files in the order in which they arrive; `expected` are the codes of the faults in them."""

    masters: tuple[File, ...]
    evidence: tuple[File, ...]
    invoices: tuple[File, ...]
    expected: frozenset[str]


def demo_files(seed: int, count: int, *, at: datetime, advance: Callable[[int], None] = lambda _: None) -> DemoFiles:
    """The demo's files as of a moment: `count` invoice files, and all evidence that they are tied out against.

    The same seed, count and moment give the same bytes. `advance` is called with the number of invoice files written.
    """
    on = at.date()
    made_company = company(seed, suppliers=SUPPLIERS, products=_PRODUCTS, on=on)
    made = [
        _with_fresh_news(deal, at=at)
        for deal in deals(made_company, seed, max(count, 2), on=on, lines=_LINES_MAX, lines_min=_LINES_MIN)
    ]
    broken = [File(name=name, content=content) for name, content in damaged(made[-1].invoice, made[-2].invoice)]
    invoices: list[File] = []
    used: list[Deal] = []
    for deal in made:
        before = sum(earlier.again is not None for earlier in used)
        files = list(_invoice_files(deal, Draw(seed, "format", deal.order.number), same=before % 2 == 1))
        if len(invoices) + len(files) > count - len(broken):
            break
        invoices += files
        used.append(deal)
        advance(len(invoices))
    return DemoFiles(
        masters=tuple(_masters(made_company)),
        evidence=tuple(_evidence(used, seed)),
        invoices=tuple(_shuffled([*invoices, *broken], Draw(seed, "post"))),
        expected=frozenset(deal.fault for deal in used if deal.fault),
    )


def _with_fresh_news(deal: Deal, *, at: datetime) -> Deal:
    """Receipts that only a warehouse confirmed were confirmed just now: the system of record is not late yet."""
    fresh = tuple(
        replace(document, occurred_at=at - timedelta(hours=1))
        if isinstance(document, Receipt) and document.origin == "confirmation"
        else document
        for document in deal.documents
    )
    return replace(deal, documents=fresh)


def _masters(made_company: Company) -> Iterator[File]:
    yield File(name="suppliers.csv", content=write_table(made_company.suppliers))
    products = [product for goods in made_company.goods.values() for product, _ in goods]
    yield _list_of("products", products)
    yield File(name="contracts.csv", content=write_table(made_company.contracts))


def _evidence(made: Sequence[Deal], seed: int) -> Iterator[File]:
    """Orders, then receipts and other movements: a third as UBL, a third as JSON, a third as lists that a system exports daily."""
    yield from _mixed([deal.order for deal in made], "orders", seed)
    yield from _mixed([document for deal in made for document in deal.documents], "movements", seed)


def _mixed(documents: Sequence[Document], name: str, seed: int) -> Iterator[File]:
    listed: list[Document] = []
    for document in documents:
        way = Draw(seed, name, document.number).below(3)
        if way == 2 and isinstance(document, Order | Receipt):
            listed.append(document)
        else:
            yield _file(document, ubl.FORMAT if way else json_documents.FORMAT)
    for start in range(0, len(listed), _A_LIST):
        part = listed[start : start + _A_LIST]
        yield File(name=f"{name}-{start // _A_LIST + 1}.csv", content=write_table(part))


def _list_of(name: str, documents: Sequence[Document]) -> File:
    content = b",\n".join(canonical_json.encode(document) for document in documents)
    return File(name=f"{name}.json", content=b"[" + content + b"]\n")


def _invoice_files(deal: Deal, draw: Draw, *, same: bool) -> Iterator[File]:
    """The invoice as its supplier sends it; where it is sent again, the very same file (`same`), or in another format."""
    first = _format_of(deal.invoice, draw, plain=deal.fault == "DOC-EINV")
    sent = _file(deal.invoice, first)
    yield sent
    if deal.again is not None:
        other = facturx.FORMAT if first is not facturx.FORMAT else ubl.FORMAT
        copy = sent if same else _file(deal.again, other)
        yield File(name=f"{deal.invoice.number}-copy.{copy.name.rpartition('.')[2]}", content=copy.content)


def _format_of(invoice: Invoice, draw: Draw, *, plain: bool) -> Format:
    chance = draw.below(100)
    if chance < 10:
        return facturx.FORMAT
    if chance < 45:
        return ubl.FORMAT
    if chance < 70:
        return cii.FORMAT
    # a table has no columns for charges, nor for sums that contradict the lines
    tabular = not invoice.allowances_charges and not plain
    return csv_tables.FORMAT if chance < 85 and tabular else json_documents.FORMAT


def _file(document: Document, wanted: Format) -> File:
    """The document in the wanted format, or as JSON where that format cannot express it."""
    for format_ in (wanted, json_documents.FORMAT):
        assert format_.write is not None, f"{format_.name} can be written"
        try:
            content = format_.write(document)
        except Malformed:
            continue
        return File(name=f"{document.number}.{_suffix(format_)}", content=content)
    raise AssertionError(f"JSON can express every {document.kind}")


def _suffix(format_: Format) -> str:
    return _SUFFIXES.get(format_.name, "xml")


def _shuffled(files: Sequence[File], draw: Draw) -> Iterator[File]:
    left = list(files)
    while left:
        yield left.pop(draw.below(len(left)))
