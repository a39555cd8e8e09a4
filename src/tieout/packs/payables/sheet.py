"""The match sheet: a supplier invoice with its orders, receipts, contracts and supplier; computed once, read by every check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.values.key import ANY, Key
from tieout.core.values.party import normal_name
from tieout.packs.payables.discounts import discounts_of
from tieout.packs.payables.proposals import Proposal, is_proposed, proposals_of
<<<<<<< HEAD
from tieout.packs.payables.reading import own_credit_notes, read, returned, usable
=======
from tieout.packs.payables.reading import own_credit_notes
>>>>>>> kernel
from tieout.packs.payables.rules import NAME
from tieout.packs.payables.sheet_lines import Builder, SheetLine
from tieout.trade.books import Chosen, choose, source_of
from tieout.trade.catch_weight import by_weight
from tieout.trade.charges import is_charge_line
from tieout.trade.conversions import Factors
from tieout.trade.documents import Contract, Invoice, InvoiceLine, Order, Product, Supplier
from tieout.trade.facts import with_partner
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that the checks of one invoice look at. `chosen` is the evidence that counts for it and what was left out;
    `books` gives by its number the company that placed an order, "" where it names none; `proposals` are what it may
    mean, `payable` is what the amount to pay is made of, `assigned` the order lines that persons named, by invoice line. `allocated` is
    what other claims use up; for an invoice that is not posted, without the credit notes that take it back."""

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
    after = frozenset() if dossier.posted else own_credit_notes(dossier, invoice)
    # Until it is posted, what takes an invoice back changes nothing about it: else each would wait for the other.
    allocated = tuple(used for used in dossier.allocated if source_of(used.claim) not in after)
    ledgers = {number: _ledger(number, books, chosen) for number in orders}
    ledger = ledger_of(tuple(orders.values()), documents, allocated, factor=factor, ledgers=ledgers)
    charges = tuple(line for line in invoice.lines if is_charge_line(line) and not _is_ordered(line, orders))
    goods = [line for line in invoice.lines if line not in charges] if charges else invoice.lines
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
    builder = Builder(
        dossier,
        invoice,
        policies,
        facts,
        ledger,
        contracts,
        factor,
        placed,
        ledgers,
        discounts_of(matches, allocated, ledgers, factor),
    )
    return Sheet(
        dossier=dossier,
        invoice=invoice,
        orders=orders,
        ledger=ledger,
        matches=matches,
        lines=tuple(builder.lines(matches)),
        charge_lines=charges,
        supplier=supplier,
        contracts=contracts,
        releases=tuple(document for document in documents if isinstance(document, Release)),
        ruling=policies.ruling(facts, dossier.at.date()),
        chosen=chosen,
        books=books,
        assigned=assigned,
        proposals=proposals_of(invoice, [order for number, order in at_hand.items() if number not in orders]),
        payable=payable_of(invoice),
        ledgers=ledgers,
        allocated=allocated,
    )


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


<<<<<<< HEAD
@dataclass(slots=True)
class _Builder:
    """Builds the match sheet's lines in the order of the invoice, so that two lines on one order line add up."""

    dossier: Dossier
    invoice: Invoice
    policies: PolicySet
    facts: Facts
    ledger: Ledger
    contracts: tuple[Contract, ...]
    factor: Factors
    posted: Placed
    ledgers: Mapping[str, Key]
    discounts: Discounts
    rulings: dict[tuple[str, str, str], Ruling] = field(default_factory=dict)

    def lines(self, matches: Sequence[Match]) -> list[SheetLine]:
        """The lines in the order of the invoice. What is free comes after what is paid for: it never takes its place."""
        used: dict[tuple[str, str], tuple[Decimal, int]] = {}
        built: dict[tuple[int, int], SheetLine] = {}
        numbered = [(n, k, match) for n, match in enumerate(matches) for k in range(len(match.shares))]
        for n, k, match in sorted(numbered, key=lambda entry: is_gratis(entry[2].line)):
            share = match.shares[k]
            key = (share.order.number, share.line.id)
            line = self._line(match, k, self.ledger.lines[key], used.get(key, (ZERO, 0)))
            built[n, k] = line
            quantity, sum_ = used.get(key, (ZERO, 0))
            used[key] = (quantity + line.to_pay, sum_ + line.money.minor)
        return [built[place] for place in sorted(built)]

    def _line(self, match: Match, k: int, ledger: LedgerLine, own: tuple[Decimal, int]) -> SheetLine:
        """The line of one share; `own` is what other lines of this invoice have used up before it."""
        share, sign = match.shares[k], self.invoice.sign
        on = self.invoice.delivered_on or self.invoice.issue_date or self.dossier.at.date()
        agreed = contract_price(self.contracts, share.line, on, currency=self.invoice.currency, factor=self.factor)
        billed = None if share.quantity is None else share.quantity * sign
        posted = self.posted.get(match.line.id, {}).get(f"{share.order.number}/{share.line.id}", ZERO) * sign
        whole = bool(posted) and billed is not None and abs(billed - posted) < CRUMB
        minor = match.line.net.minor if share.part == 1 else int(match.line.net.minor * share.part)
        ruling = self._ruling(share.order, share.line, ledger)
        discount = discount_on(self.invoice, share.order, share.line)
        ordered = self.discounts.agreed(share, whole=whole)
        before = ledger.billed + own[0] - (ledger.billed_later if whole else ZERO)
        asked = Asked(
            line=match.line,
            ledger=self.ledgers[share.order.number],
            place=share.line.id,
            tolerance=ruling.value(UNIT_PRICE),
            billed=billed,
            net=Money((minor - round(minor * discount) if discount else minor) * sign, match.line.net.currency),
            before=before,
            minor=ledger.billed_minor + own[1] - (ledger.billed_later_minor if whole else 0),
            given_minor=ledger.given_minor,
            returned=returned(ledger, before, ruling),
            price=price_as_discounted(
                self.invoice, billed_price(match.line, share.line, self.factor), ordered, discount
            ),
            agreed=ordered if ordered is not None else agreed and agreed[0],
            usable=usable(ledger, ruling),
        )
        reading, expected = read(self.dossier, self.invoice, asked)
        of_order = source_in_order(share.order, share.line, self.factor)
        source = of_order if ordered is not None or not agreed else _named(agreed[1])
        # a credit makes no paid goods of free ones
        beyond = asked.before + ledger.credited + (billed or ZERO) - ledger.ordered
        gratis = is_gratis(match.line) and sign > 0 and billed is not None
        return SheetLine(
            invoice_line=match.line,
            order=share.order,
            order_line=share.line,
            ledger=ledger,
            ruling=ruling,
            matched_by=match.by,
            billed=ZERO if reading is not None and reading.is_money else billed,
            part=share.part,
            share=k,
            billed_before=asked.before,
            billed_minor_before=asked.minor,
            posted=posted,
            later=ledger.billed_later,
            free=max(ZERO, min(beyond, billed or ZERO)) if gratis else ZERO,
            price=asked.price,
            discount=discount,
            price_expected=expected,
            price_source=source if expected == asked.agreed else _BILLED,
            contract_price=agreed and agreed[0],
            contract=agreed and agreed[1],
            named=billed,
            money=asked.net,
            reading=reading,
        )

    def _ruling(self, order: Order, line: OrderLine, ledger: LedgerLine) -> Ruling:
        scope = (order.entity, ledger.site or order.site, line.category)
        ruling = self.rulings.get(scope)
        if ruling is None:
            place = replace(self.facts, entity=self.facts.entity or order.entity, site=ledger.site or order.site)
            facts = with_partner(place, category=line.category)
            ruling = self.rulings[scope] = self.policies.ruling(facts, self.dossier.at.date())
        return ruling


def _named(contract: Contract) -> str:
    return f"contract {contract.number}"


=======
>>>>>>> kernel
def _only_site(invoice: Invoice, orders: Mapping[str, Order]) -> str:
    sites = {order.site for order in orders.values() if order.site} or {invoice.site}
    return sites.pop() if len(sites) == 1 else ""
