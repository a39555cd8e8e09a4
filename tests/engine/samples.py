"""Documents for tests of the engine: orders, receipts, inspection results and invoices, as values and as files for the test reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from tests.support.access import SETUP, Open, granted
from tieout import app
from tieout.app import stored_policy_from
from tieout.core.audit.signing import SecretKey
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.tie_out.pack import Pack
from tieout.core.values.ids import SourceKey
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import FileToRead, Prepared, prepared, unreadable
from tieout.engine.receive import Incoming, Receipted, receive
from tieout.engine.rules import add_policy
from tieout.engine.steps import Steps, onward
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json
from tieout.packs.payables import PACK
from tieout.trade.documents import (
    InspectionResult,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
    Supplier,
    SupplierAccount,
    TaxSubtotal,
)
from tieout.trade.intake import PACK as INTAKE

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
POLICY = Path(__file__).parents[2] / "src/tieout/packs/payables/default_policy.yaml"
ACME = Party(name="Acme GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE123456789"),))
US = Party(name="We Ltd", country="DE", identifiers=(Identifier(scheme="vat", value="DE999999999"),))


def read(files: list[FileToRead]) -> list[tuple[Prepared, ...]]:
    """A reader of files that hold "kind\\ncanonical JSON", documents separated by an empty line."""
    return [_read(file.content, file.name) for file in files]


def _read(content: bytes, name: str) -> tuple[Prepared, ...]:
    if b"\n" not in content:
        return unreadable(app.kinds(), name, "this is not a document", "send a document")
    parts = []
    for number, part in enumerate(content.split(b"\n\n"), 1):
        kind, _, body = part.partition(b"\n")
        parts.append(
            prepared(
                app.kinds(),
                Reading(document=canonical_json.decode(app.kinds(), kind.decode(), body), format="test", part=number),
            )
        )
    return tuple(parts)


def file(*documents: Document, name: str = "", source: SourceKey | None = None) -> Incoming:
    """A file that holds these documents."""
    content = b"\n\n".join(document.kind.encode() + b"\n" + canonical_json.encode(document) for document in documents)
    return Incoming(content=content, name=name or f"{documents[0].number}.test", source=source)


def engine(steps: Steps = onward, pack: Pack = PACK) -> Engine:
    """An engine over the payables pack and the test reader."""
    return Engine(
        kinds=app.kinds(),
        packs=packs_by_kind((pack, INTAKE)),
        read_policy=stored_policy_from,
        signing_key=SecretKey(secret=b"a key"),
        read=read,
        steps=steps,
        sources=Open(),
    )


def company(engine_: Engine) -> Scope:
    """A new tenant with the standard policy and the supplier."""
    scope = Scope(tenant=f"t-{uuid4().hex[:12]}", actor="anna", grants=granted("approver", "controller"))
    add_policy(scope, POLICY.read_bytes(), read=engine_.read_policy, at=AT)
    take(engine_, scope, supplier())
    return scope


def take(engine_: Engine, scope: Scope, *documents: Document, at: datetime = AT) -> tuple[Receipted, ...]:
    """Receive each document as a file of its own."""
    return receive(engine_, scope, [file(document) for document in documents], source=SETUP, at=at)


def tie_out_all(engine_: Engine, scope: Scope, *, at: datetime = AT) -> int:
    """Tie out until nothing is dirty; gives how many claims changed."""
    changed = 0
    for _ in range(50):
        done = tie_out(engine_, scope, at=at)
        changed += done.changed
        if not done:
            return changed
    raise AssertionError("tying out does not reach a stable state")


def supplier() -> Supplier:
    """The supplier in our master data."""
    return Supplier(
        number="S1",
        name="Acme GmbH",
        country="DE",
        identifiers=ACME.identifiers,
        accounts=(SupplierAccount(number="DE02120300000000202051", approved_on=date(2020, 1, 1)),),
    )


def order(number: str = "4500012", quantity: int = 1200, lines: int = 1, price: str = "10.00") -> Order:
    """An order of some lines of bolts."""
    return Order(
        number=number,
        issue_date=date(2026, 4, 1),
        currency="EUR",
        supplier=ACME,
        buyer=US,
        lines=tuple(
            OrderLine(
                id=str(10 * n),
                quantity=Quantity.of(quantity, "EA"),
                price=Decimal(price),
                product=ProductIds(buyer=f"B{n}"),
                description=f"Hex bolt M{n}",
                site="WMS-4",
                tax_category="S",
                tax_percent=Decimal(19),
            )
            for n in range(1, lines + 1)
        ),
        site="WMS-4",
    )


def receipt(
    number: str = "R1", order_number: str = "4500012", quantity: int = 1200, inspection: int = 0, lines: int = 1
) -> Receipt:
    """Goods that came in for an order."""
    return Receipt(
        number=number,
        occurred_at=AT - timedelta(days=1),
        supplier=ACME,
        order_number=order_number,
        site="WMS-4",
        lines=tuple(
            ReceiptLine(
                id=str(n),
                accepted=Quantity.of(quantity, "EA"),
                in_inspection=Quantity.of(inspection, "EA") if inspection else None,
                order=LineReference(document=order_number, line=str(10 * n)),
                lot=f"LOT-{number}-{n}" if inspection else "",
            )
            for n in range(1, lines + 1)
        ),
    )


def inspected(number: str = "I1", lot: str = "LOT-R1-1", accepted: int = 50, rejected: int = 0) -> InspectionResult:
    """The inspection result of a lot."""
    return InspectionResult(
        number=number,
        lot=lot,
        order=LineReference(document="4500012", line="10"),
        accepted=Quantity.of(accepted, "EA"),
        rejected=Quantity.of(rejected, "EA"),
        occurred_at=AT,
    )


def invoice(
    number: str = "INV-1", order_number: str = "4500012", quantity: int = 1200, lines: int = 1, price: str = "10.00"
) -> Invoice:
    """An invoice over an order, with correct totals."""
    rows = tuple(
        InvoiceLine(
            id=str(n),
            net=Money.rounded(Decimal(price) * quantity, "EUR"),
            quantity=Quantity.of(quantity, "EA"),
            price=Decimal(price),
            order=LineReference(document=order_number, line=str(10 * n)),
            product=ProductIds(buyer=f"B{n}"),
            description=f"Hex bolt M{n}",
            tax_category="S",
            tax_percent=Decimal(19),
        )
        for n in range(1, lines + 1)
    )
    net = Money(sum(row.net.minor for row in rows), "EUR")
    tax = Money.rounded(net.amount * Decimal("0.19"), "EUR")
    gross = net + tax
    return Invoice(
        kind="invoice",
        number=number,
        issue_date=date(2026, 5, 3),
        currency="EUR",
        supplier=ACME,
        buyer=US,
        lines=rows,
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=gross, payable=gross),
        tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=net, tax=tax),),
        order_number=order_number,
    )


def many(count: int) -> list[list[Document]]:
    """Orders with five lines, their receipts and their invoices: three lists."""
    numbers = [f"47{n:06}" for n in range(count)]
    orders: Sequence[Document] = [order(number, 100, 5) for number in numbers]
    receipts: Sequence[Document] = [receipt(f"R{number}", number, 100, lines=5) for number in numbers]
    invoices: Sequence[Document] = [replace(invoice(f"I{number}", number, 100, 5), terms="") for number in numbers]
    return [list(orders), list(receipts), list(invoices)]
