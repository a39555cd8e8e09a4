"""The exception codes of the process, and their resolutions."""

from __future__ import annotations

from typing import Final

from tieout.core.access.role import Role
from tieout.core.findings.code import Code, Taxonomy
from tieout.core.findings.resolution import Field, Resolution
from tieout.core.values.clock import Clock
from tieout.trade.taxonomy import ROWS as SHARED

QUEUE: Final = "travel-desk"

TRAVEL_CLERK: Final = Role(id="travel_clerk", name="Travel clerk", queues=frozenset({QUEUE}), acts_as="ap_analyst")
"""Works on the cases of this queue only; may not accept an amount over a limit: that takes an approver."""

DEDUCT: Final = Resolution(
    id="deduct_from_pay",
    name="Deduct from pay",
    effect="elsewhere",
    words="Payroll deducts the excess over the limit; the claim is handed in again for the remaining amount.",
    fields=(
        Field(name="payroll_month", label="First day of the payroll month", kind="date", required=True),
        Field(name="note", label="Remark"),
    ),
)

ASK: Final = Resolution(
    id="ask_employee",
    name="Ask the employee",
    effect="ask",
    words="The employee is asked for what is missing.",
    text="Please send the missing proof, or hand the claim in again.",
    action="PIN",
    fields=(Field(name="note", label="Remark"),),
)

_OWN: Final = (
    Code(
        id="EXP-LIMIT",
        name="Over the daily limit",
        domain="expenses",
        detects="A night, or the meals of a day, cost more than policy allows.",
        queue=QUEUE,
        sla=Clock(amount=2),
        clears="An approver accepts it, or the claim is handed in again for a lower amount.",
        evidence="The line, the day, the limit and what was spent.",
        cause="limit",
        kind="policy",
        message="{what} on {day} cost {actual}, allowed {limit}.[ At stake: {at_stake}.]",
        resolutions=("accept_variance", "deduct_from_pay", "reject_to_supplier"),
    ),
    Code(
        id="EXP-PROOF",
        name="No card transaction",
        domain="expenses",
        detects="The card transaction that a line names has not arrived, or the line names none.",
        queue=QUEUE,
        sla=Clock(amount=2),
        clears="The card transaction arrives.",
        evidence="The line and the number that it names.",
        cause="proof",
        kind="timing",
        message="No card transaction {card} for {amount}.",
        letter="We have no card transaction {card} for {amount}.",
        resolutions=("ask_employee", "accept_variance", "reject_to_supplier"),
        peppol="UQ/REF/PIN",
    ),
    Code(
        id="EXP-AMOUNT",
        name="Differs from the card transaction",
        domain="expenses",
        detects="The card transaction has another employee or another amount than the line.",
        queue=QUEUE,
        sla=Clock(amount=2),
        clears="The claim is handed in again with the card transaction's amount.",
        evidence="The line and the card transaction.",
        cause="proof",
        message="The line says {actual}, card transaction {card} says {expected}.",
        letter="You claim {actual}; card transaction {card} is another amount, or another person's.",
        resolutions=("ask_employee", "reject_to_supplier"),
        peppol="UQ/ITM/PIN",
    ),
    Code(
        id="EXP-TWICE",
        name="Card transaction used before",
        domain="expenses",
        detects="Another claim or line has already used the same card transaction.",
        queue=QUEUE,
        sla=Clock(amount=1),
        clears="One of the two claims is rejected.",
        evidence="Both claims and the card transaction.",
        cause="twice",
        kind="control",
        control=True,
        message="Card transaction {card} is already reimbursed by {other}.",
        resolutions=("reject_to_supplier",),
    ),
    Code(
        id="EXP-NEGATIVE",
        name="Nothing to reimburse",
        domain="expenses",
        detects="A line claims zero or a negative amount: refunds are handled by payroll.",
        queue=QUEUE,
        sla=Clock(amount=1),
        clears="The claim is handed in again without the line.",
        evidence="The line.",
        cause="amount",
        stage="reject",
        releasable=False,
        message="Line {line} claims {actual}: only money spent can be claimed.",
        resolutions=("reject_to_supplier",),
    ),
)
# A rule that no policy sets is a finding here too, under the code that all processes share.
CODES: Final = (*_OWN, *(code for code in SHARED if code.id == "GOV-NOPOLICY"))
TAXONOMY: Final = Taxonomy(CODES)
