"""S-01 and its neighbours, on hand-made verdicts: the receipt that is in inspection, and its four endings."""

from __future__ import annotations

import json

import pytest

from tests.core.case.lives import (
    APPROVER,
    CLEAR,
    IN_INSPECTION,
    LAGGING,
    MONDAY,
    REJECTED,
    SHORT,
    UNSYNCHRONISED,
    WINDOW_ENDS,
    Life,
    euros,
    finding,
    goods,
    later,
    verdict,
)
from tieout.app import catalogue
from tieout.core.case.commands import Resolve
from tieout.core.findings.wording import told
from tieout.core.outbox.action import Done
from tieout.core.tie_out.verdict import Verdict


def held() -> Life:
    life = Life()
    life.judged(IN_INSPECTION)
    return life


def test_the_difference_in_inspection_is_received_by_its_site_with_a_timer() -> None:
    life = held()
    case = life.case()
    assert (case.state, case.code, case.queue) == ("open", "AP-QTY-INSP", "receiving/WMS-4")
    assert case.wait_until == WINDOW_ENDS == life.claim.due_at
    assert life.claim.status == "waiting"
    assert life.actions == {}


def test_ending_1_the_inspection_clears_and_the_invoice_posts_with_no_touch() -> None:
    life = held()
    life.judged(CLEAR, at=later(MONDAY, hours=30))
    assert (life.case().state, life.case().resolved_by, life.case().touches) == ("resolved", "world", 0)
    assert life.claim.status == "posting"
    life.posted("5100")
    assert life.claim.status == "posted"
    assert not [action for action in life.actions.values() if action.kind == "message"], (
        "nobody is told of what is simply accepted"
    )
    assert sum(action.kind == "post_voucher" for action in life.actions.values()) == 1


@pytest.mark.parametrize(
    ("follows", "code", "reason", "at"),
    [(SHORT, "AP-QTY-SHORT", "QTY", WINDOW_ENDS), (REJECTED, "AP-QUAL-REJ", "QUA", later(MONDAY, hours=5))],
    ids=["the window expires", "the lot is rejected"],
)
def test_endings_2_and_3_procurement_gets_it_with_a_drafted_message(
    follows: Verdict, code: str, reason: str, at: object
) -> None:
    life = held()
    life.judged(follows, at=at)  # type: ignore[arg-type]
    case = life.case()
    assert (case.state, case.code, case.queue) == ("open", code, "procurement")
    assert case.wait_until is None
    assert "HandedOff" in life.kinds()
    (draft,) = life.actions.values()
    message = json.loads(draft.payload)
    assert (message["draft"], message["status"], message["reason"], message["action"]) == (True, "UQ", reason, "CNP")
    assert message["lines"] == [f"Line 1: {told(case.findings[0], catalogue().codes)}"]
    assert message["lines"][0] in message["text"]
    assert (message["to"]["name"], message["to"]["address"]) == ("Acme", "ap@acme.example")
    assert (message["from"]["name"], message["document"]["amount"]) == ("Us", "12000.00")
    assert case.findings[0].code == code


def test_the_clock_asks_for_a_new_tie_out_when_the_window_ends() -> None:
    life = held()
    assert not life.struck(later(WINDOW_ENDS, seconds=-1)).tie_out
    done = life.struck(WINDOW_ENDS)
    assert done.tie_out
    assert done.due_at is not None
    assert done.due_at > WINDOW_ENDS, "who was notified once is not notified again"


def test_ending_4_evidence_after_the_hand_off_withdraws_it_and_posts_once() -> None:
    life = held()
    life.judged(SHORT, at=WINDOW_ENDS)
    (draft,) = life.actions
    done = life.judged(CLEAR, at=later(WINDOW_ENDS, hours=1))
    assert done.withdrawn == (draft,)
    assert life.kinds()[-2:] == ["HandOffWithdrawn", "CaseResolved"]
    life.posted()
    life.judged(CLEAR, at=later(WINDOW_ENDS, hours=2))
    assert sum(action.kind == "post_voucher" for action in life.actions.values()) == 1
    assert life.claim.status == "posted"


def test_the_clearing_event_before_the_invoice_leaves_no_case() -> None:
    life = Life()
    life.judged(CLEAR)
    life.posted()
    assert life.cases == {}
    assert life.claim.status == "posted"


def test_the_clearing_event_twice_changes_nothing() -> None:
    life = held()
    life.judged(CLEAR)
    assert not life.judged(CLEAR)
    life.posted()
    assert not life.judged(CLEAR)
    assert not life.answered(Done(ref="V-1"), action=next(iter(life.actions.values())))


def test_short_pay_posts_whole_and_debits_the_difference_once_posted() -> None:
    life = held()
    life.judged(SHORT, at=WINDOW_ENDS)
    done = life.commanded(Resolve(resolution="short_pay", note="supplier agrees"), APPROVER)
    (release,) = done.documents
    assert (release.resolution, release.limit, done.tie_out) == ("short_pay", euros("500.00"), True)
    life.judged(CLEAR)
    assert (life.case().resolution, life.case().resolved_by) == ("short_pay", "olga")
    assert not [action for action in life.actions.values() if action.kind == "post_debit_note"]
    life.posted("5100")
    (note,) = [json.loads(action.payload) for action in life.actions.values() if action.kind == "post_debit_note"]
    assert (note["amount"], note["currency"], note["invoice_refs"]) == ("500.00", "EUR", ["5100"])
    messages = [json.loads(action.payload) for action in life.actions.values() if action.kind == "message"]
    assert [message["status"] for message in messages if not message["draft"]] == ["CA"]
    debit = next(action for action in life.actions.values() if action.kind == "post_debit_note")
    life.answered(Done(ref="D-1"), action=debit)
    assert debit.id not in life.case().acts


def test_split_posting_posts_the_received_part_first_and_the_rest_later() -> None:
    life = Life()
    life.judged(verdict(finding("AP-QTY-SHORT", queue="procurement"), postable=(goods("11500.00"),)))
    assert life.claim.status == "posting"
    life.posted("5100")
    assert life.claim.status == "part_posted"
    life.judged(verdict(postable=(goods("500.00"),)), at=later(MONDAY, hours=1))
    life.posted("5101")
    assert life.claim.status == "posted"
    assert [part.ref for part in life.claim.posted] == ["5100", "5101"]


def test_a_part_is_posted_once_though_its_verdict_is_delivered_again() -> None:
    life = Life()
    part = verdict(finding("AP-QTY-SHORT", queue="procurement"), postable=(goods("5000.00"),))
    life.judged(part)
    life.posted("5100")
    assert not life.judged(part)
    assert len(life.asked) == 1


def test_nothing_is_drafted_while_evidence_may_still_come() -> None:
    life = held()
    waits = finding("AP-QTY-REC", queue="buyer", cause="quantity@WMS-4", until=WINDOW_ENDS, peppol="UQ/QTY/CNP")
    life.judged(verdict(waits))
    assert "HandedOff" in life.kinds()
    assert life.actions == {}


def test_a_verdict_that_did_not_know_what_is_posted_posts_nothing_twice() -> None:
    life = Life()
    life.judged(verdict(finding("AP-QTY-SHORT"), postable=(goods("11500.00"),)))
    life.posted("5100")
    life.judged(CLEAR)
    assert life.claim.pending is None
    assert life.claim.due_at is not None
    assert not life.judged(CLEAR)


def test_a_lagging_feed_is_silent_until_its_window_ends_and_goes_to_integration() -> None:
    life = Life()
    life.judged(UNSYNCHRONISED)
    case = life.case()
    assert (case.state, case.queue, case.wait_label) == ("waiting", "", "WAIT-SYNC")
    assert life.struck(later(MONDAY, hours=8)).tie_out
    life.judged(LAGGING, at=later(MONDAY, hours=8))
    assert (life.case().state, life.case().queue) == ("open", "integration")
    assert "HandedOff" not in life.kinds()


def test_a_lagging_feed_that_arrives_leaves_no_touch_and_notifies_nobody() -> None:
    life = Life()
    life.judged(UNSYNCHRONISED)
    life.judged(CLEAR, at=later(MONDAY, hours=4))
    life.posted()
    assert (life.case().state, life.case().touches) == ("resolved", 0)
    assert [action.kind for action in life.actions.values()] == ["post_voucher"]


def test_the_goods_on_their_way_ask_nobody_before_the_timer() -> None:
    life = Life()
    early = finding(
        "AP-GR-EARLY", stage="wait", queue="system-wait", until=later(MONDAY, days=3), status="WAIT-RECEIPT"
    )
    done = life.judged(verdict(early))
    assert life.case().state == "waiting"
    assert done.due_at == later(MONDAY, days=3)


def test_two_causes_are_two_cases_with_two_owners() -> None:
    life = Life()
    freight = finding("AP-FRT-UNPL", queue="logistics", cause="freight", where="document")
    missing = finding("AP-QTY-NOREC", queue="receiving", cause="quantity@WMS-1")
    life.judged(verdict(freight, missing, postable=(goods("9600.00"),)))
    assert {case.queue for case in life.cases.values()} == {"logistics", "receiving"}
    assert life.claim.status == "posting"


def test_new_evidence_against_it_takes_back_a_posting_that_has_not_begun() -> None:
    life = Life()
    life.judged(CLEAR)
    action = life.posting()
    done = life.judged(SHORT)
    assert done.withdrawn == (action.id,)
    assert (life.claim.status, life.claim.pending) == ("held", None)
    life.judged(CLEAR)
    assert life.posting().id == action.id
    assert action.id not in life.withdrawn


def test_a_posting_that_has_begun_is_not_taken_back_and_its_outcome_ties_out_again() -> None:
    life = Life()
    life.judged(CLEAR)
    action = life.posting()
    done = life.judged(SHORT, begun=[action.id])
    assert done.withdrawn == ()
    assert life.claim.status == "posting"
    assert life.posted().due_at == life.at
    assert life.claim.status == "posted"
    assert life.case().state == "open"
