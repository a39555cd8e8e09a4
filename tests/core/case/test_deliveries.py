"""What is issued goes out once per posted part; a refusal is a case of whoever can fix it, and changes nothing that is posted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.core.case.lives import CATALOGUE, CONTROLLER, ENGINEER, MONDAY, Life, finding, later, verdict
from tests.support.access import granted
from tests.support.selling import SURCHARGE, bill, line, postings
from tieout.app import catalogue
from tieout.core.case.apply_verdict import outcome
from tieout.core.case.commands import Resolve
from tieout.core.claim.delivery import delivery_id
from tieout.core.claim.events import ClaimTiedOut, Delivered, DeliveryRequested, PostingRequested
from tieout.core.findings.wording import sentence
from tieout.core.outbox.action import Action, Done, Outcome, Rejected, Unknown
from tieout.core.tie_out.follows import Follows, Reply
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.errors import Refused
from tieout.trade.actions import ACTIONS
from tieout.trade.documents import Invoice
from tieout.trade.posting_lines import remaining

CODES = catalogue().codes
TO = "peppol 0088:7300010000018"
INVOICE = bill(line("1", "100", "10.00"), line("2", "3", "7.95", entries=(SURCHARGE,)))
CLERK = replace(ENGINEER, actor="clara", grants=granted("ap_analyst"))


def release(to: str = TO, invoice: Invoice = INVOICE) -> Verdict:
    return replace(verdict(postable=postings(invoice)), delivery=to)


class Selling(Life):
    """A life that gives outcomes the document, as the engine does for what is delivered."""

    def answered(self, result: Outcome, *, action: Action | None = None, at=None):
        at = at or self.at
        action = action or self.posting()
        return self._take(
            outcome(
                self.claim,
                self.cases,
                action,
                result,
                at=at,
                actions=ACTIONS,
                document=self.document,
                catalogue=CATALOGUE,
            ),
            at,
        )

    def sendings(self) -> list[Action]:
        return [action for action in self.actions.values() if action.kind == "deliver"]

    def sent(self, result: Outcome, **at):
        return self.answered(result, action=self.sendings()[-1], **at)


def posted(to: str = TO, invoice: Invoice = INVOICE) -> Selling:
    life = Selling(invoice)
    life.judged(release(to, invoice))
    life.posted("AR-1")
    return life


REFUSED = Rejected(reason="Missing PO reference", code="REF")


def test_what_is_posted_is_delivered_once_with_the_whole_invoice_in_the_action() -> None:
    life = posted()
    (act,) = life.sendings()
    posting = life.claim.posted[0].action_id
    assert (act.id, act.queue) == (delivery_id(posting, 1), "delivery")
    content = json.loads(act.payload)
    assert (content["channel"], content["address"], content["number"]) == (
        "peppol",
        "0088:7300010000018",
        INVOICE.number,
    )
    assert content["invoice"]["totals"]["payable"] == str(INVOICE.totals.payable)
    life.sent(Done(ref="AP-17"))
    (delivery,) = life.claim.deliveries
    assert (delivery.state, delivery.ref, life.claim.status) == ("delivered", "AP-17", "posted")
    assert life.cases == {}
    assert not life.sent(Done(ref="AP-17"))
    assert not life.sent(Unknown(hint="late"))


@pytest.mark.parametrize(("to", "kind"), [("", "customer_invoice"), ("none", "customer_invoice"), ("", "invoice")])
def test_where_it_goes_to_nobody_nothing_is_sent(to: str, kind: str) -> None:
    life = posted(to, replace(INVOICE, kind=kind))
    assert life.sendings() == []
    assert life.claim.deliveries == ()


def test_every_part_of_a_split_invoice_is_delivered_by_itself() -> None:
    life = Selling(INVOICE)
    lines = postings(INVOICE)
    first = lines[:1]
    life.judged(replace(release(), status="held", postable=first))
    life.posted("AR-1")
    life.judged(replace(release(), postable=tuple(remaining(list(lines), list(first), whole=True))))
    life.posted("AR-2")
    contents = [json.loads(act.payload) for act in life.sendings()]
    assert [content["number"] for content in contents] == [INVOICE.number, f"{INVOICE.number}-2"]
    assert [[one["id"] for one in content["invoice"]["lines"]] for content in contents] == [["1"], ["2"]]
    assert len({act.id for act in life.sendings()}) == 2


@pytest.mark.mission("S-21")
@pytest.mark.parametrize(
    ("reason", "code", "queue"),
    [
        ("Missing PO reference", "", "customer-service"),
        ("VAT id of the buyer is not valid", "", "tax"),
        ("unknown receiver", "", "customer-master"),
        ("not valid", "UBL-CR-1", "integration"),
        ("price differs from our order", "", "dispute-desk"),
        ("no", "", "ar-operations"),
    ],
)
def test_s21_a_refusal_is_a_case_of_whoever_can_fix_it(reason: str, code: str, queue: str) -> None:
    life = posted()
    before = life.claim
    life.sent(Rejected(reason=reason, code=code))
    case = life.case("dispatch")
    assert (case.code, case.queue, case.state) == ("AR-DLV-REJ", queue, "open")
    assert reason in sentence(case.findings[0], CODES, case.cause)
    assert case.at_stake == INVOICE.totals.gross
    assert (life.claim.status, life.claim.posted) == (before.status, before.posted)
    assert not life.sent(Rejected(reason=reason, code=code)), "the same refusal again changes nothing"


@pytest.mark.mission("S-21")
def test_s21_send_again_is_a_new_act_and_ends_the_case_when_it_is_taken() -> None:
    life = posted()
    life.sent(REFUSED)
    life.commanded(Resolve(resolution="send_again", reference="PO-77231-B"), CLERK)
    first, second = life.sendings()
    assert second.id == delivery_id(life.claim.posted[0].action_id, 2)
    content = json.loads(second.payload)
    assert (content["attempt"], content["number"]) == (2, INVOICE.number)
    assert content["invoice"]["customer_order"] == "PO-77231-B"
    assert json.loads(first.payload)["invoice"]["customer_order"] == INVOICE.customer_order
    with pytest.raises(Refused, match="sent already"):
        life.commanded(Resolve(resolution="send_again"), CLERK)
    assert len(life.sendings()) == 2
    assert not life.answered(REFUSED, action=first), "a late answer to the first sending changes nothing"
    life.sent(REFUSED)
    life.commanded(Resolve(resolution="send_again"), CLERK)
    third = life.sendings()[-1]
    assert json.loads(third.payload)["invoice"]["customer_order"] == "PO-77231-B", (
        "an order number that was given is not lost"
    )
    life.sent(Done(ref="AP-18"))
    assert (life.case("dispatch").state, life.claim.deliveries[0].ref) == ("resolved", "AP-18")
    assert len(life.claim.posted) == 1


def test_another_reason_hands_the_case_to_another_owner() -> None:
    life = posted()
    life.sent(REFUSED)
    life.commanded(Resolve(resolution="send_again"), CLERK)
    life.sent(Rejected(reason="unknown receiver"))
    case = life.case("dispatch")
    assert (case.state, case.queue) == ("open", "customer-master")
    assert "HandedOff" in life.kinds("dispatch")


REPLY = Reply(number="D-1", taken=False, reason="missing PO reference", correlation="p-99")


def refused_later() -> Verdict:
    """The customer's answer came as a document, days after the mail was sent."""
    refusal = finding(
        "AR-DLV-REJ",
        queue="customer-service",
        cause="dispatch",
        where="document",
        resolutions=("send_again", "amend_invoice", "deliver_otherwise"),
        releasable=False,
    )
    return replace(verdict(refusal, postable=()), delivery=TO)


@pytest.mark.mission("S-21")
def test_s21_a_refusal_that_came_as_a_document_is_the_case_of_the_delivery_and_is_sent_again_too() -> None:
    life = posted()
    life.sent(Done(ref="AP-17"))
    life.judged(refused_later(), follows=Follows(reply=REPLY))
    (case,) = life.cases.values()
    assert (case.cause, case.state, case.queue) == ("dispatch", "open", "customer-service")
    assert "p-99" in sentence(case.findings[0], CODES, case.cause)
    assert not life.judged(refused_later(), follows=Follows(reply=REPLY)), "the same document is recorded once"
    life.commanded(Resolve(resolution="send_again", reference="PO-9"), CLERK)
    assert json.loads(life.sendings()[-1].payload)["attempt"] == 2
    assert (life.claim.resent_at, life.claim.due_at) == (MONDAY, MONDAY), "it is tied out again, knowing of the sending"
    life.judged(refused_later(), follows=Follows(reply=REPLY))
    assert life.claim.deliveries[0].state == "requested", "an answer to the first sending refuses no second one"
    life.sent(Done(ref="AP-18"))
    assert [(case.cause, case.state) for case in life.cases.values()] == [("dispatch", "resolved")]


@pytest.mark.mission("S-21")
def test_s21_a_refused_sending_ends_when_a_document_says_that_it_is_accepted() -> None:
    life = posted()
    life.sent(REFUSED)
    life.judged(replace(verdict(postable=()), delivery=TO), follows=Follows(reply=replace(REPLY, taken=True)))
    assert [(case.cause, case.state) for case in life.cases.values()] == [("dispatch", "resolved")]
    assert (life.claim.deliveries[0].state, life.claim.deliveries[0].heard) == ("delivered", "D-1")


def test_where_nothing_of_ours_was_sent_documents_alone_make_the_case_and_end_it() -> None:
    unposted = Selling(INVOICE)
    unposted.judged(replace(refused_later(), status="held"), follows=Follows(reply=REPLY))
    with pytest.raises(Refused, match="no transmission"):
        unposted.commanded(Resolve(resolution="send_again"), CLERK)
    unposted.commanded(Resolve(resolution="deliver_otherwise", reference="by letter"), CLERK)
    assert (unposted.case("dispatch").state, unposted.case("dispatch").resolution) == ("open", "deliver_otherwise")
    unposted.judged(replace(verdict(postable=()), delivery=TO))
    assert unposted.case("dispatch").state == "resolved"


def test_it_is_sent_to_the_address_that_holds_by_then() -> None:
    """The customer record was corrected meanwhile: the claim was tied out again and has the new address."""
    life = posted()
    life.sent(Rejected(reason="unknown receiver"))
    life.judged(replace(verdict(postable=()), delivery="peppol 0088:4098765000003"))
    life.commanded(Resolve(resolution="send_again"), CLERK)
    assert json.loads(life.sendings()[-1].payload)["address"] == "0088:4098765000003"
    assert len(life.claim.posted) == 1


def test_a_person_says_that_the_customer_has_it_by_another_way() -> None:
    life = posted()
    life.sent(REFUSED)
    with pytest.raises(Refused, match="number"):
        life.commanded(Resolve(resolution="deliver_otherwise"), CLERK)
    life.commanded(Resolve(resolution="deliver_otherwise", reference="letter of 5 May"), CLERK)
    assert life.claim.deliveries[0].state == "delivered"
    assert life.case("dispatch").state == "resolved"
    (delivered,) = [event for event in life.claim_log if isinstance(event, Delivered)]
    assert (delivered.actor, delivered.ref) == ("clara", "letter of 5 May")
    with pytest.raises(Refused):
        life.commanded(Resolve(resolution="deliver_otherwise", reference="x"), CLERK)


@pytest.mark.mission("S-32")
def test_s32_no_answer_is_looked_up_silently_and_then_by_a_person() -> None:
    life = posted()
    life.sent(Unknown(hint="timed out"))
    assert life.case("dispatch").state == "waiting"
    assert not life.sent(Unknown(hint="timed out again"))
    life.struck(later(MONDAY, hours=2))
    case = life.case("dispatch")
    assert (case.code, case.queue, case.state) == ("ERP-POST-UNKNOWN", "integration", "open")
    assert "customer" in sentence(case.findings[0], CODES, case.cause)
    life.sent(Done(ref="AP-17"))
    assert life.case("dispatch").state == "resolved"


@pytest.mark.mission("S-32")
def test_s32_what_is_unknown_is_never_sent_again_before_it_is_confirmed_missing() -> None:
    life = posted()
    life.sent(Unknown(hint="two documents carry the number", ambiguous=True))
    assert life.case("dispatch").state == "open"
    with pytest.raises(Refused):
        life.commanded(Resolve(resolution="send_again"), CLERK)
    looked = life.commanded(Resolve(resolution="look_up"), CLERK)
    assert looked.retried == (life.sendings()[0].id,)
    for person in (ENGINEER, replace(CONTROLLER, grants=ENGINEER.grants)):
        life.commanded(Resolve(resolution="confirm_not_posted"), person)
    assert life.claim.deliveries[0].state == "refused"
    life.commanded(Resolve(resolution="send_again"), CLERK)
    assert len(life.sendings()) == 2


def test_two_parts_in_trouble_are_one_case_and_both_are_sent_again() -> None:
    life = Selling(INVOICE)
    lines = postings(INVOICE)
    life.judged(replace(release(), status="held", postable=lines[:1]))
    life.posted("AR-1")
    life.sent(REFUSED)
    life.judged(replace(release(), postable=tuple(remaining(list(lines), list(lines[:1]), whole=True))))
    life.posted("AR-2")
    life.sent(REFUSED)
    assert len(life.case("dispatch").findings) == 2
    life.commanded(Resolve(resolution="send_again"), CLERK)
    *_, first, second = life.sendings()
    life.answered(Done(ref="AP-1"), action=first)
    assert life.case("dispatch").state == "open"
    life.answered(Done(ref="AP-2"), action=second)
    assert life.case("dispatch").state == "resolved"


def test_a_posting_that_was_confirmed_by_people_is_delivered_too() -> None:
    life = Selling(INVOICE)
    life.judged(release())
    life.answered(Unknown(hint="two documents carry it", ambiguous=True))
    for person in (CLERK, replace(ENGINEER, actor="emma")):
        life.commanded(Resolve(resolution="confirm_posted", reference="AR-9"), person, cause="posting")
    assert len(life.sendings()) == 1


def test_the_log_says_how_it_went_out() -> None:
    life = posted()
    (tied,) = [event for event in life.claim_log if isinstance(event, ClaimTiedOut)]
    (asked,) = [event for event in life.claim_log if isinstance(event, PostingRequested)]
    (sent,) = [event for event in life.claim_log if isinstance(event, DeliveryRequested)]
    assert tied.delivery == asked.delivery == sent.to == TO
    assert (sent.posting, sent.attempt) == (asked.action_id, 1)


def test_a_sending_that_nobody_asked_for_is_our_mistake() -> None:
    life = posted()
    unasked = replace(life.sendings()[0], id=delivery_id(life.claim.id, 1))
    with pytest.raises(AssertionError, match="never asked"):
        life.answered(Done(ref="x"), action=unasked)
