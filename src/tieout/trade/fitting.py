"""What speaks against a claim, or a movement, being about an order: its partner, its currency, its products, its site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tieout.core.documents.kind import Document
from tieout.core.values.party import Identifier, Party, normal_id, normal_name
from tieout.trade.documents import (
    Customer,
    Invoice,
    LineReference,
    Milestone,
    Order,
    OrderLine,
    ProductIds,
    Subscription,
    Supplier,
)
from tieout.trade.identifiers import contradict
from tieout.trade.ledger import same_product
from tieout.trade.party_names import identifier_names


def may_be_billed(order: Document, claim: Document, records: Sequence[Supplier | Customer]) -> bool:
    """Whether a claim may be about an order or contract; `records` are its system's records of partners."""
    if not isinstance(claim, Invoice):
        return True
    if isinstance(order, Order):
        return (
            order.status != "cancelled"
            and _same_currency(order.currency, claim)
            and _is_party(order.counterparty, claim.counterparty, records)
            and not any(
                _is_no_product_of(order, line.product) for line in claim.lines if _is_on(order, line.order, claim)
            )
        )
    if isinstance(order, Subscription):
        account, lines = claim.buyer.identifier("ours"), {line.id for line in order.lines}
        return (
            _same_currency(order.currency, claim)
            and (not account or normal_id(account) == normal_id(order.account))
            and all(
                line.order.line in lines for line in claim.lines if line.order.line and _is_on(order, line.order, claim)
            )
        )
    return True


def speaks_against(movement: Document, order: Document) -> bool:
    """Whether goods that moved, or work that was done, cannot be an order's: other site, supplier, line or product."""
    if isinstance(order, Order):
        sites = {site for site in (order.site, *(line.site for line in order.lines)) if site}
        site = getattr(movement, "site", "")
        if site and sites and site not in sites:
            return True
        supplier = getattr(movement, "supplier", None)
        if isinstance(supplier, Party) and contradict(supplier.identifiers, order.supplier.identifiers):
            return True
    if not isinstance(order, Order | Subscription):
        return False
    by_id = {line.id: line for line in order.lines}
    for reference, product in _moved(movement, order.number):
        line = by_id.get(reference.line)
        if reference.line and line is None:
            return True
        if isinstance(order, Order) and product:
            lines = (line,) if isinstance(line, OrderLine) else order.lines
            if all(_is_another(product, ordered.product) for ordered in lines):
                return True
    return False


def _moved(movement: Document, number: str) -> Iterator[tuple[LineReference, ProductIds]]:
    """The lines of an order that a movement names, with the product that it names."""
    header = getattr(movement, "order_number", "")
    for line in getattr(movement, "lines", ()):
        reference = getattr(line, "order", None)
        if isinstance(reference, LineReference) and (reference.document or header).strip() == number.strip():
            yield reference, getattr(line, "product", ProductIds())
    if isinstance(movement, Milestone):
        yield LineReference(document=movement.order, line=movement.line), ProductIds()
    reference = getattr(movement, "order", None)
    if isinstance(reference, LineReference) and reference.document.strip() == number.strip():
        yield reference, ProductIds()


def _is_on(order: Order | Subscription, reference: LineReference, claim: Invoice) -> bool:
    return (reference.document or claim.order_number).strip() == order.number.strip()


def _is_no_product_of(order: Order, product: ProductIds) -> bool:
    return bool(product and order.lines) and all(_is_another(product, line.product) for line in order.lines)


def _is_another(one: ProductIds, other: ProductIds) -> bool:
    """Whether two namings have a scheme in common and no identifier."""
    comparable = (one.buyer and other.buyer) or (one.standard and other.standard) or (one.seller and other.seller)
    return bool(comparable) and not same_product(one, other)


def _same_currency(ordered: str, claim: Invoice) -> bool:
    return not ordered or not claim.currency or ordered == claim.currency


def _is_party(ordered: Party, billed: Party, records: Iterable[Supplier | Customer]) -> bool:
    """Whether order and claim may name one partner, by what both say and by the partner's record."""
    if not ordered.name and not ordered.identifiers:
        return True
    own = identifier_names(ordered.identifiers)
    of_record = [record for record in records if own & identifier_names(_identifiers(record))]
    ours = (*ordered.identifiers, *(identifier for record in of_record for identifier in _identifiers(record)))
    return _share(ours, (ordered.name, *(record.name for record in of_record)), billed)


def _identifiers(record: Supplier | Customer) -> tuple[Identifier, ...]:
    return (*record.identifiers, Identifier(scheme="ours", value=record.number))


def _share(ours: tuple[Identifier, ...], names: Iterable[str], billed: Party) -> bool:
    """Whether they share an identifier that somebody else gave, else a name; our own number is a system's too, and proves nothing."""
    if contradict(ours, billed.identifiers):
        return False
    shared = identifier_names(ours) & identifier_names(billed.identifiers)
    if any(not name.startswith("ours/") for name in shared):
        return True
    named = {normal_name(name) for name in names if name}
    return normal_name(billed.name) in named if billed.name and named else bool(shared)
