"""What must hold once a run has come to rest, whatever happened in it: the complaints name what does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from tieout.cli.simulator.actors import Company
from tieout.cli.simulator.company import Letter, Made
from tieout.cli.simulator.ground import KEY, Notes
from tieout.cli.simulator.memory import all_claims, disagreements
from tieout.core.case.claim_change import EXTERNAL_CAUSES
from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.engine import audit, audit_file
from tieout.engine.rebuild import differences
from tieout.engine.sealed_rows import row_differences
from tieout.engine.verify_all import ALL_FORMS
from tieout.formats import canonical_json
from tieout.formats.canonical_json import fingerprint
from tieout.store import cases
from tieout.store.claims import ClaimRow
from tieout.store.link import transaction
from tieout.store.models import Action, Allocation, Document, Recheck, Signal, SourceFile, Unread
from tieout.trade.documents import Order, UsageStatement

SAMPLE_OF_MANY: Final = 200
"""How many open claims are judged in memory where there are many: each of them looks at what all others use up."""
JUDGED_MAX: Final = 200
"""Verdicts of one claim: more of them say that claims notify one another without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong: in a word, for comparing runs, and in a sentence for whoever looks for the fault."""

    code: str
    text: str


def complaints(here: Company, sending: Made, witness: Notes) -> Iterator[Complaint]:
    """Everything that is wrong with the tables and the external systems now."""
    with transaction(here.scope):
        rows = all_claims(here.scope)
        by_claim: dict[UUID, list[Case]] = {}
        for case in cases.of_claims(here.scope, [row.id for row in rows]):
            by_claim.setdefault(case.claim, []).append(canonical_json.decode_as(Case, case.state))
        yield from _lost(here, sending.letters)
        yield from _usage(here, sending)
        yield from _twice(here)
        yield from _disagreeing(here, rows)
        yield from _alone(here, rows, by_claim)
        yield from (
            Complaint(code="without end", text=f"{row.key} was judged {row.verdict_seq} times")
            for row in rows
            if row.verdict_seq > JUDGED_MAX
        )
        yield from _used_beyond(here, rows, by_claim)
        for key, text in disagreements(here.engine, here.scope, most=SAMPLE_OF_MANY if here.many else len(rows) + 1):
            yield Complaint(code="memory", text=f"{key}: {text}")
    for line in differences(here.scope):
        yield Complaint(code="rebuild", text=str(line))
    yield from _log(here, witness)
    if here.commands["Erase"]:
        with transaction(here.scope, of_one_moment=True):
            for line in row_differences(here.scope, ALL_FORMS):
                yield Complaint(code="row", text=str(line))


def _lost(here: Company, sent: tuple[Letter, ...]) -> Iterator[Complaint]:
    """Whatever was sent was acknowledged, is kept once, was read, and everything that concerns it was carried out."""
    if len(here.acknowledged) != len(sent):
        yield Complaint(code="unsent", text=f"{len(sent) - len(here.acknowledged)} files were never acknowledged")
    kept = Counter(SourceFile.objects.filter(tenant=here.scope.tenant).values_list("sha256", flat=True))
    for letter in here.acknowledged:
        if kept[fingerprint(letter.content)] != 1:
            yield Complaint(code="lost", text=f"{letter.name} is kept {kept[fingerprint(letter.content)]} times")
    stored = set(Document.objects.filter(tenant=here.scope.tenant).values_list("kind", "number"))
    for letter in here.acknowledged:
        if letter.document is not None and (letter.document.kind, letter.document.number) not in stored:
            yield Complaint(code="lost", text=f"the document of {letter.name} is not there")
    for table in (Unread, Signal, Recheck):
        count = table.objects.filter(tenant=here.scope.tenant).count()
        if count:
            yield Complaint(code="left over", text=f"{count} rows of {table.__name__} are left")


def _usage(here: Company, sending: Made) -> Iterator[Complaint]:
    """The statements of usage in force are the totals of the events that were sent, each counted once."""
    acknowledged = {letter.name for letter in here.acknowledged if letter.usage}
    if not sending.used or acknowledged != {letter.name for letter in sending.letters if letter.usage}:
        return
    stated: dict[tuple[str, str], Decimal] = {}
    bodies = Document.objects.filter(tenant=here.scope.tenant, kind="usage_statement", superseded_at=None)
    for body in bodies.values_list("body", flat=True):
        statement = canonical_json.decode(here.engine.kinds, "usage_statement", bytes(body))
        assert isinstance(statement, UsageStatement), "a statement is one"
        stated[statement.account, statement.meter] = statement.quantity
    for key, quantity in sending.used.items():
        if stated.get(key, Decimal(0)) != quantity and quantity:
            yield Complaint(code="usage", text=f"{key} used {quantity}, and the statement says {stated.get(key)}")


def _twice(here: Company) -> Iterator[Complaint]:
    """Each action was carried out once at most, and what is done here is done there under the same number."""
    actions = {row.id: row for row in Action.objects.filter(tenant=here.scope.tenant)}
    for system in here.systems.values():
        references = system.by_reference
        for reference, bookings in references.items():
            if len(bookings) > 1:
                numbers = ", ".join(booking.number for booking in bookings)
                yield Complaint(code="twice", text=f"{bookings[0].action.claim} is booked as {numbers}")
            row = actions.get(reference)
            if row is None or row.state != "done" or row.ref != bookings[0].number:
                state = "of nothing" if row is None else f"{row.state} under {row.ref!r}"
                yield Complaint(code="unlinked", text=f"{bookings[0].number} belongs to an action that is {state}")
        for row in actions.values():
            if row.queue == system.queue and row.state == "done" and row.id not in references:
                yield Complaint(
                    code="phantom", text=f"{row.kind} of {row.claim} is done, and {system.queue} has nothing"
                )
    for row in actions.values():
        if row.state not in {"done", "refused", "withdrawn", "unknown"}:
            yield Complaint(code="stuck", text=f"{row.kind} of {row.claim} is still {row.state}")


def _disagreeing(here: Company, rows: list[ClaimRow]) -> Iterator[Complaint]:
    """The general ledger has of each posted claim what the claim says, once; and of no other claim anything."""
    booked: dict[str, list[dict[str, object]]] = {}
    for booking in here.systems["erp"].booked:
        if booking.action.kind == "post_voucher":
            booked.setdefault(booking.action.claim, []).append(json.loads(booking.action.payload))
    for row in rows:
        vouchers = booked.pop(row.key, [])
        if row.status == "posted" and not vouchers:
            yield Complaint(code="unposted", text=f"{row.key} counts as posted, and nothing is booked")
        if row.status == "posted" and len(vouchers) == 1 and row.payable is not None:
            gross = Decimal(str(vouchers[0]["gross"]))
            if abs(int(gross * 100)) != abs(row.payable):
                yield Complaint(code="amount", text=f"{row.key} asks for {row.payable} and {gross} is booked")
        if row.dirty:
            yield Complaint(code="dirty", text=f"{row.key} still has to be tied out")
    for key in booked:
        yield Complaint(code="unlinked", text=f"something is booked for {key}, which is no claim")


def _alone(here: Company, rows: list[ClaimRow], by_claim: dict[UUID, list[Case]]) -> Iterator[Complaint]:
    """Every open case has an owner and a timer; every claim that has not ended has an open case."""
    for row in rows:
        living = [case for case in by_claim.get(row.id, ()) if not case.ended]
        for case in living:
            if not case.queue or case.due_at is None:
                yield Complaint(
                    code="alone", text=f"case {case.cause} of {row.key}: queue {case.queue!r}, due {case.due_at}"
                )
            if case.next_at is not None and (row.due_at is None or row.due_at > case.next_at):
                yield Complaint(code="timer", text=f"{row.key} is not looked at when case {case.cause} is due")
            if case.next_at is not None and case.next_at <= here.clock():
                yield Complaint(
                    code="timer", text=f"case {case.cause} of {row.key} was due on {case.next_at:%Y-%m-%d %H:%M}"
                )
        claim = canonical_json.decode_as(ClaimState, row.state)
        # An order or a contract that is clear asks for nothing: it is looked at again when something of it changes.
        rests = row.status == "posted" or (row.status == "clear" and row.kind in here.engine.watched_kinds)
        if not claim.over and not rests and not living:
            yield Complaint(code="alone", text=f"{row.key} is {row.status}, and nobody has it")
        if claim.over and any(case.cause not in EXTERNAL_CAUSES for case in living):
            yield Complaint(code="open", text=f"{row.key} has ended and has open cases")


def _used_beyond(here: Company, rows: list[ClaimRow], by_claim: dict[UUID, list[Case]]) -> Iterator[Complaint]:
    """No more of an order line is used up than was ordered, but by claims of which a person accepted something."""
    accepted = {row.id for row in rows if any(case.releases or case.resolution for case in by_claim.get(row.id, ()))}
    used: dict[tuple[str, str], Decimal] = {}
    for ledger, order_line, claim, quantity in Allocation.objects.filter(tenant=here.scope.tenant).values_list(
        "ledger", "line", "claim", "quantity"
    ):
        if claim not in accepted:
            used[ledger, order_line] = used.get((ledger, order_line), Decimal(0)) + quantity
    bodies = Document.objects.filter(tenant=here.scope.tenant, kind="order").values_list("body", flat=True)
    for body in bodies:
        order = canonical_json.decode(here.engine.kinds, "order", bytes(body))
        assert isinstance(order, Order), "an order is an order"
        for line in order.lines:
            quantity = used.get((f"order/{order.number}", line.id), Decimal(0))
            if quantity > line.quantity.value:
                text = f"{quantity} of line {line.id} of {order.number} are used, {line.quantity.value} ordered"
                yield Complaint(code="beyond", text=text)


def _log(here: Company, witness: Notes) -> Iterator[Complaint]:
    """The exported log verifies, also against the witness, and is sealed to its end."""
    sealed = len(witness.noted)
    audit.seal(here.engine, here.scope, at=here.clock())
    if not sealed:
        yield Complaint(code="unsealed", text="no worker has sealed anything")
    verified = audit_file.verify(audit.export(here.scope), KEY, witness.noted.values())
    if verified.breach is not None:
        yield Complaint(code="log", text=f"{verified.breach.stream}: {verified.breach.reason}")
