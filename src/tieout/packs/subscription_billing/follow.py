"""After an invoice is booked: what late usage or a late amendment changes about it, and the documents of ours that follow.

Policy says which: a true-up in addition to the invoice, or a credit note and a new invoice for the changed line. Each line
has documents of its own, as what is booked for one line can no longer be amended for another. Their numbers are made from
the invoice's and the line's, so that the same change proposes the same documents, however often it is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.findings.acceptance import released
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.packs.subscription_billing.amended import billings_until, is_billings, unreviewed_changes
from tieout.packs.subscription_billing.checks.price import differs
from tieout.packs.subscription_billing.codes import code
from tieout.packs.subscription_billing.invoiced import less_accepted
from tieout.packs.subscription_billing.ledger import given_place, rounding
from tieout.packs.subscription_billing.rules import LATE_USAGE
from tieout.packs.subscription_billing.sheet import Sheet, SheetLine
from tieout.trade.books import source_of
from tieout.trade.documents import Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from tieout.trade.documents.invoice import InvoiceKind
from tieout.trade.selling_keys import billed_key, subscription_key

TRUE_UP: Final = "-TU"
CREDIT: Final = "-TC"
TAKEN_BACK: Final = "-CN"
BILLED_AGAIN: Final = "-R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A booked line that should be another amount by now; `finding` is the finding of the difference.

    `followed` is the document that already bills the line and covers it from then on; "" if there is none.
    """

    line: SheetLine
    finding: Finding
    difference: Money
    followed: str


def changes(sheet: Sheet) -> list[Change]:
    """The booked lines that differ from what contract and usage give by now, beyond what somebody has accepted."""
    made = []
    for booked in sheet.lines:
        if not booked.posted or booked.due is None or booked.corrects or _taken_back(sheet, booked):
            continue
        line = replace(booked, expected=booked.due, billed=_billed(sheet, booked))
        price_finding = differs(sheet, line)
        if price_finding is None or released([price_finding], sheet.releases, sheet.dossier.at)[0].stage == "note":
            continue
        difference = _beyond(sheet, booked, booked.due - line.billed)
        if abs(difference.minor) > rounding(booked.others.at(booked.slot)):
            followed = _followed(sheet, line)
            made.append(Change(line=line, finding=price_finding, difference=difference, followed=followed))
    return made


def _billed(sheet: Sheet, line: SheetLine) -> Money:
    """What is billed of a line's place by now: by the line, and by what corrects it."""
    currency = sheet.invoice.currency
    if _stands(sheet, line, f"{sheet.invoice.number}{TAKEN_BACK}{line.where}"):
        return Money.zero(currency)  # we took it back
    others = line.others.at(line.slot)
    corrected = others.minor if others.days <= 0 and line.takes_place else 0
    own = sum(other.billed.minor for other in sheet.lines if other.posted and line.slot in other.corrects)
    return Money(line.billed.minor + corrected + own, currency)


def _beyond(sheet: Sheet, line: SheetLine, difference: Money) -> Money:
    """What of a difference nobody has accepted before the line was booked."""
    mine = [release for release in sheet.releases if release.claim == sheet.dossier.claim.key]
    return less_accepted(difference, mine, line.where)


def _taken_back(sheet: Sheet, sheet_line: SheetLine) -> bool:
    """Whether a credit note other than ours gives the line's days back, or is to: then nothing follows from it any more."""
    own = f"{sheet.invoice.number}{TAKEN_BACK}{sheet_line.where}"
    return any(
        _same(line, sheet_line) and line.basis != "true_up"
        for follower in sheet.followers
        if follower.document.is_credit
        and follower.document.number != own
        and not _money_alone(sheet, sheet_line, follower)
        for line in follower.document.lines
    )


def _money_alone(sheet: Sheet, line: SheetLine, follower: RecordedDocument[Invoice]) -> bool:
    """Whether a credit note has given back money of the line and none of its days."""
    return any(
        source_of(used.claim) == source_of(follower.key) and used.line == given_place(line.slot)
        for used in sheet.dossier.allocated
    )


def _followed(sheet: Sheet, sheet_line: SheetLine) -> str:
    """The later document that uses the ledger for the line: a true-up, or an invoice that bills it again."""
    for follower in sheet.followers:
        adds = [line for line in follower.document.lines if _same(line, sheet_line)]
        adds = [line for line in adds if line.basis == "true_up" or not follower.document.is_credit]
        if adds and _stands(sheet, sheet_line, follower.document.number):
            return follower.document.number
    return ""


def _stands(sheet: Sheet, line: SheetLine, number: str) -> bool:
    """Whether the follower of this number uses the ledger for the line: it is booked, or about to be."""
    keys = {source_of(follower.key) for follower in sheet.followers if follower.document.number == number}
    return any(
        source_of(allocation.claim) in keys and allocation.line == line.slot for allocation in sheet.dossier.allocated
    )


def _same(line: InvoiceLine, sheet_line: SheetLine) -> bool:
    return (line.order, line.period_from) == (sheet_line.line.order, sheet_line.line.period_from)


def notes(sheet: Sheet) -> Iterator[Finding]:
    """What changed after the invoice was final, as notes that name the document that follows: no change is lost silently."""
    for change in changes(sheet):
        line = change.line
        words = Sentence(
            "{expected} is due, {billed} was billed, and {names} follows",
            expected=line.expected,
            billed=line.billed,
            names=_names(sheet, change),
        )
        if line.reliance is None:
            numbers = dict(change.finding.numbers) | {"follows": _names(sheet, change), "billed": str(line.billed)}
            yield replace(change.finding, stage="note", numbers=tuple(sorted(numbers.items())), awaited=(), status="")
            continue
        yield finding(
            code("BIL-USG-LATE"),
            line.where,
            ruling=line.ruling,
            stage="note",
            expected=str(line.expected),
            actual=str(line.billed),
            variance=str(change.difference),
            at_stake=abs(change.difference),
            place=line.reliance.meter,
            account=line.reliance.account,
            date=line.reliance.days.words,
            reason=Sentence("it came after the invoice was final: {words}", words=words),
        )


def _names(sheet: Sheet, change: Change) -> str:
    number, where = sheet.invoice.number, change.line.where
    if not change.followed and is_billings(sheet, change.line):
        unreviewed = unreviewed_changes(sheet, change.line)
        if unreviewed:
            return Sentence(
                "a line of billing's next invoice, or a document of ours once revenue accounting has reviewed {amendments}",
                amendments=", ".join(unreviewed),
            )
        return Sentence("a line of billing's next invoice, or a document of ours")
    if change.followed not in {"", f"{number}{BILLED_AGAIN}{where}"}:
        return change.followed
    if _adds(sheet, change):
        return f"{number}{TRUE_UP if change.difference.minor > 0 else CREDIT}{where}"
    return Sentence(
        "{credit} with {invoice}", credit=f"{number}{TAKEN_BACK}{where}", invoice=f"{number}{BILLED_AGAIN}{where}"
    )


def _adds(sheet: Sheet, change: Change) -> bool:
    """Whether the difference alone is billed. A true-up cannot be taken back and billed again."""
    return sheet.ruling.value(LATE_USAGE) == "next_invoice" or not change.line.takes_place


def proposals(sheet: Sheet) -> tuple[Invoice, ...]:
    """The documents that follow from what changed; none while no policy says which, or while billing may still bill it."""
    if sheet.ruling.value(LATE_USAGE) is None:
        return ()
    return tuple(
        invoice
        for change in changes(sheet)
        if not change.followed and not is_billings(sheet, change.line)
        for invoice in _following(sheet, change)
    )


def watching(sheet: Sheet) -> Iterator[Awaited]:
    """When the time that billing has for a change of contract is over: what it has not billed by then, a document of ours does."""
    for change in changes(sheet):
        until = billings_until(sheet, change.line)
        if until is not None and until > sheet.dossier.at and not change.followed:
            number = change.line.line.order.document or sheet.invoice.order_number
            yield Awaited(key=billed_key(subscription_key(number)), until=until)


def _following(sheet: Sheet, change: Change) -> Iterator[Invoice]:
    if _adds(sheet, change):
        more = change.difference.minor > 0
        kind: InvoiceKind = "billing_invoice" if more else "billing_credit_note"
        yield _invoice(sheet, kind, TRUE_UP if more else CREDIT, _added(change))
        return
    yield _invoice(sheet, "billing_credit_note", TAKEN_BACK, change.line.line)
    if change.line.billed + change.difference:
        yield _invoice(sheet, "billing_invoice", BILLED_AGAIN, _again(change))


def _added(change: Change) -> InvoiceLine:
    return replace(_plain(change.line.line, abs(change.difference)), basis="true_up", milestone="")


def _again(change: Change) -> InvoiceLine:
    return _plain(change.line.line, change.line.billed + change.difference)


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


def _issued(sheet: Sheet, line_id: str) -> date | None:
    """The day of what follows: when the last usage of the line came, else the invoice's; never the day of the tie-out."""
    days = [sheet.invoice.issue_date] if sheet.invoice.issue_date else []
    for line in sheet.lines:
        statement = line.reliance.statement if line.reliance and line.where == line_id else None
        if statement is not None and statement.last_event_at is not None:
            days.append(statement.last_event_at.date())
    return max(days, default=None)


def _invoice(sheet: Sheet, kind: InvoiceKind, suffix: str, line: InvoiceLine) -> Invoice:
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
