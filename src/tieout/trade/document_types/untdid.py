"""UNTDID 1001: the codes that stand for invoices and credit notes, or are taken for them, and all others of the directory.

EN 16931 allows the codes of its subset; 480 is allowed by PINT. A code of the directory that is in neither names a document of
another sort (an order, a certificate …).
"""

from __future__ import annotations

from typing import Final

from tieout.core.values.sentence import Sentence
from tieout.trade.document_types.document_type import DocumentType, rows

_LIST: Final = "UNTDID 1001"

EN_16931: Final[dict[str, DocumentType]] = {
    row.code: row
    for row in rows(
        _LIST,
        """
        71 | request for payment | request
        80 | debit note for goods or services | debit_note
        81 | credit note for goods or services | credit_note | credit
        82 | invoice for metered services | invoice
        83 | credit note for financial adjustments | credit_note | credit
        84 | debit note for financial adjustments | debit_note
        102 | tax notification | notice
        130 | invoicing data sheet | notice
        202 | direct payment valuation | application
        203 | provisional payment valuation | application
        204 | payment valuation | application
        211 | interim application for payment | application
        218 | final payment request on completion of work | application
        219 | payment request for completed units | application
        261 | self-billed credit note | credit_note | credit, self-billed
        262 | consolidated credit note | credit_note | credit
        295 | price variation invoice | debit_note
        296 | credit note for price variation | credit_note | credit
        308 | delcredere credit note | credit_note | credit
        325 | proforma invoice | proforma
        326 | partial invoice | invoice
        331 | invoice with a packing list | invoice
        380 | commercial invoice | invoice
        381 | credit note | credit_note | credit
        382 | commission note | notice
        383 | debit note | debit_note
        384 | corrected invoice | corrective
        385 | consolidated invoice | invoice
        386 | prepayment invoice | prepayment
        387 | hire invoice | invoice
        388 | tax invoice | invoice
        389 | self-billed invoice | invoice | self-billed
        390 | delcredere invoice | invoice
        393 | factored invoice | invoice | factored
        394 | lease invoice | invoice
        395 | consignment invoice | notice
        396 | factored credit note | credit_note | credit, factored
        420 | payment credit note read by a machine | bank_entry | credit
        456 | debit advice | bank_entry
        457 | reversal of a debit | bank_entry
        458 | reversal of a credit | bank_entry | credit
        471 | self-billed corrected invoice | corrective | self-billed
        472 | factored corrected invoice | corrective | factored
        473 | self-billed factored corrected invoice | corrective | self-billed, factored
        500 | self-billed prepayment invoice | prepayment | self-billed
        501 | self-billed factored invoice | invoice | self-billed, factored
        502 | self-billed factored credit note | credit_note | credit, self-billed, factored
        503 | credit note for a prepayment | credit_note | credit
        527 | self-billed debit note | debit_note | self-billed
        532 | forwarder's credit note | credit_note | credit
        553 | forwarder's report of an invoice discrepancy | notice
        575 | insurer's invoice | invoice
        623 | forwarder's invoice | invoice
        633 | port charges | invoice
        751 | invoice information for accounting purposes | till_receipt
        780 | freight invoice | invoice
        817 | claim notification | notice
        870 | consular invoice | customs
        875 | partial construction invoice | invoice
        876 | partial final construction invoice | invoice
        877 | final construction invoice | invoice
        935 | customs invoice | customs
        """,
    )
}
"""The codes that EN 16931 allows as BT-3, as in its code lists of 2025."""

FURTHER: Final[dict[str, DocumentType]] = {
    row.code: row
    for row in rows(
        _LIST,
        """
        480 | invoice out of the scope of tax | invoice
        481 | remittance advice | other_document
        493 | statement of account | request
        """,
    )
}
"""Codes beside the subset that senders use for what is billed or paid."""

_DIRECTORY: Final = (
    "1-470 480-491 493-499 520-539 550-554 575-589 610 621-659 700-799 810-879 890-917 925-927 929-938 940-941 950-955 "
    "960-966 970-972 974-979 990-991 995-996 998"
)


def _codes() -> frozenset[str]:
    spans = (span.partition("-") for span in _DIRECTORY.split())
    listed = {str(code) for low, _, high in spans for code in range(int(low), int(high or low) + 1)}
    return frozenset(listed | EN_16931.keys() | FURTHER.keys())


DIRECTORY: Final[frozenset[str]] = _codes()
"""Every code of UNTDID 1001 (D.22A, and those that were added for EN 16931 since)."""


def of_directory(code: str) -> DocumentType | None:
    """The type of a code of UNTDID 1001; None where the directory does not have it."""
    row = EN_16931.get(code) or FURTHER.get(code)
    if row is None and code in DIRECTORY:
        return DocumentType(code=code, code_list=_LIST, name=Sentence("another document"), nature="other_document")
    return row
