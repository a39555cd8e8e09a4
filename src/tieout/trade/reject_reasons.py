"""Why customers' systems refuse invoices, and who can correct it: one table, read by the outcome of a delivery and by packs.

A reason is known by the code that the receiving side gives (a Peppol clarification code, a rule of EN 16931, Peppol or
XRechnung), else by its words. What nothing fits goes to those who operate receivables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectReason:
    """A kind of refusal: `queue` is who can correct it, `words` what is to be done.

    `codes` is a pattern for a whole code, `says` one for words in small letters, found anywhere.
    """

    id: str
    queue: str
    words: str
    codes: str = ""
    says: str = ""


# The first row that fits is taken: what is certain stands before what is only likely.
REJECT_REASONS: Final[tuple[RejectReason, ...]] = (
    RejectReason(
        id="order reference",
        queue="customer-service",
        words="Find out the customer's order number and send again with it.",
        codes=r"REF|BT-13|PEPPOL-EN16931-R003|PO[-_].*",
        says=r"order (reference|number)|\bpo (reference|number|missing)|no purchase order|missing po\b|bestellnummer",
    ),
    RejectReason(
        id="buyer reference",
        queue="customer-master",
        words="Complete the customer's routing id and send again.",
        codes=r"BT-10|BR-DE-15|DE-R-015",
        says=r"buyer reference|routing id|leitweg",
    ),
    RejectReason(
        id="VAT id",
        queue="tax",
        words="Check the VAT identification numbers.",
        codes=r"BR-CO-09|BR-(S|AE|IC|G|E|Z)-0[2-4]|VAT[-_]ID.*",
        says=r"(vat|tax) (id|number|registration)|ust-?id",
    ),
    RejectReason(
        id="tax",
        queue="tax",
        words="Check how the invoice is taxed.",
        codes=r"LEG|BR-(S|AE|IC|G|E|Z|O)-\d+|BR-CO-1[478]",
        says=r"\bvat\b|\btax|reverse charge|exemption",
    ),
    RejectReason(
        id="receiver",
        queue="customer-master",
        words="Correct the electronic address in the customer record and send again.",
        codes=r"REC|BT-49|PEPPOL-EN16931-R010|SMP.*",
        says=(
            r"(unknown|wrong|no such) (receiver|recipient|participant|addressee|mailbox)|not registered|undeliverable"
            r"|(receiver|recipient|participant|address|mailbox) (is )?(unknown|not found|does not exist)"
        ),
    ),
    RejectReason(
        id="duplicate",
        queue="ar-operations",
        words="See whether the customer has it already.",
        codes=r"DUP.*",
        says=r"duplicate|already (received|exists|processed)",
    ),
    RejectReason(
        id="price or quantity",
        queue="dispute-desk",
        words="Clear the difference with the customer.",
        codes=r"PRI|QTY|ITM|QUA|DEL",
        says=r"\bprice|quantity|amount (is|does|differs|too)|not (ordered|delivered|received)",
    ),
    RejectReason(
        id="payment terms",
        queue="ar-operations",
        words="Check payment terms and bank account.",
        codes=r"PAY|FIN|BR-CO-25",
        says=r"payment terms|due date|bank account|\biban\b",
    ),
    RejectReason(
        id="format",
        queue="integration",
        words="Mend what we write, then send again.",
        codes=r"XSD|MAP|UBL|CII|PDF|(BR|UBL|CII|PEPPOL|DE)-.*",
        says=r"schema|schematron|xml|format|syntax|not well-formed|attachment|too large|encoding",
    ),
)
OTHER: Final = RejectReason(
    id="other", queue="ar-operations", words="Ask the customer what is wrong, mend it and send again."
)
_CODE: Final = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+\b")


@lru_cache(maxsize=1024)
def reject_reason(reason: str, code: str = "") -> RejectReason:
    """The kind of a refusal: by its code, by a code in its words, else by its words; `OTHER` where nothing fits."""
    codes = [candidate for candidate in (code.strip().upper(), *_CODE.findall(reason)) if candidate]
    for candidate in codes:
        for row in REJECT_REASONS:
            if row.codes and re.fullmatch(row.codes, candidate):
                return row
    words = reason.casefold()
    return next((row for row in REJECT_REASONS if row.says and re.search(row.says, words)), OTHER)
