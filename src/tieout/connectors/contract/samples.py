"""Actions as the engine makes them, of every sort that a connection receives, and what the other side must hold of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal
from uuid import UUID

from tieout.connectors.contract.issuing import issued_invoice
from tieout.core.outbox.action import Action, ActionKind
from tieout.core.outbox.connection import Purpose
from tieout.core.tie_out.actions import About, Debit, Letter, debit_text, letter_text
from tieout.core.tie_out.correspondence import Address, Correspondence
from tieout.core.tie_out.verdict import PostingLine, Settled
from tieout.core.values.ids import derive
from tieout.core.values.money import Money, total
from tieout.core.values.party import Identifier, Party
from tieout.trade.documents import DirectDebit, Invoice, InvoiceTotals, PaymentCard
from tieout.trade.documents.invoice import InvoiceKind
from tieout.trade.issued import delivery_payload
from tieout.trade.voucher import voucher

Sort = Literal[
    "plain",
    "cents",
    "large",
    "credit",
    "discount",
    "whole units",
    "debit",
    "first part",
    "second part",
    "collected",
    "card",
    "prepaid",
    "deducted",
    "draft",
]
"""Sorts of payload:

* plain: one line.
* cents: many small amounts, which add up wrongly as binary fractions.
* large: more digits than a binary fraction holds.
* credit: a credit note. Its amounts are positive; its kind makes them a credit.
* discount: an invoice with a negative line.
* whole units: a currency without cents.
* debit: a debit note for the amount paid short.
* first part, second part: one invoice that is posted in two parts.
* collected: the seller takes the money by direct debit, under a mandate; our payment run pays nothing.
* card: it was paid by card.
* prepaid: a posted prepayment lowers what is to be paid, and nothing of its lines.
* deducted: a line of it takes a posted prepayment off.
* draft: a message that is prepared and not to be sent.
"""

SORTS: Final[Mapping[Purpose, tuple[Sort, ...]]] = MappingProxyType(
    {
        "posting": (
            "plain", "cents", "large", "credit", "discount", "whole units", "debit", "first part", "second part",
            "collected", "card", "prepaid", "deducted",
        ),
        "message": ("plain", "draft"),
        "delivery": ("plain", "cents", "credit"),
    }
)  # fmt: skip
"""The sorts that connections of a purpose receive."""

AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_LINES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "plain": (("100.00", "19.00"),),
    "cents": (("0.10", "0.02"), ("0.10", "0.02"), ("0.10", "0.02"), ("1234567.89", "234567.90")),
    "large": (("90071992547409.93", "0.00"),),
    "credit": (("100.00", "19.00"),),
    "discount": (("100.00", "19.00"), ("-12.34", "-2.34")),
    "whole units": (("4900", "490"),),
    "first part": (("60.00", "11.40"),),
    "second part": (("40.00", "7.60"),),
    "collected": (("100.00", "19.00"),),
    "card": (("100.00", "19.00"),),
    "prepaid": (("100.00", "19.00"),),
    "deducted": (("100.00", "19.00"), ("-60.00", "-11.40")),
}
_SUPPLIER: Final = Party(name="Acme GmbH", country="DE", identifiers=(Identifier(scheme="vat", value="DE123456789"),))
_BUYER: Final = Party(name="We Ltd", country="DE", identifiers=(Identifier(scheme="vat", value="DE999999999"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An action, and what the other side must hold once it is done: amounts as decimal text, other things word for word."""

    action: Action
    says: Mapping[str, str]
    sort: Sort = "plain"

    @property
    def reference(self) -> str:
        """The action's id, by which the other side is asked for it."""
        return str(self.action.id)


def sample_of(purpose: Purpose, number: str, sort: Sort = "plain", *, place: str = "", queue: str = "q") -> Sample:
    """An action as the engine gives it to a connection of this purpose. `place` is the company's code."""
    return replace(_sample(purpose, number, sort, place=place, queue=queue), sort=sort)


def _sample(purpose: Purpose, number: str, sort: Sort, *, place: str, queue: str) -> Sample:
    reference = derive("contract", place, number, sort)
    if purpose == "message":
        return _message(reference, number, place=place, queue=queue, draft=sort == "draft")
    if purpose == "delivery":
        return _delivery(reference, number, sort, place=place, queue=queue)
    if sort == "debit":
        return _debit(reference, number, place=place, queue=queue)
    return _posting(reference, number, sort, place=place, queue=queue)


def _action(reference: UUID, kind: ActionKind, claim: str, queue: str, payload: str) -> Action:
    return Action(id=reference, kind=kind, claim=claim, queue=queue, payload=payload, due_at=AT)


def _claim(number: str, place: str) -> str:
    return f"contract-{place}/invoice/{number}@1"


def _posting(reference: UUID, number: str, sort: Sort, *, place: str, queue: str) -> Sample:
    currency = "JPY" if sort == "whole units" else "EUR"
    kind: InvoiceKind = "credit_note" if sort == "credit" else "invoice"
    lines = tuple(
        PostingLine(
            claim_line=str(place_),
            kind="goods",
            net=Money.of(Decimal(net), currency),
            tax=Money.of(Decimal(tax), currency),
            description='Bolts, "M8"; 40 mm',
            order="45",
            line="10",
        )
        for place_, (net, tax) in enumerate(_LINES[sort], 1)
    )
    net, tax = total((line.net for line in lines), currency), total((line.tax for line in lines), currency)
    lines += _settling(lines, sort)
    invoice = Invoice(
        kind=kind,
        number=number,
        issue_date=date(2026, 3, 1),
        currency=currency,
        supplier=_SUPPLIER,
        buyer=_BUYER,
        lines=(),
        totals=InvoiceTotals(lines=net, net=net, tax=tax, gross=net + tax, payable=net + tax),
        entity=place,
    )
    invoice = _paid(invoice, sort)
    lines = tuple(line for line in lines if sort != "deducted" or line.claim_line != "2" or line.kind == "prepayment")
    claim, part = _claim(number, place), 2 if sort == "second part" else 1
    payload = voucher(invoice, lines, part, reference, claim=claim, final=sort != "first part")
    says = {"kind": kind, "number": number, "entity": place, "currency": currency}
    amounts = {"net": net, "tax": tax, "gross": net + tax}
    return Sample(
        action=_action(reference, "post_voucher", claim, queue, payload),
        says=says | {name: f"{money.amount:f}" for name, money in amounts.items()} | payment_says(json.loads(payload)),
    )


def _settling(lines: Sequence[PostingLine], sort: Sort) -> tuple[PostingLine, ...]:
    """The lines that set a posted prepayment of 71.40 against the sample."""
    if sort not in {"prepaid", "deducted"}:
        return ()
    settled = Settled(
        claim="contract/invoice/A-1", number="A-1", amount=_ADVANCE, tax=Money.of(Decimal("11.40"), "EUR")
    )
    if sort == "deducted":
        return (replace(lines[1], kind="prepayment", line=settled.claim, order="", settles=settled),)
    nothing = Money.zero("EUR")
    return (
        PostingLine(
            claim_line="prepayment-1", kind="prepayment", net=nothing, tax=nothing, line=settled.claim, settles=settled
        ),
    )


def _paid(invoice: Invoice, sort: Sort) -> Invoice:
    """The invoice with its way of payment."""
    creditor = Identifier(scheme="SEPA", value="DE98ZZZ09999999999")
    match sort:
        case "collected":
            debit = DirectDebit(mandate="M-2026-7", account="DE02120300000000202051")
            seller = replace(invoice.supplier, identifiers=(*invoice.supplier.identifiers, creditor))
            return replace(invoice, payment_means=("59",), direct_debit=debit, supplier=seller)
        case "card":
            return replace(invoice, payment_means=("54",), card=PaymentCard(number="411111******1111", holder="We Ltd"))
        case "prepaid":
            gross = invoice.totals.gross or Money.zero(invoice.currency)
            return replace(invoice, totals=replace(invoice.totals, prepaid=_ADVANCE, payable=gross - _ADVANCE))
        case _:
            return invoice


_ADVANCE: Final = Money.of(Decimal("71.40"), "EUR")


def payment_says(voucher: Mapping[str, Any]) -> dict[str, str]:
    """What a voucher's `payment` block says, as text under the names that samples have; what it does not state is left out.

    `blocked` is "true" or "false", `to_pay` what our payment run is to pay, `settles` are prepayments ("A-1 71.40 tax 11.40").
    """
    payment = voucher.get("payment") or {}
    debit, card = payment.get("direct_debit") or {}, payment.get("card") or {}
    settled = (f"{one['number']} {one['amount']} tax {one['tax']}" for one in payment.get("prepayments", ()))
    says = {
        "blocked": str(bool(payment.get("blocked"))).lower(),
        "to_pay": payment.get("amount") or "",
        "ways": ", ".join(payment.get("ways", ())),
        "means": ", ".join(payment.get("means", ())),
        "settles": ", ".join(settled),
        "mandate": debit.get("mandate", ""),
        "creditor": debit.get("creditor", ""),
        "debited": debit.get("account", ""),
        "card": card.get("number", ""),
        "card_holder": card.get("holder", ""),
    }
    return {name: text for name, text in says.items() if text}


def _about(number: str, place: str) -> About:
    return About(claim=_claim(number, place), kind="invoice", number=number, counterparty="10023", entity=place)


def _debit(reference: UUID, number: str, *, place: str, queue: str) -> Sample:
    debit = Debit(
        reference=reference,
        case=derive("contract case", number),
        amount=Money.of(Decimal("12.50"), "EUR"),
        reason="five were missing",
        on=AT.date(),
        refs=("5105600001",),
    )
    about = _about(number, place)
    payload = debit_text(about, debit, counterparty="supplier", refs="invoice_refs")
    says = {"kind": "debit_note", "number": number, "entity": place, "currency": "EUR", "net": "12.50"}
    return Sample(action=_action(reference, "post_debit_note", about.claim, queue, payload), says=says)


def _message(reference: UUID, number: str, *, place: str, queue: str, draft: bool) -> Sample:
    text = f"Where are the fifty of {number}? – Grüße"
    letter = Letter(
        purpose="draft" if draft else "question",
        reference=reference,
        case=derive("contract case", number),
        id=derive("contract message", number),
        status="UQ",
        reason="QUA",
        action="",
        text=text,
        subject=f"Question: Invoice {number}",
        language="en",
        to="ar@kessler.example",
    )
    other = Correspondence(
        name="Kessler Fasteners GmbH", number="10023", addresses=(Address(value=letter.to),), ours="Us"
    )
    about = replace(_about(number, place), other_side=other)
    payload = letter_text(about, letter, counterparty="supplier")
    says = {"text": text, "number": number, "entity": place, "draft": str(draft).lower()}
    return Sample(action=_action(reference, "message", about.claim, queue, payload), says=says)


def _delivery(reference: UUID, number: str, sort: Sort, *, place: str, queue: str) -> Sample:
    # lines of 10.00, so that tax is the same by line and by sum
    prices = {"plain": ("100.00",), "cents": ("0.10", "0.10", "0.10"), "credit": ("100.00",)}[sort]
    to = "peppol 0088:7300010000018"
    document = issued_invoice(number, prices, credit=sort == "credit", to=to)
    claim = f"contract-{place}/customer_invoice/{number}@1"
    payload = delivery_payload(document, reference, to=to, claim=claim, attempt=1)
    payable = document.totals.payable
    assert payable is not None, "an invoice that we issue states the amount payable"
    says = {
        "number": number,
        "currency": "EUR",
        "gross": f"{payable.amount:f}",
        "credit": str(document.is_credit).lower(),
    }
    return Sample(action=_action(reference, "deliver", claim, queue, payload), says=says)
