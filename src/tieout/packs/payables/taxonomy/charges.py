"""Charges: freight and the like, unplanned or with another amount than planned."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

CHARGES: Final[tuple[Code, ...]] = (
    Code(
        id="AP-FRT-UNPL",
        name="Charge not on the order",
        domain="payables",
        detects="Freight or another charge is billed that the order does not plan, or that the delivery terms put on the supplier.",
        queue="logistics",
        sla=Clock(amount=2),
        clears="The charge is accepted or lies within the tolerance for freight and other charges, or the supplier credits it.",
        evidence="The delivery terms, the contract's clause on freight, and the carrier's tariff.",
        cause="freight",
        short="{actual} of freight that the order does not plan",
        kind="policy",
        message="{charge}: {actual} billed, {expected} planned, allowed {limit}.[ What was agreed: {clause}.]",
        letter="{charge}: you bill {actual}; {expected} was planned.[ What was agreed: {clause}.]",
        resolutions=("accept_charge", "request_credit_note", "short_pay", "reject_to_supplier"),
        peppol="UQ/PRI/CNP",
    ),
    Code(
        id="AP-FRT-VAR",
        name="Charge differs from plan",
        domain="payables",
        detects="A planned charge is billed with another amount than planned or accrued, by more than policy allows.",
        queue="logistics",
        sla=Clock(amount=2),
        clears="The charge on the order is amended, the charge is accepted, or the supplier credits it.",
        evidence="The planned amount and what was billed before.",
        cause="freight",
        message="{charge}: {actual} billed, {expected} planned: {variance}, allowed {limit}.[ What was agreed: {clause}.]",
        letter="{charge}: you bill {actual}; {expected} was planned: {variance}.[ What was agreed: {clause}.]",
        resolutions=("accept_charge", "request_credit_note", "short_pay"),
        peppol="UQ/PRI/CNP",
    ),
)
