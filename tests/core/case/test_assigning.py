"""What a person assigns and until when a person waits: recorded as evidence, by those who may, and refused in words otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.case.lives import ANALYST, CATALOGUE, GIVEN, MONDAY, Life, finding, verdict
from tieout.core.case.commands import HandOff, Resolve, RevokeRelease
from tieout.core.case.decide import decide
from tieout.core.case.events import FindingReleased, ReleaseRevoked, ResolutionChosen, WaitStarted
from tieout.core.findings.acceptance import accepted_up_to, released
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money

LACKING = replace(
    finding("AP-PO-MISSING", where="document", resolutions=("assign_order", "await_receipt"), releasable=False),
    numbers=(("order", "PO 1"),),
)
XTRA = [finding("AP-LINE-XTRA", where=where, resolutions=("assign_line",)) for where in ("2", "3")]
KNOWING = replace(GIVEN, catalogue=CATALOGUE)


def life_with(*findings: object) -> Life:
    life = Life()
    life.judged(verdict(*findings))  # type: ignore[arg-type]
    return life


def naming(**fields: str) -> Resolve:
    return Resolve(resolution="assign_order", note="by phone", fields=tuple(fields.items()))


def test_an_assignment_is_evidence_that_accepts_nothing() -> None:
    case = life_with(LACKING).case()
    events = decide(case, naming(order=" PO-1 "), at=MONDAY, by=ANALYST, given=KNOWING)
    chosen, assigned = events
    assert isinstance(chosen, ResolutionChosen)
    assert isinstance(assigned, FindingReleased)
    release = assigned.release
    assert (release.value, release.instead, release.where, release.actor) == ("PO-1", "PO 1", "document", "ann")
    assert release.limit == Money.zero("EUR")
    assert release.evidence_hash == LACKING.evidence_hash
    able = replace(LACKING, releasable=True)
    assert released([able], [release], MONDAY) == (able,), "the finding holds as before"
    assert accepted_up_to([release], {"AP-PO-MISSING"}, "document", over=True, currency="EUR") == Money.zero("EUR")


@pytest.mark.parametrize("fields", [{}, {"order": "  "}])
def test_an_assignment_names_something(fields: dict[str, str]) -> None:
    case = life_with(LACKING).case()
    with pytest.raises(Refused, match="needs Order"):
        decide(case, naming(**fields), at=MONDAY, by=ANALYST, given=KNOWING)


def test_whoever_made_the_invoice_does_not_choose_its_order() -> None:
    case = life_with(LACKING).case()
    with pytest.raises(Refused, match="ask a colleague") as caught:
        decide(case, naming(order="PO-1"), at=MONDAY, by=ANALYST, given=replace(KNOWING, makers=frozenset({"Ann "})))
    assert caught.value.code == "WF-SOD"


def test_a_posted_invoice_keeps_its_order_and_its_open_lines_may_be_assigned() -> None:
    posted = replace(KNOWING, committed=True)
    with pytest.raises(Refused, match="posted"):
        decide(life_with(LACKING).case(), naming(order="PO-1"), at=MONDAY, by=ANALYST, given=posted)
    line = Resolve(resolution="assign_line", fields=(("order_line", "PO-1/10"),))
    assert decide(life_with(XTRA[0]).case(), line, at=MONDAY, by=ANALYST, given=posted)


def test_of_several_lines_it_is_said_which() -> None:
    case = life_with(*XTRA).case()
    with pytest.raises(Refused, match="say for which of these it is: line 2, line 3"):
        decide(
            case,
            Resolve(resolution="assign_line", fields=(("order_line", "10"),)),
            at=MONDAY,
            by=ANALYST,
            given=KNOWING,
        )
    which = Resolve(resolution="assign_line", fields=(("where", "3"), ("order_line", "10")))
    _, assigned = decide(case, which, at=MONDAY, by=ANALYST, given=KNOWING)
    assert isinstance(assigned, FindingReleased)
    assert assigned.release.where == "3"


def test_an_assignment_is_taken_back_by_those_who_may_make_one() -> None:
    life = life_with(LACKING)
    life.commanded(naming(order="PO-1"), ANALYST)
    (release,) = life.case().releases
    (event,) = decide(
        life.case(), RevokeRelease(number=release.number, reason="mistake"), at=MONDAY, by=ANALYST, given=KNOWING
    )
    assert isinstance(event, ReleaseRevoked)


def waiting(until: str) -> Resolve:
    return Resolve(resolution="await_receipt", fields=(("until", until),))


@pytest.mark.parametrize("until", ["2026-03-01", "2026-03-02", "2027-03-04"])
def test_a_wait_ends_after_today_and_within_a_year(until: str) -> None:
    with pytest.raises(Refused, match="a day after today and within a year"):
        decide(life_with(LACKING).case(), waiting(until), at=MONDAY, by=ANALYST, given=KNOWING)


@pytest.mark.parametrize("until", ["2026-03-03", "2027-03-03"])
def test_until_that_day_nobody_is_asked(until: str) -> None:
    life = life_with(LACKING)
    life.commanded(waiting(until), ANALYST)
    case = life.case()
    assert (case.state, case.deferred, case.next_at) == ("waiting", True, case.wait_until)
    assert case.wait_until is not None
    assert f"{case.wait_until:%Y-%m-%d %H:%M}" == f"{until} 08:00"
    life.judged(verdict(LACKING), at=MONDAY + timedelta(hours=2))
    assert life.case().state == "waiting", "a tie-out with the same findings does not end it"
    life.judged(verdict(LACKING), at=case.wait_until)
    assert life.case().state == "open"
    assert not life.case().deferred


def test_another_finding_or_a_colleague_ends_the_wait() -> None:
    life = life_with(LACKING)
    life.commanded(waiting("2026-03-20"), ANALYST)
    life.judged(verdict(replace(LACKING, code="AP-PO-INVALID")))
    assert life.case().state == "open"
    life.commanded(waiting("2026-03-20"), ANALYST)
    life.commanded(HandOff(queue="elsewhere", reason="theirs"), ANALYST)
    assert (life.case().state, life.case().deferred) == ("open", False)
    assert not any(isinstance(event, WaitStarted) and event.silent for event in list(*life.case_logs.values())[-2:])
