"""Receiving: durable first, and once, however often a file is delivered."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.engine import samples
from tests.engine.samples import AT, company, engine, file, take, tie_out_all
from tests.support.access import SETUP
from tests.support.peek import peek
from tieout.core.values.ids import SourceKey
from tieout.engine.receive import Incoming, read_left_over, receive
from tieout.formats import canonical_json
from tieout.store import source_files
from tieout.store.models import Action, Claim, Document, Event, Lookup, SourceFile, Unread

if TYPE_CHECKING:
    from tests.support.server import Database


def counts(tenant: str) -> list[int]:
    return [peek(table).filter(tenant=tenant).count() for table in (SourceFile, Document, Lookup, Claim, Event, Unread)]


def test_delivering_twice_changes_nothing(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    first = take(motor, scope, samples.order(), samples.invoice())
    before = counts(scope.tenant)
    second = take(motor, scope, samples.order(), samples.invoice())
    assert [answer.fate for answer in first] == ["accepted", "accepted"]
    assert [answer.fate for answer in second] == ["known", "known"]
    assert [answer.source_file for answer in second] == [answer.source_file for answer in first]
    assert counts(scope.tenant) == before


def test_the_same_file_twice_in_one_batch_is_kept_once(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    answers = receive(motor, scope, [file(samples.invoice()), file(samples.invoice())], source=SETUP, at=AT)
    assert [answer.fate for answer in answers] == ["accepted", "known"]
    assert peek(Claim).filter(tenant=scope.tenant).count() == 1


def test_an_invoice_with_other_figures_is_another_claim(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.receipt(), samples.invoice())
    tie_out_all(motor, scope)
    later = AT + timedelta(minutes=1)
    take(motor, scope, samples.invoice(quantity=1000), at=later)
    tie_out_all(motor, scope, at=later)
    status_by_amount = {claim.payable: claim.status for claim in peek(Claim).filter(tenant=scope.tenant)}
    assert len(status_by_amount) == 2
    assert status_by_amount[1428000] == "posting"
    assert status_by_amount[1190000] in {"held", "rejected"}


def test_a_later_version_of_a_named_claim_takes_the_place_of_the_earlier(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    named = SourceKey(system="portal", kind="invoice", external_id="77")
    receive(motor, scope, [file(samples.invoice(quantity=5), source=replace(named, version="2"))], source=SETUP, at=AT)
    late = receive(motor, scope, [file(samples.invoice(quantity=6), source=named)], source=SETUP, at=AT)
    assert late[0].documents[0].fate == "late"
    receive(motor, scope, [file(samples.invoice(quantity=7), source=replace(named, version="10"))], source=SETUP, at=AT)
    statuses = {claim.key: claim.status for claim in peek(Claim).filter(tenant=scope.tenant)}
    assert statuses == {
        "portal/invoice/77@1": "superseded",
        "portal/invoice/77@2": "superseded",
        "portal/invoice/77@10": "received",
    }


def test_a_named_claim_that_is_posted_does_not_give_way(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    named = SourceKey(system="portal", kind="invoice", external_id="77")
    take(motor, scope, samples.order(), samples.receipt())
    receive(motor, scope, [file(samples.invoice(), source=named)], source=SETUP, at=AT)
    tie_out_all(motor, scope)
    peek(Action).filter(tenant=scope.tenant).update(state="leased")
    receive(motor, scope, [file(samples.invoice(quantity=7), source=replace(named, version="2"))], source=SETUP, at=AT)
    assert sorted(peek(Claim).filter(tenant=scope.tenant).values_list("status", flat=True)) == ["posting", "received"]


def test_evidence_that_says_again_what_it_said_first_is_in_force_again(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    named = SourceKey(system="erp", kind="order", external_id="4500012")
    for version, quantity in (("1", 1200), ("2", 1000), ("3", 1200)):
        receive(
            motor,
            scope,
            [file(samples.order(quantity=quantity), source=replace(named, version=version))],
            source=SETUP,
            at=AT,
        )
    rows = peek(Document).filter(tenant=scope.tenant, kind="order").order_by("version")
    assert [(row.version, row.superseded_at is None) for row in rows] == [("1", False), ("2", False), ("3", True)]


def test_the_same_name_and_version_with_another_content_is_never_dropped(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    named = SourceKey(system="portal", kind="invoice", external_id="77")
    evidence = SourceKey(system="erp", kind="order", external_id="4500012")
    for quantity in (5, 6):
        receive(motor, scope, [file(samples.invoice(quantity=quantity), source=named)], source=SETUP, at=AT)
        answers = receive(motor, scope, [file(samples.order(quantity=quantity), source=evidence)], source=SETUP, at=AT)
        again = receive(motor, scope, [file(samples.order(quantity=quantity), source=evidence)], source=SETUP, at=AT)
        assert [answer.fate for answer in (*answers, *again)] == ["accepted", "known"]
    statuses = peek(Claim).filter(tenant=scope.tenant).values_list("status", flat=True)
    assert list(statuses) == ["received", "received"], "another claim, and not one that its own sender has superseded"
    in_force = peek(Document).get(tenant=scope.tenant, kind="order", superseded_at=None)
    assert bytes(in_force.body) == canonical_json.encode(samples.order(quantity=6)), "what its system stated last"


def test_a_file_of_many_documents_and_one_that_is_none(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    several = file(*(samples.order(f"45{n}") for n in range(5)))
    nothing = Incoming(content=b"nothing", name="scan.tif")
    answers = receive(motor, scope, [several, nothing], source=SETUP, at=AT)
    assert [len(answer.documents) for answer in answers] == [5, 1]
    assert answers[1].documents[0].unreadable
    tie_out_all(motor, scope)
    claim = peek(Claim).get(tenant=scope.tenant)
    assert (claim.kind, claim.status) == ("unreadable", "rejected")


def test_a_file_whose_reader_died_is_read_by_the_sweep(database: Database) -> None:
    class Died(BaseException):
        pass

    def die(step: str, /) -> None:
        if step == "receive.accepted":
            raise Died

    motor = engine()
    scope = company(motor)
    with suppress(Died):
        take(engine(steps=die), scope, samples.invoice())
    assert peek(Claim).filter(tenant=scope.tenant).count() == 0
    assert read_left_over(motor, scope, at=AT) == 0, "another reader may still be reading it"
    later = AT.replace(hour=10)
    assert read_left_over(motor, scope, at=later) == 1
    assert read_left_over(motor, scope, at=later) == 0
    assert peek(Claim).filter(tenant=scope.tenant).count() == 1
    assert source_files.unread(scope, before=later, limit=5) == []
    again = take(motor, scope, samples.invoice())[0]
    assert (again.fate, again.read, again.documents) == ("known", "before", ())
