"""Who has to act and what is waited for, as people read it: names of queues and of waits whose ids are in policies and records.

A queue or wait that is not listed, as of an installed package, is translated under its own id, and else shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tieout.wording.catalogue import marked
from tieout.wording.catalogue import translated as _text

NOBODY: Final = "system-wait"
"""The queue of what nobody has to act on until its time limit."""

QUEUES: Final[Mapping[str, str]] = {
    "ap": marked("Accounts payable"),
    "ap-control": marked("AP control"),
    "ap-intake": marked("AP intake"),
    "ap-lead": marked("AP lead"),
    "approver": marked("Approver"),
    "ar": marked("Accounts receivable"),
    "ar-operations": marked("AR operations"),
    "billing-engineering": marked("Billing engineering"),
    "budget-holder": marked("Budget holder"),
    "business-owner": marked("Business owner"),
    "buyer": marked("Buyer"),
    "cash-application": marked("Cash application"),
    "category-buyer": marked("Category buyer"),
    "collections": marked("Collections"),
    "compliance": marked("Compliance"),
    "controller": marked("Controller"),
    "controls": marked("Internal controls"),
    "credit": marked("Credit management"),
    "customer-master": marked("Customer master data"),
    "customer-service": marked("Customer service"),
    "dispute-desk": marked("Dispute management"),
    "finance-systems": marked("Finance systems"),
    "integration": marked("Integration"),
    "intercompany": marked("Intercompany accounting"),
    "item-master": marked("Item master data"),
    "logistics": marked("Logistics"),
    "master-data": marked("Master data"),
    "policy-owner": marked("Policy owner"),
    "preparer": marked("Preparer"),
    "pricing": marked("Pricing"),
    "procurement": marked("Procurement"),
    "product-data": marked("Product data"),
    "quality": marked("Quality"),
    "receiving": marked("Receiving"),
    "regional-tax": marked("Regional tax department"),
    "requester": marked("Requester"),
    "revenue-accounting": marked("Revenue accounting"),
    "revenue-operations": marked("Revenue operations"),
    "sales-operations": marked("Sales operations"),
    "security": marked("Security"),
    "services": marked("Services team"),
    "support": marked("Customer support"),
    NOBODY: marked("nobody until the wait ends"),
    "task-owner": marked("Task owner"),
    "tax": marked("Tax department"),
    "tax-compliance": marked("Tax compliance"),
    "treasury": marked("Treasury"),
    "vendor-master": marked("Vendor master data"),
    "warehouse": marked("Warehouse"),
}
"""The queues of the codes that come with Tieout, by id."""

WAITS: Final[Mapping[str, str]] = {
    "WAIT-BILLING": marked("Invoice expected"),
    "WAIT-BOOKING": marked("Booking not confirmed yet"),
    "WAIT-CARRIER": marked("Carrier event expected"),
    "WAIT-CREDIT": marked("Credit note expected"),
    "WAIT-GRACE": marked("Usage expected, within the contract's grace period"),
    "WAIT-INSPECTION": marked("Inspection result expected"),
    "WAIT-LOOKUP": marked("Outcome being looked up"),
    "WAIT-MILESTONE": marked("Milestone not accepted yet"),
    "WAIT-PROOF": marked("Proof of delivery expected"),
    "WAIT-RECEIPT": marked("Goods receipt expected"),
    "WAIT-RULE": marked("Customer's billing rule"),
    "WAIT-SYNC": marked("Goods receipt not in the ERP yet"),
    "WAIT-SYSTEMS": marked("Amendment not in every system yet"),
    "WAIT-TAX": marked("Tax answer expected"),
    "WAIT-USAGE": marked("Usage expected"),
}
"""The statuses of findings that wait, by id."""


def queue(name: str) -> str:
    """A queue as people call it, with its site if it has one: "receiving/WMS-4" → "Receiving/WMS-4"; "" for none."""
    if name in QUEUES:
        return _text(QUEUES[name])
    team, slash, site = name.partition("/")
    return f"{_text(QUEUES.get(team, team))}{slash}{site}"


def wait(status: str) -> str:
    """What a finding waits for: "WAIT-RECEIPT" → "Goods receipt expected"; "" for none."""
    return _text(WAITS.get(status, status))
