"""Terms: currency, rate, payment terms and dates."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

TERMS: Final[tuple[Code, ...]] = (
    Code(
        id="AP-CUR",
        name="Currency differs from the order",
        domain="payables",
        detects="The invoice is in another currency than its order.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The order is amended, the currency is accepted, or a corrected invoice arrives.",
        evidence="The currencies of order and invoice.",
        cause="currency",
        level="header",
        message="Billed in {actual}, order {order} is in {expected}.",
        letter="You bill in {actual}; order {order} is in {expected}.",
        resolutions=("request_corrected_invoice", "amend_order", "accept_currency", "reject_to_supplier"),
        peppol="UQ/PRI/NIN",
    ),
    Code(
        id="AP-FX-RATE",
        name="Exchange rate difference",
        domain="payables",
        detects="A difference in price is explained by the exchange rate alone, and exceeds what policy allows.",
        queue="treasury",
        sla=Clock(amount=2),
        clears="The exchange rate is corrected.",
        evidence="The rates of that day and where they come from.",
        cause="currency",
        message="{variance} comes from the exchange rate: {actual} instead of {expected}[, allowed {limit}].",
        letter="{variance} comes from the exchange rate: {actual} instead of {expected}.",
        resolutions=("correct_rate", "accept_variance", "request_credit_note"),
        replaces=("AP-PRC-OVER", "AP-PRC-UNDER"),
    ),
    Code(
        id="AP-TERMS",
        name="Payment terms differ",
        domain="payables",
        detects="The invoice asks for other payment terms than the order or contract.",
        queue="buyer",
        sla=Clock(amount=3),
        clears="The agreed terms are applied, the order is amended, or the terms are accepted.",
        evidence="The terms on invoice, order, contract and supplier record.",
        cause="terms",
        level="header",
        message='The invoice asks for "{actual}"; agreed is "{expected}".[ It is not certain that they are the same: {unread} cannot be read in numbers.]',
        letter='You ask for "{actual}"; agreed is "{expected}".',
        resolutions=("pay_by_agreed_terms", "accept_terms", "amend_order", "request_corrected_invoice"),
        peppol="UQ/PAY/NIN",
    ),
    Code(
        id="AP-DATE",
        name="Date too old or in the future",
        domain="payables",
        detects="The invoice's date is older or further ahead than policy allows.",
        queue="ap",
        sla=Clock(amount=1),
        clears="Policy allows the date, an approver accepts it, or a corrected invoice arrives.",
        evidence="The date and the limit.",
        cause="date",
        kind="policy",
        level="header",
        message="The invoice is dated {date}: {reason}[, allowed {limit}].",
        letter="The document is dated {date}, and we cannot accept it with this date.",
        resolutions=("redate", "accept_variance", "request_corrected_invoice", "reject_to_supplier"),
        peppol="UQ/OTH/NIN",
    ),
)
