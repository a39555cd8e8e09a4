"""One random story played on two runs, in memory and over the engine, and the differences between them after a step.

A story is a list of steps: a document comes, time passes, a person acts on some open case. Which case and how is drawn from
the run in memory; the other run must have the same case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from tests.sim import billing_random, selling, test_billing_worlds, test_selling_worlds, test_worlds
from tieout.core.access.role import BUILT_IN
from tieout.core.case.commands import (
    AcceptVariance,
    Command,
    Escalate,
    Note,
    Reopen,
    Resolve,
    RevokeRelease,
)
from tieout.core.case.events import FindingBrief
from tieout.core.case.state import Case
from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.outbox.action import Action, Outcome, Rejected
from tieout.core.values.errors import Refused
from tieout.core.values.grant import Grant
from tieout.core.values.scope import Scope
from tieout.scenario.draw import Draw
from tieout.scenario.filed import Filed
from tieout.scenario.simulation import ONLY, Simulation
from tieout.scenario.target import ScriptedTarget
from tieout.trade.documents import Invoice

GRANTS = tuple(Grant(user="mira", role=role) for role in sorted(BUILT_IN))
_OURS = re.compile(r"^(scenario|tieout)/")
_OWN = re.compile(r"\+[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Come:
    """A document arrives from a source; not the `last` of those that come together. `facts` are what an oracle learns by it."""

    document: Document
    version: str = "1"
    source: str = ONLY
    last: bool = True
    facts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Hours pass."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A person acts on a case; `chance` determines which case and how. `on`: only on cases of claims with this number; `accepts`: by
    accepting a finding."""

    chance: int
    on: str = ""
    accepts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The external system refuses what it is asked next to post under this number."""

    number: str


Step = Come | Wait | Act | Refuse


@dataclass(slots=True, kw_only=True)
class Choosy(ScriptedTarget):
    """An external system that refuses the vouchers of some numbers, each of them once."""

    refuses: set[str] = field(default_factory=set)

    def perform(self, actions: Sequence[Action]) -> Sequence[Outcome]:
        """Books what it does not refuse."""
        return [self._refused(action) or ScriptedTarget.perform(self, [action])[0] for action in actions]

    def _refused(self, action: Action) -> Outcome | None:
        number = str(json.loads(action.payload).get("number", "")) if action.kind == "post_voucher" else ""
        if number not in self.refuses:
            return None
        self.refuses.remove(number)
        return Rejected(reason="period is closed")


def choosy(target: ScriptedTarget) -> Choosy:
    """The target, able to refuse single vouchers."""
    if isinstance(target, Choosy):
        return target
    return Choosy(queue=target.queue, mood=target.mood, booked=target.booked, attempts=target.attempts)


def story(documents: Sequence[Come], chance: int) -> list[Step]:
    """These documents in some order, some of them twice, with waits and acts between them."""
    draw = Draw(chance, "story")
    left, steps = list(documents), list[Step]()
    while left:
        come = left.pop(draw.below(min(len(left), 4) if draw.below(3) else len(left)))
        steps += [come] * (1 + (draw.below(8) == 0))
        if draw.below(4) == 0:
            steps.append(Wait(hours=draw.below(60)))
        if draw.below(3) == 0:
            steps.append(Act(chance=draw.below(1_000_000)))
    steps += [Act(chance=draw.below(1_000_000)) for _ in range(3)]
    return [*steps, Wait(hours=24 * 20), Act(chance=chance), Wait(hours=24 * 40)]


def buying(seed: int) -> list[Come]:
    """Deals with suppliers, half of them faulty, some with their invoice repeated, or credited and billed again."""
    made = test_worlds.company(seed, suppliers=3, products=4, on=test_worlds.ON)
    chosen = test_worlds.deals(made, seed, 3, on=test_worlds.ON, lines=2, clean_percent=50)
    draw = Draw(seed, "again")
    come = [Come(document=document) for document in made.documents]
    for deal in chosen:
        come += [Come(document=document) for document in test_worlds.documents_of(deal)]
        come += _again(deal.invoice, draw)
    return come


def _again(invoice: Invoice, draw: Draw) -> Iterator[Come]:
    """The invoice once more under its number, corrected, or credited; and any of these without an order."""
    later = date.fromordinal(invoice.issue_date.toordinal() + 3) if invoice.issue_date else None
    note = replace(
        invoice, kind="credit_note", number=f"C-{invoice.number}", preceding=(invoice.number,), issue_date=later
    )
    match draw.below(6):
        case 0:
            yield Come(document=replace(invoice, number=f" {invoice.number.lower()}"))
        case 1:
            yield Come(document=note)
            yield Come(document=replace(invoice, number=f"{invoice.number} ", issue_date=later))
        case 2:
            yield Come(document=replace(invoice, terms="30 days"), version="2")
        case 3:
            yield Come(document=replace(invoice, terms="other terms"))  # the same version with other content
        case _:
            pass


def sales(seed: int, terms: selling.Terms) -> list[Come]:
    """Sales orders, what was shipped and reversed of them, their invoices and credit notes, some for too much."""
    sent = test_selling_worlds.story(seed, terms, undone=seed % 2 == 0)
    draw = Draw(seed, "bills")
    bills = test_selling_worlds.invoices_of(sent, terms, draw)
    if not terms.events:
        bills += [
            selling.Sent(document=selling.invoice(f"X-{number}-{line}", number, {line: max(may, Decimal(1))}))
            for (number, line), may in selling.billable(sent, terms).items()
            if draw.below(3) == 0
        ]
    return [
        Come(document=one.document, version=one.version) for one in (selling.Sent(document=selling.NORD), *sent, *bills)
    ]


def billing(seed: int) -> list[Come]:
    """An account's contract, usage and billing run, and some of the run once more."""
    of = billing_random.account(seed)
    draw = Draw(seed, "again")
    come = [
        Come(document=document, version=version) for document, version in test_billing_worlds.documents_of(of, seed)
    ]
    twice = [invoice for invoice in billing_random.run(of, seed) if draw.below(3) == 0]
    return [*come, *(Come(document=replace(invoice, number=f"X-{invoice.number}")) for invoice in twice)]


def play(steps: Iterable[Step], one: Simulation, *others: Simulation) -> Iterator[Step]:
    """Play the story on all runs, and stop after each step. Raises where only some of them refuse a command."""
    for step in steps:
        match step:
            case Come():
                for run in (one, *others):
                    run.receive(step.document, version=step.version, source=step.source, last=step.last)
            case Wait():
                for run in (one, *others):
                    run.advance(run.at + timedelta(hours=step.hours))
            case Act():
                _act(step, one, others)
            case Refuse():
                for run in (one, *others):
                    run.target = choosy(run.target)
                    run.target.refuses.add(step.number)
        yield step


def _act(act: Act, one: Simulation, others: Sequence[Simulation]) -> None:
    draw = Draw(act.chance, "act")
    places = sorted(
        (name(filed), case.cause, source)
        for source, filed in one.claims.items()
        if act.on in {"", filed.recorded.document.number}
        for case in filed.cases.values()
        if not case.ended or draw.below(4) == 0
    )
    if not places:
        return
    claim, cause, source = places[draw.below(len(places))]
    case = next(case for case in one.claims[source].cases.values() if case.cause == cause)
    command = _command(draw, case, one.claims[source], accepts=act.accepts)
    answers = []
    for run in others:
        matching = [key for key, filed in run.claims.items() if name(filed) == claim and _has(filed, cause)]
        assert matching, f"{claim} has a case of {cause} in one run only"
        answers.append(_asked(run, matching[0], cause, _theirs(command, run, matching[0], cause)))
    answers.append(_asked(one, source, cause, command))
    assert len(set(answers)) == 1, f"{command} on {claim}, {cause}: {answers}"


def _theirs(command: Command, run: Simulation, source: str, cause: str) -> Command:
    """The same command for the other run: numbers of acceptances and hashes of evidence follow from its own ids and contents."""
    case = next(case for case in run.claims[source].cases.values() if case.cause == cause)
    match command:
        case RevokeRelease():
            return replace(command, number=case.releases[-1].number if case.releases else "")
        case AcceptVariance():
            alike = [brief for brief in case.findings if (brief.code, brief.where) == (command.code, command.where)]
            hashes = [brief.evidence_hash for brief in alike]
            same = command.evidence_hash in hashes or not hashes
            return command if same else replace(command, evidence_hash=hashes[0])
        case _:
            return command


def _has(filed: Filed, cause: str) -> bool:
    return any(case.cause == cause for case in filed.cases.values())


def _asked(run: Simulation, source: str, cause: str, command: Command) -> str:
    by = Scope(tenant="scenario", actor="mira", grants=GRANTS)
    try:
        run.command(source, cause, command, by)
    except Refused as refused:
        return refused.code
    return ""


def _command(draw: Draw, case: Case, filed: Filed, *, accepts: bool = False) -> Command:
    brief = case.findings[draw.below(len(case.findings))] if case.findings else None
    if brief is not None and accepts:
        return _acceptance(brief, filed)
    if brief is None or draw.below(12) == 0:
        return (Note(text="seen"), Escalate(reason="it takes too long"), Reopen(reason="look again"))[draw.below(3)]
    if case.releases and draw.below(2):
        return RevokeRelease(number=case.releases[-1].number, reason="not so")
    resolutions = sorted(set(brief.resolutions))
    if resolutions and draw.below(3):
        chosen = resolutions[draw.below(len(resolutions))]
        return Resolve(resolution=chosen, note="agreed", reference="REF-1", fields=_fields(chosen, brief.where))
    return _acceptance(brief, filed)


def _acceptance(brief: FindingBrief, filed: Filed) -> AcceptVariance:
    totals = getattr(filed.recorded.document, "totals", None)
    limit = brief.at_stake or (totals.payable if totals else None)
    return AcceptVariance(
        code=brief.code, where=brief.where, evidence_hash=brief.evidence_hash, reason="agreed", limit=limit
    )


def _fields(resolution: str, where: str) -> tuple[tuple[str, str], ...]:
    """What a resolution asks for besides: the first order of these worlds, or its first line, or a day."""
    match resolution:
        case "assign_order":
            return (("order", "O-1"),)
        case "assign_line":
            return (("where", where), ("order_line", "O-1/10"))
        case "await_receipt" | "record_promise":
            return (("until", "2026-05-20"),)
        case _:
            return ()


def name(filed: Filed) -> str:
    """A claim's key that is the same in both runs: without content hashes and the system of documents of ours."""
    return _OWN.sub("+own", _OURS.sub("", filed.state.key))


def unlike(one: Simulation, other: Simulation) -> list[str]:
    """The differences between the claims, cases and postings of two runs, in words; none if they agree."""
    claims, other_claims = _claims(one), _claims(other)
    different = [(mine, its) for mine, its in zip_longest(claims, other_claims, fillvalue=()) if mine != its]
    lines = [
        f"{a!r}\n   and {b!r}" for mine, its in different for a, b in zip_longest(mine, its) if a != b or a == mine[0]
    ]
    return [*lines, *(f"posted in one run only: {posting}" for posting in set(_postings(one)) ^ set(_postings(other)))]


def _claims(run: Simulation) -> list[tuple[object, ...]]:
    """Every claim with its verdict, its allocations, its cases and its postings."""
    return sorted((_claim(filed) for filed in run.claims.values()), key=repr)


def _claim(filed: Filed) -> tuple[object, ...]:
    verdict = filed.last.verdict if filed.last else None
    return (
        name(filed),
        filed.state.status,
        filed.state.received_at,
        filed.state.due_at,
        (verdict.status, sorted(map(_finding, verdict.findings)), verdict.allocations) if verdict else None,
        sorted((_case(case) for case in filed.cases.values()), key=repr),
        [(part.part, part.final, part.state, part.lines, part.posted_at) for part in filed.state.posted],
    )


def _finding(finding: Finding) -> tuple[str, ...]:
    parts = (
        finding.code,
        finding.where,
        finding.stage,
        finding.expected,
        finding.actual,
        finding.variance,
        finding.at_stake,
    )
    return tuple(map(str, parts))


def _case(case: Case) -> object:
    return (
        case.cause,
        case.code,
        case.state,
        case.queue,
        case.due_at,
        case.wait_until,
        case.ladder,
        case.level,
        case.resolution,
        case.resolved_at,
        str(case.at_stake),
        case.reopened,
        case.touches,
    )


def _postings(run: Simulation) -> list[tuple[str, ...]]:
    """What the external systems have booked, by kind, number, part and amount."""
    booked = [*run.target.booked.values(), *run.partner.booked.values()]
    return sorted(
        (
            booking.action.kind,
            *(str(booking.voucher.get(word, "")) for word in ("kind", "number", "part", "gross", "amount")),
        )
        for booking in booked
    )
