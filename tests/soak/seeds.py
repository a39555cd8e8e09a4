"""Where fuzzing begins: files that the product itself writes, of each kind and format, and the bad ones that tests name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from tests.engine import samples
from tests.engine.bad_documents import BAD
from tieout.core.documents.kind import Document
from tieout.formats import canonical_json
from tieout.formats.registry import formats
from tieout.scenario import sample, sample_billing, sample_sales

_ON: Final = date(2026, 5, 4)
_AT: Final = datetime(2026, 5, 4, 9, tzinfo=UTC)
_BYTES_MAX: Final = 30_000
_OF_A_KIND: Final = 6


def documents() -> Iterator[Document]:
    """Documents of every kind that the sample companies send."""
    seller = sample.company(7, suppliers=3, products=4, on=_ON)
    yield from (samples.order(), samples.receipt(), samples.inspected(), samples.invoice(), *seller.documents)
    for deal in sample.deals(seller, 7, 60, on=_ON, lines=2, clean_percent=30):
        yield from (deal.order, *deal.documents, deal.invoice, *deal.later)
    for sale in sample_sales.sales(7, 20, at=_AT, clean_percent=30):
        yield from (sale.customer, sale.order, *sale.documents, *([sale.invoice] if sale.invoice else []), *sale.later)
    for bill in sample_billing.bills(7, 10, at=_AT, lines=4, clean_percent=30):
        yield from (bill.customer, bill.subscription, *bill.documents, bill.invoice, *bill.later)


def seeds() -> Iterator[bytes]:
    """The files: of documents of one kind the first six, without any that is too long to be changed usefully."""
    count: Counter[str] = Counter()
    for document in documents():
        count[document.kind] += 1
        if count[document.kind] <= _OF_A_KIND:
            yield canonical_json.encode(document)
    for format_ in formats():
        if format_.write is not None:
            yield format_.write(
                replace(samples.invoice(f"S-{format_.name}", lines=2), type_code="" if format_.name == "csv" else "380")
            )
    yield b"[" + b",".join(canonical_json.encode(samples.order(f"4{n}")) for n in range(3)) + b"]"
    yield from (content for content in BAD.values() if len(content) <= _BYTES_MAX)
