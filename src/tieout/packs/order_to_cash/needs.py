"""What to look up for a customer's invoice or a sales order: first what it names itself, then what those papers name."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Dossier
from tieout.core.values.key import Key
from tieout.core.values.party import Party
from tieout.trade.documents import (
    Customer,
    CustomerReturn,
    DeliveryProof,
    Invoice,
    Order,
    OrderLine,
    PriceList,
    PriceOverride,
    Shipment,
)
from tieout.trade.keys import product_keys, release_key
from tieout.trade.ledger import same_product
from tieout.trade.selling_keys import (
    about_key,
    billed_key,
    credit_key,
    credited_key,
    customer_key,
    issued_key,
    milestone_key,
    outbound_key,
    override_key,
    own_number_key,
    price_list_key,
    rebate_key,
    sales_order_key,
    shipment_key,
)


def wanted(dossier: Dossier) -> Iterator[Key]:
    """Every key that would help, given what is there; the caller leaves out those already looked up."""
    claim = dossier.claim.document
    yield release_key(dossier.claim.key)
    if isinstance(claim, Order):
        yield billed_key(sales_order_key(claim.number))
        yield from _of_order(claim.number)
        yield from _of_customer(claim.buyer)
    elif isinstance(claim, Invoice):
        yield from _of_invoice(claim, dossier.claim.book)
    yield from _named_by_evidence(dossier, claim)


def _of_invoice(invoice: Invoice, book: str) -> Iterator[Key]:
    for number in invoice.order_numbers():
        yield sales_order_key(number)
        yield from _of_order(number)
    yield from _of_customer(invoice.buyer)
    yield about_key(invoice.number)
    yield own_number_key(invoice, book=book)
    yield issued_key(invoice.number)  # who else has issued one of that number
    yield credited_key(invoice.number)
    yield billed_key(issued_key(invoice.number))
    for number in invoice.preceding:
        yield billed_key(issued_key(number))
        yield issued_key(number)
        yield about_key(number)


def _of_order(number: str) -> Iterator[Key]:
    yield outbound_key(number)
    yield milestone_key(number)
    yield override_key(number)


def _of_customer(customer: Party) -> Iterator[Key]:
    number = customer.identifier("ours")
    yield price_list_key("")
    if number:
        yield customer_key(number)
        yield credit_key(number)
        yield price_list_key(number)
        yield rebate_key(number)


def _named_by_evidence(dossier: Dossier, claim: Document) -> Iterator[Key]:
    orders = [claim] if isinstance(claim, Order) else []
    for paper in dossier.evidence:
        match paper.document:
            case Order() as order:
                orders.append(order)
                yield from _of_customer(order.buyer)
            case Shipment() as shipment:
                yield shipment_key(shipment.number)
            case Customer() as customer:
                yield credit_key(customer.number)
            case _:
                pass
    for order in orders:
        for line in order.lines:
            units = _units(dossier, claim, line) | {line.price_unit or line.quantity.unit}
            if units - {line.quantity.unit}:
                yield from product_keys(line.product)


def _units(dossier: Dossier, claim: Document, line: OrderLine) -> set[str]:
    """The units in which papers speak of an order line: where one is another than its own, its conversion is needed."""
    units = {each.quantity.unit for each in claim.lines if each.quantity} if isinstance(claim, Invoice) else set()
    for paper in dossier.evidence:
        match paper.document:
            case Shipment() as shipment:
                units.update(each.shipped.unit for each in shipment.lines)
                units.update(each.picked.unit for each in shipment.lines if each.picked)
            case DeliveryProof() as proof:
                units.update(each.delivered.unit for each in proof.lines)
            case CustomerReturn() as back:
                units.add(back.quantity.unit)
            case PriceOverride() as override if override.line == line.id:
                units.add(override.unit)
            case PriceList() as prices:
                units.update(each.unit for each in prices.lines if same_product(each.product, line.product))
            case _:
                pass
    return units
