"""Prepayments in postings: what a voucher clears of them, and what that puts into their ledgers, or takes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.verdict import Allocation, PostingLine, Settled
from tieout.core.values.key import Key
from tieout.core.values.money import Money, split, total
from tieout.packs.payables.prepayments import OF_TAX, Applied, Prepayments
from tieout.trade.books import source_of
from tieout.trade.document_types.of_invoice import is_prepayment
from tieout.trade.documents import Invoice
from tieout.trade.keys import advance_key

_NOTHING: Final = Decimal(0)


def allocations_of(
    dossier: Dossier, invoice: Invoice, prepaid: Prepayments, lines: Sequence[PostingLine]
) -> Iterator[Allocation]:
    """What posting these lines takes out of the ledgers of prepayments, or puts into them (below zero): the amount, and the tax in it."""
    settling = [line for line in lines if line.settles is not None]
    if not settling and not prepaid.credits and not is_prepayment(invoice):
        return
    moved: dict[str, tuple[Key, Money, Money]] = {}

    def move(key: Key, source: str, amount: Money, tax: Money) -> None:
        _, before, tax_before = moved.get(source, (key, Money.zero(amount.currency), Money.zero(amount.currency)))
        moved[source] = (key, before + amount, tax_before + tax)

    gross = total((line.net + line.tax for line in lines), invoice.currency)
    tax = total((line.tax for line in lines), invoice.currency)
    if is_prepayment(invoice):
        move(advance_key(invoice.number), source_of(dossier.claim.key), -gross, -tax)
    elif prepaid.credits:
        left = gross
        for one in prepaid.credits:
            part = min(left, one.open)
            if part.minor > 0:
                move(one.ledger, one.source, part, one.tax_of(part))
                left = left - part
    for line in settling:
        if (settled := line.settles) is not None:
            move(advance_key(settled.number), settled.claim, settled.amount, settled.tax)
    for source, (key, amount, tax_) in sorted(moved.items()):
        yield from _allocation(key, source, amount)
        yield from _allocation(key, source + OF_TAX, tax_)


def _allocation(ledger: Key, line: str, amount: Money) -> Iterator[Allocation]:
    if amount:
        yield Allocation(claim_line="document", ledger=ledger, line=line, quantity=_NOTHING, unit="", net=amount)


def settling_lines(
    prepaid: Prepayments, lines: Sequence[PostingLine], currency: str, posted: Sequence[PostingLine] = ()
) -> Iterator[PostingLine]:
    """The posting lines with what they set against the claim: lines of the invoice that take a prepayment off are marked as such, and
    what lowers the amount to pay alone is a line of its own, without net and tax. What is `posted` stays as it was posted."""
    before = [line for line in posted if line.kind == "prepayment"]
    by_line: dict[str, list[Applied]] = {}
    for part in prepaid.applied:
        if part.in_lines:
            by_line.setdefault(part.where, []).append(part)
    for line in lines:
        parts = by_line.get(line.claim_line, []) if line.kind == "goods" else []
        if mine := [one for one in before if one.net and one.claim_line == line.claim_line]:
            yield from mine
        elif parts:
            yield from _settling(line, parts)
        else:
            yield line
    of_header = [one for one in before if not one.net]
    whole = total((one.net for one in posted), currency) == total((one.net for one in lines), currency)
    if of_header or (posted and whole):
        yield from of_header
        return
    header = [part for part in (*prepaid.applied, *prepaid.restored) if not part.in_lines]
    yield from (_extra(k, part, currency) for k, part in enumerate(_merged(header), 1))


def _merged(parts: Iterable[Applied]) -> Iterable[Applied]:
    merged: dict[str, Applied] = {}
    for part in parts:
        before = merged.get(part.advance.source)
        merged[part.advance.source] = part if before is None else replace(
            before, amount=before.amount + part.amount, tax=before.tax + part.tax
        )  # fmt: skip
    return merged.values()


def _settling(line: PostingLine, parts: Sequence[Applied]) -> Iterator[PostingLine]:
    weights = [part.amount.amount for part in parts]
    for part, net, tax in zip(parts, split(line.net, weights), split(line.tax, weights), strict=True):
        bare = replace(line, kind="prepayment", quantity=None, unit="", net=net, tax=tax)
        yield replace(bare, order="", line=part.advance.source, settles=_settled(part))


def _settled(part: Applied) -> Settled:
    return Settled(claim=part.advance.source, number=part.advance.number, amount=part.amount, tax=part.tax)


def _extra(k: int, part: Applied, currency: str) -> PostingLine:
    nothing = Money.zero(currency)
    return PostingLine(
        claim_line=f"prepayment-{k}",
        kind="prepayment",
        net=nothing,
        tax=nothing,
        description=part.advance.number,
        line=part.advance.source,
        settles=_settled(part),
    )
