"""What comes after the content of a document was erased: later versions of it, the same invoice once more, and whoever has the database."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from tests.engine import samples
from tests.engine.samples import AT, file, take, tie_out_all
from tests.engine.test_erasing import Home, home  # noqa: F401
from tests.support.access import SETUP, granted
from tests.support.peek import peek
from tieout.app import default_policies
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.case.commands import AskCounterparty, Assign, Note, Reopen, Resolve
from tieout.core.case.offering import Offers
from tieout.core.policy.policy import PolicySet
from tieout.core.values.errors import Refused
from tieout.core.values.ids import SourceKey
from tieout.core.values.party import Party
from tieout.core.values.scope import Scope
from tieout.engine import audit
from tieout.engine.announce import announce
from tieout.engine.erase import erase
from tieout.engine.explain import explain
from tieout.engine.look_ahead import look_ahead
from tieout.engine.offers import offered
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.rebuild import differences
from tieout.engine.receive import receive
from tieout.engine.submit import submit
from tieout.engine.unasked import take_answers
from tieout.store.models import Action, Case, Claim, Document, Event, Lookup
from tieout.store.packing import unpacked
from tieout.trade.documents import Invoice

LATER: Final = AT + timedelta(days=2)
WITHOUT_NUMBER: Final = Party(name="Zwirbelmann e. K.", country="DE")


def berta(home: Home) -> Scope:
    return Scope(
        tenant=home.scope.tenant, actor="berta", grants=granted("approver", "buyer", "controller", "ap_analyst")
    )


def reject(home: Home, number: str) -> None:
    """A person rejects the claim of this number."""
    case = peek(Case).filter(number=number).first()
    submit(home.motor, berta(home), case.id, Resolve(resolution="reject_to_supplier", note="not ours"), at=AT)
    tie_out_all(home.motor, home.scope)
    assert peek(Claim).get(number=number).status == "rejected"


def codes(home: Home, claim: UUID) -> set[str]:
    verdict = explain(home.motor, home.scope, str(claim)).verdicts[-1].verdict
    return {finding.code for finding in verdict.findings}


# ---- later versions -------------------------------------------------------------------------------------------------------


def test_a_later_version_of_a_claim_that_was_erased_supersedes_it(home: Home) -> None:
    def version(number: str, quantity: int) -> list[tuple[str, str]]:
        source = SourceKey(system="sap", kind="invoice", external_id="77", version=number)
        document = samples.invoice("S-1", "4500013", quantity)
        (answer,) = receive(home.motor, home.scope, [file(document, source=source)], source=SETUP, at=LATER)
        tie_out_all(home.motor, home.scope, at=LATER)
        return [(one.fate, one.key) for one in answer.documents]

    version("1", 1)
    reject(home, "S-1")
    erase(home.scope, "S-1", reason="r", at=LATER)
    assert version("2", 2) == [("new", "sap/invoice/77@2")]
    first = peek(Document).get(key="sap/invoice/77", version="1")
    assert first.superseded_at is not None
    assert peek(Claim).get(id=first.id).status == "superseded"
    assert peek(Claim).get(key="sap/invoice/77@2").status == "held"
    assert version("0", 3) == [("late", "sap/invoice/77@0")]
    assert home.lines() == []


def test_a_later_version_of_an_order_that_was_erased_is_evidence(home: Home) -> None:
    erase(home.scope, "4500012", reason="r", at=LATER, in_force=True)
    take(home.motor, home.scope, samples.order("4500012", 1300), at=LATER)
    take(home.motor, home.scope, samples.invoice("INV-50", quantity=5), at=LATER)
    tie_out_all(home.motor, home.scope, at=LATER)
    raised = codes(home, peek(Claim).get(number="INV-50").id)
    assert "AP-PO-INVALID" not in raised
    assert "AP-QTY-REC" in raised, "INV-1 has used up the receipt, erased or not"
    assert home.lines() == []


# ---- the same invoice once more ---------------------------------------------------------------------------------------------


def _from_a_sender_without_number(home: Home, terms: str, *, at: object = AT) -> Invoice:
    return replace(samples.invoice("N-1", "4700001", 1), supplier=WITHOUT_NUMBER, terms=terms)


def test_an_invoice_whose_sender_has_a_name_alone_is_not_paid_again(home: Home) -> None:
    master = replace(samples.supplier(), number="S2", name=WITHOUT_NUMBER.name, identifiers=(), accounts=())
    order = replace(samples.order("4700001", 1), supplier=WITHOUT_NUMBER)
    take(home.motor, home.scope, master, order, replace(samples.receipt("R77", "4700001", 1), supplier=WITHOUT_NUMBER))
    take(home.motor, home.scope, _from_a_sender_without_number(home, "one"))
    tie_out_all(home.motor, home.scope)
    erp, importer = VoucherFolder(home.folder), Importer(home.folder)
    claims = ClaimsOfActions(home.motor, home.scope)
    for hours in (5, 6):
        perform(home.scope, erp, "perform", owner="w", at=AT + timedelta(hours=hours), claims=claims)
        importer.run(at=AT + timedelta(hours=hours))
        perform(home.scope, erp, "look", owner="w", at=AT + timedelta(hours=hours), claims=claims)
    first = peek(Claim).get(number="N-1")
    assert first.status == "posted"
    erase(home.scope, "N-1", reason="r", at=LATER)
    assert home.lines() == []
    take(home.motor, home.scope, _from_a_sender_without_number(home, "two"), at=LATER)
    tie_out_all(home.motor, home.scope, at=LATER)
    again = peek(Claim).filter(number="N-1").exclude(id=first.id).get()
    assert {"AP-DUP-CERT", "AP-DUP-SUSP"} & codes(home, again.id)


def test_of_one_that_was_never_paid_no_name_is_left_among_look_ups(home: Home) -> None:
    take(home.motor, home.scope, _from_a_sender_without_number(home, "one"))
    tie_out_all(home.motor, home.scope)
    reject(home, "N-1")
    erase(home.scope, "N-1", reason="r", at=LATER)
    left = peek(Lookup).filter(document=peek(Claim).get(number="N-1").document).values_list("key", flat=True)
    assert not [key for key in left if "ZWIRBELMANN" in key.upper()]
    assert home.lines() == []


# ---- whoever has the database ----------------------------------------------------------------------------------------------


def _look_ups_deleted(home: Home, claim: UUID, _: UUID) -> None:
    assert home.past.execute("delete from store_lookup where document = %s", [claim]).rowcount > 0


def _look_up_changed(home: Home, claim: UUID, _: UUID) -> None:
    home.past.execute(
        "update store_lookup set key = key || '9' where ctid = (select ctid from store_lookup where document = %s limit 1)",
        [claim],
    )


def _look_up_added(home: Home, claim: UUID, _: UUID) -> None:
    home.past.execute(
        "insert into store_lookup (tenant, key, document) values (%s, 'order/4711', %s)", [home.scope.tenant, claim]
    )


def _rewritten(home: Home, stream: UUID, type_: str, was: bytes, now: bytes) -> None:
    """What is left of events of a type says something else, in the payload and in the columns that lists show."""
    rows = home.past.execute(
        "select seq, payload from store_event where stream = %s and type = %s and digest is not null", [stream, type_]
    ).fetchall()
    assert rows
    for seq, payload in rows:
        content = unpacked(bytes(payload), "store_event", "payload")
        assert was in content
        home.past.execute(
            "update store_event set payload = %s, actor = replace(actor, 'berta', 'ruth') where stream = %s and seq = %s",
            [content.replace(was, now), stream, seq],
        )


def _another_wrote_the_note(home: Home, _: UUID, case: UUID) -> None:
    _rewritten(home, case, "Noted", b'"berta"', b'"ruth"')


def _at_another_time(home: Home, _: UUID, case: UUID) -> None:
    _rewritten(home, case, "Noted", b'"2026-05-04T09:00:00Z"', b'"2026-05-04T08:00:00Z"')
    home.past.execute("update store_event set at = at - interval '1 hour' where stream = %s and type = 'Noted'", [case])


def _another_number_in_the_erp(home: Home, claim: UUID, _: UUID) -> None:
    ref = peek(Event).get(stream=claim, type="Posted")
    stored = unpacked(bytes(ref.payload), "store_event", "payload")
    number = stored.split(b'"ref":"')[1].partition(b'"')[0]
    _rewritten(home, claim, "Posted", number, b"4711")
    home.past.execute(  # as `tieout rebuild --write` would
        "update store_claim set state = %s where id = %s",
        [bytes(peek(Claim).get(id=claim).state).replace(number, b"4711"), claim],
    )


@pytest.mark.parametrize(
    "change",
    [
        _look_ups_deleted, _look_up_changed, _look_up_added, _another_wrote_the_note, _at_another_time, _another_number_in_the_erp,
    ],
)  # fmt: skip
def test_what_is_left_cannot_be_changed_unseen(home: Home, change: Callable[[Home, UUID, UUID], None]) -> None:
    claim, case = peek(Claim).get(number="INV-1").id, peek(Case).get(number="INV-1").id
    erase(home.scope, "INV-1", reason="r", at=LATER)
    audit.seal(home.motor, home.scope, at=LATER)
    assert home.lines() == []
    home.past.execute("set session_replication_role = replica")  # whoever has the database is bound by no trigger
    change(home, claim, case)
    lines = home.lines()
    assert any(line.startswith(("store_lookup", "store_event")) for line in lines), lines


# ---- policies, answers and figures after it --------------------------------------------------------------------------------


def test_a_change_of_policy_looks_ahead_over_what_was_erased(home: Home) -> None:
    """Of an invoice whose content was erased nothing can be said: it is counted among those that were left out."""
    rules = PolicySet(policies=default_policies())
    whole = look_ahead(home.motor, home.scope, rules, rules, at=LATER)
    erase(home.scope, "INV-1", reason="r", at=LATER)
    after = look_ahead(home.motor, home.scope, rules, rules, at=LATER)
    assert (after.looked, after.left) == (whole.looked - 1, whole.left + 1)


def answered(home: Home, action: UUID, number: str) -> datetime:
    """The accounting system says once more that it has posted it; when that was looked at."""
    folder, at = VoucherFolder(home.folder), LATER + timedelta(minutes=10)
    path = folder.places.ack / f"{action}.again.json"
    path.write_text(json.dumps({"reference": str(action), "status": "accepted", "document": number}))
    os.utime(path, (LATER.timestamp(), LATER.timestamp()))
    take_answers(home.motor, home.scope, folder, owner="w", at=at, claims=ClaimsOfActions(home.motor, home.scope))
    announce(home.motor, home.scope)  # a worker's job of its own
    tie_out_all(home.motor, home.scope, at=at)
    assert list(folder.places.ack.glob("*.json")) == []
    return at


def end(home: Home, case: Case, at: datetime) -> None:
    """One takes it, and two confirm that one posting remains."""
    stands = Resolve(resolution="confirm_one_stands", reference="5105600001")
    submit(home.motor, berta(home), case.id, Assign(assignee="berta"), at=at)
    submit(home.motor, berta(home), case.id, stands, at=at)
    assert peek(Case).get(id=case.id).closed_at is None, "two people confirm it"
    submit(home.motor, replace(berta(home), actor="carla"), case.id, stands, at=at)
    assert peek(Case).get(id=case.id).status == "resolved"
    assert home.lines() == []
    assert list(differences(home.scope)) == []


def test_a_late_contradicting_answer_about_what_was_erased_is_a_case(home: Home) -> None:
    erase(home.scope, "INV-1", reason="r", at=LATER)
    action = peek(Action).get(stream=peek(Claim).get(number="INV-1").id, queue="erp")
    at = answered(home, action.id, "5105699999")
    case = peek(Case).get(claim=action.stream, code="ERP-POST-TWICE")
    assert (case.status, case.closed_at) == ("open", None)
    assert peek(Claim).get(number="INV-1").status == "posted"
    assert home.lines() == []
    assert list(differences(home.scope)) == []
    assert offered(home.motor, berta(home), case.id, at=at) == Offers(
        commands=("assign", "note", "resolve", "escalate", "hand_off"), resolutions=("confirm_one_stands",)
    )
    for refused in (
        Resolve(resolution="reject_to_supplier", note="no"),
        Reopen(reason="why"),
        AskCounterparty(text="?", to="a@b.example"),
    ):
        with pytest.raises(Refused, match="CASE-ERASED"):
            submit(home.motor, berta(home), case.id, refused, at=at)
    end(home, case, at)
    assert offered(home.motor, berta(home), case.id, at=at) == Offers()


@pytest.mark.parametrize("erased", [False, True], ids=["kept", "erased"])
def test_what_was_posted_although_its_document_was_superseded_is_a_case_that_people_end(
    home: Home, erased: bool
) -> None:
    take(home.motor, home.scope, samples.order("4600001", 10), samples.receipt("R9", "4600001", 10))

    def version(number: str, quantity: int) -> UUID:
        source = SourceKey(system="sap", kind="invoice", external_id="78", version=number)
        document = samples.invoice("W-1", "4600001", quantity)
        receive(home.motor, home.scope, [file(document, source=source)], source=SETUP, at=LATER)
        tie_out_all(home.motor, home.scope, at=LATER)
        return peek(Claim).get(key=f"sap/invoice/78@{number}").id

    first = version("1", 10)
    action = peek(Action).get(stream=first)
    second = version("2", 99 if erased else 9)
    assert (peek(Claim).get(id=first).status, peek(Action).get(id=action.id).state) == ("superseded", "withdrawn")
    if erased:
        held = peek(Case).get(claim=second)
        submit(home.motor, berta(home), held.id, Resolve(resolution="reject_to_supplier", note="not ours"), at=LATER)
        tie_out_all(home.motor, home.scope, at=LATER)
        erase(home.scope, str(first), reason="r", at=LATER)
    else:
        assert peek(Claim).get(id=second).status == "posting"
    at = answered(home, action.id, "5105688888")
    case = peek(Case).get(claim=first, code="ERP-POST-TWICE")
    assert (case.status, peek(Claim).get(id=first).status) == ("open", "posted")
    if not erased:
        assert peek(Claim).get(id=second).status == "held", "it is not posted a second time"
        assert codes(home, second) & {"AP-DUP-CERT", "AP-DUP-SUSP"}
        assert peek(Action).get(stream=second).state == "withdrawn"
    end(home, case, at)
    after = Offers() if erased else Offers(commands=("note",))
    assert offered(home.motor, berta(home), case.id, at=at) == after
    if not erased:
        submit(home.motor, berta(home), case.id, Note(text="settled with the bank"), at=at)
