"""The documents of the demo's story: 1,200 ordered for WMS-4, 1,150 accepted, 50 in inspection, 1,200 billed, 50 accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.cli.demo_files import File
from tieout.core.documents.kind import Document
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats import json_documents, ubl
from tieout.formats.format import Format
from tieout.scenario.sample import BUYER
from tieout.scenario.sample_faults import invoice_for
from tieout.trade.documents import (
    InspectionResult,
    LineReference,
    Order,
    OrderLine,
    Product,
    ProductIds,
    Receipt,
    ReceiptLine,
    Supplier,
    SupplierAccount,
)

ORDER: Final = "4600012"
LINE: Final = "10"
LOT: Final = "IL-77"
INVOICE: Final = "KF-2201"
SITE: Final = "WMS-4"
ORDERED: Final = Quantity(Decimal(1200), "EA")
ACCEPTED: Final = Quantity(Decimal(1150), "EA")
INSPECTED: Final = Quantity(Decimal(50), "EA")
PRICE: Final = Decimal("10.00")
_IDENTIFIERS: Final = (Identifier(scheme="vat", value="DE812345678"),)
_PARTY: Final = Party(name="Kessler Fasteners GmbH", country="DE", identifiers=_IDENTIFIERS)
_BOLT: Final = ProductIds(buyer="BOLT-M8")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFiles:
    """What is received before, the invoice, and the inspection result that comes later."""

    before: tuple[File, ...]
    invoice: File
    answer: File


def story_files(*, at: datetime) -> StoryFiles:
    """The story's documents as of a moment: ordered three weeks before, received the day before, inspected now."""
    supplier = Supplier(
        number="70099",
        name=_PARTY.name,
        country="DE",
        identifiers=_IDENTIFIERS,
        accounts=(SupplierAccount(number="DE02120300000000202051", approved_on=at.date() - timedelta(days=400)),),
        terms="net 30",
        email="invoices@kessler.example",
        language="de",
    )
    order = _order(at=at)
    billed = invoice_for(order, supplier, number=INVOICE, on=at.date(), buyer=BUYER)
    before: tuple[Document, ...] = (
        supplier,
        Product(number=_BOLT.buyer, ids=_BOLT, description="Hexagon bolt M8", unit="EA"),
        order,
        _receipt(at=at),
    )
    decision = InspectionResult(
        number="UD-77",
        lot=LOT,
        order=LineReference(document=ORDER, line=LINE),
        accepted=INSPECTED,
        rejected=Quantity(Decimal(0), "EA"),
        occurred_at=at,
    )
    return StoryFiles(
        before=tuple(_file(document, json_documents.FORMAT, "json") for document in before),
        invoice=_file(billed, ubl.FORMAT, "xml"),
        answer=_file(decision, json_documents.FORMAT, "json"),
    )


def _order(*, at: datetime) -> Order:
    return Order(
        number=ORDER,
        issue_date=at.date() - timedelta(days=21),
        currency="EUR",
        supplier=_PARTY,
        buyer=BUYER,
        lines=(
            OrderLine(
                id=LINE,
                quantity=ORDERED,
                price=PRICE,
                product=_BOLT,
                description="Hexagon bolt M8",
                tax_category="S",
                tax_percent=Decimal(19),
            ),
        ),
        site=SITE,
        terms="net 30",
    )


def _receipt(*, at: datetime) -> Receipt:
    return Receipt(
        number="GR-7701",
        occurred_at=at - timedelta(days=1),
        order_number=ORDER,
        site=SITE,
        lines=(
            ReceiptLine(
                id="1",
                accepted=ACCEPTED,
                in_inspection=INSPECTED,
                order=LineReference(document=ORDER, line=LINE),
                product=_BOLT,
                lot=LOT,
            ),
        ),
    )


def _file(document: Document, wanted: Format, suffix: str) -> File:
    assert wanted.write is not None, f"{wanted.name} can be written"
    return File(name=f"{document.number}.{suffix}", content=wanted.write(document))
