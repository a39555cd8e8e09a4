"""The same document twice: the same supplier, number, amount and currency, not reversed; or one so near that a person looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.tie_out.dossier import Likeness
from tieout.core.values.party import Party, normal_reference
from tieout.core.values.sentence import Sentence
from tieout.packs.payables.codes import code
from tieout.packs.payables.prepayments import ADVANCE
from tieout.packs.payables.sheet import DOCUMENT, Sheet
from tieout.trade.books import source_of
from tieout.trade.document_types.of_invoice import is_correction
from tieout.trade.keys import is_negative
from tieout.trade.near_duplicates import (
    MONEY_ALONE,
    Compared,
    Numbers,
    compared,
    near,
    party_traits,
    tells_apart,
    traits_of,
)

# Numbers begin anew with the year at the earliest; the same document is seldom sent again half a year later.
_SAME_SEASON: Final = timedelta(days=180)
_BOOKED: Final = frozenset({"posted"})
_RELEASED: Final = frozenset({"clear", "posting", "posted", "part_posted"})
_OUT: Final = frozenset({"posted", "part_posted", "posting"})


def duplicates(sheet: Sheet) -> Iterator[Finding]:
    """AP-DUP-CERT where everything agrees, AP-DUP-SUSP where something does not.

    Not certain are another amount, a supplier who has no more than the name in common, a number that comes again
    long after, as it does where numbers begin anew each year, and a near duplicate: a person looks at these.
    """
    if not sheet.dossier.alike:
        return
    claims = [claim for claim in _not_taken_back(sheet) if not _of_another_year(sheet, claim)]
    same = [claim for claim in claims if _certain(sheet, claim)]
    if same:
        yield _duplicate_finding(sheet, "AP-DUP-CERT", same[:1])
    suspected = [claim for claim in claims if claim not in same]
    nearly = _near(sheet)
    if suspected or nearly:
        reason = "" if suspected else _REASONS[nearly[0][1]]
        yield _duplicate_finding(sheet, "AP-DUP-SUSP", [*suspected, *(claim for claim, _ in nearly)], reason=reason)


def _not_taken_back(sheet: Sheet) -> list[Likeness]:
    """The earlier documents of this number, but for those that posted credit notes take back in full, the oldest first.

    Only a document issued since may take the place of what was credited: a mere copy of the first one stays a copy.
    """
    kind, issued = sheet.invoice.kind, sheet.invoice.issue_date
    alike = [claim for claim in sheet.dossier.alike if not claim.near and _may_be_this_one(sheet, claim)]
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
    """The value-only credit notes on some order line, or say so: what they name is billed all the same."""
    moves = {
        source_of(used.claim)
        for used in sheet.dossier.allocated
        if used.line and not used.quantity and used.ledger.kind != ADVANCE
    }
    return frozenset(
        claim.key for claim in sheet.dossier.alike if source_of(claim.key) in moves or MONEY_ALONE in claim.traits
    )


def _may_be_this_one(sheet: Sheet, claim: Likeness) -> bool:
    """Whether it may bill what this document bills: it has its number, or came earlier and corrects it.

    Under the keys of a correction the invoice is found that it names, and other corrections of that one: they are judged as such.
    """
    if claim.kind != "invoice" or normal_reference(claim.number) == normal_reference(sheet.invoice.number):
        return True
    return claim.earlier and not is_correction(sheet.invoice) and not is_negative(sheet.invoice)


def _near(sheet: Sheet) -> list[tuple[Likeness, Numbers]]:
    """The near duplicates that came first and that no posted credit note takes back in full, the closest first, then the oldest.

    A value-only credit takes nothing back.
    """
    kind, ours = sheet.invoice.kind, _ours(sheet)
    met = [claim for claim in sheet.dossier.alike if claim.near or _of_one_invoice(sheet, claim)]
    candidates = [claim for claim in met if not _is_corrected(sheet, claim)]
    money = _of_money(sheet)
    notes = [
        claim
        for claim in candidates
        if claim.kind == "credit_note" != kind and claim.state in _BOOKED and claim.key not in money
    ]
    credited = Counter(trait for claim in notes for trait in claim.traits if trait.startswith("credits/"))
    nearly = []
    for claim in sorted(candidates, key=lambda likeness: (likeness.issue_date or date.min, likeness.key)):
        first = (_came_first(claim) or _is_copy(claim)) and (claim.state in _OUT or not sheet.dossier.posted)
        how = near(ours, _theirs(claim)) if claim.kind == kind and first else None
        if how is None:
            continue
        taken_back = f"credits/{normal_reference(claim.number)}"
        if credited[taken_back]:
            credited[taken_back] -= 1
        else:
            nearly.append((claim, how))
    return sorted(nearly, key=lambda pair: _CLOSEST_FIRST.index(pair[1]))


def _of_one_invoice(sheet: Sheet, claim: Likeness) -> bool:
    """Whether both are credit notes: of one invoice they meet under its number, and need not be near to be met."""
    number = normal_reference(sheet.invoice.number)
    return sheet.invoice.is_credit and claim.kind == sheet.invoice.kind and normal_reference(claim.number) != number


def _is_corrected(sheet: Sheet, claim: Likeness) -> bool:
    """Whether the document is a correction of this one, and is judged as such."""
    named = {normal_reference(number) for number in sheet.invoice.preceding}
    return is_correction(sheet.invoice) and normal_reference(claim.number) in named


_CLOSEST_FIRST: Final[tuple[Numbers, ...]] = ("same", "look_alike", "swapped", "zeros", "affix", "other")
_REASONS: Final[dict[Numbers, Sentence]] = {
    "same": Sentence("a document of another sender has the same number, day and amount"),
    "look_alike": Sentence("the numbers differ only in signs that are read for one another"),
    "swapped": Sentence("two signs of the number have changed places"),
    "zeros": Sentence("the numbers differ only in zeros"),
    "affix": Sentence("one number is the other with something before or after it"),
    "other": Sentence("day, amount and lines are the same under another number"),
}


def _ours(sheet: Sheet) -> Compared:
    invoice, record = sheet.invoice, sheet.supplier
    further = party_traits(Party(name=record.name, identifiers=record.identifiers)) if record else ()
    traits = (*traits_of(invoice), *further)
    return compared(invoice.number, invoice.issue_date, invoice.totals.payable or invoice.totals.gross, traits)


def _theirs(claim: Likeness) -> Compared:
    return compared(claim.number, claim.issue_date, claim.payable, claim.traits)


def _certain(sheet: Sheet, claim: Likeness) -> bool:
    payable, ours, theirs = sheet.invoice.totals.payable, sheet.invoice.issue_date, claim.issue_date
    if claim.by_name or payable is None or claim.payable != payable:
        return False
    if normal_reference(claim.number) != normal_reference(sheet.invoice.number):
        return False  # a document that corrects this one
    return ours is None or theirs is None or abs(ours - theirs) <= _SAME_SEASON


def _of_another_year(sheet: Sheet, claim: Likeness) -> bool:
    """Whether a number that came long ago is plainly used anew: for another amount, or what tells the two documents apart."""
    ours, theirs = sheet.invoice.issue_date, claim.issue_date
    if ours is None or theirs is None or abs(ours - theirs) <= _SAME_SEASON:
        return False
    payable = sheet.invoice.totals.payable
    other_amount = payable is not None and claim.payable is not None and claim.payable != payable
    return other_amount or bool(tells_apart(_ours(sheet), _theirs(claim)))


def _came_first(claim: Likeness) -> bool:
    if claim.reversed or claim.state in {"rejected", "superseded"}:
        return False
    return claim.earlier or claim.state in _OUT


def _is_copy(claim: Likeness) -> bool:
    """Whether it was rejected as a copy: what is like the copy may be what it was a copy of, with one difference more."""
    return claim.by_verdict and claim.earlier and not claim.reversed


def _duplicate_finding(sheet: Sheet, code_id: str, claims: Sequence[Likeness], *, reason: str = "") -> Finding:
    payable, first = sheet.invoice.totals.payable, claims[0]
    return finding(
        code(code_id),
        DOCUMENT,
        ruling=sheet.ruling,
        expected=str(first.payable or ""),
        actual=str(payable or ""),
        at_stake=payable,
        number=sheet.invoice.number,
        other=", ".join(dict.fromkeys(claim.number for claim in claims)),
        other_key=first.key,
        other_date=str(first.issue_date) if first.issue_date else "unknown",
        other_state=first.state,
        supplier=sheet.invoice.supplier.name or first.counterparty,
        also=({"reason": reason} if reason else {}) | ({"other_released": "yes"} if first.state in _RELEASED else {}),
    )
