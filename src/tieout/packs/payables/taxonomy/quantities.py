"""Quantities: billed against ordered, received, inspected, accepted and returned.

None of these codes replaces another. A shortage is split by what explains it (rejected, in inspection, on its way,
unexplained), each part is a finding of its own, and a part that is explained must not hide the rest that is not.
"""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

QUANTITIES: Final[tuple[Code, ...]] = (
    Code(
        id="AP-QTY-ORD",
        name="More billed than ordered",
        domain="payables",
        detects="What was billed on the order line, this invoice included, exceeds what was ordered by more than policy allows.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The order quantity is increased, or a credit note covers the excess.",
        evidence="The order line with everything received and billed on it.",
        cause="quantity",
        by_site=True,
        short="{place} bills {billed}, {ordered} ordered",
        replaces=("AP-AMT-TOTAL",),
        message=(
            "Ordered {ordered}; this invoice bills {billed} (earlier invoices: {billed_before}): {missing} more than ordered, allowed {limit}.[ "
            "At stake: {at_stake}.]"
        ),
        letter="We ordered {ordered}; this invoice bills {billed}[ (your earlier invoices: {billed_before})]: {missing} more than ordered.",
        resolutions=("amend_order", "request_credit_note", "short_pay", "accept_variance", "reject_to_supplier"),
        peppol="UQ/QTY/CNP",
    ),
    Code(
        id="AP-QTY-NOREC",
        name="Nothing received yet",
        domain="payables",
        detects="A receipt is required, none is there, and nothing says that goods are on their way.",
        queue="receiving",
        sla=Clock(amount=1),
        clears="The receipt is posted.",
        evidence="The order line, despatch advices, and notes from goods receiving.",
        cause="quantity",
        by_site=True,
        short="{place}: nothing received yet",
        kind="timing",
        message="Billed {billed} of {ordered} on order {order}, and nothing has been received.[ At stake: {at_stake}.]",
        letter="You bill {billed} of {ordered} on order {order}; we have received nothing.",
        resolutions=("correct_receipt", "await_receipt", "short_pay", "request_credit_note", "reject_to_supplier"),
        peppol="UQ/QTY/CNP",
    ),
    Code(
        id="AP-GR-EARLY",
        name="Invoice before the goods",
        domain="payables",
        detects="Nothing or too little is received, and a despatch advice says that the goods are still on their way.",
        queue="system-wait",
        sla=Clock(amount=1),
        clears="The goods are received.",
        evidence="The despatch advice with the day of arrival.",
        cause="quantity",
        by_site=True,
        kind="timing",
        stage="wait",
        message=(
            "This invoice bills {billed} (earlier invoices: {billed_before}); {received} received, {missing} are on their way.[ We "
            "wait until {until}.]"
        ),
        resolutions=("await_receipt", "correct_receipt"),
    ),
    Code(
        id="AP-QTY-REC",
        name="More billed than received",
        domain="payables",
        detects="What was billed on the order line, this invoice included, exceeds what was received by more than policy allows.",
        queue="receiving",
        sla=Clock(amount=1),
        clears="A further receipt or a correction is posted, or a credit note covers the excess.",
        evidence="Every receipt and return on the order line, with its day.",
        cause="quantity",
        by_site=True,
        short="{place} bills {billed}, {received} received",
        kind="timing",
        message=(
            "This invoice bills {billed} (earlier invoices: {billed_before}); {received} received: {missing} have no receipt, allowed "
            "{limit}.[ At stake: {at_stake}.]"
        ),
        messages_by_cause=(
            (
                "return",
                (
                    "This invoice bills {billed} (earlier invoices: {billed_before}), and {returned} were returned to the supplier: {missing} are "
                    "billed and not credited. A credit note is needed.[ At stake: {at_stake}.]"
                ),
            ),
        ),
        letter="This invoice bills {billed}[ (your earlier invoices: {billed_before})]; we have received {received}: {missing} have not arrived.",
        resolutions=("correct_receipt", "await_receipt", "request_credit_note", "short_pay", "accept_variance"),
        peppol="UQ/QTY/CNP",
    ),
    Code(
        id="AP-QTY-INSP",
        name="Difference is in quality inspection",
        domain="payables",
        detects="What is billed beyond the accepted quantity is no more than what lies in inspection.",
        queue="receiving",
        sla=Clock(amount=48, unit="bh"),
        clears="The inspection accepts the quantity.",
        evidence="The inspection lot, the receipts, the despatch advice and the order.",
        cause="quantity",
        by_site=True,
        short="{in_inspection} of {place} are in quality inspection",
        kind="timing",
        stage="wait",
        message=(
            "This invoice bills {billed} (earlier invoices: {billed_before}); {accepted} accepted, {missing} are in inspection[ "
            "({lot})].[ We wait until {until}.]"
        ),
        resolutions=("record_inspection", "accept_variance", "short_pay"),
    ),
    Code(
        id="AP-QUAL-REJ",
        name="Rejected goods billed",
        domain="payables",
        detects="Part of what is billed was rejected by inspection.",
        queue="procurement",
        sla=Clock(amount=2),
        clears="A credit note or a replacement delivery arrives.",
        evidence="The inspection result (usage decision) with its reason, the lot, and what was sent back.",
        cause="quantity",
        by_site=True,
        short="{rejected} of {place} were rejected by the inspection",
        message=(
            "This invoice bills {billed} (earlier invoices: {billed_before}); {accepted} accepted, {missing} were rejected[ ({lot})].[ "
            "At stake: {at_stake}.]"
        ),
        letter=(
            "This invoice bills {billed}[ (your earlier invoices: {billed_before})]; we have accepted {accepted} and rejected "
            "{missing}[ ({lot})]."
        ),
        resolutions=("request_credit_note", "return_goods", "short_pay", "accept_variance"),
        peppol="UQ/QUA/CNP",
    ),
    Code(
        id="AP-QTY-SHORT",
        name="Short delivery",
        domain="payables",
        detects="The time to wait for the goods is over, and less came than was billed.",
        queue="procurement",
        sla=Clock(amount=3),
        clears="The rest is delivered and received, or a credit note covers it.",
        evidence="The receipts, the proof of delivery, and how long we waited.",
        cause="quantity",
        by_site=True,
        message=(
            "This invoice bills {billed} (earlier invoices: {billed_before}); {accepted} accepted: {missing} had not arrived by {until}.[ "
            "At stake: {at_stake}.]"
        ),
        letter=(
            "This invoice bills {billed}[ (your earlier invoices: {billed_before})]; we have accepted {accepted}: {missing} had not "
            "arrived by {until}."
        ),
        resolutions=("request_credit_note", "short_pay", "await_receipt", "correct_receipt", "accept_variance"),
        peppol="UQ/QTY/CNP",
    ),
    Code(
        id="AP-QTY-UNDER",
        name="Received and not billed",
        domain="payables",
        detects="More was received than billed, for longer than policy allows.",
        queue="buyer",
        sla=Clock(amount=10),
        clears="The missing invoice arrives, or policy writes the rest off.",
        evidence="What was received and not billed, with its age.",
        cause="quantity",
        by_site=True,
        kind="timing",
        stage="note",
        message="Received {received}, billed {billed}: {variance} are still to be billed[ since {until}].",
        letter="We have received {received}; you have billed {billed}: {variance} are still to be billed.",
        resolutions=("request_invoice", "write_off"),
    ),
    Code(
        id="AP-SVC-ACC",
        name="Service not accepted",
        domain="payables",
        detects="A service or milestone is billed, and nobody has accepted it.",
        queue="requester",
        sla=Clock(amount=3),
        clears="The requester accepts the service.",
        evidence="What was agreed, and what was accepted so far.",
        cause="quantity",
        by_site=True,
        kind="timing",
        message="Billed {billed}, accepted {accepted}[ of {ordered}].",
        letter="You bill {billed}; we have accepted {accepted}[ of {ordered}].",
        resolutions=("accept_service", "request_corrected_invoice", "reject_to_supplier"),
        peppol="UQ/DEL/PIN",
    ),
    Code(
        id="AP-UOM",
        name="Units do not convert",
        domain="payables",
        detects="Invoice, receipt or return use another unit than the order, and no exact conversion between them is known for the product.",
        queue="item-master",
        sla=Clock(amount=1),
        clears="The product's conversion between the two units is maintained.",
        evidence="Both units, and the conversions that the product has.",
        cause="unit",
        kind="master",
        message="{reason} in {actual}, ordered in {expected}, and no conversion between the two is known for this product.",
        letter="You bill in {actual}; we ordered in {expected}, and know no conversion between the two: please tell us one.",
        resolutions=("maintain_conversion", "request_corrected_invoice"),
        suppresses=("AP-PRC-*", "AP-AMT-TOTAL", "AP-QTY-*", "AP-GR-EARLY"),
        peppol="UQ/OTH/PIN",
    ),
)
