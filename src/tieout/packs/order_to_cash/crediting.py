"""Credit notes that we propose: for what was billed at too high a price, and for disputes that were settled by an amount.

The documents alone determine its content, its number and its date: proposed again, it is the same document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.tie_out.key import same_ledger
from tieout.core.values.money import Money, split
from tieout.packs.order_to_cash.checks.audit import Misbilled, misbilled
from tieout.packs.order_to_cash.sheet import Sheet
from tieout.trade.books import source_of
from tieout.trade.disputes import disputes_of
from tieout.trade.documents import Dispute, Invoice, InvoiceLine, LineReference, PriceList, PriceOverride, Rebate
from tieout.trade.own_totals import totals_of
from tieout.trade.selling_keys import issued_key


def proposed(sheet: Sheet, findings: Sequence[Finding]) -> tuple[Document, ...]:
    """The credit notes that a released invoice calls for; none for a price error that somebody has accepted."""
    if sheet.invoice.is_credit or not sheet.released:
        return ()
    asked = {finding.where for finding in findings if finding.code == "AR-PRC-POST" and finding.stage == "hold"}
    wrong = [
        price_error for price_error in misbilled(sheet) if price_error.line.id in asked and price_error.open.minor > 0
    ]
    made = (*_of_prices(sheet, wrong), *_of_disputes(sheet))
    return (*made, *_emptied(sheet, {note.number for note in made}))


def _emptied(sheet: Sheet, wanted: set[str]) -> Iterator[Invoice]:
    """Our unapproved drafts that nothing calls for any more: proposed again with nothing to credit."""
    ledger = issued_key(sheet.invoice.number, sheet.books.chosen.own)
    approved = {allocation.line for allocation in sheet.dossier.allocated if same_ledger(allocation.ledger, ledger)}
    ours = {_number_of_prices(sheet)}
    for state in ("open", "withdrawn"):
        disputes = disputes_of(sheet.invoice, sheet.books.of(Dispute), state=state)
        ours |= {_number_of(sheet, dispute) for dispute in disputes if _name_of(dispute) not in approved}
    drafts = {note.number: note for note in sheet.books.of(Invoice) if note.number in ours - wanted}
    for number, note in sorted(drafts.items()):
        if any(line.quantity is not None for line in note.lines):
            continue  # somebody else's document that happens to have this number
        zero = Money.zero(sheet.invoice.currency)
        lines = tuple(replace(line, net=zero, description="Nothing to give back any more") for line in note.lines)
        yield _note(sheet, number, lines, "Nothing to give back any more", note.issue_date)


def _number_of_prices(sheet: Sheet) -> str:
    """The number of the credit note for prices that is to be approved next."""
    ledger, own = issued_key(sheet.invoice.number, sheet.books.chosen.own), {line.id for line in sheet.invoice.lines}
    notes = {
        source_of(recorded.key)
        for recorded in sheet.books.chosen.evidence
        if recorded.document.number.startswith(f"{sheet.invoice.number}-PRC-")
    }
    before = {
        allocation.claim
        for allocation in sheet.dossier.allocated
        if same_ledger(allocation.ledger, ledger)
        and allocation.line in own
        and not allocation.quantity
        and allocation.amount.minor < 0
        and source_of(allocation.claim) in notes
    }
    return f"{sheet.invoice.number}-PRC-{len(before) + 1}"


def _number_of(sheet: Sheet, dispute: Dispute) -> str:
    return f"{sheet.invoice.number}-{dispute.number}"


def _name_of(dispute: Dispute) -> str:
    return f"dispute {dispute.number}"


def _of_prices(sheet: Sheet, wrong: Sequence[Misbilled]) -> Iterator[Invoice]:
    """One credit note for all lines; another one only when a further difference appears after it was approved."""
    if not wrong:
        return
    lines = tuple(
        _line(
            price_error.line,
            price_error.line.id,
            price_error.open,
            f"Price of line {price_error.line.id}: {price_error.billed} billed, {price_error.right} right, by {price_error.rule}",
            order=price_error.order,
        )
        for price_error in wrong
    )
    reason = "Price corrected by " + ", ".join(dict.fromkeys(price_error.rule for price_error in wrong))
    yield _note(sheet, _number_of_prices(sheet), lines, reason, _day_of_prices(sheet))


def _of_disputes(sheet: Sheet) -> Iterator[Invoice]:
    """One credit note for each dispute that is settled by an amount; the amount is before tax."""
    for dispute in disputes_of(sheet.invoice, sheet.books.of(Dispute), state="settled"):
        if dispute.amount is None or dispute.amount.currency != sheet.invoice.currency or dispute.amount.minor <= 0:
            continue
        words = f"Dispute {dispute.number} settled: {dispute.reason}" + (f", {dispute.text}" if dispute.text else "")
        lines = tuple(_shares(sheet, dispute, dispute.amount, words))
        day = max(filter(None, (sheet.invoice.issue_date, dispute.opened_at.date())))
        yield _note(sheet, _number_of(sheet, dispute), lines, words, day)


def _shares(sheet: Sheet, dispute: Dispute, amount: Money, words: str) -> Iterator[InvoiceLine]:
    """The amount on the line in dispute; without one spread over the rates of tax by what is billed at each."""
    named = [line for line in sheet.invoice.lines if line.id == dispute.line]
    by_rate: dict[tuple[str, Decimal | None], list[InvoiceLine]] = {}
    for line in named or sheet.invoice.lines:
        by_rate.setdefault((line.tax_category, line.tax_percent), []).append(line)
    weights = [Decimal(max(0, sum(line.net.minor for line in lines))) for lines in by_rate.values()]
    if not any(weights):
        return
    name = _name_of(dispute)
    for k, (lines, part) in enumerate(zip(by_rate.values(), split(amount, weights), strict=True)):
        if part:
            order = lines[0].order.document or sheet.invoice.order_number
            yield _line(lines[0], name if not k else f"{name} ({k + 1})", part, words, order=order)


def _line(line: InvoiceLine, name: str, amount: Money, words: str, *, order: str) -> InvoiceLine:
    """A credit of money without goods: it names the order but no line of it, and has no quantity."""
    return InvoiceLine(
        id=name,
        net=amount,
        order=LineReference(document=order),
        description=words,
        tax_category=line.tax_category,
        tax_percent=line.tax_percent,
        site=line.site,
    )


def _note(sheet: Sheet, number: str, lines: tuple[InvoiceLine, ...], reason: str, day: date | None) -> Invoice:
    invoice = sheet.invoice
    rows, totals = totals_of(lines, invoice.currency)
    return Invoice(
        kind="customer_credit_note",
        number=number,
        issue_date=day,
        currency=invoice.currency,
        supplier=invoice.supplier,
        buyer=invoice.buyer,
        lines=lines,
        tax=rows,
        totals=totals,
        type_code="381",
        order_number=invoice.order_number,
        preceding=(invoice.number,),
        entity=sheet.books.chosen.own,
        site=invoice.site,
        notes=(reason,),
        customer_order=invoice.customer_order,
        buyer_reference=invoice.buyer_reference,
    )


def _day_of_prices(sheet: Sheet) -> date | None:
    """The day on which the right price was agreed, as far as the documents say; never before the invoice."""
    days = [sheet.invoice.issue_date]
    days += [rebate.agreed_on for rebate in sheet.books.of(Rebate)]
    days += [price_list.approved_on for price_list in sheet.books.of(PriceList)]
    days += [override.approved_at.date() for override in sheet.books.of(PriceOverride)]
    return max((day for day in days if day is not None), default=None)
