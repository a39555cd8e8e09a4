"""What external systems answer: posted, refused, no answer; applied once, whatever is delivered twice."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests.core.case.lives import (
    ANALYST,
    APPROVER,
    CLEAR,
    CONTROLLER,
    ENGINEER,
    IN_INSPECTION,
    MONDAY,
    SHORT,
    TOO_DEAR,
    WINDOW_ENDS,
    Life,
    goods,
    later,
    verdict,
)
from tieout.core.case.apply_verdict import supersede
from tieout.core.case.commands import AskCounterparty, Resolve
from tieout.core.outbox.action import Action, Done, Rejected, Unknown
from tieout.core.values.errors import Refused


def posting() -> Life:
    life = Life()
    life.judged(CLEAR)
    return life


def test_a_refusal_is_a_case_for_integration_and_ends_when_it_is_posted() -> None:
    life = posting()
    life.answered(Rejected(reason="period closed"))
    assert life.claim.status == "posting_failed"
    case = life.case("posting")
    assert (case.code, case.queue, case.state) == ("ERP-POST-FAIL", "integration", "open")
    assert not life.answered(Rejected(reason="period closed"))
    action = life.posting()
    life.commanded(Resolve(resolution="retry_posting"), ENGINEER)
    assert life.claim.status == "posting"
    assert life.asked == [action.id, action.id], "the retry is the same act"
    life.posted()
    assert (life.claim.status, life.case("posting").state) == ("posted", "resolved")


def test_a_refused_posting_is_tried_again_when_the_evidence_changes() -> None:
    life = posting()
    action = life.posting().id
    life.answered(Rejected(reason="supplier unknown"))
    assert not life.judged(CLEAR)
    life.judged(verdict(postable=(goods("12000.00", "1200"),)), at=later(MONDAY, hours=1))
    assert (life.claim.status, life.posting().id) == ("posting", action)


def test_a_refused_posting_that_is_not_wanted_any_more_ends_its_case() -> None:
    life = posting()
    life.answered(Rejected(reason="period closed"))
    life.judged(TOO_DEAR)
    assert (life.claim.status, life.case("posting").state) == ("held", "resolved")


def test_no_answer_is_looked_up_silently_and_then_by_a_person() -> None:
    life = posting()
    life.answered(Unknown(hint="time-out"))
    case = life.case("posting")
    assert (life.claim.status, case.state, case.queue) == ("posting_unknown", "waiting", "")
    assert not life.answered(Unknown(hint="time-out"), at=later(MONDAY, minutes=30))
    assert case.wait_until == later(MONDAY, hours=2)
    assert not life.struck(later(MONDAY, minutes=119))
    life.struck(later(MONDAY, hours=2))
    assert (life.case("posting").state, life.case("posting").queue) == ("open", "integration")
    life.posted()
    assert (life.claim.status, life.case("posting").state) == ("posted", "resolved")


def test_an_unknown_posting_is_neither_withdrawn_nor_replaced() -> None:
    life = posting()
    life.answered(Unknown(hint="time-out"))
    done = life.judged(SHORT)
    assert (done.withdrawn, done.actions, life.claim.status) == ((), (), "posting_unknown")
    life.answered(Rejected(reason="never came"))
    assert life.claim.due_at == life.at, "the evidence has changed: tie out again"
    life.judged(SHORT)
    assert life.claim.status == "held"


def test_an_ambiguous_answer_needs_two_persons_to_confirm() -> None:
    life = posting()
    life.answered(Unknown(hint="time-out"))
    life.answered(Unknown(hint="found 2", ambiguous=True))
    assert (life.case("posting").code, life.case("posting").state) == ("ERP-POST-UNKNOWN", "open")
    confirm = Resolve(resolution="confirm_posted", reference="5100")
    with pytest.raises(Refused, match="CASE-REFERENCE"):
        life.commanded(Resolve(resolution="confirm_posted"), APPROVER, cause="posting")
    life.commanded(confirm, APPROVER, cause="posting")
    assert life.claim.status == "posting_unknown"
    with pytest.raises(Refused, match="CASE-SECOND"):
        life.commanded(confirm, APPROVER, cause="posting")
    life.commanded(confirm, CONTROLLER, cause="posting")
    assert (life.claim.status, life.claim.posted[0].ref) == ("posted", "5100")
    assert life.case("posting").state == "resolved"


def test_two_persons_who_name_different_documents_have_not_agreed() -> None:
    life = posting()
    life.answered(Unknown(hint="found 2", ambiguous=True))
    life.commanded(Resolve(resolution="confirm_posted", reference="5100"), APPROVER, cause="posting")
    life.commanded(Resolve(resolution="confirm_posted", reference="5101"), CONTROLLER, cause="posting")
    assert life.claim.status == "posting_unknown"


def test_an_ambiguous_answer_may_be_denied_and_posted_again() -> None:
    life = posting()
    life.answered(Unknown(hint="found 2", ambiguous=True))
    life.commanded(Resolve(resolution="confirm_not_posted", note="foreign"), APPROVER, cause="posting")
    life.commanded(Resolve(resolution="confirm_not_posted", note="foreign"), CONTROLLER, cause="posting")
    assert (life.claim.status, life.case("posting").code) == ("posting_failed", "ERP-POST-FAIL")
    life.commanded(Resolve(resolution="retry_posting"), ENGINEER, cause="posting")
    life.posted()
    assert life.claim.status == "posted"


def test_nothing_can_be_retried_while_it_is_under_way() -> None:
    life = posting()
    life.answered(Rejected(reason="x"))
    life.commanded(Resolve(resolution="retry_posting"), ENGINEER)
    with pytest.raises(Refused, match="CASE-SETTLED"):
        life.commanded(Resolve(resolution="retry_posting"), ENGINEER)


def test_what_was_withdrawn_and_done_all_the_same_is_posted_and_tied_out_again() -> None:
    life = posting()
    action = life.posting()
    life.judged(SHORT)
    assert life.claim.pending is None
    done = life.answered(Done(ref="5100"), action=action)
    assert (life.claim.posted[0].ref, done.due_at) == ("5100", life.at)


def test_what_was_withdrawn_and_done_all_the_same_takes_its_successor_back() -> None:
    life = Life()
    life.judged(verdict(*SHORT.findings, postable=(goods("11500.00"),)))
    first = life.posting()
    life.judged(CLEAR)
    second = life.posting()
    assert first.id in life.withdrawn
    done = life.answered(Done(ref="5100"), action=first)
    assert (done.withdrawn, life.claim.pending, life.claim.due_at) == ((second.id,), None, life.at)
    assert [part.ref for part in life.claim.posted] == ["5100"]
    life.judged(verdict(postable=(goods("500.00"),)))
    life.posted("5101")
    assert life.claim.status == "posted"


def test_a_posting_that_nobody_asks_for_any_more_and_that_was_made_is_a_case() -> None:
    life = posting()
    forgotten = Action(
        id=UUID(int=1), kind="post_voucher", claim=life.claim.key, queue="erp", payload="{}", due_at=MONDAY
    )
    life.answered(Rejected(reason="period closed"), action=forgotten)
    assert not life.cases
    life.answered(Done(ref="5100"), action=forgotten)
    [case] = life.cases.values()
    assert (case.code, case.queue) == ("ERP-POST-TWICE", "integration")
    assert not life.claim.posted


def test_a_message_that_is_not_delivered_is_a_case_of_its_own_and_can_be_tried_again() -> None:
    life = Life()
    life.judged(TOO_DEAR)
    life.commanded(AskCounterparty())
    (message,) = life.actions.values()
    life.answered(Rejected(reason="no such endpoint"), action=message)
    assert (life.case("message").code, life.case("message").queue) == ("INT-WEBHOOK", "integration")
    done = life.commanded(Resolve(resolution="retry"), ENGINEER, cause="message")
    assert done.retried == (message.id,)
    life.answered(Done(ref="m-1"), action=message)
    assert life.case("message").state == "resolved"
    assert life.case("price").acts == ()
    assert not life.answered(Done(ref="m-1"), action=message)


def test_a_message_that_cannot_be_delivered_is_given_another_way() -> None:
    life = Life()
    life.judged(TOO_DEAR)
    life.commanded(AskCounterparty())
    (message,) = life.actions.values()
    life.answered(Rejected(reason="no such endpoint"), action=message)
    life.commanded(Resolve(resolution="tell_otherwise", reference="by telephone"), ENGINEER, cause="message")
    assert (life.case("message").state, life.case("price").acts) == ("resolved", ())


def test_trouble_with_a_draft_ends_with_the_draft() -> None:
    life = Life()
    life.judged(IN_INSPECTION)
    life.judged(SHORT, at=WINDOW_ENDS)
    (draft,) = life.actions.values()
    life.answered(Rejected(reason="no such endpoint"), action=draft)
    assert life.case("message").state == "open"
    life.judged(CLEAR)
    assert life.case("message").state == "resolved"


def test_a_debit_note_that_is_refused_is_a_case_of_its_own() -> None:
    life = Life()
    life.judged(SHORT)
    life.commanded(Resolve(resolution="short_pay", note="agreed"), APPROVER)
    life.judged(CLEAR)
    life.posted()
    debit = next(action for action in life.actions.values() if action.kind == "post_debit_note")
    life.answered(Unknown(hint="time-out"), action=debit)
    assert life.case("debit").state == "waiting"
    life.answered(Rejected(reason="account locked"), action=debit)
    assert (life.case("debit").code, life.case("debit").state) == ("ERP-POST-FAIL", "open")
    life.answered(Done(ref="D-1"), action=debit)
    assert life.case("debit").state == "resolved"


def test_a_corrected_document_takes_the_place_of_one_that_is_not_posted() -> None:
    life = Life()
    life.judged(SHORT)
    done = supersede(life.claim, life.cases, "erp/invoice/R-1@2", at=WINDOW_ENDS)
    assert (done.claim.status, done.cases[0].case.resolution) == ("superseded", "superseded")
    assert not supersede(done.claim, {}, "erp/invoice/R-1@2", at=WINDOW_ENDS)
    posted = posting()
    pending = posted.posting().id
    with pytest.raises(Refused, match="CLAIM-POSTED"):
        supersede(posted.claim, posted.cases, "x", at=WINDOW_ENDS, begun=[pending])
    assert supersede(posted.claim, posted.cases, "x", at=WINDOW_ENDS).withdrawn == (pending,)


def test_nothing_is_asked_of_a_claim_whose_place_is_taken() -> None:
    life = Life()
    life.judged(TOO_DEAR)
    done = supersede(life.claim, life.cases, "erp/invoice/R-1@2", at=MONDAY)
    life.claim = done.claim
    with pytest.raises(Refused, match="CLAIM-OVER"):
        life.commanded(AskCounterparty(), ANALYST)


def test_the_voucher_says_everything_an_accounting_system_needs() -> None:
    life = posting()
    voucher = json.loads(life.posting().payload)
    assert voucher["reference"] == str(life.posting().id)
    assert (voucher["number"], voucher["issue_date"], voucher["currency"]) == ("R-1", "2026-02-23", "EUR")
    assert (voucher["net"], voucher["tax"], voucher["gross"]) == ("12000.00", "0.00", "12000.00")
    assert voucher["lines"][0] | {} == {
        "claim_line": "1",
        "kind": "goods",
        "description": "Widget",
        "quantity": "1200",
        "unit": "EA",
        "net": "12000.00",
        "tax": "0.00",
        "tax_category": "",
        "tax_percent": None,
        "order": "4500",
        "order_line": "10",
        "product": "",
        "site": "",
    }
    assert list(voucher) == sorted(voucher)


def _refused_and_over(how: str) -> tuple[Life, Action]:
    life = posting()
    action = life.posting()
    life.answered(Rejected(reason="period closed"))
    if how == "rejected":
        life.commanded(Resolve(resolution="reject_to_supplier", note="not ours"), ANALYST)
    else:
        life._take(supersede(life.claim, life.cases, "erp/invoice/R-1@2", at=MONDAY), MONDAY)
    assert life.claim.status == how
    return life, action


@pytest.mark.parametrize("how", ["rejected", "superseded"])
def test_what_is_over_and_was_posted_all_the_same_is_posted_and_two_people_look(how: str) -> None:
    life, action = _refused_and_over(how)
    before = len(life.asked)
    life.answered(Done(ref="V-1"), action=action)
    case = life.case("posted twice")
    assert (life.claim.status, case.code, case.queue, case.state) == ("posted", "ERP-POST-TWICE", "integration", "open")
    assert life.case("posting").state in {"rejected", "resolved"}
    assert not life.judged(CLEAR), "it is over all the same"
    for command in (Resolve(resolution="retry_posting"), AskCounterparty()):
        with pytest.raises(Refused):
            life.commanded(command, ANALYST, cause="posted twice")
    for who in (ENGINEER, CONTROLLER):
        life.commanded(Resolve(resolution="confirm_one_stands", reference="1"), who, cause="posted twice")
    assert life.case("posted twice").state == "resolved"
    assert len(life.asked) == before


@pytest.mark.parametrize("how", ["rejected", "superseded"])
def test_an_ambiguous_answer_about_what_is_over_asks_two_people_and_any_other_nobody(how: str) -> None:
    life, action = _refused_and_over(how)
    assert not life.answered(Unknown(hint="time-out"), action=action)
    assert not life.answered(Rejected(reason="period closed"), action=action)
    life.answered(Unknown(hint="acknowledged under 2 numbers: 7, 9", ambiguous=True), action=action)
    assert (life.claim.status, life.case("posted twice").state) == (how, "open")
