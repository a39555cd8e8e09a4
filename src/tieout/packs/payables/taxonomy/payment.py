"""Payment: what an invoice asks for beyond what it bills, and what our payment run is not to pay."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

PAYMENT: Final[tuple[Code, ...]] = (
    Code(
        id="AP-PAY-SUM",
        name="Amount to pay not explained",
        domain="payables",
        detects="More is asked for than net and tax, and no rounding and no amount for third parties that is stated explains it.",
        queue="ap",
        sla=Clock(amount=1),
        clears="A corrected invoice arrives whose amount to pay follows from its parts.",
        evidence="Net and tax, and each part that is stated between them and the amount to pay.",
        cause="amount",
        level="header",
        short="{variance} of what is asked for is not explained",
        message="{actual} is asked for; net and tax, with the other stated amounts, come to {expected}: {variance} is not explained."
        "[ Stated as paid before: {prepaid}.][ Stated as rounding: {rounding}.][ For third parties: {third_parties}.]",
        letter="You ask for {actual}; net, tax and what else is stated come to {expected}: {variance} is not explained.",
        resolutions=("request_corrected_invoice", "pay_explained", "reject_to_supplier"),
        peppol="UQ/OTH/NIN",
    ),
    Code(
        id="AP-TAX-SPLIT",
        name="Split-payment tax in the amount to pay",
        domain="tax",
        detects="Under split payment the tax is paid to the tax authority, and the supplier asks for it.",
        queue="regional-tax",
        sla=Clock(amount=2),
        clears="A corrected invoice arrives that asks for the amount without the tax.",
        evidence="The tax category and the amount to pay.",
        cause="tax",
        level="header",
        message="{actual} is asked for, with {tax} of split-payment tax that we pay to the tax authority: {expected} is the supplier's.",
        letter="You ask for {actual}, {tax} of which is tax that we pay to the tax authority ourselves (split payment): {expected} is payable to you.",
        resolutions=("request_corrected_invoice", "pay_without_tax", "reject_to_supplier"),
        peppol="RE/LEG/NIN",
    ),
    Code(
        id="AP-PAY-WAY",
        name="Not paid by our payment run",
        domain="payables",
        detects="The seller collects the money, it is settled elsewhere, or a part of it was paid before or goes to a tax authority.",
        queue="ap",
        sla=Clock(amount=1),
        clears="Nothing has to be done: the voucher is posted with a payment block.",
        evidence="The means of payment and the amounts that the invoice states.",
        cause="payment",
        level="header",
        stage="note",
        message="{reason}: {actual} of {expected} is left for our payment run, and the voucher is blocked for payment.",
        resolutions=("accept_variance",),
    ),
)
