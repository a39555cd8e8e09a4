"""What people may do with a case, and every refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.case.lives import (
    ACME,
    ANALYST,
    APPROVER,
    CATALOGUE,
    CLEAR,
    CONTROLLER,
    DUPLICATE,
    ENGINEER,
    GIVEN,
    IN_INSPECTION,
    MONDAY,
    SHORT,
    TOO_DEAR,
    UNSYNCHRONISED,
    Life,
    euros,
    finding,
    later,
    verdict,
    without_hash,
)
from tests.support.access import granted
from tieout.core.case.commands import (
    AcceptVariance,
    AskCounterparty,
    Assign,
    Circumstances,
    Command,
    Escalate,
    HandOff,
    Note,
    RecordAnswer,
    Reopen,
    Resolve,
    RevokeRelease,
)
from tieout.core.case.offering import offers
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.errors import Refused
from tieout.core.values.grant import Grant
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope


def life_of(reached: Verdict = TOO_DEAR) -> Life:
    life = Life()
    life.judged(reached)
    return life


def accepting(life: Life, **changes: object) -> AcceptVariance:
    brief = life.case().findings[0]
    command = AcceptVariance(code=brief.code, where=brief.where, evidence_hash=brief.evidence_hash, reason="agreed")
    return replace(command, **changes)  # type: ignore[arg-type]


def refused(life: Life, command: Command, by: Scope = ANALYST, **given: object) -> str:
    with pytest.raises(Refused) as caught:
        life.commanded(command, by, given=replace(GIVEN, **given))  # type: ignore[arg-type]
    assert caught.value.message
    return caught.value.code


def test_assigning_and_giving_back() -> None:
    life = life_of()
    life.commanded(Assign(assignee="ann"))
    assert (life.case().state, life.case().assignee) == ("assigned", "ann")
    assert refused(life, Assign(assignee="ann")) == "CASE-ASSIGNEE"
    life.commanded(Assign(assignee=""))
    assert life.case().state == "open"


def test_a_case_is_given_to_somebody_who_works_on_it() -> None:
    life = life_of()
    life.commanded(Assign(assignee="bob@example.com"))
    assert life.case().assignee == "bob", "a name becomes the id that events keep"
    with pytest.raises(Refused) as caught:
        life.commanded(Assign(assignee="nobody"))
    assert caught.value.code == "CASE-ASSIGNEE"
    assert "bob@example.com" in caught.value.message
    life.commanded(Assign(assignee="ann"), given=Circumstances())
    assert life.case().assignee == "ann", "taking it asks nobody"


def test_an_unknown_queue_is_refused_with_those_that_exist() -> None:
    life = life_of()
    for queue in ("recieving", "receiving/", "receiving/ ", "/0001"):
        with pytest.raises(Refused) as caught:
            life.commanded(HandOff(queue=queue, reason="theirs"))
        assert caught.value.code == "CASE-QUEUE"
        assert "quality" in caught.value.message
    life.commanded(HandOff(queue="receiving/0001", reason="theirs"))
    assert life.case().queue == "receiving/0001"


def test_a_note_needs_words_and_counts_as_a_touch() -> None:
    life = life_of()
    assert refused(life, Note(text="  ")) == "CASE-TEXT"
    life.commanded(Note(text="called them"))
    assert life.case().touches == 1


def test_the_same_question_is_not_asked_twice() -> None:
    life = life_of()
    life.commanded(AskCounterparty())
    assert life.case().state == "asked"
    other = replace(ANALYST, actor="bob")
    assert refused(life, AskCounterparty(), other) == "CASE-ASKED"
    life.commanded(AskCounterparty(text="Which price list?"), other)
    assert refused(life, AskCounterparty(text=" which  PRICE list? ")) == "CASE-ASKED"
    (first, second) = life.actions.values()
    assert json.loads(first.payload)["draft"] is False
    assert first.id != second.id


def test_the_clock_stands_while_the_supplier_is_asked() -> None:
    life = life_of()
    before = life.case().ladder
    life.commanded(AskCounterparty(), at=later(MONDAY, hours=1))
    life.commanded(RecordAnswer(answer="sorry"), at=later(MONDAY, hours=4))
    case = life.case()
    assert (case.state, case.asked, case.paused_minutes) == ("open", (), 180)
    assert [after - was for after, was in zip(case.ladder[:2], before[:2], strict=True)] == [
        timedelta(hours=3),
        timedelta(hours=18),
    ]
    assert refused(life, RecordAnswer(answer="x")) == "CASE-STATE"


def test_a_level_that_was_due_before_the_pause_stays_where_it_is() -> None:
    life = life_of()
    before = life.case().ladder
    life.commanded(AskCounterparty(), at=later(before[0], minutes=30))
    life.commanded(RecordAnswer(answer="sorry"), at=later(before[0], minutes=90))
    assert life.case().ladder[0] == before[0]
    assert life.case().ladder[1] == later(before[1], hours=16), "an open hour later: the next morning"


def test_an_answer_to_one_of_two_questions_leaves_the_other_out() -> None:
    life = life_of()
    life.commanded(Assign(assignee="ann"))
    life.commanded(AskCounterparty())
    life.commanded(AskCounterparty(text="And?"))
    first, second = life.case().asked
    assert refused(life, RecordAnswer(answer="x", message_id="none")) == "CASE-NO-QUESTION"
    life.commanded(RecordAnswer(answer="so", message_id=str(first.message.id)))
    assert life.case().asked == (second,)
    assert life.case().state == "asked"
    life.commanded(RecordAnswer(answer="so", message_id=str(second.message.id)))
    assert life.case().state == "assigned"


def test_a_supplier_who_stays_silent_may_be_asked_again() -> None:
    life = life_of()
    life.commanded(AskCounterparty())
    until = life.case().asked[0].until
    assert not life.struck(until - timedelta(seconds=1))
    life.struck(until)
    assert (life.case().state, life.case().asked) == ("open", ())
    life.commanded(AskCounterparty())
    assert life.case().state == "asked"


def test_accepting_makes_evidence_and_the_next_verdict_ends_the_case() -> None:
    life = life_of()
    done = life.commanded(accepting(life), APPROVER)
    (release,) = done.documents
    assert (release.actor, release.limit, release.resolution) == ("olga", euros("500.00"), "accept_variance")
    assert release.evidence_hash == life.case().findings[0].evidence_hash
    assert (done.tie_out, life.case().state) == (True, "open")
    life.judged(CLEAR)
    assert (life.case().resolved_by, life.case().resolution, life.case().touches) == ("olga", "accept_variance", 1)


def test_a_release_that_expires_is_a_timer_of_the_claim() -> None:
    life = life_of(verdict(finding("AP-PRC-OVER"), finding("AP-TERMS", cause="terms", queue="buyer")))
    price = life.case("price").findings[0]
    ends = later(MONDAY, days=20)
    command = AcceptVariance(
        code=price.code, where=price.where, evidence_hash=price.evidence_hash, reason="ok", expires_at=ends
    )
    life.commanded(command, APPROVER, cause="price")
    life.judged(verdict(finding("AP-TERMS", cause="terms", queue="buyer")))
    assert life.claim.due_at == ends
    life.judged(verdict(finding("AP-PRC-OVER"), finding("AP-TERMS", cause="terms", queue="buyer")), at=ends)
    assert (life.case("price").state, life.case("price").reopened) == ("open", 1)


@pytest.mark.parametrize(
    ("reached", "changes", "given", "code"),
    [
        (TOO_DEAR, {"evidence_hash": "another"}, {}, "CASE-CHANGED"),
        (TOO_DEAR, {"where": "2"}, {}, "CASE-CHANGED"),
        (without_hash(TOO_DEAR), {}, {}, "CASE-CHANGED"),
        (TOO_DEAR, {"reason": " "}, {}, "CASE-TEXT"),
        (TOO_DEAR, {}, {"makers": frozenset({"olga"})}, "WF-SOD"),
        (TOO_DEAR, {"limit": euros("499.99")}, {}, "CASE-LIMIT"),
        (TOO_DEAR, {"expires_at": MONDAY}, {}, "CASE-EXPIRY"),
        (DUPLICATE, {}, {}, "CASE-NOT-RELEASABLE"),
        (verdict(finding("GOV-NOPOLICY")), {}, {}, "CASE-NOT-RELEASABLE"),
        (verdict(finding("AP-X", releasable=False)), {}, {}, "CASE-NOT-RELEASABLE"),
        (verdict(finding("AP-X", resolutions=("amend_order",))), {}, {}, "CASE-NOT-RELEASABLE"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str | dict) else "",
)
def test_what_may_not_be_accepted(
    reached: Verdict, changes: dict[str, object], given: dict[str, object], code: str
) -> None:
    life = life_of(reached)
    assert refused(life, accepting(life, **changes), APPROVER, **given) == code


def limited(amount: str) -> Scope:
    grant = Grant(user="olga", role="approver", limit=Money.parse(amount))
    return replace(APPROVER, grants=(grant,))


def test_nobody_accepts_more_than_was_granted_on_one_claim() -> None:
    life = life_of()
    assert refused(life, accepting(life), limited("499.99 EUR")) == "CASE-LIMIT"
    assert refused(life, accepting(life), limited("500.00 USD")) == "CASE-LIMIT"
    wider = accepting(life, limit=euros("500.01"))
    assert refused(life, wider, limited("500.00 EUR")) == "CASE-LIMIT"
    life.commanded(accepting(life), limited("500.00 EUR"))
    assert life.case().releases[0].limit == euros(500)


def test_what_was_accepted_on_the_claim_before_counts_towards_the_limit() -> None:
    life = life_of(verdict(finding("AP-PRC-OVER"), finding("AP-TERMS", cause="terms", queue="buyer")))
    terms = life.case("terms").findings[0]
    more = AcceptVariance(code=terms.code, where=terms.where, evidence_hash=terms.evidence_hash, reason="ok")
    price = life.case("price").findings[0]
    first = AcceptVariance(code=price.code, where=price.where, evidence_hash=price.evidence_hash, reason="ok")
    by = limited("999.99 EUR")
    life.commanded(first, by, cause="price")
    with pytest.raises(Refused, match="CASE-LIMIT"):
        life.commanded(more, by, cause="terms")
    life.commanded(more, limited("1000.00 EUR"), cause="terms")


@pytest.mark.parametrize("maker", ["olga", "OLGA ", "o.lang", "console:o.lang"])
def test_makers_are_recognised_by_id_and_by_name(maker: str) -> None:
    life = life_of()
    by = replace(APPROVER, name="o.lang")
    assert refused(life, accepting(life), by, makers=frozenset({maker})) == "WF-SOD"
    life.commanded(accepting(life), by, given=replace(GIVEN, makers=frozenset({"o.langer", ""})))


def test_a_role_of_one_queue_is_none_in_another() -> None:
    life = life_of()  # in the buyer's queue
    receiver = Scope(tenant="t", actor="rita", grants=granted("receiver"))
    with pytest.raises(Refused) as caught:
        life.commanded(Note(text="x"), receiver)
    assert caught.value.code == "CASE-ROLE"
    assert "queue buyer" in caught.value.message
    assert "you hold Receiver only for other queues" in caught.value.message
    for queue in ("buyer", "buyer/0001"):
        at = replace(receiver, grants=(Grant(user="rita", role="receiver", queue=queue),))
        if queue == "buyer":
            life.commanded(Note(text="asked to help"), at)
        else:
            assert refused(life, Note(text="x"), at) == "CASE-ROLE"


def test_a_role_of_one_company_is_none_in_another_and_ends_on_its_day() -> None:
    life = life_of()
    entity = life.claim.entity
    for grant, code in (
        (Grant(user="olga", role="approver", entity="ELSEWHERE"), "CASE-ROLE"),
        (Grant(user="olga", role="approver", until=MONDAY.date() - timedelta(days=1)), "CASE-ROLE"),
    ):
        assert refused(life, accepting(life), replace(APPROVER, grants=(grant,))) == code
    good = Grant(user="olga", role="approver", entity=entity, until=MONDAY.date())
    life.commanded(accepting(life), replace(APPROVER, grants=(good,)))


def test_who_may_not_accept() -> None:
    life = life_of()
    assert refused(life, accepting(life), ANALYST) == "CASE-ROLE"
    assert refused(life, accepting(life), replace(APPROVER, tenant="other")) == "CASE-TENANT"
    assert refused(life, accepting(life), replace(APPROVER, entities=frozenset({"E2"}))) == "CASE-UNKNOWN"


CREDIT = replace(APPROVER, actor="kim", grants=granted("credit"))
HELD_CREDIT = verdict(
    finding("CRD-LIMIT", queue="credit", cause="credit", where="document", resolutions=("release_credit", "decline"))
)


@pytest.mark.mission("S-22")
def test_s22_only_who_has_credit_authority_releases_a_credit_hold_and_takes_that_back() -> None:
    for way in (accepting, lambda _: Resolve(resolution="release_credit", note="they pay on Friday")):
        life = life_of(HELD_CREDIT)
        for other in (ANALYST, APPROVER, CONTROLLER, replace(ANALYST, grants=granted("ar_analyst"))):
            assert refused(life, way(life), other) == "CASE-ROLE"
        life.commanded(way(life), CREDIT)
        (release,) = life.case().releases
        assert (release.resolution, release.actor) == ("release_credit", "kim")
        assert refused(life, RevokeRelease(number=release.number, reason="x"), APPROVER) == "CASE-ROLE"
        life.commanded(RevokeRelease(number=release.number, reason="x"), CREDIT)


def test_credit_authority_is_no_authority_over_prices() -> None:
    life = life_of()
    assert refused(life, accepting(life), CREDIT) == "CASE-ROLE"
    assert refused(life, Resolve(resolution="accept_variance", note="x"), CREDIT) == "CASE-ROLE"


def test_revoking_takes_the_evidence_back_until_something_is_posted() -> None:
    life = life_of()
    life.commanded(accepting(life), APPROVER)
    number = life.case().releases[0].number
    assert refused(life, RevokeRelease(number="none", reason="x"), APPROVER) == "CASE-NO-RELEASE"
    done = life.commanded(RevokeRelease(number=number, reason="mistake"), APPROVER, at=later(MONDAY, hours=1))
    assert done.documents[0].expires_at == later(MONDAY, hours=1)
    assert (done.documents[0].number, done.tie_out, life.case().releases) == (number, True, ())
    life.commanded(accepting(life), APPROVER)
    again = life.case().releases[0].number
    assert again != number
    life.judged(CLEAR)
    life.posted()
    assert refused(life, RevokeRelease(number=again, reason="x"), APPROVER) == "CASE-POSTED"


def test_asking_for_a_credit_note_asks_the_supplier() -> None:
    life = life_of(SHORT)
    life.commanded(Resolve(resolution="request_credit_note"))
    assert (life.case().state, life.case().resolution) == ("asked", "request_credit_note")
    (asked,) = [json.loads(action.payload) for action in life.actions.values()]
    assert (asked["status"], asked["reason"], asked["action"]) == ("UQ", "QTY", "CNP")
    assert life.case().touches == 1


def test_amending_the_order_waits_for_the_documents() -> None:
    life = life_of()
    life.commanded(Resolve(resolution="amend_order"))
    assert life.case().state == "open"
    life.judged(CLEAR)
    assert (life.case().resolved_by, life.case().resolution) == ("world", "amend_order")


def test_rejecting_a_document_of_ours_tells_nobody() -> None:
    theirs = replace(ACME, sender=False)
    life = life_of()
    for command in (
        Resolve(resolution="reject_to_supplier", note="wrong price", text="We do not accept it."),
        Resolve(resolution="reject_to_supplier", note="wrong price", to="ap@acme.example"),
    ):
        assert refused(life, command, other_side=theirs) == "CASE-ADDRESSEE"
    rejected = Resolve(resolution="reject_to_supplier", note="wrong price")
    life.commanded(rejected, given=replace(GIVEN, other_side=theirs))
    assert (life.claim.status, life.actions) == ("rejected", {})


def test_what_is_watched_is_rejected_only_where_a_finding_says_so() -> None:
    given = replace(GIVEN, catalogue=CATALOGUE)
    sent_back = Resolve(resolution="reject_to_supplier", note="no")
    life = life_of(verdict(finding("AP-PRC-OVER", resolutions=("accept_variance",))))
    assert refused(life, sent_back, watched=True) == "CASE-RESOLUTION"
    for watched in (True, False):
        shown = offers(life.case(), at=MONDAY, by=ANALYST, given=replace(given, watched=watched))
        assert ("reject_to_supplier" in shown.resolutions) != watched
    named = life_of(verdict(finding("AP-PRC-OVER", resolutions=("reject_to_supplier",))))
    named.commanded(sent_back, given=replace(GIVEN, watched=True))
    assert named.claim.status == "rejected"


def test_sending_back_ends_all_cases_and_withdraws_what_is_pending() -> None:
    life = life_of(verdict(finding("AP-PRC-OVER", peppol="UQ/PRI/CNP"), finding("AP-TERMS", cause="terms")))
    assert refused_by_cause(life, Resolve(resolution="reject_to_supplier"), "price") == "CASE-TEXT"
    life.commanded(Resolve(resolution="reject_to_supplier", note="wrong price"), cause="price")
    assert life.claim.status == "rejected"
    assert {case.state for case in life.cases.values()} == {"rejected", "resolved"}
    (message,) = [json.loads(action.payload) for action in life.actions.values()]
    assert (message["status"], message["reason"], message["action"]) == ("RE", "PRI", "NIN")
    assert not life.judged(CLEAR), "what was sent back is not tied out"
    life.commanded(Reopen(reason="supplier objects"), APPROVER, cause="price")
    assert (life.claim.status, life.case("price").state) == ("held", "open")
    life.judged(CLEAR)
    assert life.claim.status == "posting"


def refused_by_cause(life: Life, command: Command, cause: str) -> str:
    with pytest.raises(Refused) as caught:
        life.commanded(command, cause=cause)
    return caught.value.code


def test_what_is_posted_is_not_sent_back() -> None:
    life = Life()
    life.judged(CLEAR)
    life.posted()
    life.judged(TOO_DEAR)
    assert refused(life, Resolve(resolution="reject_to_supplier", note="x")) == "CASE-POSTED"


def test_what_is_being_posted_is_not_sent_back() -> None:
    life = Life()
    life.judged(CLEAR)
    action = life.posting().id
    life.judged(TOO_DEAR, begun=[action])
    with pytest.raises(Refused, match="CASE-POSTED"):
        life.commanded(Resolve(resolution="reject_to_supplier", note="x"), begun=[action])


def test_only_what_ends_the_finding_and_only_by_whom() -> None:
    life = life_of(DUPLICATE)
    assert refused(life, Resolve(resolution="amend_order")) == "CASE-RESOLUTION"
    assert refused(life, Resolve(resolution="confirm_duplicate", note="x"), ENGINEER) == "CASE-ROLE"
    assert refused(life, Resolve(resolution="confirm_duplicate", note="x", version=1)) == "CASE-CHANGED"
    life.commanded(Resolve(resolution="confirm_duplicate", note="same as R-1"))
    assert life.claim.status == "rejected"


def test_short_pay_needs_an_approver_and_money() -> None:
    life = life_of(SHORT)
    assert refused(life, Resolve(resolution="short_pay", note="x")) == "CASE-ROLE"
    penniless = verdict(*(replace(short, at_stake=None) for short in SHORT.findings))
    assert refused(life_of(penniless), Resolve(resolution="short_pay", note="x"), APPROVER) == "CASE-LIMIT"


def test_a_wait_can_be_pulled_forward_but_not_accepted() -> None:
    life = life_of(UNSYNCHRONISED)
    assert refused(life, accepting(life), APPROVER) == "CASE-STATE"
    assert refused(life, Resolve(resolution="short_pay", note="x"), APPROVER) == "CASE-STATE"
    life.commanded(HandOff(queue="receiving", reason="they know"))
    assert (life.case().state, life.case().queue, life.case().home) == ("open", "receiving", "integration")
    assert not life.judged(UNSYNCHRONISED), "the same wait does not take it back"


def test_what_a_person_handed_on_stays_with_that_queue_until_the_evidence_changes() -> None:
    life = life_of(IN_INSPECTION)
    assert refused(life, HandOff(queue="receiving/WMS-4", reason="x")) == "CASE-QUEUE"
    assert refused(life, HandOff(queue="", reason="x")) == "CASE-QUEUE"
    life.commanded(HandOff(queue="quality", reason="they inspect"))
    assert not life.judged(IN_INSPECTION)
    assert life.case().queue == "quality"
    life.judged(SHORT)
    assert life.case().queue == "procurement"


def test_escalation_by_hand_ends_at_the_top() -> None:
    life = life_of()
    for level in (1, 2, 3, 4):
        life.commanded(Escalate(reason="now"))
        assert life.case().level == level
    assert refused(life, Escalate(reason="now")) == "CASE-LEVEL"


def test_looking_only() -> None:
    life = life_of()
    assert refused(life, Note(text="x"), Scope(tenant="t", actor="max", grants=granted("auditor"))) == "CASE-ROLE"
    assert refused(life, Reopen(reason="x"), CONTROLLER) == "CASE-STATE"
