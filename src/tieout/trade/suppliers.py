"""Which record of ours an invoice's supplier is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tieout.core.values.key import ANY
from tieout.core.values.party import Identifier, normal_name
from tieout.trade.documents import Invoice, Supplier
from tieout.trade.identifiers import at_home, contradict
from tieout.trade.party_names import identifier_names


def supplier_of(invoice: Invoice, suppliers: Sequence[Supplier], *, book: str = ANY) -> Supplier | None:
    """The supplier of record: by an identifier first, by the name alone only if just one bears it and is not another.

    Where several match, those that are extended to the company that is billed (`book`); where several remain, None.
    """
    stated = at_home(invoice.supplier.identifiers, invoice.supplier.country)
    identities = identifier_names(stated)
    matching = [supplier for supplier in suppliers if identities & identifier_names(identifiers_of(supplier))]
    if not matching:
        matching = [one for one in namesakes(invoice, suppliers) if not contradict(stated, identifiers_of(one))]
    extended = [supplier for supplier in matching if not supplier.entities or book in supplier.entities] if book else []
    matching = extended or matching
    return matching[0] if len({(supplier.number, normal_name(supplier.name)) for supplier in matching}) == 1 else None


def identifiers_of(supplier: Supplier) -> tuple[Identifier, ...]:
    """Every identifier on the record of a supplier, VAT ids with their country's prefix, our own number last."""
    return (*at_home(supplier.identifiers, supplier.country), Identifier(scheme="ours", value=supplier.number))


def namesakes(invoice: Invoice, suppliers: Iterable[Supplier]) -> list[Supplier]:
    """The suppliers of record that bear the name on the invoice."""
    name = normal_name(invoice.supplier.name)
    return [supplier for supplier in suppliers if normal_name(supplier.name) == name]
