"""A seeded heap of documents: orders, receipts, invoices; most tie out, some wait, some are wrong. No two compete for one receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money, extend, total
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.formats import canonical_json
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
    Supplier,
    TaxSubtotal,
)

DAY = date(2026, 3, 2)
_EUR = "EUR"
_BUYER = Party(name="Nordwind Handel", country="DE", identifiers=(Identifier(scheme="vat", value="DE111111111"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it is sent."""

    name: str
    content: bytes


def heap(seed: int, orders: int) -> list[File]:
    """Files in a random order, masters among them; some of them twice."""
    random = Random(seed)
    files = [_file(f"supplier-{k}", _supplier(k)) for k in range(3)]
    for k in range(orders):
        files += [_file(name, document) for name, document in _business(k, random)]
    files += random.sample(files, len(files) // 10)
    files.append(File(name="torn.xml", content=b"<Invoice xmlns='urn:oasis:names"))
    random.shuffle(files)
    return files


def _file(name: str, document: Document) -> File:
    return File(name=f"{name}.json", content=canonical_json.encode(document))


def _business(k: int, random: Random) -> Iterator[tuple[str, Document]]:
    party = _party(k % 3)
    quantities = [Decimal(random.randint(2, 50) * 2) for _ in range(random.randint(1, 3))]
    prices = [Decimal(random.randint(100, 9999)) / 100 for _ in quantities]
    kinds = ["clear", "two", "late", "dear"]
    kind = kinds[k] if k < len(kinds) else random.choices(kinds, [6, 2, 1, 2])[0]  # at least one of each
    yield f"order-{k}", _order(f"45{k:05}", party, quantities, prices)
    if kind != "late":
        yield f"receipt-{k}", _receipt(f"50{k:05}", f"45{k:05}", party, quantities)
    if kind == "two":
        half = [quantity / 2 for quantity in quantities]
        yield f"invoice-{k}-a", _invoice(f"R{k:05}A", f"45{k:05}", party, half, prices)
        yield f"invoice-{k}-b", _invoice(f"R{k:05}B", f"45{k:05}", party, half, prices)
    else:
        factor = Decimal("1.5") if kind == "dear" else Decimal(1)
        billed = [(price * factor).quantize(Decimal("0.01")) for price in prices]
        yield f"invoice-{k}", _invoice(f"R{k:05}", f"45{k:05}", party, quantities, billed)


def _supplier(k: int) -> Supplier:
    party = _party(k)
    return Supplier(number=f"100{k}", name=party.name, country="DE", identifiers=party.identifiers, terms="30 days net")


def _party(k: int) -> Party:
    ids = (Identifier(scheme="vat", value=f"DE22222222{k}"), Identifier(scheme="ours", value=f"100{k}"))
    return Party(name=f"Lieferant {k}", country="DE", identifiers=ids)


def _order(number: str, party: Party, quantities: list[Decimal], prices: list[Decimal]) -> Order:
    lines = tuple(
        OrderLine(
            id=str(n),
            quantity=Quantity(quantity, "EA"),
            price=price,
            product=ProductIds(buyer=f"P{n}"),
            tax_category="S",
            tax_percent=Decimal(19),
        )
        for n, (quantity, price) in enumerate(zip(quantities, prices, strict=True), start=1)
    )
    return Order(
        number=number, issue_date=DAY, currency=_EUR, supplier=party, buyer=_BUYER, lines=lines, terms="30 days net"
    )


def _receipt(number: str, order: str, party: Party, quantities: list[Decimal]) -> Receipt:
    lines = tuple(
        ReceiptLine(id=str(n), accepted=Quantity(quantity, "EA"), order=LineReference(document=order, line=str(n)))
        for n, quantity in enumerate(quantities, start=1)
    )
    at = datetime(2026, 3, 2, 7, tzinfo=UTC)
    return Receipt(number=number, occurred_at=at, lines=lines, supplier=party, order_number=order, issue_date=DAY)


def _invoice(number: str, order: str, party: Party, quantities: list[Decimal], prices: list[Decimal]) -> Invoice:
    lines = tuple(
        InvoiceLine(
            id=str(n),
            net=extend(price, quantity, per=Decimal(1), currency=_EUR),
            quantity=Quantity(quantity, "EA"),
            price=price,
            order=LineReference(document=order, line=str(n)),
            product=ProductIds(buyer=f"P{n}"),
            description=f"Part {n}",
            tax_category="S",
            tax_percent=Decimal(19),
        )
        for n, (quantity, price) in enumerate(zip(quantities, prices, strict=True), start=1)
    )
    net = total((line.net for line in lines), _EUR)
    tax = Money.rounded(net.amount * 19 / 100, _EUR)
    return Invoice(
        kind="invoice",
        number=number,
        issue_date=DAY,
        currency=_EUR,
        supplier=party,
        buyer=_BUYER,
        lines=lines,
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        tax=(TaxSubtotal(category="S", percent=Decimal(19), taxable=net, tax=tax),),
        order_number=order,
        terms="30 days net",
    )
