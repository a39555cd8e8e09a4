"""What holds whatever happens: folds, idempotence, order, owners, ends, and no line posted beyond what it bills."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.case.lives import (
    ANALYST,
    APPROVER,
    CLEAR,
    CONTROLLER,
    DUPLICATE,
    ENGINEER,
    IN_INSPECTION,
    LAGGING,
    REJECTED,
    SHORT,
    TOO_DEAR,
    UNSYNCHRONISED,
    WHOLE,
    Life,
    finding,
    goods,
    sha_of,
    verdict,
)
from tieout.core.case.commands import (
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
)
from tieout.core.outbox.action import Done, Outcome, Rejected, Unknown
from tieout.core.tie_out.verdict import PostingLine, Verdict
from tieout.core.values.errors import Refused

BOTH = verdict(*TOO_DEAR.findings, *SHORT.findings)
PARTLY = verdict(*SHORT.findings, postable=(goods("11500.00"),))
LITTLE = verdict(*TOO_DEAR.findings, *SHORT.findings, postable=(goods("5000.00"),))
NOTED = verdict(finding("AP-DISC-RISK", stage="note", cause="terms"))
VERDICTS = (
    CLEAR, IN_INSPECTION, SHORT, REJECTED, TOO_DEAR, UNSYNCHRONISED, LAGGING, DUPLICATE, BOTH, PARTLY, LITTLE, NOTED
)  # fmt: skip
OUTCOMES: tuple[Outcome, ...] = (
    Done(ref="V-1"), Rejected(reason="closed"), Unknown(hint="time-out"), Unknown(hint="two", ambiguous=True)
)  # fmt: skip
verdicts = st.sampled_from(VERDICTS)


def left(reached: Verdict, posted: tuple[PostingLine, ...]) -> Verdict:
    """The verdict as a pack would reach it that knows what is posted."""
    done = sum(line.net.minor for line in posted)
    lines = tuple(
        replace(line, net=type(line.net)(line.net.minor - done, "EUR"))
        for line in reached.postable
        if line.net.minor > done
    )
    return replace(reached, postable=lines)


def picture(life: Life) -> object:
    """What a state is, without how it came about."""
    cases = sorted(
        (case.cause, case.state, case.code, case.queue, case.findings, case.wait_until)
        for case in life.cases.values()
        if not case.ended
    )
    lines = life.claim.pending.lines if life.claim.pending else ()
    return cases, life.claim.status, life.claim.verdict, life.claim.due_at, lines


@settings(max_examples=25, deadline=None)
@given(st.lists(verdicts, max_size=7), verdicts)
def test_the_last_verdict_alone_decides_where_it_ends(path: list[Verdict], last: Verdict) -> None:
    straight, wandering = Life(), Life()
    straight.judged(last)
    for earlier in path:
        wandering.judged(earlier)
        assert not wandering.judged(earlier), "the same verdict twice changes nothing"
    wandering.judged(last)
    assert picture(wandering) == picture(straight)


def _command(life: Life, name: str, draw: Callable[[int], int]) -> Command:
    case = life.cases[name]
    brief = case.findings[0]
    commands: tuple[Command, ...] = (
        Assign(assignee="ann"),
        Assign(assignee=""),
        Note(text="x"),
        AskCounterparty(),
        AskCounterparty(text="really?"),
        RecordAnswer(answer="yes"),
        AcceptVariance(code=brief.code, where=brief.where, evidence_hash=brief.evidence_hash, reason="ok"),
        *(Resolve(resolution=way, note="because", reference="V-9") for way in brief.resolutions),
        Resolve(resolution="reject_to_supplier", note="no"),
        Escalate(reason="now"),
        HandOff(queue="elsewhere", reason="theirs"),
        Reopen(reason="again"),
    )
    return commands[draw(len(commands))]


def _step(life: Life, draw: Callable[[int], int]) -> None:
    match draw(5):
        case 0 | 1:
            reached = VERDICTS[draw(len(VERDICTS))]
            stale = draw(3) == 0
            seen = life.claim.posted_lines
            begun = [life.claim.pending.action_id] if life.claim.pending and draw(3) == 0 else []
            life.judged(reached if stale and reached.status == "clear" else left(reached, seen), begun=begun)
        case 2:
            open_acts = [
                action
                for action in life.actions.values()
                if action.kind != "post_voucher" or (life.claim.pending and life.claim.pending.action_id == action.id)
            ]
            if open_acts:
                life.answered(OUTCOMES[draw(len(OUTCOMES))], action=open_acts[draw(len(open_acts))])
        case 3:
            life.struck(life.at + timedelta(hours=draw(60)))
        case _:
            names = sorted(life.cases)
            if names:
                name = names[draw(len(names))]
                by = (ANALYST, APPROVER, CONTROLLER, ENGINEER)[draw(4)]
                with suppress(Refused):
                    life.commanded(_command(life, name, draw), by, cause=life.cases[name].cause)


def _finish(life: Life) -> None:
    """All evidence comes: everything is cleared, and everything that was asked for is done."""
    for _ in range(6):
        life.judged(left(verdict(postable=WHOLE), life.claim.posted_lines))
        for action in list(life.actions.values()):
            if action.kind == "post_voucher":
                if life.claim.pending is not None and life.claim.pending.action_id == action.id:
                    life.answered(Done(ref="V-9"), action=action)
            elif action.id not in life.withdrawn:
                life.answered(Done(ref="A-9"), action=action)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_life_of_anything_keeps_its_promises_and_can_end(data: st.DataObject) -> None:
    life = Life()
    numbers = iter(data.draw(st.lists(st.integers(0, 10**6), min_size=60, max_size=60)))

    def draw(below: int) -> int:
        return next(numbers, 0) % below

    for _ in range(10):
        _step(life, draw)
        assert sum(line.net.minor for line in life.claim.posted_lines) <= WHOLE[0].net.minor
        parts = [part.action_id for part in life.claim.posted]
        assert len(set(parts)) == len(parts)
    _finish(life)
    if not life.claim.rejected:
        assert sum(line.net.minor for line in life.claim.posted_lines) == WHOLE[0].net.minor
        assert life.claim.status == "posted"
        assert all(case.ended for case in life.cases.values()), [case.state for case in life.cases.values()]
    else:
        assert all(case.ended for case in life.cases.values() if case.cause not in {"message", "debit"})


def test_the_same_verdict_has_the_same_sha() -> None:
    assert sha_of(CLEAR) == sha_of(verdict())
