"""The made-up distributor as a seller: customers, their orders, shipments, and the invoices to be released.

Everything follows from a seed. Most sales are clean; the others have one fault, and name the code that it should raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.money import Money, extend
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.scenario.draw import Draw
from tieout.scenario.sample_faults import totalled
from tieout.trade.documents import (
    CarrierEvent,
    CreditStanding,
    Customer,
    DeliveryProof,
    DeliveryProofLine,
    ErpRecord,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    ProductIds,
    Shipment,
    ShipmentLine,
)
from tieout.trade.identifiers import gtin_of

WAREHOUSES: Final = ("W1", "W2")
SILENT: Final = "W3"
"""The warehouse that requires the carrier's confirmation, and whose carrier feed is late."""
SELLER: Final = Party(
    name="Harbour Supply SE",
    country="DE",
    identifiers=(
        Identifier(scheme="vat", value="DE455000111"),
        Identifier(scheme="0088", value=gtin_of("426000000001")),
    ),
    street="Kaistr. 7",
    city="Hamburg",
    postcode="20457",
    contact="Accounts receivable",
    phone="+49 40 5550 100",
    email="receivables@harbour-supply.example",
)
RATE: Final = Decimal(19)
_NAMES: Final = "Adler Berg Cramer Dahl Ernst Falk Graf Hahn Imhof Jansen Kurz Lang Merz Noll Ott Pohl Quast Reich Sauer Thiel".split()
_GOODS: Final = ("BOLT-M8", "NUT-M8", "VALVE-40", "PUMP-12", "HOSE-25", "SEAL-9")
_CREDIT: Final = Money(500_000_00, "EUR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One sale: the order, its shipments, the invoice to be released (None: not made), and the code of its fault.

    `later` are documents that arrive after the invoice and clear it.
    """

    customer: Customer
    order: Order
    documents: tuple[Document, ...]
    invoice: Invoice | None
    fault: str = ""
    later: tuple[Document, ...] = ()


def customers(seed: int, count: int = 20) -> tuple[tuple[Customer, CreditStanding], ...]:
    """Customers with their credit; every fifth wants one invoice per order."""
    return tuple(_customer(Draw(seed, "customer", k), k) for k in range(count))


def _customer(draw: Draw, k: int) -> tuple[Customer, CreditStanding]:
    number = f"{80001 + k}"
    made = Customer(
        number=number,
        name=f"{_NAMES[k % len(_NAMES)]} {draw.one_of(('GmbH', 'AG', 'KG'))}",
        country="DE",
        identifiers=(Identifier(scheme="vat", value=f"DE{300_000_000 + 7907 * k}"),),
        street=f"Marktstr. {k + 1}",
        city="Ulm",
        postcode="89073",
        entity="DE01",
        erp=(ErpRecord(entity="DE01", number=number),),
        tax_class="domestic",
        terms="net 30",
        billing_rule="one_per_order" if k % 5 == 4 else "as_shipped",
        channel="peppol",
        address=f"0088:{gtin_of(f'4010{k:08d}')}",
        buyer_reference=f"Purchasing {number}",
        tier="ABC"[k % 3],
        segment=draw.one_of(("retail", "industry", "public")),
    )
    standing = CreditStanding(
        number=number,
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        limit=_CREDIT,
        receivables=Money(draw.between(1, 90_000) * 100, "EUR"),
    )
    return made, standing


def sales(seed: int, count: int, *, at: datetime, clean_percent: int = 80) -> Iterator[Sale]:
    """`count` sales; faults take turns, so that every code occurs. Goods were shipped two hours before `at`."""
    all_customers = [candidate for candidate, _ in customers(seed)]
    turn = 0
    for k in range(count):
        draw = Draw(seed, "sale", k)
        clean = draw.chance(clean_percent)
        fault = "" if clean else tuple(FAULTS)[turn % len(FAULTS)]
        turn += not clean
        who = draw.one_of(
            [
                candidate
                for candidate in all_customers
                if (candidate.billing_rule == "one_per_order") is (fault == "AR-CUST-RULE")
            ]
        )
        sale = _sale(draw, k, who, at=at)
        yield FAULTS[fault](replace(sale, fault=fault), at) if fault else sale


def _sale(draw: Draw, k: int, customer: Customer, *, at: datetime) -> Sale:
    on = at.date()
    order = Order(
        kind="sales_order",
        number=f"SO-{30001 + k}",
        issue_date=on - timedelta(days=draw.between(3, 12)),
        currency="EUR",
        supplier=SELLER,
        buyer=party_of(customer),
        entity="DE01",
        site=draw.one_of(WAREHOUSES),
        terms="net 30",
        customer_order=f"PO-{draw.below(10**6):06d}",
        lines=tuple(_order_line(draw, n, on) for n in range(draw.between(1, 4))),
    )
    shipment = shipment_of(order, f"SH-{60001 + k}", at=at)
    return Sale(
        customer=customer,
        order=order,
        documents=(shipment, _collected(shipment)),
        invoice=invoice_of(order, customer, f"AR-{90001 + k}", on=on),
    )


def _order_line(draw: Draw, n: int, on: date) -> OrderLine:
    goods = draw.one_of(_GOODS)
    return OrderLine(
        id=str(10 * (n + 1)),
        quantity=Quantity(Decimal(draw.between(10, 300)), "EA"),
        price=Decimal(draw.between(100, 9900)) / 100,
        product=ProductIds(seller=goods),
        description=goods.replace("-", " ").title(),
        due_on=on + timedelta(days=10),
        tax_category="S",
        tax_percent=RATE,
    )


def party_of(customer: Customer) -> Party:
    """The customer as documents name it."""
    return Party(
        name=customer.name,
        country=customer.country,
        identifiers=(Identifier(scheme="ours", value=customer.number), *customer.identifiers),
        street=customer.street,
        city=customer.city,
        postcode=customer.postcode,
    )


def shipment_of(order: Order, number: str, *, at: datetime, percent: int = 100) -> Shipment:
    """A shipment of (a part of) every line, confirmed by the warehouse two hours before `at`."""
    return Shipment(
        number=number,
        occurred_at=at - timedelta(hours=2),
        order_number=order.number,
        site=order.site,
        carrier="Hafenlogistik",
        arrives_at=at - timedelta(hours=1),
        lines=tuple(
            ShipmentLine(
                id=line.id,
                shipped=Quantity(line.quantity.value * percent // 100, line.quantity.unit),
                order=LineReference(document=order.number, line=line.id),
            )
            for line in order.lines
        ),
    )


def _collected(shipment: Shipment) -> CarrierEvent:
    assert shipment.occurred_at is not None, "a confirmed shipment has left"
    return CarrierEvent(
        number=f"EV-{shipment.number}",
        shipment=shipment.number,
        status="collected",
        occurred_at=shipment.occurred_at + timedelta(minutes=20),
        order_number=shipment.order_number,
        carrier=shipment.carrier,
    )


def invoice_of(order: Order, customer: Customer, number: str, *, on: date, percent: int = 100) -> Invoice:
    """The invoice of (a part of) a whole order at its prices."""
    lines = tuple(
        _invoice_line(line, order, Quantity(line.quantity.value * percent // 100, line.quantity.unit))
        for line in order.lines
    )
    return totalled(
        Invoice(
            kind="customer_invoice",
            number=number,
            issue_date=on,
            due_on=on + timedelta(days=30),
            delivered_on=on,
            currency=order.currency,
            supplier=SELLER,
            buyer=party_of(customer),
            lines=lines,
            totals=InvoiceTotals(),
            type_code="380",
            order_number=order.number,
            customer_order=order.customer_order,
            terms=order.terms,
            entity=order.entity,
            site=order.site,
        )
    )


def _invoice_line(line: OrderLine, order: Order, quantity: Quantity) -> InvoiceLine:
    return InvoiceLine(
        id=line.id,
        net=extend(line.price or Decimal(0), quantity.value, per=line.price_per, currency=order.currency),
        quantity=quantity,
        price=line.price,
        order=LineReference(document=order.number, line=line.id),
        product=line.product,
        description=line.description,
        tax_category=line.tax_category,
        tax_percent=line.tax_percent,
    )


def _proof(sale: Sale, at: datetime, *, damaged: int) -> DeliveryProof:
    shipment = sale.documents[0]
    assert isinstance(shipment, Shipment), "a sale begins with its shipment"
    lines = []
    for n, line in enumerate(shipment.lines):
        less = Quantity(Decimal(damaged if n == 0 else 0), line.shipped.unit)
        lines.append(
            DeliveryProofLine(
                id=line.id,
                delivered=line.shipped - less,
                difference=less,
                reason="damaged" if less else "",
                order=line.order,
            )
        )
    return DeliveryProof(
        number=f"POD-{shipment.number}",
        shipment=shipment.number,
        occurred_at=at - timedelta(minutes=30),
        order_number=sale.order.number,
        signed_by="Warehouse of the customer",
        lines=tuple(lines),
    )


def _no_proof(sale: Sale, at: datetime) -> Sale:
    order = replace(sale.order, proof_required=True, incoterm="DAP")
    return replace(sale, order=order, later=(_proof(sale, at, damaged=0),))


def _damaged(sale: Sale, at: datetime) -> Sale:
    order = replace(sale.order, proof_required=True, incoterm="DAP")
    return replace(sale, order=order, documents=(*sale.documents, _proof(sale, at, damaged=2)))


def _backorder(sale: Sale, at: datetime) -> Sale:
    shipment = sale.documents[0]
    assert isinstance(shipment, Shipment), "a sale begins with its shipment"
    part = shipment_of(sale.order, shipment.number, at=at, percent=60)
    assert sale.invoice is not None, "a sale has an invoice"
    invoice = invoice_of(sale.order, sale.customer, sale.invoice.number, on=at.date(), percent=60)
    return replace(sale, documents=(part, _collected(part)), invoice=invoice)


def _too_much(sale: Sale, _at: datetime) -> Sale:
    shipment = sale.documents[0]
    assert isinstance(shipment, Shipment), "a sale begins with its shipment"
    first = replace(shipment.lines[0], shipped=shipment.lines[0].shipped - Quantity(Decimal(3), "EA"))
    short = replace(shipment, lines=(first, *shipment.lines[1:]))
    return replace(sale, documents=(short, *sale.documents[1:]))


def _dearer(sale: Sale, _at: datetime) -> Sale:
    assert sale.invoice is not None, "a sale has an invoice"
    first = sale.invoice.lines[0]
    assert first.price is not None, "a line has a price"
    assert first.quantity is not None, "a line has a quantity"
    price = (first.price * Decimal("1.04")).quantize(Decimal("0.01"))
    net = extend(price, first.quantity.value, per=Decimal(1), currency=first.net.currency)
    lines = (replace(first, price=price, net=net), *sale.invoice.lines[1:])
    return replace(sale, invoice=totalled(replace(sale.invoice, lines=lines)))


def _never_billed(sale: Sale, at: datetime) -> Sale:
    shipment = shipment_of(sale.order, f"{sale.order.number}-L", at=at - timedelta(days=20))
    return replace(sale, documents=(shipment, _collected(shipment)), invoice=None)


def _no_carrier(sale: Sale, _at: datetime) -> Sale:
    shipment = sale.documents[0]
    assert isinstance(shipment, Shipment), "a sale begins with its shipment"
    order = replace(sale.order, site=SILENT)
    return replace(sale, order=order, documents=(replace(shipment, site=SILENT),), later=sale.documents[1:])


FAULTS: Final[dict[str, Callable[[Sale, datetime], Sale]]] = {
    "AR-SHP-NOEVENT": _no_carrier,
    "AR-POD-MISS": _no_proof,
    "AR-POD-DIFF": _damaged,
    "AR-CUST-RULE": _backorder,
    "AR-SHP-QTY": _too_much,
    "AR-PRC-OVR": _dearer,
    "BIL-LEAK": _never_billed,
}
