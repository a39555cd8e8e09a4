"""After an invoice is booked: what late usage or a late amendment changes about it, and the papers of ours that follow.

Policy says which: a true-up beside the invoice, or a credit note and a new invoice for the line that changed. Each line has
papers of its own, as what is booked for one can no longer be amended for another. Their numbers are made from the invoice's
and the line's, so that the same change proposes the same papers, however often it is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.findings.acceptance import released
from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.packs.subscription_billing.checks.price import differs
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.ledger import source_of
from tieout.packs.subscription_billing.rules import LATE_USAGE
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from tieout.trade.documents.invoice import InvoiceKind

TRUE_UP: Final = "-TU"
CREDIT: Final = "-TC"
TAKEN_BACK: Final = "-CN"
BILLED_AGAIN: Final = "-R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A booked line that should be another amount by now; `found` is the difference as billing's trouble.

    `followed` is the paper that has taken the line up already, and sees to it from then on; "" if there is none.
    """

    known: SheetLine
    found: Finding
    difference: Money
    followed: str


def changes(sheet: Sheet) -> list[Change]:
    """The booked lines that are not what contract and usage give by now, unless somebody accepted just that difference."""
    made = []
    for each in sheet.lines:
        if not each.posted or each.expected is None or _taken_back(sheet, each):
            continue
        known = each
        if _stands(sheet, each, f"{sheet.invoice.number}{TAKEN_BACK}{each.where}"):
            known = replace(each, billed=Money.zero(sheet.invoice.currency))  # we took it back
        found = differs(sheet, known)
        if found is None or released([found], sheet.releases, sheet.dossier.at)[0].stage == "note":
            continue
        difference = each.expected - known.billed
        made.append(Change(known=known, found=found, difference=difference, followed=_followed(sheet, known)))
    return [each for each in made if each.difference]


def _taken_back(sheet: Sheet, known: SheetLine) -> bool:
    """Whether a credit note other than ours gives the line back: then nothing follows from it any more."""
    own = f"{sheet.invoice.number}{TAKEN_BACK}{known.where}"
    return any(
        _same(line, known) and line.basis != "true_up"
        for paper in sheet.followers
        if paper.document.is_credit and paper.document.number != own
        for line in paper.document.lines
    )


def _followed(sheet: Sheet, known: SheetLine) -> str:
    """The paper after this one that stands on the ledger for the line: a true-up, or what bills it again."""
    for paper in sheet.followers:
        adds = [line for line in paper.document.lines if _same(line, known)]
        adds = [line for line in adds if line.basis == "true_up" or not paper.document.is_credit]
        if adds and _stands(sheet, known, paper.document.number):
            return paper.document.number
    return ""


def _stands(sheet: Sheet, known: SheetLine, number: str) -> bool:
    """Whether the paper of this number that follows uses the ledger for the line: it is booked, or about to be."""
    keys = {source_of(paper.key) for paper in sheet.followers if paper.document.number == number}
    return any(source_of(each.claim) in keys and each.line == known.slot for each in sheet.dossier.allocated)


def _same(line: InvoiceLine, known: SheetLine) -> bool:
    return (line.order, line.period_from) == (known.line.order, known.line.period_from)


def notes(sheet: Sheet) -> Iterator[Finding]:
    """What changed after the invoice was final, said as notes that name the paper that follows: it is never lost silently."""
    for change in changes(sheet):
        known = change.known
        words = f"{known.expected} is due, {known.billed} was billed, and {_names(sheet, change)} follows"
        if known.reliance is None:
            numbers = dict(change.found.numbers) | {"follows": _names(sheet, change), "billed": str(known.billed)}
            yield replace(change.found, stage="note", numbers=tuple(sorted(numbers.items())), awaited=(), status="")
            continue
        yield finding(
            code("BIL-USG-LATE"),
            known.where,
            ruling=known.ruling,
            stage="note",
            expected=str(known.expected),
            actual=str(known.billed),
            variance=str(change.difference),
            at_stake=abs(change.difference),
            place=known.reliance.meter,
            account=known.reliance.account,
            date=str(known.reliance.days),
            reason=f"it came after the invoice was final: {words}",
        )


def _names(sheet: Sheet, change: Change) -> str:
    number, where = sheet.invoice.number, change.known.where
    if change.followed not in {"", f"{number}{BILLED_AGAIN}{where}"}:
        return change.followed
    if _adds(sheet, change):
        return f"{number}{TRUE_UP if change.difference.minor > 0 else CREDIT}{where}"
    return f"{number}{TAKEN_BACK}{where} with {number}{BILLED_AGAIN}{where}"


def _adds(sheet: Sheet, change: Change) -> bool:
    """Whether the difference alone is billed. What is only a difference itself cannot be taken back and billed again."""
    return sheet.ruling.value(LATE_USAGE) == "next_invoice" or not change.known.takes_place


def proposals(sheet: Sheet) -> tuple[Invoice, ...]:
    """The papers that follow from what changed; none while no policy says which."""
    if sheet.ruling.value(LATE_USAGE) is None:
        return ()
    return tuple(paper for change in changes(sheet) if not change.followed for paper in _papers(sheet, change))


def _papers(sheet: Sheet, change: Change) -> Iterator[Invoice]:
    if _adds(sheet, change):
        more = change.difference.minor > 0
        kind: InvoiceKind = "billing_invoice" if more else "billing_credit_note"
        yield _paper(sheet, kind, TRUE_UP if more else CREDIT, _added(change))
        return
    yield _paper(sheet, "billing_credit_note", TAKEN_BACK, change.known.line)
    if change.known.expected:
        yield _paper(sheet, "billing_invoice", BILLED_AGAIN, _again(change))


def _added(change: Change) -> InvoiceLine:
    return replace(_plain(change.known.line, abs(change.difference)), basis="true_up", milestone="")


def _again(change: Change) -> InvoiceLine:
    assert change.known.expected is not None, "only a charge that can be said is billed again"
    return _plain(change.known.line, change.known.expected)


def _plain(line: InvoiceLine, net: Money) -> InvoiceLine:
    """The line at another amount, without a quantity that would not explain it."""
    return replace(
        line,
        net=net,
        quantity=Quantity(Decimal(1), "EA"),
        price=net.amount,
        price_per=Decimal(1),
        allowances_charges=(),
    )


def _issued(sheet: Sheet, known_line: str) -> date | None:
    """The day of what follows: when the last usage of the line came, else the invoice's; never the day on which we looked."""
    days = [sheet.invoice.issue_date] if sheet.invoice.issue_date else []
    for known in sheet.lines:
        statement = known.reliance.statement if known.reliance and known.where == known_line else None
        if statement is not None and statement.last_event_at is not None:
            days.append(statement.last_event_at.date())
    return max(days, default=None)


def _paper(sheet: Sheet, kind: InvoiceKind, suffix: str, line: InvoiceLine) -> Invoice:
    invoice, net = sheet.invoice, line.net
    rate = line.tax_percent or Decimal(0)
    tax = net.percent(rate)
    return Invoice(
        kind=kind,
        number=f"{invoice.number}{suffix}{line.id}",
        issue_date=_issued(sheet, line.id),
        currency=invoice.currency,
        supplier=invoice.supplier,
        buyer=invoice.buyer,
        lines=(line,),
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        tax=(TaxSubtotal(category=line.tax_category, percent=rate, taxable=net, tax=tax),),
        order_number=invoice.order_number,
        contract_number=invoice.contract_number,
        preceding=(*invoice.preceding, invoice.number),
        terms=invoice.terms,
        entity=sheet.chosen.own,
        customer_order=invoice.customer_order,
        buyer_reference=invoice.buyer_reference,
        run=invoice.run,
    )
