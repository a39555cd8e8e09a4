"""Prepayments: what was paid in advance, and what invoices take off for it."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

PREPAYMENTS: Final[tuple[Code, ...]] = (
    Code(
        id="AP-PREPAY",
        name="Prepayment not deducted",
        domain="payables",
        detects="A posted prepayment is open, the invoice does not deduct it, and what is left to bill on its orders does not cover it.",
        queue="ap",
        sla=Clock(amount=1),
        clears="A corrected invoice arrives that deducts it, or the prepayment is credited.",
        evidence="The prepayment invoices with what was posted, deducted and credited of each, and what the orders leave to bill.",
        cause="prepayment",
        level="header",
        message="{open} of prepayment {other} is open; {actual} is deducted, but {expected} has to be, because what is left to "
        "bill ({unbilled}) does not cover the rest. {at_stake} would be paid twice.",
        resolutions=("apply_prepayment", "request_corrected_invoice", "keep_prepayment", "reject_to_supplier"),
        peppol="UQ/PPD/NIN",
    ),
    Code(
        id="AP-PRE-MISS",
        name="Deducted prepayment is not posted",
        domain="payables",
        detects="The invoice deducts a prepayment that is not posted here, or is another supplier's, company's or in another currency.",
        queue="ap",
        sla=Clock(amount=2),
        clears="The prepayment invoice arrives and is posted, or a corrected invoice arrives.",
        evidence="The prepayment invoices of this supplier and these orders, and their states.",
        cause="prepayment",
        level="header",
        message="{actual} is deducted for prepayment {other}, which {reason}.",
        resolutions=("request_corrected_invoice", "confirm_prepaid", "reject_to_supplier"),
        peppol="UQ/PPD/OTH",
    ),
    Code(
        id="AP-PRE-OVER",
        name="More deducted than was paid in advance",
        domain="payables",
        detects="The invoice deducts more than was posted in advance and is neither deducted by another invoice nor credited.",
        queue="ap",
        sla=Clock(amount=1),
        clears="A corrected invoice arrives, or a further prepayment is posted.",
        evidence="Each prepayment invoice with what was posted, and the documents that have deducted or credited it.",
        cause="prepayment",
        level="header",
        message="{actual} is deducted, and only {expected} of prepayment {other} is open: {variance} more than is open."
        "[ {posted} was posted; used before: {used}.]",
        resolutions=("request_corrected_invoice", "confirm_prepaid", "reject_to_supplier"),
        peppol="UQ/PPD/NIN",
    ),
    Code(
        id="AP-PRE-TAX",
        name="Tax of the prepayment stated otherwise",
        domain="tax",
        detects="The invoice deducts a prepayment with other tax than was posted of it.",
        queue="regional-tax",
        sla=Clock(amount=2),
        clears="A corrected invoice arrives that states the tax as it was posted.",
        evidence="The tax of the prepayment invoice, and the tax that the invoice states within its deduction.",
        cause="prepayment",
        level="header",
        message="{actual} of tax is deducted with prepayment {other}; of the {amount} posted, {expected} is tax.",
        resolutions=("request_corrected_invoice", "accept_tax", "reject_to_supplier"),
        peppol="UQ/LEG/NIN",
    ),
    Code(
        id="AP-PRE-LEFT",
        name="Prepayment exceeds the amount left to bill",
        domain="payables",
        detects="A prepayment, with those that are open, asks for more than its orders leave to bill.",
        queue="buyer",
        sla=Clock(amount=1),
        clears="The order is extended, an open prepayment is deducted or credited, or the prepayment is corrected.",
        evidence="What the orders leave to bill, and the prepayments that are open.",
        cause="prepayment",
        level="header",
        message="{actual} is asked for in advance[, {open} is open already]; the orders leave {expected} to bill, without tax.",
        resolutions=("request_corrected_invoice", "accept_variance", "reject_to_supplier"),
        peppol="UQ/PPD/NIN",
    ),
)
