"""The people of a run: who holds which roles, and what each asks of a case, chosen from what the engine offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tieout.core.case.commands import (
    AcceptVariance,
    AskCounterparty,
    Assign,
    Command,
    CommandName,
    Escalate,
    HandOff,
    Note,
    RecordAnswer,
    Reopen,
    Resolve,
    RevokeRelease,
)
from tieout.core.case.offering import Offers
from tieout.core.case.state import Case
from tieout.core.findings.catalogue import Catalogue
from tieout.core.findings.resolution import Field
from tieout.core.values.grant import Grant
from tieout.core.values.scope import Scope
from tieout.scenario.draw import Draw

_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "ann": ("ap_analyst", "receiver", "ar_analyst"),
    "bob": ("approver", "buyer"),
    "cleo": ("controller",),
    "dan": ("buyer", "receiver", "ap_analyst", "ar_analyst", "credit"),
    "eve": ("approver", "engineer"),
}
_SELDOM: Final = frozenset({"note", "escalate", "hand_off", "revoke_release", "reopen"})


def people(tenant: str) -> tuple[Scope, ...]:
    """Everybody who works for the company."""
    return tuple(
        Scope(tenant=tenant, actor=name, name=name, grants=tuple(Grant(user=name, role=role) for role in roles))
        for name, roles in _ROLES.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a person sees of a case: the case, what is offered, and the numbers of the documents that may be named."""

    case: Case
    offers: Offers
    orders: tuple[str, ...]
    at: datetime


def command(draw: Draw, looked: Looked, *, catalogue: Catalogue, queues: frozenset[str]) -> Command | None:
    """One of the commands that are offered, filled in; None where the person leaves it."""
    names = [name for name in looked.offers.commands if name not in _SELDOM or draw.chance(15)]
    if not names:
        return None
    commands = list(_filled(draw, draw.one_of(names), looked, catalogue=catalogue, queues=queues))
    return draw.one_of(commands) if commands else None


def _filled(
    draw: Draw, name: CommandName, looked: Looked, *, catalogue: Catalogue, queues: frozenset[str]
) -> Iterator[Command]:
    """The commands of this name that make sense here."""
    case = looked.case
    match name:
        case "assign":
            yield Assign(assignee=draw.one_of((*_ROLES, "")))
        case "note":
            yield Note(text="seen")
        case "ask_counterparty":
            yield AskCounterparty()
        case "record_answer":
            yield RecordAnswer(answer="it is being looked into")
        case "escalate":
            yield Escalate(reason="it takes too long")
        case "hand_off":
            yield HandOff(queue=draw.one_of(sorted(queues)), reason="it is theirs")
        case "reopen":
            yield Reopen(reason="look again")
        case "revoke_release":
            yield from (RevokeRelease(number=release.number, reason="not so") for release in case.releases)
        case "accept_variance":
            yield from _acceptances(case)
        case "resolve":
            for chosen in looked.offers.resolutions:
                yield _resolution(draw, chosen, looked, catalogue=catalogue)


def _acceptances(case: Case) -> Iterator[Command]:
    for finding in case.findings:
        if finding.releasable and finding.stage != "note":
            yield AcceptVariance(
                code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason="agreed"
            )


def _resolution(draw: Draw, chosen: str, looked: Looked, *, catalogue: Catalogue) -> Command:
    fields = catalogue.resolution(chosen).fields
    values = {field.name: _value(draw, field, looked) for field in fields}
    own = tuple((name, text) for name, text in values.items() if name not in {"note", "reference"} and text)
    return Resolve(resolution=chosen, note=values.get("note", ""), reference=values.get("reference", ""), fields=own)


def _value(draw: Draw, field: Field, looked: Looked) -> str:
    """What a person would type into this field."""
    findings = looked.case.findings
    if field.assigned or field.chooses:
        return draw.one_of(looked.orders) if looked.orders else ""
    match field.kind:
        case "date":
            return (looked.at + timedelta(days=draw.between(1, 9))).date().isoformat()
        case "amount":
            stake = next((finding.at_stake for finding in findings if finding.at_stake), None)
            return f"{stake.amount} {stake.currency}" if stake else "1.00 EUR"
        case "place":
            return findings[0].where if findings else ""
        case "reference":
            return f"REF-{draw.below(1000)}" if field.required else ""
        case _:
            return "agreed"
