"""Prepayments: which of them were posted and are open, and what an invoice takes off for them.

A posted prepayment invoice puts its amount into a ledger of its own, final invoices use it up, and credit notes take it back. So what is
open is known whatever order documents come in, and nothing is taken off twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import Allocated, Dossier, RecordedDocument
from tieout.core.values.key import Key
from tieout.core.values.money import Money, extend, total
from tieout.core.values.party import Party, normal_reference
from tieout.core.values.sentence import Sentence
from tieout.trade.books import Chosen, number_in, source_of
from tieout.trade.document_types.of_invoice import is_prepayment
from tieout.trade.documents import Invoice, Order, Supplier
from tieout.trade.keys import advance_key
from tieout.trade.ledger import Factor, Ledger
from tieout.trade.party_names import party_names
from tieout.trade.prepaid import Deduction, deductions, is_information, named_prepayments
from tieout.trade.pricing import agreed_price
from tieout.trade.suppliers import identifiers_of

ADVANCE: Final = "advance"
OF_TAX: Final = "/tax"
_NOTHING: Final = Decimal(0)
_ONE: Final = Decimal(1)
CENT: Final = 1
"""Money is rounded once for each line: one unit of its smallest coin is no difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """A prepayment invoice that may be meant. `posted`, `tax`, `open` and `open_tax` are what was posted of it and what nobody has taken
    off or credited; all 0 where it is not posted. `source` is its source key without the version, `used` who has used how much of it.
    `unfit` says why it is none that this claim can take off, "" where it can.
    """

    number: str
    source: str
    posted: Money
    tax: Money
    open: Money
    open_tax: Money
    issued: date | None = None
    orders: tuple[str, ...] = ()
    used: tuple[tuple[str, Money], ...] = ()
    unfit: str = ""

    @property
    def ledger(self) -> Key:
        """The name of its ledger."""
        return advance_key(self.number)

    def tax_of(self, amount: Money) -> Money:
        """The tax within a part of what is open."""
        if amount == self.open:
            return self.open_tax
        return Money.rounded(self.open_tax.amount * amount.amount / self.open.amount, amount.currency)

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A part of a prepayment that is set against the claim: `amount` with its `tax`, both as posted. `stated_tax`: as the invoice says."""

    advance: Advance
    amount: Money
    tax: Money
    where: str
    in_lines: bool = False
    stated_tax: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What an invoice takes off and no open prepayment covers. `named` are the prepayments that it must mean, by what it says."""

    deduction: Deduction
    amount: Money
    named: tuple[Advance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepayments:
    """All that is known of prepayments for one claim. `lines` are the ids of the invoice's lines that are no goods because of them.

    `credits` are those that a credit note takes back, `restored` is what a mirrored invoice had taken off. `own` is the claim itself,
    where it is a prepayment: what of it others use up already.
    """

    advances: tuple[Advance, ...] = ()
    applied: tuple[Applied, ...] = ()
    rests: tuple[Rest, ...] = ()
    lines: frozenset[str] = frozenset()
    credits: tuple[Advance, ...] = ()
    restored: tuple[Applied, ...] = ()
    own: Advance | None = None

    def __bool__(self) -> bool:
        """Whether any prepayment is known, or taken off, or the claim is one."""
        return bool(self.advances or self.rests or self.own)

    @property
    def fitting(self) -> tuple[Advance, ...]:
        """Those of this supplier, company and currency."""
        return tuple(one for one in self.advances if not one.unfit)

    def left(self) -> tuple[Advance, ...]:
        """The posted ones of which something stays open after this claim, with what that is."""
        left = []
        for one in self.fitting:
            mine = [part for part in self.applied if part.advance.source == one.source]
            currency = one.open.currency
            open_ = one.open - total((part.amount for part in mine), currency)
            if open_.minor > CENT:
                tax = one.open_tax - total((part.tax for part in mine), currency)
                left.append(replace(one, open=open_, open_tax=tax))
        return tuple(left)

    def applying(self, amount: Money) -> Prepayments:
        """With so much more set against the claim, because a person decided so: the oldest prepayments first."""
        more = []
        for one in self.left():
            part = min(amount, one.open)
            if part.minor > 0:
                more.append(Applied(advance=one, amount=part, tax=one.tax_of(part), where="document"))
                amount = amount - part
        return replace(self, applied=(*self.applied, *more))


NONE: Final = Prepayments()


def unbilled(
    orders: Iterable[Order], ledger: Ledger, own: Mapping[tuple[str, str], Decimal], currency: str, factor: Factor
) -> Money | None:
    """What the orders still expect to be billed, at agreed prices and without tax, after what others and the claim (`own`) bill.

    Orders that are not open expect nothing, nor do those in another currency; None where a price is not agreed.
    """
    left = Money.zero(currency)
    for order in orders:
        if order.status != "open" or order.currency not in {"", currency}:
            continue
        for line in order.lines:
            row = ledger.lines[order.number, line.id]
            quantity = row.ordered - row.billed - own.get((order.number, line.id), _NOTHING)
            if quantity <= 0:
                continue
            price = agreed_price(order, line, factor)
            if price is None:
                return None
            left = left + extend(price, quantity, per=_ONE, currency=currency)
    return left


def prepayment_ledgers(dossier: Dossier) -> Iterator[Key]:
    """The ledgers of the prepayments at hand, and of the claim's own where it is one."""
    for recorded in (dossier.claim, *dossier.evidence):
        document = recorded.document
        if isinstance(document, Invoice) and is_prepayment(document):
            yield advance_key(document.number)


def prepayments_of(dossier: Dossier, invoice: Invoice, chosen: Chosen, supplier: Supplier | None) -> Prepayments:
    """The prepayments for a claim, what it takes off for them, and what it gives back of them."""
    advances = tuple(_advances(dossier, invoice, chosen, supplier))
    wanted = named_prepayments(invoice)
    stated = wanted or invoice.prepayments or invoice.totals.prepaid is not None
    if not advances and not stated and not is_prepayment(invoice):
        return NONE
    if invoice.is_credit:
        return Prepayments(
            advances=advances,
            credits=_credited(invoice, advances),
            restored=tuple(_restored(dossier, invoice, advances)),
        )
    if is_prepayment(invoice):
        return Prepayments(advances=advances, own=_advance(dossier, source_of(dossier.claim.key), invoice, ""))
    taken = tuple(deductions(invoice, [one.number for one in advances]))
    if invoice.lines and all(line.net.minor <= 0 for line in invoice.lines):
        taken = ()  # it takes goods back
    applied, rests = _apply(invoice, taken, advances)
    information = {line.id for line in invoice.lines if is_information(line)}
    return Prepayments(
        advances=advances,
        applied=applied,
        rests=rests,
        lines=frozenset(information | {one.where for one in taken if one.in_lines}),
        restored=tuple(_restored(dossier, invoice, advances)),
    )


def _advances(dossier: Dossier, invoice: Invoice, chosen: Chosen, supplier: Supplier | None) -> Iterator[Advance]:
    """The prepayment invoices at hand but for the claim itself, the oldest first; those that are another company's have a reason."""
    own = source_of(dossier.claim.key)
    ours = set(party_names(invoice.supplier))
    if supplier is not None:
        ours |= set(party_names(Party(name=supplier.name, identifiers=identifiers_of(supplier))))
    at_hand: dict[str, tuple[RecordedDocument[Document], str]] = {
        source_of(recorded.key): (recorded, "") for recorded in chosen.evidence
    }
    at_hand |= {source_of(left.recorded.key): (left.recorded, left.reason) for left in chosen.left_out}
    made = [
        _advance(dossier, source, recorded.document, _unfit(recorded.document, invoice, ours, reason))
        for source, (recorded, reason) in at_hand.items()
        if source != own and isinstance(recorded.document, Invoice) and is_prepayment(recorded.document)
    ]
    yield from sorted(made, key=lambda one: (one.issued or date.max, one.source))


def _unfit(document: Invoice, invoice: Invoice, ours: set[str], reason: str) -> str:
    if reason:
        return reason
    if not ours & set(party_names(document.supplier)):
        return Sentence("is one of {supplier}", supplier=document.supplier.name or "another supplier")
    if document.currency != invoice.currency:
        return Sentence("is in {currency}", currency=document.currency)
    return ""


def _advance(dossier: Dossier, source: str, document: Invoice, unfit: str) -> Advance:
    currency = document.currency
    number = normal_reference(document.number)
    # What is put into the ledger, or back into it, counts once it is posted; what is taken out at once.
    mine = [
        used for used in dossier.allocated if used.ledger.kind == ADVANCE and used.ledger.number == number
        and used.line in {source, source + OF_TAX} and used.amount.currency == currency
        and (used.posted or not used.gives_back)
    ]  # fmt: skip
    gross, tax = -_sums(mine, source, currency), -_sums(mine, source + OF_TAX, currency)
    own = [used for used in mine if source_of(used.claim) == source]
    by: dict[str, Money] = {}
    for used in mine:
        if used.line == source and source_of(used.claim) != source:
            name = number_in(used.claim)
            by[name] = by.get(name, Money.zero(currency)) + used.amount
    return Advance(
        number=document.number,
        source=source,
        posted=-_sums(own, source, currency),
        tax=-_sums(own, source + OF_TAX, currency),
        open=gross,
        open_tax=tax,
        issued=document.issue_date,
        orders=document.order_numbers(),
        used=tuple((name, amount) for name, amount in by.items() if amount.minor > 0),
        unfit=unfit,
    )


def _sums(used: Iterable[Allocated], line: str, currency: str) -> Money:
    return total((one.amount for one in used if one.line == line), currency)


def _named(number: str, advances: Sequence[Advance]) -> tuple[Advance, ...]:
    """Those of a number: of this supplier, if there is one; else those of others, each with its reason."""
    bearing = [one for one in advances if normal_reference(one.number) == normal_reference(number)]
    return tuple([one for one in bearing if not one.unfit] or bearing)


def _apply(
    invoice: Invoice, taken: Iterable[Deduction], advances: Sequence[Advance]
) -> tuple[tuple[Applied, ...], tuple[Rest, ...]]:
    """Sets each deduction against the prepayments that it names, else against those that the invoice names, else the oldest."""
    left = {one.source: one for one in advances if not one.unfit and one.open.minor > 0}
    numbers = (*named_prepayments(invoice), *invoice.preceding)
    named = tuple(dict.fromkeys(one for number in numbers for one in _named(number, advances)))
    others = tuple(one for one in advances if not one.unfit)
    applied, rests = [], []
    for deduction in sorted(taken, key=lambda one: not one.invoice):
        meant = _named(deduction.invoice, advances) if deduction.invoice else named or others
        rest = deduction.amount
        for one in meant if deduction.invoice else dict.fromkeys((*meant, *others)):
            if (open_ := left.get(one.source)) is None or rest.minor <= 0:
                continue
            part = min(rest, open_.open)
            tax = open_.tax_of(part)
            applied.append(_applied(open_, part, tax, deduction))
            rest = rest - part
            left[one.source] = replace(open_, open=open_.open - part, open_tax=open_.open_tax - tax)
            if not left[one.source].open:
                del left[one.source]
        if rest.minor > (CENT if deduction.in_lines else 0):
            rests.append(Rest(deduction=deduction, amount=rest, named=meant))
    return tuple(applied), tuple(rests)


def _applied(advance: Advance, amount: Money, tax: Money, deduction: Deduction) -> Applied:
    stated = deduction.tax
    if stated is not None and amount != deduction.amount:
        stated = Money.rounded(stated.amount * amount.amount / deduction.amount.amount, amount.currency)
    return Applied(
        advance=advance, amount=amount, tax=tax, where=deduction.where, in_lines=deduction.in_lines, stated_tax=stated
    )


def _credited(invoice: Invoice, advances: Sequence[Advance]) -> tuple[Advance, ...]:
    """The prepayments that a credit note takes back: all that it names is one; else it is about goods."""
    named = [_named(number, advances) for number in invoice.preceding]
    fitting = [[one for one in alike if not one.unfit] for alike in named]
    return tuple(one for alike in fitting for one in alike) if fitting and all(fitting) else ()


def _restored(dossier: Dossier, invoice: Invoice, advances: Sequence[Advance]) -> Iterator[Applied]:
    """What a document that takes an invoice back in full opens again: what that one has taken off."""
    prepaid = invoice.totals.prepaid
    if prepaid is None or not prepaid.minor or not takes_back(dossier, invoice):
        return
    named = {normal_reference(number) for number in invoice.preceding}
    sources = {source_of(claim.key) for claim in dossier.alike if normal_reference(claim.number) in named}
    for one in advances:
        mine = [used for used in dossier.allocated if used.ledger == one.ledger and source_of(used.claim) in sources]
        amount, tax = (_sums(mine, line, one.open.currency) for line in (one.source, one.source + OF_TAX))
        if amount.minor > 0 and not one.unfit:
            yield Applied(advance=one, amount=-abs(amount), tax=-abs(tax), where="document")


def takes_back(dossier: Dossier, invoice: Invoice) -> bool:
    """Whether the document mirrors the one invoice that it names: what was paid before, and what is to be paid."""
    prepaid, asked = invoice.totals.prepaid, invoice.totals.payable
    named = {normal_reference(number) for number in invoice.preceding}
    if prepaid is None or asked is None or len(named) != 1:
        return False
    first = [
        claim for claim in dossier.alike
        if claim.kind == "invoice" and not claim.near and normal_reference(claim.number) in named
        and claim.state in {"posted", "posting", "part_posted", "clear"} and not claim.reversed
    ]  # fmt: skip
    mirrored = {(claim.payable, f"prepaid/{abs(prepaid)}" in claim.traits) for claim in first}
    return mirrored == {(abs(asked), True)}
