"""The match sheet: a customer's invoice, or a sales order, matched against its evidence; computed once, read by every check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.tie_out.dossier import Allocated, Dossier
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.party import Party, normal_id
from tieout.packs.order_to_cash.counting import Counted, Counting, counted
from tieout.packs.order_to_cash.ledger import ZERO, Billable, BillableLine, billable_of
from tieout.packs.order_to_cash.prices import Agreed, agreed_price
from tieout.packs.order_to_cash.reading import named_invoices, on_line, own_credit_notes
from tieout.packs.order_to_cash.rules import NAME, PROOF_REQUIRED
from tieout.trade.books import Chosen, choose, source_of
from tieout.trade.charges import is_charge_line
from tieout.trade.conversions import Factors
from tieout.trade.credit_reasons import Reading
from tieout.trade.documents import Customer, Invoice, InvoiceLine, Order, OrderLine, Product
from tieout.trade.facts import with_partner
from tieout.trade.gives_back import Asked, as_posted, counted_on, price_as_billed, reading_of
from tieout.trade.ledger import Ledger, LedgerLine
from tieout.trade.matching import NOWHERE, Match, Placed, match_lines
from tieout.trade.posting_lines import CRUMB
from tieout.trade.pricing import billed_price, is_gratis
from tieout.trade.rules import UNIT_PRICE
from tieout.trade.selling_keys import sales_order_key

DOCUMENT: Final = "document"
D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The evidence of a claim by kind: what both match sheets share. `customer` None: it has no master record.

    `allocated` is what other claims use up, what is given back once it is posted; for an invoice that is not out, without the credit
    notes that take it back.
    """

    chosen: Chosen
    documents: tuple[Document, ...]
    orders: Mapping[str, Order]
    ledger: Billable
    customer: Customer | None
    releases: tuple[Release, ...]
    factor: Factors
    allocated: tuple[Allocated, ...]

    def ledger_name(self, number: str) -> Key:
        """The ledger of a sales order, in the book of the company that received it, as its system's."""
        order = self.orders.get(number)
        book = self.chosen.own if order is None else self.chosen.book_of(order)
        return self.chosen.ledger(sales_order_key(number, book))

    def of(self, sort: type[D]) -> tuple[D, ...]:
        """All documents of one kind, in the order of their source keys."""
        return tuple(document for document in self.documents if isinstance(document, sort))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One line of a sales order with its ledger, what may be billed of it by now, and the price that holds."""

    order: Order
    line: OrderLine
    ledger: BillableLine
    counted: Counted
    ruling: Ruling
    agreed: Agreed

    @property
    def site(self) -> str:
        """The warehouse that ships it."""
        return self.ledger.site or self.line.site or self.order.site


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One part of an invoice line matched against one order line. Quantities and prices are for the order line's unit.

    `billed` is signed (negative on a credit note), None without a conversion. `billed_before` is what other claims and
    earlier lines of this invoice bill, less credits; where all of `billed` is `posted`, what claims recorded later bill is left out:
    what is missing then is missing once, from the last of them. `price` is the net price as billed, allowances taken off. `posted` is
    how much of it is out already. `reading` is what it gives back, or that it bills a difference alone; None where it bills
    goods: a value-only line has `billed` 0. `named` is the quantity that it names, `net` its money, both signed;
    `minor_before` what is billed on the line before it. `free` is what costs nothing and goes beyond the order: it is not in `billed`.
    """

    invoice_line: InvoiceLine
    row: OrderRow
    matched_by: str
    billed: Decimal | None
    part: Fraction
    share: int
    billed_before: Decimal
    price: Decimal | None
    named: Decimal | None
    net: Money
    minor_before: int = 0
    posted: Decimal = ZERO
    free: Decimal = ZERO
    reading: Reading | None = None

    @property
    def is_money(self) -> bool:
        """Whether it is by value only."""
        return self.reading is not None and self.reading.is_money

    @property
    def where(self) -> str:
        """The place that findings name: the invoice line's id."""
        return self.invoice_line.id

    @property
    def counted_anew(self) -> Decimal | None:
        """The quantity of a line that is out in another unit than ordered, by the conversion that holds now; None where it is the same."""
        unit = self.invoice_line.quantity.unit if self.invoice_line.quantity else ""
        if self.part != 1 or not self.posted or self.is_money or self.billed is None or unit == self.row.ledger.unit:
            return None
        quantity = self.billed + self.free
        return None if abs(quantity - self.posted) < CRUMB else quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that the checks of one invoice or credit note read. `rows` are all lines of its orders."""

    dossier: Dossier
    invoice: Invoice
    books: Books
    rows: tuple[OrderRow, ...]
    matches: tuple[Match, ...]
    lines: tuple[SheetLine, ...]
    charge_lines: tuple[InvoiceLine, ...]
    ruling: Ruling

    @property
    def released(self) -> bool:
        """Whether (a part of) the invoice is released already: from then on only another document can correct it."""
        return bool(self.dossier.posted)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSheet:
    """Everything that the checks of one sales order read."""

    dossier: Dossier
    order: Order
    books: Books
    rows: tuple[OrderRow, ...]
    ruling: Ruling

    @property
    def number_is_shared(self) -> bool:
        """Whether another source system of the company has an order of the same number."""
        return sales_order_key(self.order.number).bare in self.books.chosen.systems


def lay_out(dossier: Dossier, invoice: Invoice, policies: PolicySet) -> Sheet:
    """Match an invoice against its evidence. Pure; the order of the evidence does not matter.

    A credit note's line without a quantity credits money and no goods: it is matched to no order line.
    """
    books = _books(dossier, invoice.buyer, ())
    ruling = _ruling(dossier, policies, books, entity=invoice.entity)
    rows = tuple(_rows(dossier, policies, books))
    charges = tuple(line for line in invoice.lines if is_charge_line(line))
    matches = match_lines(
        [line for line in invoice.lines if line not in charges and not (invoice.is_credit and line.quantity is None)],
        tuple(books.orders.values()),
        _plain(rows),
        header_order=invoice.order_number,
        credit=invoice.is_credit,
        placed=_placed(dossier) if dossier.posted else NOWHERE,
        factor=books.factor,
    )
    return Sheet(
        dossier=dossier,
        invoice=invoice,
        books=books,
        rows=rows,
        matches=matches,
        lines=_lines(dossier, invoice, matches, rows, books),
        charge_lines=charges,
        ruling=ruling,
    )


def lay_out_order(dossier: Dossier, order: Order, policies: PolicySet) -> OrderSheet:
    """Match a sales order against what was shipped and billed of it."""
    books = _books(dossier, order.buyer, (order,))
    ruling = _ruling(dossier, policies, books, entity=order.entity, site=order.site, category="")
    rows = tuple(_rows(dossier, policies, books))
    return OrderSheet(dossier=dossier, order=order, books=books, rows=rows, ruling=ruling)


def _books(dossier: Dossier, buyer: Party, own: tuple[Order, ...]) -> Books:
    chosen = choose(dossier)
    documents = chosen.documents
    sales_orders = [
        document for document in documents if isinstance(document, Order) and document.kind == "sales_order"
    ]
    sales_orders.sort(key=lambda order: bool(chosen.book_of(order)))
    orders = {order.number: order for order in (*sales_orders, *own)}
    ledgers = {
        order.number: chosen.ledger(sales_order_key(order.number, chosen.book_of(order))) for order in orders.values()
    }
    factor = Factors([document for document in documents if isinstance(document, Product)])
    after = frozenset() if dossier.posted else own_credit_notes(chosen, dossier.claim.document)
    # Until it is out, what takes an invoice back changes nothing about it: else each would wait for the other.
    allocated = tuple(
        used for used in counted_on(dossier.allocated, dossier.claim.document) if source_of(used.claim) not in after
    )
    ledger = billable_of(tuple(orders.values()), documents, allocated, factor=factor, ledgers=ledgers)
    numbers = {normal_id(who.identifier("ours")) for who in (buyer, *(order.buyer for order in orders.values()))}
    customers = [
        document for document in documents if isinstance(document, Customer) and normal_id(document.number) in numbers
    ]
    return Books(
        chosen=chosen,
        documents=documents,
        orders=orders,
        ledger=ledger,
        customer=customers[0] if len(customers) == 1 else None,
        releases=tuple(document for document in documents if isinstance(document, Release)),
        factor=factor,
        allocated=allocated,
    )


def _ruling(
    dossier: Dossier, policies: PolicySet, books: Books, *, entity: str = "", site: str = "", category: str = ""
) -> Ruling:
    customer = books.customer
    facts = with_partner(
        Facts(tenant=dossier.tenant, entity=dossier.entity or entity, site=site, process=NAME),
        category=category or (customer.category if customer else ""),
        customer=customer.number if customer else "",
    )
    return policies.ruling(facts, dossier.at.date())


def _rows(dossier: Dossier, policies: PolicySet, books: Books) -> Iterable[OrderRow]:
    for order in books.orders.values():
        for line in order.lines:
            ledger = books.ledger.lines[order.number, line.id]
            site = ledger.site or line.site or order.site
            ruling = _ruling(dossier, policies, books, entity=order.entity, site=site, category=line.category)
            yield OrderRow(
                order=order,
                line=line,
                ledger=ledger,
                counted=counted(ledger, counting_of(order, books, ruling, dossier)),
                ruling=ruling,
                agreed=agreed_price(order, line, books.documents, books.factor),
            )


def counting_of(order: Order, books: Books, ruling: Ruling, dossier: Dossier) -> Counting:
    """The terms of counting for an order: its own, then the customer's, then policy's."""
    required = order.proof_required
    if required is None:
        required = bool(books.customer and books.customer.proof_required) or bool(ruling.value(PROOF_REQUIRED))
    return Counting(rules=ruling.rules, proof_required=required, at=dossier.at)


def _plain(rows: Sequence[OrderRow]) -> Ledger:
    """The ledger in the form that line matching takes: what may be billed counts as accepted."""
    lines = {
        (row.order.number, row.line.id): LedgerLine(
            order=row.order.number,
            line=row.line.id,
            unit=row.ledger.unit,
            ordered=row.ledger.ordered,
            accepted=row.counted.usable,
            billed=row.ledger.net_billed,
        )
        for row in rows
    }
    return Ledger(lines=lines)


def _placed(dossier: Dossier) -> Placed:
    placed: dict[str, dict[str, Decimal]] = {}
    for line in dossier.posted:
        if line.kind == "goods" and line.order and line.line and line.quantity:
            on = placed.setdefault(line.claim_line, {})
            name = f"{line.order}/{line.line}"
            on[name] = on.get(name, ZERO) + line.quantity
    return placed


def _lines(
    dossier: Dossier, invoice: Invoice, matches: Sequence[Match], rows: Sequence[OrderRow], books: Books
) -> tuple[SheetLine, ...]:
    """The lines in the order of the invoice. What is free comes after what is paid for: it never takes its place."""
    by_line = {(row.order.number, row.line.id): row for row in rows}
    used: dict[tuple[str, str], tuple[Decimal, int]] = {}
    posted, named = _placed(dossier), named_invoices(books.chosen, invoice)
    built: dict[tuple[int, int], SheetLine] = {}
    numbered = [(n, k, match) for n, match in enumerate(matches) for k in range(len(match.shares))]
    for n, k, match in sorted(numbered, key=lambda entry: is_gratis(entry[2].line)):
        share = match.shares[k]
        key = (share.order.number, share.line.id)
        row, (own, own_minor) = by_line[key], used.get(key, (ZERO, 0))
        quantity = None if share.quantity is None else share.quantity * invoice.sign
        out = posted.get(match.line.id, {}).get("/".join(key), ZERO) * invoice.sign
        whole = bool(out) and quantity is not None and abs(quantity - out) < CRUMB
        before = row.ledger.net_billed + own - (row.ledger.billed_later if whole else ZERO)
        asked = Asked(
            line=match.line,
            ledger=books.ledger_name(share.order.number),
            place=share.line.id,
            tolerance=row.ruling.value(UNIT_PRICE),
            billed=quantity,
            net=Money(int(match.line.net.minor * share.part) * invoice.sign, match.line.net.currency),
            before=before,
            minor=row.ledger.billed_minor + own_minor - (row.ledger.later_minor if whole else 0),
            given_minor=row.ledger.given_minor,
            price=billed_price(match.line, share.line, books.factor),
            agreed=row.agreed.net,
            usable=row.counted.usable,
            returned=min(row.counted.returned - row.ledger.credited, before - row.counted.usable),
        )
        entries = on_line(dossier, asked.ledger, asked.place)
        reading = reading_of(invoice, asked, asked.others(price_as_billed(entries, named, invoice.currency)))
        if dossier.posted:
            reading = as_posted(reading, dossier.posted, match.line.id, is_credit=asked.is_credit)
        free = _free(invoice, asked, row.ledger)
        billed = ZERO if reading is not None and reading.is_money else quantity and quantity - free
        used[key] = own + (billed or ZERO), own_minor + asked.net.minor
        built[n, k] = SheetLine(
            invoice_line=match.line,
            row=row,
            matched_by=match.by,
            billed=billed,
            part=share.part,
            share=k,
            billed_before=asked.before,
            price=asked.price,
            named=quantity,
            net=asked.net,
            minor_before=asked.minor,
            free=free,
            reading=reading,
            posted=out,
        )
    return tuple(built[place] for place in sorted(built))


def _free(invoice: Invoice, asked: Asked, ledger: BillableLine) -> Decimal:
    """What of a line costs nothing and goes beyond the order; a credit makes no paid goods of free ones."""
    if asked.billed is None or invoice.is_credit or not is_gratis(asked.line):
        return ZERO
    return max(ZERO, min(asked.before + ledger.credited + asked.billed - ledger.ordered, asked.billed))
