"""The order that the invoice names, and the lines that should be on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.values.party import normal_name
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence, as_sentence
from tieout.packs.payables.codes import code
from tieout.packs.payables.proposals import Proposal
from tieout.packs.payables.rules import ORDER_REQUIRED
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.packs.payables.sheet_lines import SheetLine
from tieout.trade.documents import Order, OrderLine
from tieout.trade.identifiers import at_home, contradict, shown
from tieout.trade.keys import order_key
from tieout.trade.order_names import BUYER_REFERENCE
from tieout.trade.party_names import identifier_names
from tieout.trade.pricing import contradicts_itself
from tieout.trade.suppliers import identifiers_of

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def missing(sheet: Sheet) -> Iterator[Finding]:
    """AP-PO-MISSING: policy wants an order and the invoice names none; with the orders that other fields of it may mean."""
    if order_required(sheet) and not sheet.invoice.order_numbers():
        yield finding(
            code("AP-PO-MISSING"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected="an order number",
            actual="none",
            at_stake=sheet.invoice.totals.payable,
            supplier=sheet.invoice.supplier.name,
            also=_proposed(sheet),
        )


def invalid(sheet: Sheet) -> Iterator[Finding]:
    """AP-PO-INVALID: the order is unknown, not open, another entity's or supplier's, or contradicts itself on a billed line.

    A closed order may still be credited: that is how returns come back.
    """
    stated = sheet.invoice.order_numbers()
    for number in stated:
        order = sheet.orders.get(number)
        if order is None:
            proposed = _proposed(sheet)
            yield _invalid(
                sheet, number, _unknown(sheet, number), awaited=[Awaited(key=order_key(number))], also=proposed
            )
        elif order.status != "open" and not (order.status == "closed" and sheet.invoice.sign < 0):
            yield _invalid(sheet, number, _STATUS[order.status], awaited=[Awaited(key=order_key(number))])
        elif not _same_entity(sheet, order):
            yield _invalid(sheet, number, Sentence("was placed by entity {entity}", entity=order.entity))
        elif not same_supplier(sheet, order):
            yield _invalid(sheet, number, _placed_with(sheet, order))
    for line in sheet.lines:
        if line.share == 0 and not line.is_comparable and contradicts_itself(line.order_line):
            yield _contradiction(line)
    if not stated and not order_required(sheet) and (named := offered(sheet)):
        reason, numbers = _elsewhere(named[0]), ", ".join(one.order.number for one in named)
        yield _invalid(sheet, numbers, reason, expected="the order's number in the field for it")


def _unknown(sheet: Sheet, number: str) -> str:
    """Why there is no order of a number: none at all, or only those of other companies."""
    several = sheet.chosen.undecided(order_key(number))
    if several:
        return Sentence(
            "is there in several systems ({several}), and nothing says which of them is billed", several=several
        )
    others = sheet.chosen.elsewhere(order_key(number))
    if not others:
        return "is not known"
    return (
        Sentence("is not known in {book}: it is there in {others}", book=sheet.chosen.book, others=others)
        if sheet.chosen.book
        else Sentence("is there in {others}", others=others)
    )


_STATUS = {"unreleased": "is not released", "closed": "is closed", "cancelled": "was cancelled"}


def _invalid(
    sheet: Sheet,
    number: str,
    reason: str,
    *,
    awaited: list[Awaited] | None = None,
    expected: str = "an open order with this supplier",
    also: Mapping[str, str] = NOTHING,
) -> Finding:
    return finding(
        code("AP-PO-INVALID"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=expected,
        actual=Sentence("order {number} {reason}", number=number, reason=as_sentence(reason)),
        at_stake=sheet.invoice.totals.payable,
        awaited=awaited or [],
        order=number,
        reason=reason,
        also=also,
    )


def order_required(sheet: Sheet) -> bool:
    """Whether policy, or the supplier's record before it, wants an order."""
    if sheet.supplier is not None and sheet.supplier.order_required is not None:
        return sheet.supplier.order_required
    return bool(sheet.ruling.value(ORDER_REQUIRED))


def offered(sheet: Sheet) -> tuple[Proposal, ...]:
    """The orders that the invoice may mean: open ones of this company with this supplier."""
    return tuple(
        one
        for one in sheet.proposals
        if one.order.status == "open" and _same_entity(sheet, one.order) and same_supplier(sheet, one.order)
    )


def _proposed(sheet: Sheet) -> dict[str, str]:
    """The orders that the invoice may mean, with how and where it writes their numbers; empty for none."""
    named = offered(sheet)
    return {"proposed": ", ".join(map(str, named))} if named else {}


def _elsewhere(proposal: Proposal) -> Sentence:
    if proposal.field == BUYER_REFERENCE:
        return Sentence('is named only in the buyer reference, as "{text}"', text=proposal.text)
    return Sentence('is named only in a note, as "{text}"', text=proposal.text)


def _price(line: OrderLine) -> str:
    return "no price" if line.price is None else plain(line.price)


def _contradiction(line: SheetLine) -> Finding:
    order_line = line.order_line
    reason = Sentence(
        "contradicts itself on line {line}: {quantity} at {price} is not {net}",
        line=order_line.id,
        quantity=order_line.quantity,
        price=_price(order_line),
        net=order_line.net,
    )
    return finding(
        code("AP-PO-INVALID"),
        line.where,
        ruling=line.ruling,
        expected="an order line whose price × quantity is its total",
        actual=Sentence("order {order} {reason}", order=line.order.number, reason=as_sentence(reason)),
        at_stake=line.invoice_line.net,
        awaited=[Awaited(key=order_key(line.order.number))],
        order=line.order.number,
        reason=reason,
    )


def _same_entity(sheet: Sheet, order: Order) -> bool:
    billed = sheet.dossier.entity or sheet.invoice.entity
    return not order.entity or not billed or order.entity == billed


def same_supplier(sheet: Sheet, order: Order) -> bool:
    """Whether order and invoice name the same supplier, by any common identifier, through the master, or by name.

    A name counts only where no identifier speaks against it: two companies may bear one name.
    """
    ours, theirs, of_record = order.supplier, sheet.invoice.supplier, sheet.supplier
    if not ours.name and not ours.identifiers:
        return True
    stated = at_home(theirs.identifiers, theirs.country)
    billed = (*stated, *(identifiers_of(of_record) if of_record else ()))
    placed = at_home(ours.identifiers, ours.country)
    if identifier_names(placed) & identifier_names(billed):
        return True
    if contradict(placed, billed):
        return False
    names = {normal_name(name) for name in (theirs.name, of_record.name if of_record else "") if name}
    return bool(ours.name) and normal_name(ours.name) in names


def _placed_with(sheet: Sheet, order: Order) -> str:
    """Whom the order was placed with; where the names alone do not tell the two apart, with both sides' numbers."""
    ours, theirs = order.supplier, sheet.invoice.supplier
    reason = Sentence("was placed with {supplier}", supplier=ours.name or Sentence("another supplier"))
    if not contradict(at_home(ours.identifiers, ours.country), at_home(theirs.identifiers, theirs.country)):
        return reason
    return Sentence(
        "{reason} ({identifiers}), and billed by {theirs} ({others})",
        reason=reason,
        identifiers=shown(ours.identifiers),
        theirs=theirs.name or Sentence("another"),
        others=shown(theirs.identifiers),
    )


def extra_lines(sheet: Sheet) -> Iterator[Finding]:
    """AP-LINE-XTRA: a line of an order invoice that fits no order line, or several equally well."""
    if not sheet.orders:
        return
    if not sheet.invoice.lines:
        yield _lineless(sheet)
    for match in sheet.matches:
        if not match.shares:
            yield finding(
                code("AP-LINE-XTRA"),
                match.line.id,
                ruling=sheet.ruling,
                # A line without cost and without order (a sample, a remark) is noted and holds nothing.
                stage=None if match.line.net else "note",
                expected="one order line",
                actual=match.problem,
                at_stake=match.line.net,
                awaited=[Awaited(key=order_key(number)) for number in sorted(sheet.orders)],
                description=match.line.description or "(no description)",
                reason=match.problem,
                order=", ".join(sorted(sheet.orders)),
                also=_open_lines(sheet),
            )


LINES_MAX: Final = 20


def _open_lines(sheet: Sheet) -> dict[str, str]:
    """The order lines that are not billed in full, which a person may assign; empty for none."""
    named = [
        f"{number}/{line.id}"
        for number in sorted(sheet.orders)
        for line in sheet.orders[number].lines
        if sheet.ledger.lines[number, line.id].billed < sheet.ledger.lines[number, line.id].ordered
    ]
    return {"proposed": ", ".join(named[:LINES_MAX])} if named else {}


def _lineless(sheet: Sheet) -> Finding:
    """An invoice of totals only: nothing on it can be matched against the order, so a person must."""
    return finding(
        code("AP-LINE-XTRA"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected="lines that stand on the order",
        actual="no lines",
        at_stake=sheet.invoice.totals.payable,
        description="(the whole invoice)",
        reason="the invoice has no lines, only totals",
        order=", ".join(sorted(sheet.orders)),
    )


def currency(sheet: Sheet) -> Iterator[Finding]:
    """AP-CUR: billed in another currency than ordered."""
    for order in sheet.orders.values():
        if order.currency and order.currency != sheet.invoice.currency:
            yield finding(
                code("AP-CUR"),
                DOCUMENT,
                ruling=sheet.ruling,
                expected=order.currency,
                actual=sheet.invoice.currency,
                at_stake=sheet.invoice.totals.payable,
                awaited=[Awaited(key=order_key(order.number))],
                order=order.number,
            )
