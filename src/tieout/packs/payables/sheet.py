"""The match sheet: a supplier invoice with its orders, receipts, contracts and supplier; computed once, read by every check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Dossier
from tieout.core.values.key import ANY, Key
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party, normal_name
from tieout.packs.payables.reading import Asked, billed_of, own_credit_notes, price_to_credit, reading_of
from tieout.packs.payables.rules import NAME
from tieout.trade.books import Chosen, choose, source_of
from tieout.trade.charges import is_charge_line
from tieout.trade.conversions import Factors
from tieout.trade.documents import Contract, Invoice, InvoiceLine, Order, OrderLine, Product, Supplier
from tieout.trade.facts import with_partner
from tieout.trade.gives_back import Reading, as_posted
from tieout.trade.identifiers import contradict
from tieout.trade.keys import order_key, party_names
from tieout.trade.ledger import Ledger, LedgerLine, ledger_of
from tieout.trade.matching import NOWHERE, Match, Placed, match_lines
from tieout.trade.pricing import billed_price, contract_price, order_price

ZERO: Final = Decimal(0)
DOCUMENT: Final = "document"
_BILLED: Final = "what was billed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One part of an invoice line, matched to one order line. Quantities and prices are for the order line's unit.

    `billed` is signed: negative on a credit note. `billed_before` is what other claims, and earlier
    lines of this invoice, have used up. `billed` None: no conversion between the two units. `share` counts the parts of one invoice line.
    `reading` is what it gives back, or that it bills a difference alone; None where it bills goods. What moves money alone has
    `billed` 0. `named` is the quantity that it names, whatever it moves; `net` its money; both signed.
    """

    invoice_line: InvoiceLine
    order: Order
    order_line: OrderLine
    ledger: LedgerLine
    ruling: Ruling
    matched_by: str
    billed: Decimal | None
    part: Fraction
    share: int
    billed_before: Decimal
    billed_minor_before: int
    price: Decimal | None
    price_expected: Decimal | None
    price_source: str
    contract_price: Decimal | None
    contract: Contract | None
    named: Decimal | None
    net: Money
    reading: Reading | None = None

    @property
    def is_money(self) -> bool:
        """Whether it moves money alone."""
        return self.reading is not None and self.reading.is_money

    @property
    def where(self) -> str:
        """The place that findings name: the invoice line's id."""
        return self.invoice_line.id

    @property
    def site(self) -> str:
        """The receiving site, or ""."""
        return self.ledger.site or self.order.site


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that the checks of one invoice look at. `chosen` is the evidence that counts for it and what was left out;
    `books` gives by its number the company that placed an order, "" where it names none."""

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

    def ledger_of(self, number: str) -> Key:
        """The ledger of an order at hand, in the book of the company that placed it."""
        return order_key(number, self.books.get(number, ANY))

    @property
    def today(self) -> date:
        """The day of judgement."""
        return self.dossier.at.date()


def lay_out(dossier: Dossier, invoice: Invoice, policies: PolicySet) -> Sheet:
    """Matches the claim against its evidence. Pure; the order of the evidence does not matter."""
    chosen = choose(dossier)
    documents = chosen.documents
    supplier = supplier_of(
        invoice, [document for document in documents if isinstance(document, Supplier)], book=chosen.book
    )
    orders, books = _orders(invoice, chosen)
    factor = Factors([document for document in documents if isinstance(document, Product)])
    after = frozenset() if dossier.posted else own_credit_notes(dossier, invoice)
    # Until it is posted, what takes an invoice back changes nothing about it: else each would wait for the other.
    allocated = [used for used in dossier.allocated if source_of(used.claim) not in after]
    ledger = ledger_of(tuple(orders.values()), documents, allocated, factor=factor, books=books)
    charges = tuple(line for line in invoice.lines if is_charge_line(line))
    goods = [line for line in invoice.lines if line not in charges] if charges else invoice.lines
    credit = invoice.sign < 0
    named = invoice.order_number
    placed = _placed(dossier) if dossier.posted else NOWHERE
    matches = match_lines(
        goods, tuple(orders.values()), ledger, header_order=named, credit=credit, placed=placed, factor=factor
    )
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
    builder = _Builder(dossier, invoice, policies, facts, ledger, contracts, factor, books)
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
    )


def _placed(dossier: Dossier) -> Placed:
    placed: dict[str, dict[str, Decimal]] = {}
    for line in dossier.posted:
        if line.kind == "goods" and line.order and line.quantity:
            on = placed.setdefault(line.claim_line, {})
            name = f"{line.order}/{line.line}"
            on[name] = on.get(name, ZERO) + line.quantity
    return placed


def supplier_of(invoice: Invoice, suppliers: Sequence[Supplier], *, book: str = ANY) -> Supplier | None:
    """The supplier of record: by an identifier first, by the name alone only if just one bears it and is not another.

    Where several match, those that are extended to the company that is billed (`book`); where several remain, None.
    """
    identities = set(party_names(Party(identifiers=invoice.supplier.identifiers)))
    matching = [
        supplier for supplier in suppliers if identities & set(party_names(Party(identifiers=identifiers_of(supplier))))
    ]
    if not matching:
        stated = invoice.supplier
        namesakes = [supplier for supplier in suppliers if normal_name(supplier.name) == normal_name(stated.name)]
        matching = [supplier for supplier in namesakes if not contradict(stated.identifiers, identifiers_of(supplier))]
    extended = [supplier for supplier in matching if not supplier.entities or book in supplier.entities] if book else []
    matching = extended or matching
    return matching[0] if len({(supplier.number, normal_name(supplier.name)) for supplier in matching}) == 1 else None


def identifiers_of(supplier: Supplier) -> tuple[Identifier, ...]:
    """Every identifier on the record of a supplier, our own number last."""
    return (*supplier.identifiers, Identifier(scheme="ours", value=supplier.number))


def _orders(invoice: Invoice, chosen: Chosen) -> tuple[dict[str, Order], dict[str, str]]:
    """Orders by number, and whose each is; of several of one number the one of this company and with this supplier."""
    orders = [
        (recorded.document, recorded.book) for recorded in chosen.evidence if isinstance(recorded.document, Order)
    ]
    if len({order.number for order, _ in orders}) < len(orders):
        billed = set(party_names(invoice.supplier))
        orders.sort(key=lambda entry: (bool(entry[1]), bool(billed & set(party_names(entry[0].supplier)))))
    return {order.number: order for order, _ in orders}, {order.number: book for order, book in orders}


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
    books: Mapping[str, str]
    rulings: dict[tuple[str, str, str], Ruling] = field(default_factory=dict)

    def lines(self, matches: Sequence[Match]) -> list[SheetLine]:
        built: list[SheetLine] = []
        used: dict[tuple[str, str], tuple[Decimal, int]] = {}
        for match in matches:
            for k, share in enumerate(match.shares):
                key = (share.order.number, share.line.id)
                ledger = self.ledger.lines[key]
                before, minor = used.get(key, (ledger.billed, ledger.billed_minor))
                signed = None if share.quantity is None else share.quantity * self.invoice.sign
                minor_now = match.line.net.minor if share.part == 1 else int(match.line.net.minor * share.part)
                net = Money(minor_now * self.invoice.sign, match.line.net.currency)
                line = self._line(match, k, ledger, before=before, minor=minor, billed=signed, net=net)
                built.append(line)
                used[key] = (before + (line.billed or ZERO), minor + net.minor)
        return built

    def _line(
        self,
        match: Match,
        k: int,
        ledger: LedgerLine,
        *,
        before: Decimal,
        minor: int,
        billed: Decimal | None,
        net: Money,
    ) -> SheetLine:
        share = match.shares[k]
        on = self.invoice.delivered_on or self.invoice.issue_date or self.dossier.at.date()
        agreed = contract_price(self.contracts, share.line, on, currency=self.invoice.currency, factor=self.factor)
        ordered = order_price(share.line, self.factor)
        price, expected = billed_price(match.line, share.line, self.factor), ordered
        source = f"order {share.order.number}" if ordered is not None or not agreed else _named(agreed[1])
        if expected is None:
            expected = agreed and agreed[0]
        asked = Asked(
            line=match.line,
            ledger=order_key(share.order.number, self.books.get(share.order.number, ANY)),
            order_line=ledger,
            ruling=self._ruling(share.order, share.line, ledger),
            billed=billed,
            net=net,
            before=before,
            minor=minor,
            price=price,
            agreed=expected,
        )
        on_line = billed_of(self.dossier, self.invoice, asked)
        reading = reading_of(self.invoice, asked, on_line)
        if self.dossier.posted:
            reading = as_posted(reading, self.dossier.posted, match.line.id, is_credit=asked.is_credit)
        if asked.is_credit and not (reading and reading.assumed):
            to_credit = price_to_credit(on_line, price, self.invoice.currency)
            expected, source = (expected, source) if to_credit is None else (to_credit, _BILLED)
        elif on_line.price is not None and asked.is_credit:
            expected, source = on_line.price, _BILLED
        return SheetLine(
            invoice_line=match.line,
            order=share.order,
            order_line=share.line,
            ledger=ledger,
            ruling=asked.ruling,
            matched_by=match.by,
            billed=ZERO if reading is not None and reading.is_money else billed,
            part=share.part,
            share=k,
            billed_before=before,
            billed_minor_before=minor,
            price=price,
            price_expected=expected,
            price_source=source,
            contract_price=agreed and agreed[0],
            contract=agreed and agreed[1],
            named=billed,
            net=net,
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


def _only_site(invoice: Invoice, orders: Mapping[str, Order]) -> str:
    sites = {order.site for order in orders.values() if order.site} or {invoice.site}
    return sites.pop() if len(sites) == 1 else ""
