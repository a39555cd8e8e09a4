"""The voucher: all that an accounting system needs to post (a part of) an invoice, as canonical JSON text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from tieout.core.tie_out.actions import text_of
from tieout.core.tie_out.verdict import PostingLine, Settled
from tieout.core.values.money import Money, total
from tieout.core.values.party import Party
from tieout.core.values.quantity import plain
from tieout.trade.document_gate import read_as_posted
from tieout.trade.document_types.of_invoice import type_of
from tieout.trade.documents import Invoice, InvoiceLine
from tieout.trade.payable import split_tax
from tieout.trade.payment_ways import creditor_of, payment_of

VERSION: Final = 1


def voucher(
    invoice: Invoice,
    lines: tuple[PostingLine, ...],
    part: int,
    action_id: UUID,
    *,
    claim: str = "",
    final: bool = True,
) -> str:
    """JSON text with sorted keys, amounts as decimal strings in the invoice's currency, dates as ISO 8601.

    `reference` is our own id of this posting: the external system stores it and is asked for it before any retry. Amounts
    are as stated: a credit note's are positive, and `kind` says that they are taken back. `nature` is what the type code says
    ("invoice", "prepayment", "debit_note" …). `final` False: more parts of the invoice follow. `payment` says what of the whole
    invoice our payment run pays; `blocked` True: nothing by itself. A line of kind "prepayment" takes off what is posted already.
    """
    invoice = read_as_posted(invoice)
    currency = invoice.currency
    net = total((line.net for line in lines), currency)
    tax = total((line.tax for line in lines), currency)
    return text_of(
        {
            "version": VERSION,
            "reference": str(action_id),
            "claim": claim,
            "kind": invoice.kind,
            "nature": _nature(invoice),
            "part": part,
            "final": final,
            "number": invoice.number,
            "issue_date": _day(invoice.issue_date),
            "due_on": _day(invoice.due_on),
            "delivered_on": _day(invoice.delivered_on),
            "tax_point_on": _day(invoice.tax_point_on),
            "entity": invoice.entity,
            "currency": currency,
            "tax_currency": invoice.tax_currency or currency,
            "supplier": _party(invoice.supplier),
            "buyer": _party(invoice.buyer),
            "customer": _party(invoice.buyer) if invoice.is_ours else None,
            "customer_order": invoice.customer_order,
            "run": invoice.run,
            "payee": _party(invoice.payee) if invoice.payee else None,
            "accounts": [
                {"number": account.number, "bic": account.bic, "holder": account.holder} for account in invoice.accounts
            ],
            "orders": list(invoice.order_numbers()),
            "contract": invoice.contract_number,
            "preceding": list(invoice.preceding),
            "terms": invoice.terms,
            "lines": _lines(invoice, lines),
            "net": _amount(net),
            "tax": _amount(tax),
            "gross": _amount(net + tax),
            "invoice_payable": _amount(invoice.totals.payable),
            "payment": _payment(invoice, lines),
        }
    )


def _nature(invoice: Invoice) -> str:
    """What its type says that it is ("prepayment", "debit_note" …): an ERP may post it in a way of its own."""
    row = type_of(invoice)
    return "" if row is None else row.nature


def _payment(invoice: Invoice, lines: tuple[PostingLine, ...]) -> dict[str, object]:
    """How the whole invoice is paid: `blocked` True, and `amount` is what is left for our payment run, with the reasons.

    `prepayments` are the posted prepayments that are cleared with it, each with its tax; `in_lines`: its amount is in the voucher's
    lines, else it lowers the amount to pay alone. `direct_debit` and `card` say how the seller takes the money.
    """
    cleared = [(line.settles, bool(line.net)) for line in lines if line.settles is not None]
    beside = total((one.amount for one, in_lines in cleared if not in_lines), invoice.currency)
    payment, sums = payment_of(invoice, beside), invoice.totals
    debit, card = invoice.direct_debit, invoice.card
    return {
        "blocked": payment.blocked,
        "amount": _amount(payment.by_us),
        "means": list(invoice.payment_means),
        "ways": [way.sort for way in payment.ways],
        "prepaid": _amount(sums.prepaid),
        "prepayments": [_prepayment(one, in_lines=in_lines) for one, in_lines in cleared],
        "direct_debit": debit
        and {"mandate": debit.mandate, "creditor": creditor_of(invoice), "account": debit.account},
        "card": card and {"number": card.number, "holder": card.holder},
        "withheld": _amount(sums.withheld),
        "to_treasury": _amount(split_tax(invoice)),
        "third_parties": [
            {"amount": _amount(one.amount), "type": one.type, "reason": one.reason} for one in invoice.third_parties
        ],
    }


def _prepayment(settled: Settled, *, in_lines: bool) -> dict[str, object]:
    return {
        "claim": settled.claim,
        "number": settled.number,
        "amount": _amount(settled.amount),
        "tax": _amount(settled.tax),
        "in_lines": in_lines,
    }


def _lines(invoice: Invoice, lines: tuple[PostingLine, ...]) -> list[dict[str, object]]:
    """The voucher's lines; of several invoice lines with one id, the first is meant."""
    billed = {line.id: line for line in reversed(invoice.lines)}
    return [
        _line(line, billed.get(line.claim_line), invoice) for line in lines if line.net or line.kind != "prepayment"
    ]


def _line(line: PostingLine, billed: InvoiceLine | None, invoice: Invoice) -> dict[str, object]:
    return {
        "claim_line": line.claim_line,
        "kind": line.kind,
        "description": line.description or (billed.description if billed else ""),
        "quantity": None if line.quantity is None else plain(line.quantity),
        "unit": line.unit,
        "net": _amount(line.net),
        "tax": _amount(line.tax),
        "tax_category": billed.tax_category if billed else "",
        "tax_percent": _plain(billed.tax_percent) if billed else None,
        "order": line.order,
        "order_line": line.line,
        "product": (billed.product.buyer or billed.product.standard or billed.product.seller) if billed else "",
        "site": (billed.site or invoice.site) if billed else invoice.site,
    }


def _party(party: Party) -> dict[str, object]:
    return {
        "name": party.name,
        "country": party.country,
        "identifiers": [{"scheme": identifier.scheme, "value": identifier.value} for identifier in party.identifiers],
    }


def _amount(money: Money | None) -> str | None:
    return None if money is None else money.digits


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
