"""Coding: to which account an invoice without an order is posted, who answers for it, and whether there is money for it."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

CODING: Final[tuple[Code, ...]] = (
    Code(
        id="AP-CODING",
        name="Account or cost centre missing",
        domain="payables",
        detects="An invoice without an order has no valid account, cost centre or fund.",
        queue="business-owner",
        sla=Clock(amount=2),
        clears="The account assignment is completed.",
        evidence="How similar invoices were coded, and the budget.",
        cause="coding",
        kind="master",
        message="The invoice cannot be posted: {expected} is missing or not valid[ ({actual})].",
        resolutions=("code_invoice", "assign_order", "reject_to_supplier"),
    ),
    Code(
        id="AP-OWNER",
        name="Business owner missing",
        domain="payables",
        detects="The business owner is missing or no longer active.",
        queue="ap-lead",
        sla=Clock(amount=1),
        clears="A business owner is named.",
        evidence="The business owners of similar invoices.",
        cause="coding",
        kind="master",
        level="header",
        message="No active business owner is named for this invoice[: {actual}].",
        resolutions=("name_owner",),
    ),
    Code(
        id="AP-BUDGET",
        name="Not enough budget",
        domain="payables",
        detects="The funds that are left do not cover the invoice.",
        queue="budget-holder",
        sla=Clock(amount=3),
        clears="Budget is transferred or released.",
        evidence="Budget, commitments and what was spent.",
        cause="coding",
        kind="policy",
        level="header",
        message="{actual} billed, {expected} of budget left[: {variance} short].",
        resolutions=("transfer_budget", "reject_to_supplier"),
    ),
)
