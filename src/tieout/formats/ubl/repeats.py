"""Which elements of a UBL invoice occur at most once (OASIS UBL 2.1, UBL-Invoice, UBL-CreditNote, UBL-DebitNote)."""

from __future__ import annotations

from typing import Final

from tieout.formats.ubl import tags as t
from tieout.formats.ubl.repeated import Once

_HEAD: Final = frozenset({
    t.ID, t.CUSTOMIZATION_ID, t.PROFILE_ID, t.ISSUE_DATE, t.DUE_DATE, t.TAX_POINT_DATE, t.INVOICE_TYPE_CODE,
    t.CREDIT_NOTE_TYPE_CODE, t.DOCUMENT_CURRENCY_CODE, t.TAX_CURRENCY_CODE, t.ACCOUNTING_SUPPLIER_PARTY,
    t.ACCOUNTING_CUSTOMER_PARTY, t.PAYEE_PARTY, t.TAX_REPRESENTATIVE_PARTY, t.ORDER_REFERENCE, t.LEGAL_MONETARY_TOTAL,
    t.REQUESTED_MONETARY_TOTAL,
})  # fmt: skip
_SUMS: Final = frozenset({
    t.LINE_EXTENSION_AMOUNT, t.TAX_EXCLUSIVE_AMOUNT, t.TAX_INCLUSIVE_AMOUNT, t.ALLOWANCE_TOTAL_AMOUNT,
    t.CHARGE_TOTAL_AMOUNT, t.PREPAID_AMOUNT, t.PAYABLE_ROUNDING_AMOUNT, t.PAYABLE_AMOUNT,
})  # fmt: skip
_LINE: Final = frozenset({
    t.ID, t.INVOICED_QUANTITY, t.CREDITED_QUANTITY, t.DEBITED_QUANTITY, t.LINE_EXTENSION_AMOUNT, t.ITEM, t.PRICE,
})  # fmt: skip
_ROOTS: Final = {
    f"{t.DOCUMENTS}{kind}-2}}{kind}": _HEAD
    for kind in ("Invoice", "CreditNote", "DebitNote", "SelfBilledInvoice", "SelfBilledCreditNote", "FreightInvoice")
}
ONCE: Final[Once] = _ROOTS | {
    t.LEGAL_MONETARY_TOTAL: _SUMS,
    t.REQUESTED_MONETARY_TOTAL: _SUMS,
    t.INVOICE_LINE: _LINE,
    t.CREDIT_NOTE_LINE: _LINE,
    t.DEBIT_NOTE_LINE: _LINE,
    t.PRICE: frozenset({t.PRICE_AMOUNT, t.BASE_QUANTITY, t.ORDERABLE_UNIT_FACTOR_RATE}),
    t.ALLOWANCE_CHARGE: frozenset({t.CHARGE_INDICATOR, t.AMOUNT, t.BASE_AMOUNT, t.MULTIPLIER_FACTOR_NUMERIC}),
    t.TAX_TOTAL: frozenset({t.TAX_AMOUNT}),
    t.TAX_SUBTOTAL: frozenset({t.TAXABLE_AMOUNT, t.TAX_AMOUNT, t.TAX_CATEGORY, t.PERCENT}),
    t.TAX_CATEGORY: frozenset({t.ID, t.PERCENT}),
    t.CLASSIFIED_TAX_CATEGORY: frozenset({t.ID, t.PERCENT}),
}
