"""The match sheet: a supplier invoice with its orders, receipts, contracts and supplier; computed once, read by every check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.values.key import ANY, Key
from tieout.core.values.made import made_often
from tieout.core.values.money import Money
from tieout.core.values.party import normal_name
from tieout.packs.payables.discounts import discounts_of
from tieout.packs.payables.prepayments import NONE, Prepayments, prepayments_of, unbilled
from tieout.packs.payables.proposals import Proposal, is_proposed, proposals_of
from tieout.packs.payables.reading import own_credit_notes
from tieout.packs.payables.rules import NAME
from tieout.packs.payables.sheet_lines import Builder, SheetLine
from tieout.trade.books import Chosen, choose, source_of
from tieout.trade.catch_weight import by_weight
from tieout.trade.charges import is_charge_line
from tieout.trade.conversions import Factors
from tieout.trade.document_types.of_invoice import is_prepayment
from tieout.trade.documents import Contract, Invoice, InvoiceLine, Order, Product, Supplier
from tieout.trade.facts import with_partner
from tieout.trade.gives_back import counted_on
from tieout.trade.keys import order_key
from tieout.trade.ledger import Ledger, ledger_of
from tieout.trade.matching import NOWHERE, Match, Placed, match_lines
from tieout.trade.party_names import party_names
from tieout.trade.payable import Payable, payable_of
from tieout.trade.suppliers import supplier_of

ZERO: Final = Decimal(0)
DOCUMENT: Final = "document"
NO_LINES: Final[Mapping[str, str]] = MappingProxyType({})
NO_LEDGERS: Final[Mapping[str, Key]] = MappingProxyType({})


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that the checks of one invoice look at. `chosen` is the evidence that counts for it and what was left out;
    `books` gives by its number the company that placed an order, "" where it names none; `proposals` are what it may
    mean, `payable` is what the amount to pay is made of, `assigned` the order lines that persons named, by invoice line. `allocated` is
    what other claims use up, what they give back once it is posted; for an invoice that is not posted, without the credit notes that
    take it back.
    `prepayments` are those that it takes off or should, `unbilled` is the agreed value of what it leaves of its orders (of a prepayment:
    finds), without tax; None where no price is agreed for some of it."""

    dossier: Dossier
    invoice: Invoice
    orders: Mapping[str, Order]
    ledger: Ledger
    matches: tuple[Match, ...]
    lines: tuple[SheetLine, ...]
    charge_lines: tuple[InvoiceLine, ...]
    supplier: Supplier | None
    contracts: tuple[Contract, ...]
    releases: tuple[Release, ...]
    ruling: Ruling
    chosen: Chosen
    books: Mapping[str, str]
    proposals: tuple[Proposal, ...] = ()
    assigned: Mapping[str, str] = field(default_factory=lambda: NO_LINES)
    payable: Payable | None = None
    prepayments: Prepayments = NONE
    unbilled: Money | None = None
    ledgers: Mapping[str, Key] = field(default_factory=lambda: NO_LEDGERS)
    allocated: tuple[Allocated, ...] = ()

    def ledger_of(self, number: str) -> Key:
        """The ledger of an order at hand, in the book of the company that placed it, as its system's."""
        return self.ledgers.get(number) or _ledger(number, self.books, self.chosen)

    @property
    def today(self) -> date:
        """The day of judgement."""
        return self.dossier.at.date()


def _is_ordered(line: InvoiceLine, orders: Mapping[str, Order]) -> bool:
    """Whether freight and the like is a line of an order, by its words: then it is billed like any other line."""
    words = normal_name(line.description)
    return any(
        not ordered.product and normal_name(ordered.description) == words
        for order in orders.values()
        for ordered in order.lines
    )


def lay_out(dossier: Dossier, invoice: Invoice, policies: PolicySet, assigned: Mapping[str, str] = NO_LINES) -> Sheet:
    """Matches the claim against its evidence; `assigned` are the order lines that persons named, by invoice line.

    Pure; the order of the evidence does not matter.
    """
    chosen = choose(dossier)
    documents = chosen.documents
    supplier = supplier_of(
        invoice, [document for document in documents if isinstance(document, Supplier)], book=chosen.book
    )
    at_hand, books = _orders(invoice, chosen)
    orders = {number: order for number, order in at_hand.items() if not is_proposed(dossier, number)}
    orders, documents = by_weight(orders, documents)
    factor = Factors([document for document in documents if isinstance(document, Product)])
    counted = _counted(dossier, invoice)
    allocated = counted.allocated
    ledgers = {number: _ledger(number, books, chosen) for number in orders}
    ledger = ledger_of(tuple(orders.values()), documents, allocated, factor=factor, ledgers=ledgers)
    charges = tuple(line for line in invoice.lines if is_charge_line(line) and not _is_ordered(line, orders))
    prepaid = prepayments_of(counted, invoice, chosen, supplier)
    goods = [line for line in invoice.lines if line not in charges and line.id not in prepaid.lines]
    credit = invoice.sign < 0
    named = invoice.order_number
    placed = _placed(dossier) if dossier.posted else NOWHERE
    matches = match_lines(
        goods, tuple(orders.values()), ledger, header_order=named, credit=credit, placed=placed, factor=factor,
        certain=assigned.keys(),
    )  # fmt: skip
    contracts = tuple(document for document in documents if isinstance(document, Contract))
    facts = with_partner(
        Facts(
            tenant=dossier.tenant,
            entity=dossier.entity or invoice.entity,
            site=_only_site(invoice, orders),
            process=NAME,
        ),
        supplier=supplier.number if supplier else "",
        category=supplier.category if supplier else "",
    )
    ruling = policies.ruling(facts, dossier.at.date())
    discounts = discounts_of(matches, allocated, ledgers, factor)
    builder = Builder(
        dossier=dossier, invoice=invoice, policies=policies, facts=facts, ruling=ruling, ledger=ledger, contracts=contracts,
        factor=factor, posted=placed, ledgers=ledgers, discounts=discounts,
    )  # fmt: skip
    lines = tuple(builder.lines(matches))
    return Sheet(
        dossier=dossier,
        invoice=invoice,
        orders=orders,
        ledger=ledger,
        matches=matches,
        lines=lines,
        charge_lines=charges,
        supplier=supplier,
        contracts=contracts,
        releases=tuple(document for document in documents if isinstance(document, Release)),
        ruling=ruling,
        chosen=chosen,
        books=books,
        assigned=assigned,
        proposals=proposals_of(invoice, [order for number, order in at_hand.items() if number not in orders]),
        payable=payable_of(invoice),
        prepayments=prepaid,
        unbilled=unbilled(orders.values(), ledger, _own(lines, invoice), invoice.currency, factor) if prepaid else None,
        ledgers=ledgers,
        allocated=allocated,
    )


def _counted(dossier: Dossier, invoice: Invoice) -> Dossier:
    """The dossier with that alone of what others use up which counts for the invoice. Until it is posted, what takes it back changes
    nothing about it: else each would wait for the other.
    """
    if not dossier.allocated:
        return dossier
    after = frozenset() if dossier.posted else own_credit_notes(dossier, invoice)
    allocated = tuple(used for used in counted_on(dossier.allocated, invoice) if source_of(used.claim) not in after)
    return replace(dossier, allocated=allocated)


def _own(lines: Sequence[SheetLine], invoice: Invoice) -> Mapping[tuple[str, str], Decimal]:
    """What the invoice bills of each order line; a payment in advance bills no goods."""
    own: dict[tuple[str, str], Decimal] = {}
    for line in () if is_prepayment(invoice) else lines:
        place = (line.order.number, line.order_line.id)
        own[place] = own.get(place, ZERO) + line.to_pay
    return own


def _ledger(number: str, books: Mapping[str, str], chosen: Chosen) -> Key:
    return chosen.ledger(order_key(number, books.get(number, ANY)))


def _placed(dossier: Dossier) -> Placed:
    placed: dict[str, dict[str, Decimal]] = {}
    for line in dossier.posted:
        if line.kind == "goods" and line.order and line.quantity:
            on = placed.setdefault(line.claim_line, {})
            name = f"{line.order}/{line.line}"
            on[name] = on.get(name, ZERO) + line.quantity
    return placed


def _orders(invoice: Invoice, chosen: Chosen) -> tuple[dict[str, Order], dict[str, str]]:
    """Orders by number, and whose each is; of several of one number the one of this company and with this supplier."""
    orders = [
        (recorded.document, recorded.book) for recorded in chosen.evidence if isinstance(recorded.document, Order)
    ]
    if len({order.number for order, _ in orders}) < len(orders):
        billed = set(party_names(invoice.supplier))
        orders.sort(key=lambda entry: (bool(entry[1]), bool(billed & set(party_names(entry[0].supplier)))))
    return {order.number: order for order, _ in orders}, {order.number: book for order, book in orders}


def _only_site(invoice: Invoice, orders: Mapping[str, Order]) -> str:
    sites = {order.site for order in orders.values() if order.site} or {invoice.site}
    return sites.pop() if len(sites) == 1 else ""
