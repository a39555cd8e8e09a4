"""The gate before every check: is the document an invoice at all, and does it say without doubt what it asks for?

What is no invoice is held and nothing else is checked. What can be read in two ways asks which is meant; a person decides, and
the decision holds for this document alone: it is the acceptance of that finding, by the resolution that was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.findings.acceptance import released
from tieout.core.findings.finding import Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.tie_out.judging import BLOCKING, DOCUMENT
from tieout.core.values.made import made_often
from tieout.core.values.money import Money, total
from tieout.core.values.quantity import Quantity
from tieout.core.values.sentence import Sentence
from tieout.trade.arithmetic.measure import claims_standard
from tieout.trade.document_types import credit_title
from tieout.trade.document_types.document_type import REASONS, DocumentType
from tieout.trade.document_types.of_invoice import type_of
from tieout.trade.document_types.untdid import EN_16931
from tieout.trade.documents import Invoice
from tieout.trade.documents.invoice import AllowanceCharge, InvoiceLine
from tieout.trade.tax_rules.families import family_of
from tieout.trade.taxonomy import KERNEL

READ_AS_CREDIT: Final = "read_as_credit"
CONFIRM_INVOICE: Final = "confirm_invoice"


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What the gate says of a document: how it is read, and its findings, those that a person decided already as notes."""

    invoice: Invoice
    findings: tuple[Finding, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the document goes on to the other checks."""
        return not any(finding.stage in BLOCKING for finding in self.findings)

    def decided(self, code: str) -> str:
        """The resolution by which a person decided a finding of this code, "" where nobody did."""
        if not self.findings:
            return ""
        accepted = (finding.accepted for finding in self.findings if finding.code == code and finding.accepted)
        return next((one.resolution for one in accepted), "")


def unfit(invoice: Invoice, row: DocumentType | None, *, ruling: Ruling) -> Iterator[Finding]:
    """DOC-NOTINV for what is no invoice; DOC-EINV for a code in no list, and for one that contradicts the document's kind. `row` is its
    type."""
    if row is None:
        reason = Sentence(
            "type code {code} is in no list of document types that is valid for it", code=invoice.type_code
        )
        yield _contradiction(invoice, reason, ruling)
    elif not row.is_invoice:
        reason = Sentence("{type}: {reason}", type=row.label, reason=REASONS[row.nature])
        made = finding(
            KERNEL["DOC-NOTINV"], DOCUMENT, ruling=ruling, actual=row.name, at_stake=asked(invoice), reason=reason
        )
        yield made if row.may_be_invoice else _never_accepted(made)
    elif row.credit != invoice.is_credit:
        message = "type code {code} is that of an invoice, and the document is a credit note"
        if row.credit:
            message = "type code {code} is that of a credit note, and the document is an invoice"
        yield _contradiction(invoice, Sentence(message, code=row.code), ruling)
    elif (listed := _other_list(invoice, row)) is not None:
        yield _contradiction(invoice, listed, ruling)
    elif (title := _credit_title(invoice)) is not None:
        yield _contradiction(invoice, title, ruling)


def _other_list(invoice: Invoice, row: DocumentType) -> Sentence | None:
    """A code of another list than EN 16931 allows, on a document that claims the standard."""
    allowed = row.code in EN_16931 or row.code_list == "profile"
    if allowed or not claims_standard(invoice) or not family_of(invoice).standard:
        return None
    return Sentence("type code {code} is that of {type}, which EN 16931 does not allow", code=row.code, type=row.label)


def _credit_title(invoice: Invoice) -> Sentence | None:
    """A document that calls itself a credit note or cancellation, and yet bills money."""
    if invoice.is_credit or invoice.is_ours or stated_total(invoice).minor <= 0:
        return None
    title = credit_title(invoice.notes)
    message = "it calls itself {title!r}, and bills money as an invoice does"
    return Sentence(message, title=title) if title else None


def _contradiction(invoice: Invoice, reason: str, ruling: Ruling) -> Finding:
    return finding(
        KERNEL["DOC-EINV"],
        DOCUMENT,
        ruling=ruling,
        actual=invoice.type_code,
        at_stake=asked(invoice),
        reason=reason,
        rule="BR-CL-01",
        place=Sentence("type code"),
    )


def _never_accepted(made: Finding) -> Finding:
    left = tuple(name for name in made.resolutions if name != CONFIRM_INVOICE)
    return replace(made, releasable=False, resolutions=left)


def signed(invoice: Invoice, *, ruling: Ruling) -> Iterator[Finding]:
    """DOC-SIGN: a credit note with negative amounts gives back or asks for money; nobody may guess which."""
    if invoice.is_credit and (stated := stated_total(invoice)).minor < 0:
        made = finding(
            KERNEL["DOC-SIGN"],
            DOCUMENT,
            ruling=ruling,
            actual=str(stated),
            at_stake=abs(stated),
            other=", ".join(invoice.preceding),
        )
        if invoice.is_ours:  # it goes to the customer as it is, so it is corrected where it was made
            made = replace(made, releasable=False, resolutions=("amend_invoice", "withdraw"))
        yield made


def of_ours(invoice: Invoice, *, ruling: Ruling) -> list[Finding]:
    """What holds an invoice or credit note of ours before anything else is checked: it is none, or its sign is in doubt."""
    return [*unfit(invoice, type_of(invoice), ruling=ruling), *signed(invoice, ruling=ruling)]


def passed(
    invoice: Invoice,
    findings: Sequence[Finding],
    releases: Sequence[Release],
    at: datetime,
) -> Gate:
    """The gate's answer: findings that a person decided by one of their own resolutions are notes, and the document is read
    as that person said."""
    judged = tuple(_judged(one, releases, at) for one in findings)
    gate = Gate(invoice=invoice, findings=judged)
    return replace(gate, invoice=turned_round(invoice)) if gate.decided("DOC-SIGN") == READ_AS_CREDIT else gate


def _judged(made: Finding, releases: Sequence[Release], at: datetime) -> Finding:
    own = [release for release in releases if release.resolution in made.resolutions]
    return released([made], own, at)[0]


def stated_total(invoice: Invoice) -> Money:
    """What the document comes to as stated: with tax, else without, else its lines."""
    totals = invoice.totals
    stated = next((amount for amount in (totals.gross, totals.net, totals.lines) if amount is not None), None)
    if stated is not None:
        return stated
    if invoice.lines:
        return total((line.net for line in invoice.lines), invoice.currency)
    return totals.payable or Money.zero(invoice.currency)


def asked(invoice: Invoice) -> Money:
    """How much money the document is about, without sign."""
    return abs(invoice.totals.payable or stated_total(invoice))


def read_as_posted(invoice: Invoice) -> Invoice:
    """The document as it is posted: a negative credit note can be posted in one reading only."""
    return turned_round(invoice) if invoice.is_credit and stated_total(invoice).minor < 0 else invoice


def turned_round(invoice: Invoice) -> Invoice:
    """The same document with every amount and quantity of the other sign."""
    totals = invoice.totals
    amounts = {name: _minus(getattr(totals, name)) for name in type(totals).__dataclass_fields__}
    return replace(
        invoice,
        lines=tuple(_line(line) for line in invoice.lines),
        totals=replace(totals, **amounts),
        tax=tuple(replace(row, taxable=-row.taxable, tax=-row.tax) for row in invoice.tax),
        allowances_charges=tuple(map(_entry, invoice.allowances_charges)),
        third_parties=tuple(replace(one, amount=-one.amount) for one in invoice.third_parties),
        prepayments=tuple(replace(one, amount=_minus(one.amount), tax=_minus(one.tax)) for one in invoice.prepayments),
    )


def _line(line: InvoiceLine) -> InvoiceLine:
    """Quantity × price is the net amount: where the price carries the sign, the quantity keeps its own."""
    quantity, price = line.quantity, line.price
    if price is not None and price < 0:
        price = -price
    elif quantity is not None:
        quantity = Quantity(-quantity.value, quantity.unit)
    entries = tuple(map(_entry, line.allowances_charges))
    return replace(line, net=-line.net, quantity=quantity, price=price, allowances_charges=entries)


def _entry(entry: AllowanceCharge) -> AllowanceCharge:
    return replace(entry, amount=-entry.amount, on=_minus(entry.on))


def _minus(amount: Money | None) -> Money | None:
    return None if amount is None else -amount
