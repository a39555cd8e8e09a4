"""The exception codes of the process, and the ways to end a case of them."""

from __future__ import annotations

from typing import Final

from tieout.core.access.role import Role
from tieout.core.findings.code import Code, Taxonomy
from tieout.core.findings.resolution import Field, Resolution
from tieout.core.values.clock import Clock
from tieout.trade.taxonomy import ROWS as SHARED

QUEUE: Final = "travel-desk"

TRAVEL_DESK: Final = Role(id="travel_clerk", name="Travel clerk", queues=frozenset({QUEUE}), acts_as="ap_analyst")
"""Works on the cases of the travel desk and on no others; may not accept what is over a limit: an approver does that."""

DEDUCT: Final = Resolution(
    id="deduct_from_pay",
    name="Deduct from pay",
    effect="elsewhere",
    words="Payroll keeps back what is over the limit; the claim is handed in again over the rest.",
    fields=(
        Field(name="payroll_month", label="First day of the payroll month", kind="date", required=True),
        Field(name="note", label="Remark"),
    ),
)

_OWN: Final = (
    Code(
        id="EXP-LIMIT",
        name="Over the daily limit",
        domain="expenses",
        detects="A night, or the meals of a day, cost more than policy allows.",
        queue=QUEUE,
        sla=Clock(amount=2),
        clears="An approver accepts it, or the claim is handed in again over less.",
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
        detects="The card transaction that a line names has not come, or it names none.",
        queue=QUEUE,
        sla=Clock(amount=2),
        clears="The card transaction arrives.",
        evidence="The line and the number that it names.",
        cause="proof",
        kind="timing",
        message="No card transaction {card} for {amount}.",
        resolutions=("accept_variance", "reject_to_supplier"),
    ),
    Code(
        id="EXP-AMOUNT",
        name="Another amount than the card's",
        domain="expenses",
        detects="The card transaction is of another employee, or over another amount than the line.",
        queue=QUEUE,
        sla=Clock(amount=2),
        clears="The claim is handed in again as the card says.",
        evidence="The line beside the card transaction.",
        cause="proof",
        message="The line says {actual}, card transaction {card} says {expected}.",
        resolutions=("reject_to_supplier",),
    ),
    Code(
        id="EXP-TWICE",
        name="Card transaction used before",
        domain="expenses",
        detects="Another claim has used the same card transaction up.",
        queue=QUEUE,
        sla=Clock(amount=1),
        clears="One of the two claims is refused.",
        evidence="Both claims and the card transaction.",
        cause="twice",
        kind="control",
        control=True,
        message="Card transaction {card} is paid back by {other} already.",
        resolutions=("reject_to_supplier",),
    ),
    Code(
        id="EXP-NEGATIVE",
        name="Nothing to pay back",
        domain="expenses",
        detects="A line asks for nothing or for less than nothing: what is given back is settled with payroll.",
        queue=QUEUE,
        sla=Clock(amount=1),
        clears="The claim is handed in again without the line.",
        evidence="The line.",
        cause="amount",
        stage="reject",
        releasable=False,
        message="Line {line} asks for {actual}: claims are for money spent.",
        resolutions=("reject_to_supplier",),
    ),
)
# What no policy says is a finding here too, under the code that all processes share.
CODES: Final = (*_OWN, *(code for code in SHARED if code.id == "GOV-NOPOLICY"))
TAXONOMY: Final = Taxonomy(CODES)
