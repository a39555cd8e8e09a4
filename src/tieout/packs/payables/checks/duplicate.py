"""The same paper twice: the same supplier, number, amount and currency, not reversed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.tie_out.dossier import Likeness
from tieout.packs.payables.codes import code
from tieout.packs.payables.sheet import DOCUMENT, Sheet

# Numbers begin anew with the year at the earliest; the same paper is seldom sent again half a year later.
_SAME_SEASON: Final = timedelta(days=180)
_BOOKED: Final = frozenset({"clear", "posting", "posted"})


def duplicates(sheet: Sheet) -> Iterator[Finding]:
    """AP-DUP-CERT where everything agrees, AP-DUP-SUSP where something does not. One finding: the gravest.

    Not certain are another amount, a supplier who has no more than the name in common, and a number that comes again
    long after, as it does where numbers begin anew each year: a person looks at these.
    """
    claims = _not_taken_back(sheet)
    same = [known for known in claims if _certain(sheet, known)]
    if same:
        yield _found(sheet, "AP-DUP-CERT", same[0])
    elif claims:
        yield _found(sheet, "AP-DUP-SUSP", claims[0])


def _not_taken_back(sheet: Sheet) -> list[Likeness]:
    """The earlier papers of this number, but for those that posted credit notes take back in full, the oldest first.

    Only a paper issued since may take the place of what was credited: a mere copy of the first one stays a copy.
    """
    kind, alike, issued = sheet.invoice.kind, sheet.dossier.alike, sheet.invoice.issue_date
    if not alike:
        return []
    credited: Counter[str] = Counter()
    for known in alike:
        since = not known.by_name and issued is not None and known.issue_date is not None and issued >= known.issue_date
        if since and known.kind == "credit_note" != kind and known.state in _BOOKED and known.payable is not None:
            credited[known.payable.currency] += known.payable.minor
    left = []
    for known in sorted(
        alike, key=lambda each: (each.by_name, not each.earlier, each.issue_date or date.min, each.key)
    ):
        if known.kind != kind or not _came_first(known):
            continue
        amount = known.payable
        newer = issued is not None and known.issue_date is not None and issued > known.issue_date
        if newer and amount is not None and 0 < amount.minor <= credited[amount.currency]:
            credited[amount.currency] -= amount.minor
        else:
            left.append(known)
    return left


def _certain(sheet: Sheet, known: Likeness) -> bool:
    payable, ours, theirs = sheet.invoice.totals.payable, sheet.invoice.issue_date, known.issue_date
    if known.by_name or payable is None or known.payable != payable:
        return False
    return ours is None or theirs is None or abs(ours - theirs) <= _SAME_SEASON


def _came_first(known: Likeness) -> bool:
    if known.reversed or known.state in {"rejected", "superseded"}:
        return False
    return known.earlier or known.state in {"posted", "part_posted", "posting"}


def _found(sheet: Sheet, code_id: str, known: Likeness) -> Finding:
    payable = sheet.invoice.totals.payable
    return finding(
        code(code_id),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(known.payable or "unknown"),
        actual=str(payable or "unknown"),
        at_stake=payable,
        number=sheet.invoice.number,
        other=known.number,
        other_key=known.key,
        other_date=str(known.issue_date or "unknown"),
        other_state=known.state,
        supplier=sheet.invoice.supplier.name or known.counterparty,
    )
