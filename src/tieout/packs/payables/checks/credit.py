"""Credits and later price differences: what they give back, and whether so much is billed of the invoices that they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.tie_out.dossier import Allocated, Likeness
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.key import Key
from tieout.core.values.money import Money, extend, total
from tieout.core.values.party import normal_reference
from tieout.packs.payables.codes import code
from tieout.packs.payables.reading import named_invoices, notes_beside, on_line, own_credit_notes
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.packs.payables.sheet_lines import SheetLine
from tieout.trade.books import source_of
from tieout.trade.keys import credited_keys, order_key

ZERO = Decimal(0)
# Money is rounded once for each line; one unit of its smallest coin is no difference.
_CENT = 1


def differences(sheet: Sheet) -> Iterator[Finding]:
    """AP-AMT-TOTAL for a difference that is billed later: no more than the goods that are billed and accepted are worth."""
    for line in sheet.lines:
        if not line.is_money or line.money.minor <= 0:
            continue
        currency = sheet.invoice.currency
        usable = line.available
        goods = line.billed_before if usable is None else min(line.billed_before, usable)
        worth = extend(line.price_expected or ZERO, max(ZERO, goods), per=Decimal(1), currency=currency)
        # What was given is not billed again; what takes this difference back does.
        before = Money(line.billed_minor_before - line.ledger.given_minor + _taken_back(sheet, line), currency)
        actual = before + line.money
        if actual.minor - worth.minor > _CENT:
            yield finding(
                code("AP-AMT-TOTAL"),
                line.where,
                ruling=line.ruling,
                expected=str(worth),
                actual=str(actual),
                variance=str(actual - worth),
                limit="0",
                at_stake=actual - worth,
                awaited=[Awaited(key=order_key(line.order.number))],
                order=line.order.number,
                order_line=line.order_line.id,
                billed_before=str(before),
                billed=str(line.money),
            )


def _taken_back(sheet: Sheet, line: SheetLine) -> int:
    """The money (0 or less) that credit notes for this invoice give back on the order line, in minor units."""
    own, ledger = own_credit_notes(sheet.dossier, sheet.invoice), sheet.ledger_of(line.order.number)
    return sum(
        min(0, used.amount.minor)
        for used in on_line(sheet.dossier.allocated, ledger, line.order_line.id)
        if source_of(used.claim) in own and not used.quantity and used.amount.currency == sheet.invoice.currency
    )


def founded(sheet: Sheet) -> Iterator[Finding]:
    """AP-CRM-INC: a credit note names an invoice that is not posted, or credits more money than is left of what it names."""
    if sheet.dossier.posted:
        return
    short = list(_beyond_the_lines(sheet))
    yield from short
    quantities = any(map(_too_many, sheet.lines))
    if sheet.invoice.is_credit and sheet.invoice.preceding and not short and not quantities:
        yield from _beyond_the_invoices(sheet)


def _beyond_the_lines(sheet: Sheet) -> Iterator[Finding]:
    """A line gives back more money than is billed on the order line."""
    for line in sheet.lines:
        same = not line.order.currency or line.order.currency == sheet.invoice.currency
        too_much = -(line.billed_minor_before + line.money.minor)
        if line.money.minor < 0 and same and too_much > _CENT and not _too_many(line):
            before = Money(max(0, line.billed_minor_before), sheet.invoice.currency)
            yield _incomplete(sheet, line.where, before, abs(line.money), [order_key(line.order.number)])


def _too_many(line: SheetLine) -> bool:
    """Whether it names more goods than are billed: reported by quantity."""
    return line.named is not None and line.named < 0 and line.billed_before + line.named < 0


def _beyond_the_invoices(sheet: Sheet) -> Iterator[Finding]:
    named = named_invoices(sheet.dossier, sheet.invoice)
    posted = {normal_reference(claim.number) for claim in named}
    credited, keys = abs(_credited(sheet)), list(credited_keys(sheet.invoice))
    zero = Money.zero(sheet.invoice.currency)
    if {normal_reference(number) for number in sheet.invoice.preceding} - posted:
        yield _incomplete(sheet, DOCUMENT, zero, credited, keys)
        return
    beside = notes_beside(sheet.dossier, sheet.invoice)
    left = _left(sheet, named, beside)
    if left is None:
        return
    if credited.minor - left.minor > max(_CENT, len(sheet.invoice.lines)):
        yield _incomplete(sheet, DOCUMENT, max(left, zero), credited, keys)


def _credited(sheet: Sheet) -> Money:
    """What the credit note takes back of order lines, else what it comes to in all."""
    if sheet.lines:
        return total((line.money for line in sheet.lines), sheet.invoice.currency)
    return sheet.invoice.totals.payable or Money.zero(sheet.invoice.currency)


def _left(sheet: Sheet, named: Sequence[Likeness], beside: Sequence[Likeness]) -> Money | None:
    """What is left of the invoices that are named: of the order lines that are credited, else of their amounts to pay.

    None where the figures are not known.
    """
    currency = sheet.invoice.currency
    if sheet.lines:
        keys = {source_of(claim.key) for claim in (*named, *beside)}
        places = {(sheet.ledger_of(line.order.number), line.order_line.id) for line in sheet.lines}
        mine = [used for used in sheet.dossier.allocated if source_of(used.claim) in keys and _is_on(used, places)]
        return total((used.amount for used in mine if used.amount.currency == currency), currency)
    amounts = [(claim.payable, 1) for claim in named] + [(claim.payable, -1) for claim in beside]
    if any(amount is None or amount.currency != currency for amount, _ in amounts):
        return None
    return Money(sum(amount.minor * sign for amount, sign in amounts if amount is not None), currency)


def _is_on(used: Allocated, places: set[tuple[Key, str]]) -> bool:
    return any(used.line == line and same_ledger(used.ledger, ledger) for ledger, line in places)


def _incomplete(sheet: Sheet, where: str, before: Money, credited: Money, keys: Sequence[Key]) -> Finding:
    return finding(
        code("AP-CRM-INC"),
        where,
        ruling=sheet.ruling,
        expected=str(before),
        actual=str(credited),
        variance=str(credited - before),
        at_stake=credited - before,
        awaited=[Awaited(key=key) for key in keys],
        other=", ".join(sheet.invoice.preceding),
    )
