"""Terms and dates: what the supplier asks for against what was agreed, and an invoice too old or dated ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.values.sentence import Sentence
from tieout.packs.payables.codes import code
from tieout.packs.payables.rules import INVOICE_AGE_DAYS_MAX, INVOICE_FUTURE_DAYS_MAX, TERMS
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.documents import Invoice
from tieout.trade.terms import Due, Terms, terms_of


def dates(sheet: Sheet) -> Iterator[Finding]:
    """AP-DATE: older than policy allows, or dated after the day it came."""
    issued, ruling = sheet.invoice.issue_date, sheet.ruling
    oldest, furthest = ruling.value(INVOICE_AGE_DAYS_MAX), ruling.value(INVOICE_FUTURE_DAYS_MAX)
    if issued is None:
        return
    came = sheet.dossier.received_at.date()
    if oldest is not None and issued < came - timedelta(days=oldest):
        yield _date_finding(
            sheet,
            Sentence("{days} days old", days=(came - issued).days),
            Sentence.counted("{count} days", "{count} days", oldest),
        )
    elif furthest is not None and issued > came + timedelta(days=furthest):
        yield _date_finding(
            sheet,
            Sentence("dated {days} days ahead", days=(issued - came).days),
            Sentence("{days} days ahead", days=furthest),
        )


def _date_finding(sheet: Sheet, actual: str, limit: str) -> Finding:
    issued = sheet.invoice.issue_date
    return finding(
        code("AP-DATE"),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(sheet.dossier.received_at.date()),
        actual=str(issued),
        limit=limit,
        at_stake=sheet.invoice.totals.payable,
        date=str(issued),
        reason=actual,
    )


def payment_terms(sheet: Sheet) -> Iterator[Finding]:
    """AP-TERMS: the invoice asks for other terms than were agreed. Terms that cannot be read agree only word for word."""
    if sheet.ruling.value(TERMS) != "equal" or not sheet.invoice.terms:
        return
    agreed = _agreed(sheet)
    if not agreed or _wording(agreed) == _wording(sheet.invoice.terms):
        return
    ours, theirs = terms_of(agreed), terms_of(sheet.invoice.terms)
    if ours is None or theirs is None or ours != _completed(theirs, ours, sheet.invoice):
        yield finding(
            code("AP-TERMS"),
            DOCUMENT,
            ruling=sheet.ruling,
            expected=agreed,
            actual=sheet.invoice.terms,
            at_stake=sheet.invoice.totals.payable,
            unread=("what is agreed and what the invoice says" if theirs is None else "what is agreed")
            if ours is None
            else ("what the invoice says" if theirs is None else ""),
        )


def _completed(theirs: Terms, ours: Terms, invoice: Invoice) -> Terms:
    """The invoice's terms with what its other fields say: how many days its due date comes to, where the words leave out when
    all is due or name that day; and that a discount on all that is asked for is one on the whole."""
    whole = {amount.amount for amount in (invoice.totals.payable, invoice.totals.gross) if amount is not None}
    theirs = replace(
        theirs, steps=tuple(replace(step, base=None) if step.base in whole else step for step in theirs.steps)
    )
    stated = invoice.due_on if theirs.due is None else theirs.due.on
    if stated is None or invoice.issue_date is None or ours.net_days is None:
        return theirs
    return replace(theirs, due=Due(days=(stated - invoice.issue_date).days))


def _wording(text: str) -> str:
    """The words of terms, however they are spaced and capitalised."""
    return " ".join(text.casefold().split()).rstrip(".")


def _agreed(sheet: Sheet) -> str:
    texts = [order.terms for order in sheet.orders.values()]
    texts += [contract.terms for contract in sheet.contracts]
    texts += [sheet.supplier.terms] if sheet.supplier else []
    return next((text for text in texts if text), "")
