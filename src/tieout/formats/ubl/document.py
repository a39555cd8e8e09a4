"""The UBL format: which UBL documents Tieout takes, and how it refuses the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lxml.etree import _Element

from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.values.money import is_currency
from tieout.core.values.sentence import Sentence
from tieout.formats.format import Format, Source, refusal
from tieout.formats.ubl import tags as t
from tieout.formats.ubl.despatch import read_despatch
from tieout.formats.ubl.invoice import Shape, read_invoice
from tieout.formats.ubl.order import read_order
from tieout.formats.ubl.parts import in_percent
from tieout.formats.ubl.receipt import read_receipt
from tieout.formats.ubl.repeated import remark_repeats
from tieout.formats.ubl.repeats import ONCE
from tieout.formats.ubl.responses import ORDER_RESPONSES, read_answers, read_order_response
from tieout.formats.ubl.sheet import Sheet, first, local, place, text
from tieout.formats.ubl.write import write

_SHAPES: Final = {
    "Invoice": Shape(kind="invoice", type_code="380"),
    "SelfBilledInvoice": Shape(kind="invoice", type_code="389"),
    "FreightInvoice": Shape(kind="invoice", type_code="780"),
    "CreditNote": Shape(kind="credit_note", type_code="381", line=t.CREDIT_NOTE_LINE, quantity=t.CREDITED_QUANTITY),
    "SelfBilledCreditNote": Shape(
        kind="credit_note", type_code="261", line=t.CREDIT_NOTE_LINE, quantity=t.CREDITED_QUANTITY
    ),
    "DebitNote": Shape(
        kind="invoice", type_code="383", line=t.DEBIT_NOTE_LINE, quantity=t.DEBITED_QUANTITY,
        totals=t.REQUESTED_MONETARY_TOTAL,
    ),
}  # fmt: skip
_MOVEMENTS: Final[dict[str, Callable[[Sheet, _Element], Document]]] = {
    "DespatchAdvice": read_despatch,
    "ReceiptAdvice": read_receipt,
}


def _is_ubl(source: Source) -> bool:
    """Only whole documents: parts of one are in the namespaces of the common components."""
    kind = local(source.tag)
    return source.tag == f"{t.DOCUMENTS}{kind}-2}}{kind}"


def _read(source: Source) -> tuple[Reading, ...]:
    root = source.root
    assert root is not None
    kind, version = local(root.tag), f"ubl-{text(first(root, t.UBL_VERSION_ID)) or '2.1'}"[:20]
    if kind in _MOVEMENTS:
        sheet = Sheet("", root)
        return (_reading(_MOVEMENTS[kind](sheet, root), sheet, version),)
    if kind == "ApplicationResponse":
        return _answers(source, root, version)
    if kind not in _SHAPES and kind != "Order" and kind not in ORDER_RESPONSES:
        return (_not_taken(source, kind, version),)
    currency, remark = _currency(root)
    if kind in _SHAPES and not is_currency(currency):
        return (_no_currency(source, root, currency, version),)
    fractions = not in_percent(text(first(root, t.CUSTOMIZATION_ID)))
    sheet = Sheet(currency if is_currency(currency) else "", root, fractions=fractions)
    if kind in ORDER_RESPONSES:
        return (_reading(read_order_response(sheet, root), sheet, version),)
    if remark:
        sheet.remark(remark, root, rule="BR-05", fatal=not sheet.currency)
    if kind in _SHAPES:
        remark_repeats(sheet, root, ONCE)
    document = read_order(sheet, root) if kind == "Order" else read_invoice(sheet, root, _SHAPES[kind])
    return (_reading(document, sheet, version),)


def _answers(source: Source, root: _Element, version: str) -> tuple[Reading, ...]:
    sheet = Sheet("", root)
    answers = read_answers(sheet, root)
    if not answers:
        reason = "the ApplicationResponse answers no document that it names"
        why = sheet.remarks[0].message if sheet.remarks else "it has no cac:DocumentResponse"
        return (
            refusal(source, f"{reason}: {why}", remedy="send the answer to an invoice of ours", format_name=version),
        )
    remarks = tuple(sheet.remarks)
    return tuple(
        Reading(document=answer, format=version, remarks=remarks if part == 1 else (), part=part)
        for part, answer in enumerate(answers, 1)
    )


def _reading(document: Document, sheet: Sheet, version: str) -> Reading:
    return Reading(document=document, format=version, remarks=tuple(sheet.remarks))


def _currency(root: _Element) -> tuple[str, str]:
    """The document's currency and a remark on it: where it is not stated it may follow from its amounts."""
    for tag in (t.DOCUMENT_CURRENCY_CODE, t.PRICING_CURRENCY_CODE):
        if stated := text(first(root, tag)).upper():
            return stated, ""
    seen = {element.get("currencyID", "").strip() for element in root.iter(t.PAYABLE_AMOUNT, t.LINE_EXTENSION_AMOUNT)}
    if len(seen) == 1 and is_currency(only := seen.pop()):
        return only, Sentence(
            "the document does not state its currency (cbc:DocumentCurrencyCode); its amounts are in {currency}",
            currency=only,
        )
    return "", Sentence("the document does not state its currency (cbc:DocumentCurrencyCode)")


def _no_currency(source: Source, root: _Element, currency: str, version: str) -> Reading:
    stated = Sentence("{currency!r} is not an ISO 4217 currency", currency=currency)
    reason = stated if currency else "the document does not state its currency"
    where = place(root if (at := root.find(t.DOCUMENT_CURRENCY_CODE)) is None else at)
    remedy = "ask the sender to state it in cbc:DocumentCurrencyCode, such as EUR"
    return refusal(source, reason, where=where, remedy=remedy, format_name=version)


def _not_taken(source: Source, kind: str, version: str) -> Reading:
    return refusal(
        source, Sentence("recognised as a UBL {kind}, which Tieout does not take as a document yet", kind=kind),
        remedy="send an invoice, credit note, order, an answer to one, despatch advice or receipt advice", format_name=version,
    )  # fmt: skip


FORMAT: Final = Format(name="ubl", sniff=_is_ubl, read=_read, write=write)
