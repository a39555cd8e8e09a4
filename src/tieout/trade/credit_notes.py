"""Credit notes of ours: who must approve them, and whether they take back what was billed. Shared by every process that bills.

An invoice is a ledger of its own, under the key by which it is found ("issued/inv1"): it bills its lines there when it is
released, and credit notes take from it. So two credit notes together cannot take back more than there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.policy.tolerance import Tolerance, assess
from tieout.core.tie_out.dossier import Allocated
from tieout.core.tie_out.judging import DOCUMENT
from tieout.core.tie_out.key import same_ledger
from tieout.core.tie_out.verdict import Allocation, PostingLine
from tieout.core.values.key import Key
from tieout.core.values.money import Money, total
from tieout.core.values.party import normal_id, normal_reference
from tieout.core.values.sentence import Sentence
from tieout.trade.books import Chosen
from tieout.trade.documents import Invoice
from tieout.trade.ranking import asked
from tieout.trade.selling_keys import billed_key, issued_key
from tieout.trade.taxonomy import KERNEL


def approval(note: Invoice, *, tolerance: Tolerance, ruling: Ruling) -> Iterator[Finding]:
    """BIL-CM-APPR: a credit note of more than may go without approval. A person's acceptance of it is the approval."""
    amount = abs(asked(note))
    assessment = assess(tolerance, expected=Decimal(0), actual=amount.amount, currency=amount.currency)
    if not assessment.within:
        yield finding(
            KERNEL["BIL-CM-APPR"],
            DOCUMENT,
            ruling=ruling,
            expected=str(Money.zero(amount.currency)),
            actual=str(amount),
            limit=assessment.limit,
            at_stake=amount,
            other=", ".join(note.preceding),
            reason="; ".join(note.notes),
        )


def contradictions(
    note: Invoice, chosen: Chosen, allocated: Sequence[Allocated], *, ruling: Ruling, chain: bool = False
) -> Iterator[Finding]:
    """BIL-CM-APPR, which no approval ends: it names no invoice, one that is unknown or not released, or takes back too much.

    `chain`: the documents that it names follow each other, and it takes back from what they come to together.
    """
    invoices = [document for document in chosen.documents if isinstance(document, Invoice)]
    by_number = {normal_reference(invoice.number): invoice for invoice in invoices}
    named = note.preceding if chain else note.preceding[:1]
    if not note.preceding or (len(note.preceding) > 1 and not chain):
        count = len(note.preceding)
        reason = (
            Sentence("it names {count} invoices, and a credit note takes back one", count=count)
            if count
            else "it names no invoice, and a credit note takes back one"
        )
        yield unfounded(note, reason, ruling)
        return
    ledgers = {number: chosen.issued(number) for number in named}
    reasons = [
        _unknown(note, number, by_number.get(normal_reference(number)), allocated, ledgers[number]) for number in named
    ]
    reason = next(filter(None, reasons), "")
    left = total((left_of(ledger, allocated, note.currency) for ledger in ledgers.values()), note.currency)
    if not reason and net_of(note) > left:
        reason = Sentence(
            "it takes back {net}, and of invoice {named} {left} are billed and not taken back yet",
            net=net_of(note),
            named=", ".join(named),
            left=left,
        )
    if reason:
        yield unfounded(note, reason, ruling)


def _unknown(note: Invoice, number: str, invoice: Invoice | None, allocated: Sequence[Allocated], ledger: Key) -> str:
    if invoice is not None and invoice.is_credit and number != note.preceding[0]:
        return ""  # a credit note within a chain: it is booked on the ledger of what it took back
    if invoice is None or invoice.is_credit:
        return Sentence("invoice {number} is not known", number=number)
    theirs, ours = invoice.buyer.identifier("ours"), note.buyer.identifier("ours")
    if theirs and ours and normal_id(theirs) != normal_id(ours):
        return Sentence(
            "invoice {number} is for customer {customer}, the credit note for {other}",
            number=number,
            customer=theirs,
            other=ours,
        )
    if invoice.currency != note.currency:
        return Sentence(
            "invoice {number} is in {currency}, the credit note in {other}",
            number=number,
            currency=invoice.currency,
            other=note.currency,
        )
    if not any(same_ledger(used.ledger, ledger) and used.amount.minor > 0 for used in allocated):
        return Sentence("invoice {number} is not released", number=number)
    return ""


def unfounded(note: Invoice, reason: str, ruling: Ruling) -> Finding:
    """BIL-CM-APPR for a credit note that nothing of ours supports: it is corrected or withdrawn, never accepted."""
    keys = [key for number in note.preceding for key in (issued_key(number), billed_key(issued_key(number)))]
    made = finding(
        KERNEL["BIL-CM-APPR"],
        DOCUMENT,
        ruling=ruling,
        expected=str(Money.zero(asked(note).currency)),
        actual=str(abs(asked(note))),
        at_stake=abs(asked(note)),
        awaited=[Awaited(key=key) for key in keys],
        other=", ".join(note.preceding),
        reason=reason,
    )
    return replace(made, releasable=False)


def assumed(note: Invoice, where: str, place: str, money: Money, ruling: Ruling) -> Finding:
    """BIL-CM-VALUE: a line that does not say what it gives back, below the billed price, is taken as a value-only credit."""
    return finding(
        KERNEL["BIL-CM-VALUE"],
        where,
        ruling=ruling,
        stage="note",
        actual=str(money),
        at_stake=money,
        place=place,
        other=", ".join(note.preceding),
    )


def net_of(note: Invoice) -> Money:
    """What a credit note takes back before tax: its stated net, else its lines."""
    return note.totals.net if note.totals.net is not None else total((line.net for line in note.lines), note.currency)


def left_of(ledger: Key, allocated: Iterable[Allocated], currency: str) -> Money:
    """What is billed of an invoice before tax and not taken back yet, by what other claims say of its ledger."""
    mine = [used.amount for used in allocated if same_ledger(used.ledger, ledger) and used.amount.currency == currency]
    return total(mine, currency)


def issued_allocations(
    invoice: Invoice, chosen: Chosen, lines: Iterable[PostingLine], places: dict[str, str]
) -> tuple[Allocation, ...]:
    """What released lines bill on the invoice's own ledger, or take back of that of the invoice which a credit note names.

    Of a chain of documents that follow each other it is the last, so that what they come to together stays right.
    `places` are the lines of that invoice by the credit note's own; a line without one is booked under its own id.
    """
    if invoice.is_credit and not invoice.preceding:
        return ()
    number = invoice.preceding[-1] if invoice.is_credit else invoice.number
    ledger = chosen.issued(number) if invoice.is_credit else issued_key(number, chosen.own)
    used: dict[str, Allocation] = {}
    for line in lines:
        before = used.get(line.claim_line)
        net = Money(line.net.minor * invoice.sign, line.net.currency)
        goods = line.kind == "goods" and line.quantity is not None
        quantity = (line.quantity or Decimal(0)) * invoice.sign if goods else Decimal(0)
        used[line.claim_line] = Allocation(
            claim_line=line.claim_line,
            ledger=ledger,
            line=places.get(line.claim_line, line.claim_line),
            quantity=quantity + (before.quantity if before else Decimal(0)),
            unit=line.unit,
            net=net + before.net if before else net,
        )
    return tuple(used[name] for name in sorted(used))
