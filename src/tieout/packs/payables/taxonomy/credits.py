"""Credits: credit notes without an invoice, returns that were never credited, receipts that settle themselves."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

CREDITS: Final[tuple[Code, ...]] = (
    Code(
        id="AP-CRM-INC",
        name="Credit note without its invoice",
        domain="payables",
        detects="A credit note names no invoice, an unknown one, or credits more than was billed.",
        queue="ap",
        sla=Clock(amount=2),
        clears="The invoice that is credited is found.",
        evidence="The invoices that could be meant, with what was credited before.",
        cause="credit",
        level="header",
        message="Credited {actual}; the invoices billed so far come to {expected}[: {variance} more than was ever billed].",
        letter="You credit {actual}; the invoices billed so far come to {expected}.",
        resolutions=("assign_invoice", "request_corrected_invoice", "accept_variance"),
        peppol="UQ/REF/PIN",
    ),
    Code(
        id="AP-RET-CREDIT",
        name="Return without credit note",
        domain="payables",
        detects="Goods were sent back, and no credit note came within the time that policy allows.",
        queue="procurement",
        sla=Clock(amount=5),
        clears="The credit note arrives.",
        evidence="The documents of the return, and the invoice on which the goods were billed.",
        cause="credit",
        kind="timing",
        message="{actual} went back[ by {until}] and were not credited[. At stake: {at_stake}].",
        letter="{actual} went back to you[ by {until}] and were not credited.",
        resolutions=("request_credit_note", "short_pay", "write_off"),
        peppol="UQ/QTY/CNP",
    ),
    Code(
        id="AP-ERS-GAP",
        name="Self-billed receipt open or billed twice",
        domain="payables",
        detects="A receipt under self-billing (ERS) was not settled, or the supplier has billed it as well.",
        queue="ap",
        sla=Clock(amount=2),
        clears="The goods receipt is settled exactly once.",
        evidence="Every receipt with its self-billed invoice.",
        cause="duplicate",
        message="Receipts of {received} are under self-billing; settled or billed: {billed}.",
        resolutions=("settle_receipt", "confirm_duplicate", "reject_to_supplier"),
    ),
)
