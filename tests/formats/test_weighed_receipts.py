"""A receipt that states pieces and their weight, in every format that can say so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.reading import read
from tieout.core.values.quantity import Quantity
from tieout.formats.ubl.write import write as write_ubl
from tieout.trade.documents import LineReference, Receipt, ReceiptLine

CSV = b"""receipt_number,received_at,order_number,order_line,line,accepted,unit,catch_weight
GR-1,2026-05-04T08:30Z,PO-1,10,1,10,CS,251.3 KGM
GR-1,2026-05-04T08:30Z,PO-1,20,2,5,EA,
"""
JSON = (
    b'{"kind": "receipt", "number": "GR-1", "occurred_at": "2026-05-04T08:30:00Z", "order_number": "PO-1", '
    b'"lines": [{"id": "1", "accepted": "10 CS", "catch_weight": "251.3 KGM", "order": {"document": "PO-1", "line": "10"}}, '
    b'{"id": "2", "accepted": "5 EA", "order": {"document": "PO-1", "line": "20"}}]}'
)


def receipt() -> Receipt:
    """As both say it."""
    lines = (
        ReceiptLine(
            id="1", accepted=Quantity(Decimal(10), "CS"), catch_weight=Quantity(Decimal("251.3"), "KGM"),
            order=LineReference(document="PO-1", line="10"),
        ),
        ReceiptLine(id="2", accepted=Quantity(Decimal(5), "EA"), order=LineReference(document="PO-1", line="20")),
    )  # fmt: skip
    return Receipt(number="GR-1", occurred_at=None, order_number="PO-1", lines=lines)


@pytest.mark.parametrize("content", [CSV, JSON, write_ubl(receipt())], ids=["csv", "json", "ubl"])
def test_the_weight_is_read_beside_the_pieces(content: bytes) -> None:
    document = read(content)[0].document
    assert isinstance(document, Receipt)
    assert [(line.accepted, line.catch_weight) for line in document.lines] == [
        (line.accepted, line.catch_weight) for line in receipt().lines
    ]
