"""Every format in the registry: it recognises its own files, and writing what it read gives the same bytes again."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.reading import read
from tieout.core.documents.kind import Document
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.core.values.party import Party
from tieout.core.values.quantity import Quantity
from tieout.formats.format import Format, Source
from tieout.formats.registry import formats
from tieout.trade.documents import (
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
)

FOLDER = Path(__file__).parents[2] / "examples" / "first-check"
EXAMPLES = ["order.json", "receipt.csv", "invoice.xml", "supplier.csv"]
WRITING = [format_ for format_ in formats() if format_.write]


def test_names_are_single() -> None:
    assert len({one.name for one in formats()}) == len(formats())


@pytest.mark.parametrize("format_", formats(), ids=lambda format_: format_.name)
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 64, b"\xff\xfe", b"{", b"%PDF-1.7", b"a;b\n1;2\n", "ü".encode("latin-1")]
)
def test_nothing_makes_it_stumble(format_: Format, content: bytes) -> None:
    source = Source(content=content)
    if format_.sniff(source):
        assert format_.read(source)


def bare_documents() -> list[Document]:
    """Documents with as few fields as possible, for formats that carry few."""
    acme = Party(name="Acme")
    line = OrderLine(id="10", quantity=Quantity.parse("5 EA"), price=Decimal("2.00"), product=ProductIds(buyer="B"))
    order = Order(number="PO-1", issue_date=None, currency="EUR", supplier=acme, buyer=Party(), lines=(line,))
    came = ReceiptLine(id="1", accepted=Quantity.parse("5 EA"), order=LineReference(document="PO-1", line="10"))
    receipt = Receipt(number="GR-1", occurred_at=None, lines=(came,), order_number="PO-1")
    net = Money.parse("10.00 EUR")
    billed = InvoiceLine(id="1", net=net, quantity=Quantity.parse("5 EA"), price=Decimal("2.00"))
    totals = InvoiceTotals(net=net, payable=net)
    invoice = Invoice(
        kind="invoice",
        number="I-1",
        issue_date=None,
        currency="EUR",
        supplier=acme,
        buyer=Party(),
        lines=(billed,),
        totals=totals,
    )
    return [order, receipt, invoice]


@pytest.mark.parametrize("format_", WRITING, ids=lambda format_: format_.name)
def test_every_format_that_writes_can_write_some_document(format_: Format) -> None:
    documents = [*bare_documents(), *(read((FOLDER / name).read_bytes(), name=name)[0].document for name in EXAMPLES)]
    kinds = []
    for document in documents:
        assert format_.write
        with contextlib.suppress(Malformed):
            (reading,) = read(format_.write(document))
            assert reading.format.startswith(format_.name) or reading.document.kind == document.kind
            assert format_.write(reading.document) == format_.write(document)
            kinds.append(document.kind)
    assert kinds, (
        f"{format_.name} declares that it writes, but can write none of the documents that every format is tested with"
    )


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("format_", WRITING, ids=lambda format_: format_.name)
def test_what_it_writes_it_reads(format_: Format, name: str) -> None:
    (given,) = read((FOLDER / name).read_bytes(), name=name)
    assert format_.write
    try:
        written = format_.write(given.document)
    except Malformed:
        pytest.skip(f"{format_.name} has no document for a {given.document.kind}")
    (reading,) = read(written)
    assert (reading.document.kind, reading.document.number) == (given.document.kind, given.document.number)
    assert format_.write(reading.document) == written
