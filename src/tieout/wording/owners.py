"""Who has to act, by when, and what is waited for, as people read it: names of queues, waits and actions that have ids in records.

A queue or wait that is not listed, as of an installed package, is translated under its own id, and else its id is shown as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from tieout.wording.catalogue import marked, plural
from tieout.wording.catalogue import translated as _text

_ID: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
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
    "WAIT-BOOKING": marked("Posting not confirmed yet"),
    "WAIT-CARRIER": marked("Carrier event expected"),
    "WAIT-CREDIT": marked("Credit note expected"),
    "WAIT-GRACE": marked("Usage expected, within the contract's grace period"),
    "WAIT-INSPECTION": marked("Inspection result expected"),
    "WAIT-LOOKUP": marked("Outcome being looked up in the external system"),
    "WAIT-MILESTONE": marked("Milestone not accepted yet"),
    "WAIT-PROOF": marked("Proof of delivery expected"),
    "WAIT-RECEIPT": marked("Goods receipt expected"),
    "WAIT-RULE": marked("Customer's billing rule"),
    "WAIT-SYNC": marked("Goods receipt not in the ERP yet"),
    "WAIT-SYSTEMS": marked("Amendment not in every system yet"),
    "WAIT-TAX": marked("Tax determination expected"),
    "WAIT-USAGE": marked("Usage expected"),
}
"""The statuses of findings that wait, by id."""


ACTIONS: Final[Mapping[str, str]] = {
    "post_voucher": marked("Post the voucher"),
    "post_debit_note": marked("Post our debit note"),
    "message": marked("Message to the counterparty"),
    "deliver": marked("Send the invoice to the customer"),
}
"""What external systems are asked to do, by the kind of the action."""


def queue(name: str) -> str:
    """A queue as people call it, with its site if it has one: "receiving/WMS-4" → "Receiving/WMS-4"; "" for none."""
    if name in QUEUES:
        return _text(QUEUES[name])
    team, slash, site = name.partition("/")
    return f"{_text(QUEUES[team]) if team in QUEUES else _own(team)}{slash}{site}"


def queues(names: Iterable[str]) -> str:
    """The names of several queues, with commas between them; "" for none."""
    return ", ".join(queue(name) for name in names)


def _own(team: str) -> str:
    """A queue of somebody's own: "travel-office" in its translation, else "Travel office"; another spelling stays as it is."""
    translation = _text(team)
    if translation != team or not _ID.fullmatch(team):
        return translation
    return team.replace("-", " ").capitalize()


def span(written: str) -> str:
    """A time limit in words: "1 bd" → "1 business day", "48 bh" → "48 business hours"; anything else as it is."""
    amount, _, unit = written.partition(" ")
    if not amount.isdecimal():
        return written
    match unit:
        case "bd":
            return plural("{count} business day", "{count} business days", int(amount))
        case "bh":
            return plural("{count} business hour", "{count} business hours", int(amount))
        case "h":
            return plural("{count} hour", "{count} hours", int(amount))
        case _:
            return written


def action(kind: str) -> str:
    """What an external system is asked to do: "post_voucher" → "Post the voucher"; "" for a kind that is not listed."""
    return _text(ACTIONS[kind]) if kind in ACTIONS else ""


def wait(status: str) -> str:
    """What a finding waits for: "WAIT-RECEIPT" → "Goods receipt expected"; "" for none."""
    return _text(WAITS.get(status, status))
