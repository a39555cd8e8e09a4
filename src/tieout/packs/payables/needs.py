"""What to look up for a supplier invoice: first what it names itself, then what those documents name."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.key import billed_key
from tieout.core.values.key import Key
from tieout.core.values.party import Identifier, Party
from tieout.packs.payables.assigned import assignments
from tieout.trade.books import choose
from tieout.trade.documents import DespatchAdvice, InspectionResult, Invoice, Order, Receipt, Supplier, SupplierReturn
from tieout.trade.keys import (
    advance_key,
    contract_key,
    credited_keys,
    duplicate_keys,
    mirrored_keys,
    movement_key,
    order_key,
    party_keys,
    predecessor_keys,
    product_keys,
    release_key,
)
from tieout.trade.near_duplicates import near_keys, taken_back_key
from tieout.trade.order_names import order_name_key, written_order_numbers
from tieout.trade.prepaid import named_prepayments
from tieout.trade.suppliers import supplier_of


def wanted(dossier: Dossier, invoice: Invoice) -> Iterator[Key]:
    """Every key that would help, given the evidence so far; the caller leaves out those already looked up.

    What the claim itself names is looked up first, and all at once: once anything was looked up, all of it was.
    """
    if dossier.looked_up:
        yield from _named_by_evidence(dossier, invoice)
        return
    for number in invoice.order_numbers():
        yield order_key(number)
        yield movement_key(number)
        if invoice.is_credit or any(line.quantity and line.quantity.value < 0 for line in invoice.lines):
            yield billed_key(order_key(number))  # there may be more to take back
    yield from party_keys("supplier", invoice.supplier)
    yield from party_keys("contract-of", invoice.supplier)
    yield from duplicate_keys(invoice, book=dossier.claim.book)
    yield from credited_keys(invoice)  # the invoices that a credit note takes back, and who else does
    yield from near_keys(invoice)
    yield from taken_back_key(invoice)
    yield from predecessor_keys(invoice)
    yield from _prepaid(invoice)
    yield release_key(dossier.claim.key)
    if invoice.contract_number:
        yield contract_key(invoice.contract_number)


def _named_by_evidence(dossier: Dossier, invoice: Invoice) -> Iterator[Key]:
    units = {line.quantity.unit for line in invoice.lines if line.quantity}
    orders = []
    for recorded in dossier.evidence:
        match recorded.document:
            case Order() as order:
                orders.append(order)
                if order.contract:
                    yield contract_key(order.contract)
            case Supplier() as supplier:
                ours = Identifier(scheme="ours", value=supplier.number)
                yield from party_keys("contract-of", Party(name=supplier.name, identifiers=(ours,)))
            case Receipt() as receipt:
                units.update(line.accepted.unit for line in receipt.lines)
            case DespatchAdvice() as advice:
                units.update(line.quantity.unit for line in advice.lines)
            case InspectionResult() as result:
                units.update((result.accepted.unit, result.rejected.unit))
            case SupplierReturn() as sent_back:
                units.add(sent_back.quantity.unit)
            case _:
                pass
    yield from _advances(dossier)
    yield from _assigned(dossier, invoice)
    yield from further_names(dossier, invoice)
    yield from _as_written(invoice, orders)
    yield from (billed_key(order_key(order.number)) for order in orders if _depends_on_others(invoice, order))
    for order in orders:
        for line in order.lines:
            if (units | {line.price_unit or line.quantity.unit}) - {line.quantity.unit}:
                yield from product_keys(line.product)


def _prepaid(invoice: Invoice) -> Iterator[Key]:
    """Where the prepayment invoices are found that the claim names; those of its orders are found with what moved under these."""
    for number in (*invoice.preceding, *named_prepayments(invoice)):
        yield advance_key(number)
    yield from mirrored_keys(invoice)


def _advances(dossier: Dossier) -> Iterator[Key]:
    """The prepayments at hand, and whether others use them up: no other invoice is evidence."""
    for recorded in dossier.evidence:
        if isinstance(recorded.document, Invoice):
            yield advance_key(recorded.document.number)
            yield billed_key(advance_key(recorded.document.number))


def _depends_on_others(invoice: Invoice, order: Order) -> bool:
    """Whether it matters that others bill more of an order: they may take more than their share of an allowance on the whole of it,
    or bill the goods of which this invoice bills a price difference, or the difference that it is below the order's price.
    """
    if invoice.is_credit:
        return False
    if any(charge.amount.minor < 0 for charge in order.charges):
        return True
    if any(line.price is None for line in order.lines):
        return True  # a contract says the price, and may raise it
    prices = {line.id: line.price / line.price_per for line in order.lines if line.price is not None and line.price_per}
    highest = max(prices.values(), default=None)
    for line in invoice.lines:
        agreed = prices.get(line.order.line, highest)
        if (
            agreed is not None
            and line.price is not None
            and line.price_per
            and 0 < line.price / line.price_per < agreed
        ):
            return True
    return False


def _assigned(dossier: Dossier, invoice: Invoice) -> Iterator[Key]:
    """The orders that persons assigned: the invoice bears their numbers by now."""
    if assignments(dossier):
        for number in invoice.order_numbers():
            yield order_key(number)
            yield movement_key(number)


def _as_written(invoice: Invoice, orders: list[Order]) -> Iterator[Key]:
    """Where orders are found whose numbers the invoice may mean: where it names none, or one that is not there."""
    numbers, named = {order.number for order in orders}, invoice.order_numbers()
    if not named or any(number.strip() not in numbers for number in named):
        yield from (order_name_key(written.name) for written in written_order_numbers(invoice))


def further_names(dossier: Dossier, invoice: Invoice) -> Iterator[Key]:
    """Under which keys the same invoice may have come before: those of every identifier on the supplier's record."""
    if not any(isinstance(recorded.document, Supplier) for recorded in dossier.evidence):
        return
    chosen = choose(dossier)
    supplier = supplier_of(
        invoice, [document for document in chosen.documents if isinstance(document, Supplier)], book=chosen.book
    )
    if supplier is not None:
        ours = Identifier(scheme="ours", value=supplier.number)
        yield from duplicate_keys(invoice, Party(identifiers=(*supplier.identifiers, ours)), book=dossier.claim.book)
