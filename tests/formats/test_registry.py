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

PAPERS = Path(__file__).parents[2] / "examples" / "first-check"
EXAMPLES = ["order.json", "receipt.csv", "invoice.xml", "supplier.csv"]
WRITING = [known for known in formats() if known.write]


def test_names_are_single() -> None:
    assert len({known.name for known in formats()}) == len(formats())


@pytest.mark.parametrize("known", formats(), ids=lambda known: known.name)
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 64, b"\xff\xfe", b"{", b"%PDF-1.7", b"a;b\n1;2\n", "ü".encode("latin-1")]
)
def test_nothing_makes_it_stumble(known: Format, content: bytes) -> None:
    source = Source(content=content)
    if known.sniff(source):
        assert known.read(source)


def bare_papers() -> list[Document]:
    """Papers with as little on them as a paper can have, for formats that carry little."""
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


@pytest.mark.parametrize("known", WRITING, ids=lambda known: known.name)
def test_every_format_that_writes_has_some_paper(known: Format) -> None:
    papers = [*bare_papers(), *(read((PAPERS / name).read_bytes(), name=name)[0].document for name in EXAMPLES)]
    kinds = []
    for paper in papers:
        assert known.write
        with contextlib.suppress(Malformed):
            (reading,) = read(known.write(paper))
            assert reading.format.startswith(known.name) or reading.document.kind == paper.kind
            assert known.write(reading.document) == known.write(paper)
            kinds.append(paper.kind)
    assert kinds, f"{known.name} says that it writes, and can write none of the papers that every format is asked for"


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("known", WRITING, ids=lambda known: known.name)
def test_what_it_writes_it_reads(known: Format, name: str) -> None:
    (given,) = read((PAPERS / name).read_bytes(), name=name)
    assert known.write
    try:
        written = known.write(given.document)
    except Malformed:
        pytest.skip(f"{known.name} has no paper for a {given.document.kind}")
    (reading,) = read(written)
    assert (reading.document.kind, reading.document.number) == (given.document.kind, given.document.number)
    assert known.write(reading.document) == written
