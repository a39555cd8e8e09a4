"""Credit notes of ours: who must approve them, and whether they take back what was billed. Shared by every process that bills.

An invoice is a ledger of its own, under the key by which it is found ("issued/inv1"): it bills its lines there when it is
released, and credit notes take from it. So two credit notes together cannot take back more than there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tieout.core.documents import Invoice
from tieout.core.dossier import Allocated
from tieout.core.findings import Awaited, Finding
from tieout.core.found import finding
from tieout.core.judging import DOCUMENT
from tieout.core.money import Money, total
from tieout.core.party import normal_reference
from tieout.core.policy import Ruling
from tieout.core.ranking import asked
from tieout.core.selling_keys import billed_key, issued_key
from tieout.core.taxonomy import KERNEL
from tieout.core.tolerance import Tolerance, assess
from tieout.core.verdict import Allocation, PostingLine


def approval(note: Invoice, *, tolerance: Tolerance, ruling: Ruling) -> Iterator[Finding]:
    """BIL-CM-APPR: a credit note of more than may go without approval. A person's release of it is the approval."""
    amount = abs(asked(note))
    found = assess(tolerance, expected=Decimal(0), actual=amount.amount)
    if not found.within:
        yield finding(
            KERNEL["BIL-CM-APPR"],
            DOCUMENT,
            ruling=ruling,
            expected="approval",
            actual=str(amount),
            limit=found.limit,
            at_stake=amount,
            other=", ".join(note.preceding),
            reason="; ".join(note.notes),
        )


def contradictions(
    note: Invoice, invoices: Iterable[Invoice], allocated: Sequence[Allocated], *, ruling: Ruling
) -> Iterator[Finding]:
    """BIL-CM-APPR, which no approval ends: it names no invoice, one that is unknown or not released, or takes back too much."""
    known = {normal_reference(invoice.number): invoice for invoice in invoices if not invoice.is_credit}
    if len(note.preceding) != 1:
        named = "no invoice" if not note.preceding else f"{len(note.preceding)} invoices"
        yield unfounded(note, f"it names {named}, and a credit note takes back one", ruling)
        return
    number = note.preceding[0]
    invoice = known.get(normal_reference(number))
    left = left_of(number, allocated, note.currency)
    if invoice is None:
        yield unfounded(note, f"invoice {number} is not known", ruling)
    elif invoice.currency != note.currency:
        yield unfounded(note, f"invoice {number} is in {invoice.currency}, the credit note in {note.currency}", ruling)
    elif not any(each.order == issued_key(number) and each.amount.minor > 0 for each in allocated):
        yield unfounded(note, f"invoice {number} is not released", ruling)
    elif net_of(note) > left:
        reason = f"it takes back {net_of(note)}, and of invoice {number} {left} are billed and not taken back yet"
        yield unfounded(note, reason, ruling)


def unfounded(note: Invoice, reason: str, ruling: Ruling) -> Finding:
    """BIL-CM-APPR for a credit note that nothing of ours stands behind: it is mended or withdrawn, never released."""
    keys = [key for number in note.preceding for key in (issued_key(number), billed_key(issued_key(number)))]
    made = finding(
        KERNEL["BIL-CM-APPR"],
        DOCUMENT,
        ruling=ruling,
        expected="an invoice of which so much is billed",
        actual=str(abs(asked(note))),
        at_stake=abs(asked(note)),
        awaited=[Awaited(key=key) for key in keys],
        other=", ".join(note.preceding),
        reason=reason,
    )
    return replace(made, releasable=False)


def net_of(note: Invoice) -> Money:
    """What a paper takes back before tax: its stated net, else its lines."""
    return note.totals.net if note.totals.net is not None else total((line.net for line in note.lines), note.currency)


def left_of(number: str, allocated: Iterable[Allocated], currency: str) -> Money:
    """What is billed of an invoice before tax and not taken back yet, by what other claims say of its ledger."""
    ledger = issued_key(number)
    mine = [each.amount for each in allocated if each.order == ledger and each.amount.currency == currency]
    return total(mine, currency)


def issued_allocations(paper: Invoice, lines: Iterable[PostingLine], places: dict[str, str]) -> tuple[Allocation, ...]:
    """What released lines bill on the paper's own ledger, or take back of that of the invoice which a credit note names.

    `places` are the lines of that invoice by the credit note's own; a line without one stands under its own id.
    """
    number = paper.preceding[0] if paper.is_credit and len(paper.preceding) == 1 else paper.number
    if paper.is_credit and len(paper.preceding) != 1:
        return ()
    used: dict[str, Allocation] = {}
    for line in lines:
        before = used.get(line.claim_line)
        net = Money(line.net.minor * paper.sign, line.net.currency)
        goods = line.kind == "goods" and line.quantity is not None
        quantity = (line.quantity or Decimal(0)) * paper.sign if goods else Decimal(0)
        used[line.claim_line] = Allocation(
            claim_line=line.claim_line,
            order=issued_key(number),
            line=places.get(line.claim_line, line.claim_line),
            quantity=quantity + (before.quantity if before else Decimal(0)),
            unit=line.unit,
            net=net + before.net if before else net,
        )
    return tuple(used[name] for name in sorted(used))
