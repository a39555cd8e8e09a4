"""National code lists of document types, and what decides that a document uses one of them.

A two-digit code means different things in different countries (02: a credit note in Malaysia, an export invoice in Colombia),
so it counts only where the list, the profile or the seller's country says whose it is. Words and TD codes are nobody else's.
"""

from __future__ import annotations

from typing import Final

from tieout.trade.document_types.document_type import CodeList, DocumentType, rows

_TEXTS: Final[dict[CodeList, str]] = {
    "MyInvois": """
        01 | invoice | invoice
        02 | credit note | credit_note | credit
        03 | debit note | debit_note
        04 | refund note | credit_note | credit
        11 | self-billed invoice | invoice | self-billed
        12 | self-billed credit note | credit_note | credit, self-billed
        13 | self-billed debit note | debit_note | self-billed
        14 | self-billed refund note | credit_note | credit, self-billed
        """,
    "ZATCA": """
        388 | tax invoice | invoice
        381 | credit note | credit_note | credit
        383 | debit note | debit_note
        386 | prepayment invoice | prepayment
        388-02 | simplified tax invoice (second digit 2) | till_receipt
        388-nominal | nominal supply (fourth digit 1) | free_supply
        388-self | self-billed tax invoice (seventh digit 1) | invoice | self-billed
        """,
    "UBL-TR": """
        SATIS | sale | invoice
        IADE | return | return_invoice | credit
        TEVKIFAT | sale with tax withheld | invoice
        TEVKIFATIADE | return of a sale with tax withheld | return_invoice | credit
        ISTISNA | exempt sale | invoice
        OZELMATRAH | sale with a special tax base | invoice
        IHRACKAYITLI | sale for export | invoice
        SGK | invoice to the social insurance | invoice
        KOMISYONCU | commission agent's invoice | invoice
        HKSSATIS | sale at a wholesale market | invoice
        HKSKOMISYONCU | commission agent's invoice at a wholesale market | invoice
        KONAKLAMAVERGISI | sale with accommodation tax | invoice
        SARJ | electric charging | invoice
        SARJANLIK | electric charging, at once | invoice
        TEKNOLOJIDESTEK | technology support | invoice
        YTBSATIS | sale under an investment certificate | invoice
        YTBISTISNA | exempt sale under an investment certificate | invoice
        YTBTEVKIFAT | sale under an investment certificate, tax withheld | invoice
        YTBIADE | return under an investment certificate | return_invoice | credit
        YTBTEVKIFATIADE | return under an investment certificate, tax withheld | return_invoice | credit
        """,
    "FatturaPA": """
        TD01 | invoice | invoice
        TD02 | advance on an invoice | prepayment
        TD03 | advance on a fee note | prepayment
        TD04 | credit note | credit_note | credit
        TD05 | debit note | debit_note
        TD06 | fee note | invoice
        TD07 | simplified invoice | invoice
        TD08 | simplified credit note | credit_note | credit
        TD09 | simplified debit note | debit_note
        TD10 | simplified record of goods bought within the EU | own_tax_record
        TD11 | simplified record of services bought within the EU | own_tax_record
        TD12 | summary document | notice
        TD16 | reverse charge within Italy, added by the buyer | own_tax_record
        TD17 | services bought abroad, recorded by the buyer | own_tax_record
        TD18 | goods bought within the EU, recorded by the buyer | own_tax_record
        TD19 | goods under article 17(2), recorded by the buyer | own_tax_record
        TD20 | buyer's record for a missing or wrong invoice | own_tax_record
        TD21 | buyer's record where the export limit was exceeded | own_tax_record
        TD22 | goods taken from a tax warehouse | own_tax_record
        TD23 | goods taken from a tax warehouse, tax paid | own_tax_record
        TD24 | deferred invoice for goods delivered | invoice
        TD25 | deferred invoice for triangular supplies | invoice
        TD26 | sale of assets, or a transfer within the business | invoice
        TD27 | own use or free supply | free_supply
        TD28 | goods bought from San Marino with tax, recorded by the buyer | own_tax_record
        TD29 | buyer's report of a missing or irregular invoice | own_tax_record
        """,
    "DIAN": """
        01 | sales invoice | invoice
        02 | export invoice | invoice
        03 | invoice issued during an outage of the seller | invoice
        04 | invoice issued during an outage of the authority | invoice
        05 | support document, issued by the buyer | invoice | self-billed
        20 | receipt of a cash register | till_receipt
        25 | cinema ticket | till_receipt
        27 | ticket of a public show | till_receipt
        32 | receipt of games of chance | till_receipt
        35 | ticket of passenger transport by land | till_receipt
        40 | receipt of road tolls | till_receipt
        45 | bank statement as a document equivalent to an invoice | bank_entry
        50 | ticket of passenger transport by air | till_receipt
        55 | document of a commodity or stock exchange | notice
        60 | document of public utilities | invoice
        91 | credit note | credit_note | credit
        92 | debit note | debit_note
        93 | adjustment note of debit for an equivalent document | debit_note
        94 | adjustment note of credit for an equivalent document | credit_note | credit
        95 | adjustment note of a support document, issued by the buyer | credit_note | credit, self-billed
        """,
    "SUNAT": """
        01 | invoice | invoice
        03 | sales receipt for consumers | till_receipt
        04 | purchase settlement, issued by the buyer | invoice | self-billed
        07 | credit note | credit_note | credit
        08 | debit note | debit_note
        12 | ticket of a cash register | till_receipt
        """,
}

NATIONAL: Final[dict[CodeList, dict[str, DocumentType]]] = {
    name: {row.code: row for row in rows(name, text)} for name, text in _TEXTS.items()
}
"""Each national list by code."""

UNMISTAKABLE: Final[tuple[CodeList, ...]] = ("UBL-TR", "FatturaPA")
"""Lists whose codes no other list has."""

BY_COUNTRY: Final[dict[str, CodeList]] = {"MY": "MyInvois", "CO": "DIAN", "PE": "SUNAT"}
"""Whose list an otherwise unknown code belongs to, by the seller's country."""
