"""The table of what is lawful: every row of it, its four readers, and logs that break it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.case.lives import (
    APPROVER,
    CATALOGUE,
    CLEAR,
    CONTROLLER,
    GIVEN,
    IN_INSPECTION,
    MONDAY,
    TOO_DEAR,
    UNSYNCHRONISED,
    Life,
)
from tests.support.access import granted
from tieout.core.case.commands import (
    NAMES,
    AcceptVariance,
    AskCounterparty,
    Assign,
    Command,
    Escalate,
    HandOff,
    Note,
    RecordAnswer,
    Reopen,
    Resolve,
    RevokeRelease,
)
from tieout.core.case.decide import decide
from tieout.core.case.events import CaseOpened, CaseResolved, CaseRouted, CounterpartyAnswered, Noted
from tieout.core.case.evolve import evolve
from tieout.core.case.legal import LEGAL, ROLES, allowed_commands, allows, diagram, first_unlawful, is_lawful
from tieout.core.case.state import STATES, Case, State
from tieout.core.values.errors import Refused

KNOWING = replace(GIVEN, catalogue=CATALOGUE)

ALL_ROLES = frozenset(role for roles in ROLES.values() for role in roles)
EVERYBODY = replace(CONTROLLER, grants=granted(*ALL_ROLES), actor="eve")


def case_in(state: State) -> Case:
    life = Life()
    if state == "waiting":
        life.judged(UNSYNCHRONISED)
        return life.case()
    life.judged(TOO_DEAR)
    finding = life.case().findings[0]
    accept = AcceptVariance(code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason="ok")
    life.commanded(accept, APPROVER)
    match state:
        case "assigned":
            life.commanded(Assign(assignee="ann"))
        case "asked":
            life.commanded(AskCounterparty())
        case "resolved":
            life.judged(CLEAR)
        case "rejected":
            life.commanded(Resolve(resolution="reject_to_supplier", note="no"))
        case _:
            pass
    assert life.case().state == state
    return life.case()


def command_of(name: str, case: Case) -> Command:
    finding = case.findings[0]
    commands: tuple[Command, ...] = (
        Assign(assignee="bob"),
        Note(text="seen"),
        AskCounterparty(text="why?"),
        RecordAnswer(answer="because"),
        AcceptVariance(code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason="ok"),
        RevokeRelease(number=case.releases[0].number if case.releases else "", reason="mistake"),
        Resolve(resolution="reject_to_supplier", note="no"),
        Escalate(reason="now"),
        HandOff(queue="elsewhere", reason="theirs"),
        Reopen(reason="again"),
    )
    return next(command for command in commands if NAMES[type(command)] == name)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", ROLES)
def test_every_cell_is_done_or_refused_as_the_table_says(state: State, name: str) -> None:
    case = case_in(state)
    command = command_of(name, case)
    rows = [row for row in LEGAL if (row.state, row.move) == (state, name)]
    if not rows:
        with pytest.raises(Refused, match="CASE-STATE"):
            decide(case, command, at=MONDAY, by=EVERYBODY, given=KNOWING)
        assert name not in allowed_commands(state, ALL_ROLES)
        return
    events = decide(case, command, at=MONDAY, by=EVERYBODY, given=KNOWING)
    for event in events:
        case = evolve(case, event)
    assert case.state in rows[0].leads_to
    assert name in allowed_commands(state, ALL_ROLES)


@pytest.mark.parametrize("name", ROLES)
def test_every_command_needs_a_role(name: str) -> None:
    state = next(row.state for row in LEGAL if row.move == name)
    case = case_in(state)
    with pytest.raises(Refused, match="CASE-ROLE"):
        decide(
            case,
            command_of(name, case),
            at=MONDAY,
            by=replace(EVERYBODY, grants=granted("auditor")),
            given=KNOWING,
        )
    assert allowed_commands(state, {"auditor"}) == ()


def test_evidence_and_a_person_can_end_a_case_from_every_open_state() -> None:
    for state in ("waiting", "open", "assigned", "asked"):
        assert any("resolved" in row.leads_to for row in LEGAL if (row.state, row.move) == (state, "tie_out"))
        assert any("rejected" in row.leads_to for row in LEGAL if (row.state, row.move) == (state, "resolve"))


def test_the_screen_shows_what_decide_allows() -> None:
    assert allowed_commands("waiting", {"ap_analyst"}) == ("note", "resolve", "hand_off")
    assert "accept_variance" not in allowed_commands("open", {"ap_analyst"})
    assert allowed_commands("resolved", {"approver"}) == ("note", "revoke_release")
    assert not allows("resolved", "assign")


def test_the_diagram_names_every_state_and_no_other() -> None:
    drawn = diagram()
    assert drawn.startswith("stateDiagram-v2\n")
    assert "    open --> asked: ask_counterparty, resolve" in drawn.splitlines()
    assert "    rejected --> open: reopen" in drawn.splitlines()
    for state in STATES:
        assert state in drawn


def test_logs_that_break_the_table_are_reported_with_their_place() -> None:
    life = Life()
    life.judged(IN_INSPECTION)
    log = life.case_logs[str(life.case().id)]
    assert is_lawful(log)
    answered = CounterpartyAnswered(
        at=MONDAY, actor="ann", message_ids=(), answer="x", due_at=MONDAY, ladder=(MONDAY,) * 4
    )
    unlawful = first_unlawful([*log, answered])
    assert unlawful is not None
    assert (unlawful.index, unlawful.event) == (len(log), "CounterpartyAnswered")
    ended = CaseResolved(at=MONDAY, by="world", resolution="cleared", touches=0)
    assert not is_lawful([*log, ended, answered])
    assert not is_lawful([*log, ended, ended])
    assert not is_lawful([*log, replace(ended, actor="ann")])
    assert not is_lawful(log[1:])
    assert not is_lawful([*log, log[0]])
    assert isinstance(log[0], CaseOpened)
    # Only people write notes; only the system, or a person who hands the case on, routes.
    assert not is_lawful([*log, Noted(at=MONDAY, text="x")])
    routed = next(event for event in log if isinstance(event, CaseRouted))
    assert is_lawful([*log, routed])
    assert not is_lawful([*log, ended, replace(routed, actor="ann")])
