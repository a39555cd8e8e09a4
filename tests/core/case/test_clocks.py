"""Escalation levels: when they are due, what a discount changes, and that every one is reached once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.core.case.lives import MONDAY, TOO_DEAR, Life, finding, invoice, later, verdict
from tieout.core.case.commands import Resolve
from tieout.core.case.sla import clock_of, ladder
from tieout.core.outbox.action import Rejected
from tieout.core.values.clock import Clock, Hours

OFFICE = Hours()


def test_the_levels_are_shares_of_the_time_allowed() -> None:
    levels = ladder(MONDAY, Clock(amount=2), OFFICE)
    tuesday, wednesday, thursday = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
    assert levels == (
        tuesday.replace(hour=9),
        wednesday.replace(hour=9) - timedelta(hours=3, minutes=36) - timedelta(hours=15),
        wednesday.replace(hour=9),
        thursday.replace(hour=9),
    )


def test_plain_hours_run_through_the_night() -> None:
    assert ladder(MONDAY, Clock(amount=10, unit="h"), OFFICE)[2] == MONDAY + timedelta(hours=10)


def test_the_levels_count_down_to_a_loss_that_comes_first() -> None:
    loss = MONDAY.replace(hour=13)
    assert ladder(MONDAY, Clock(amount=2), OFFICE, loss_at=loss)[:3] == (
        MONDAY.replace(hour=11),
        MONDAY.replace(hour=12, minute=12),
        loss,
    )
    assert ladder(MONDAY, Clock(amount=2), OFFICE, loss_at=later(MONDAY, days=30))[2] == later(MONDAY, days=2)
    assert ladder(MONDAY, Clock(amount=2), OFFICE, loss_at=later(MONDAY, days=-1))[2] == later(MONDAY, days=2)
    assert ladder(MONDAY, Clock(amount=9, unit="h"), OFFICE, loss_at=loss)[2] == loss


def test_a_discount_that_runs_out_shortens_the_time() -> None:
    life = Life(invoice(terms="2/10 net 30"))  # issued on 23 February: until 5 March
    life.judged(verdict(finding("AP-PRC-OVER", sla=Clock(amount=10))))
    assert life.case().due_at == datetime(2026, 3, 5, 17, tzinfo=UTC)


def test_every_level_is_reached_once_and_in_order() -> None:
    life = Life()
    life.judged(TOO_DEAR)
    first, _, breach, last = life.case().ladder
    assert not life.struck(first - timedelta(seconds=1))
    assert life.struck(first).due_at == life.case().ladder[1]
    assert not life.struck(first)
    life.struck(breach)
    assert life.case().level == 3
    done = life.struck(last)
    assert (life.case().level, done.due_at) == (4, None)
    assert not life.struck(later(last, days=100))
    assert life.kinds().count("Escalated") == 4
    assert life.case().touches == 0


def test_a_case_has_the_time_limit_of_its_owner() -> None:
    life = Life()
    assert [
        clock_of(type("", (), {"sla": sla})())  # type: ignore[arg-type]
        for sla in ("48 bh", "2 bd", "3 h", "")
    ] == [Clock(amount=48, unit="bh"), Clock(amount=2), Clock(amount=3, unit="h"), Clock(amount=1)]
    assert life.claim.status == "received"


def test_a_case_of_a_claim_that_was_rejected_runs_out_of_time_like_any_other() -> None:
    life = Life()
    life.judged(TOO_DEAR)
    life.commanded(Resolve(resolution="reject_to_supplier", note="not ours"))
    assert life.claim.over
    (message,) = life.actions.values()
    life.answered(Rejected(reason="no such endpoint"), action=message)
    case = life.case("message")
    done = life.struck(case.ladder[0])
    assert (life.case("message").level, done.tie_out, done.due_at) == (1, False, case.ladder[1])
    assert life.struck(case.ladder[-1]).due_at is None
