"""The same document twice: the same supplier, number, amount and currency, not reversed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.tie_out.dossier import Likeness
from tieout.core.values.party import normal_reference
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.books import source_of

# Numbers begin anew with the year at the earliest; the same document is seldom sent again half a year later.
_SAME_SEASON: Final = timedelta(days=180)
_BOOKED: Final = frozenset({"clear", "posting", "posted"})


def duplicates(sheet: Sheet) -> Iterator[Finding]:
    """AP-DUP-CERT where everything agrees, AP-DUP-SUSP where something does not. One finding: the gravest.

    Not certain are another amount, a supplier who has no more than the name in common, and a number that comes again
    long after, as it does where numbers begin anew each year: a person looks at these.
    """
    claims = _not_taken_back(sheet)
    same = [claim for claim in claims if _certain(sheet, claim)]
    if same:
        yield _duplicate_finding(sheet, "AP-DUP-CERT", same[0])
    elif claims:
        yield _duplicate_finding(sheet, "AP-DUP-SUSP", claims[0])


def _not_taken_back(sheet: Sheet) -> list[Likeness]:
    """The earlier documents of this number, but for those that posted credit notes take back in full, the oldest first.

    Only a document issued since may take the place of what was credited: a mere copy of the first one stays a copy.
    """
    kind, alike, issued = sheet.invoice.kind, sheet.dossier.alike, sheet.invoice.issue_date
    if not alike:
        return []
    credited: Counter[str] = Counter()
    money = _of_money(sheet)
    number = normal_reference(sheet.invoice.number)
    for claim in alike:
        since = (
            claim.key not in money
            and not claim.by_name
            and issued is not None
            and claim.issue_date is not None
            and issued >= claim.issue_date
        )
        if since and claim.kind == "credit_note" != kind and claim.state in _BOOKED and claim.payable is not None:
            credited[claim.payable.currency] += claim.payable.minor
    left = []
    for claim in sorted(
        alike,
        key=lambda likeness: (likeness.by_name, not likeness.earlier, likeness.issue_date or date.min, likeness.key),
    ):
        if claim.kind != kind or not _came_first(claim):
            continue
        if sheet.invoice.is_credit and normal_reference(claim.number) != number:
            continue  # another credit note for the same invoice
        amount = claim.payable
        newer = issued is not None and claim.issue_date is not None and issued > claim.issue_date
        if newer and amount is not None and 0 < amount.minor <= credited[amount.currency]:
            credited[amount.currency] -= amount.minor
        else:
            left.append(claim)
    return left


def _of_money(sheet: Sheet) -> frozenset[str]:
    """The credit notes that move money alone on some order line: what they name is billed all the same."""
    moves = {source_of(used.claim) for used in sheet.dossier.allocated if used.line and not used.quantity}
    return frozenset(claim.key for claim in sheet.dossier.alike if source_of(claim.key) in moves)


def _certain(sheet: Sheet, claim: Likeness) -> bool:
    payable, ours, theirs = sheet.invoice.totals.payable, sheet.invoice.issue_date, claim.issue_date
    if claim.by_name or payable is None or claim.payable != payable:
        return False
    return ours is None or theirs is None or abs(ours - theirs) <= _SAME_SEASON


def _came_first(claim: Likeness) -> bool:
    if claim.reversed or claim.state in {"rejected", "superseded"}:
        return False
    return claim.earlier or claim.state in {"posted", "part_posted", "posting"}


def _duplicate_finding(sheet: Sheet, code_id: str, claim: Likeness) -> Finding:
    payable = sheet.invoice.totals.payable
    return finding(
        code(code_id),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(claim.payable or "unknown"),
        actual=str(payable or "unknown"),
        at_stake=payable,
        number=sheet.invoice.number,
        other=claim.number,
        other_key=claim.key,
        other_date=str(claim.issue_date or "unknown"),
        other_state=claim.state,
        supplier=sheet.invoice.supplier.name or claim.counterparty,
    )
