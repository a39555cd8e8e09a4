"""What to look up for a customer's invoice or a sales order: first what it names itself, then what those documents name."""

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
    accounting_key,
    billed_key,
    credit_key,
    credited_key,
    customer_key,
    invoiced_claim_key,
    invoiced_key,
    issued_key,
    milestone_key,
    outbound_key,
    override_key,
    own_number_key,
    price_list_key,
    rebate_key,
    receivable_key,
    sales_order_key,
    shipment_key,
)


def wanted(dossier: Dossier) -> Iterator[Key]:
    """Every key worth looking up, given the evidence so far; the caller leaves out those already looked up."""
    claim = dossier.claim.document
    yield release_key(dossier.claim.key)
    if isinstance(claim, Order):
        yield sales_order_key(claim.number)  # which other system has one of that number
        yield billed_key(sales_order_key(claim.number))
        yield invoiced_key(claim.number)
        yield invoiced_claim_key(claim.number, dossier.claim.book)
        yield from _of_order(claim.number)
        yield from _of_customer(claim.buyer)
    elif isinstance(claim, Invoice):
        yield from _of_invoice(claim, dossier.claim.book)
        ordered = {recorded.document.entity for recorded in dossier.evidence if isinstance(recorded.document, Order)}
        yield from map(
            accounting_key, sorted({claim.entity, dossier.entity, *ordered} - {""})
        )  # how we state ourselves
        if (
            dossier.posted
        ):  # a difference may be billed later, for what this one billed at a price that was raised since
            yield from (billed_key(sales_order_key(number)) for number in claim.order_numbers())
        if not dossier.posted:  # what is out needs no credit any more
            yield receivable_key(claim.buyer.identifier("ours"))
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
    for recorded in dossier.evidence:
        match recorded.document:
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
    """The units that documents use for an order line: where one differs from its own, a conversion is needed."""
    units = {billed.quantity.unit for billed in claim.lines if billed.quantity} if isinstance(claim, Invoice) else set()
    for recorded in dossier.evidence:
        match recorded.document:
            case Shipment() as shipment:
                units.update(shipped.shipped.unit for shipped in shipment.lines)
                units.update(shipped.picked.unit for shipped in shipment.lines if shipped.picked)
            case DeliveryProof() as proof:
                units.update(signed.delivered.unit for signed in proof.lines)
            case CustomerReturn() as back:
                units.add(back.quantity.unit)
            case PriceOverride() as override if override.line == line.id:
                units.add(override.unit)
            case PriceList() as prices:
                units.update(entry.unit for entry in prices.lines if same_product(entry.product, line.product))
            case _:
                pass
    return units
