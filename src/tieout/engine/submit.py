"""A person's command to a case: decided, written and reacted to in one transaction, or refused with a code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from tieout.core.access.role import acting
from tieout.core.case import apply_verdict
from tieout.core.case.commands import NAMES, Command, Resolve
from tieout.core.case.offering import possible_when_over
from tieout.core.case.state import Case
from tieout.core.claim.state import ClaimState
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.announce import announce
from tieout.engine.apply import apply
from tieout.engine.circumstances import circumstances
from tieout.engine.claim_record import claim_records, documents_of
from tieout.engine.plugged import Engine
from tieout.engine.receive import again
from tieout.engine.spans import traced
from tieout.store import cases, claims, wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The case and its claim after a command. `tie_out`: the claim is going to be tied out again."""

    case: Case
    claim: ClaimState
    tie_out: bool


@traced(
    "engine.submit",
    asked=lambda _engine, scope, case_id, command, **_: {
        "tenant": scope.tenant,
        "case": str(case_id),
        "command": type(command).__name__,
    },
    answered=lambda _: {},
)
def submit(
    engine: Engine,
    scope: Scope,
    case_id: UUID,
    command: Command,
    *,
    at: datetime,
    seen: int | None = None,
) -> Submitted:
    """Carry out a command on a case. `seen` is the case's version on the screen: the command is refused if it has changed since.

    What the actor may do follows from the grants of the scope, for the claim's company and the case's queue; who made the
    claim and its evidence is looked up here. Raises `Refused` as `apply_verdict.obey` does, and with CASE-UNKNOWN,
    CASE-CHANGED, CASE-TOO-EARLY.
    """
    at = at.astimezone(UTC)
    scope = replace(scope, grants=tuple(acting(scope.grants, engine.roles)))

    def act() -> Submitted:
        row = cases.by_id(scope, case_id)
        locked = claims.lock(scope, [row.claim]) if row else []
        if not locked or not scope.sees(locked[0].entity):
            raise Refused("CASE-UNKNOWN", "there is no case {case_id} that you may see", case_id=case_id)
        record = claim_records(scope, locked)[0]
        case = record.cases[str(case_id)]
        if seen is not None and case.version != seen:
            raise Refused("CASE-CHANGED", "the case has changed since you looked: look again")
        claim = record.row.id
        document = documents_of(engine, scope, [record]).get(claim)
        effect = engine.catalogue.resolution(command.resolution).effect if isinstance(command, Resolve) else None
        if document is None and not possible_when_over(case, NAMES[type(command)], effect):
            raise Refused(
                "CASE-ERASED", "the content of {key} was erased: nothing more can be done about it", key=record.row.key
            )
        _let_it_end(engine, scope, claim, command, at=at)
        claim_change = apply_verdict.obey(
            record.claim,
            record.cases,
            case_id,
            command,
            at=at,
            by=scope,
            document=document,
            actions=engine.packs[record.row.kind].actions,
            given=circumstances(engine, scope, record, case, command, document=document, at=at),
            begun=wanted.begun(scope, [claim]),
            routing=engine.routing_for(scope),
            catalogue=engine.catalogue,
        )
        apply(engine, scope, [(record, claim_change)], at=at)
        engine.steps("submit.written")
        after = {str(change.case.id): change.case for change in claim_change.cases}
        return Submitted(case=after.get(str(case_id), case), claim=claim_change.claim, tie_out=claim_change.tie_out)

    # A tie-out that holds an order may wait for this claim, which gives that order back: then one of the two does it again.
    done = again(scope, act)
    engine.steps("submit.committed")
    announce(engine, scope)
    return done


def _let_it_end(engine: Engine, scope: Scope, claim: UUID, command: Command, *, at: datetime) -> None:
    """Refuses to confirm that something was not done while the external system may still be doing it."""
    if not isinstance(command, Resolve) or engine.catalogue.resolution(command.resolution).effect != "deny":
        return
    until = wanted.may_come_until(scope, claim, at)
    if until is not None:
        raise Refused(
            "CASE-TOO-EARLY",
            "it was handed over, and the external system may still carry it out until {until}: "
            "look there after that, then confirm",
            until=until,
        )
