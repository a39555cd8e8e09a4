"""What is stored can be proven: verdicts are derived again, rows are folded again, the log is verified from an export."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.access import granted
from tests.support.peek import peek
from tieout.config.seal_witness import SealWitness
from tieout.core.audit.signing import SecretKey
from tieout.core.audit.witness import Note
from tieout.core.case.commands import AcceptVariance
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.engine import audit, audit_file
from tieout.engine.explain import explain
from tieout.engine.rebuild import differences, rebuild
from tieout.engine.submit import submit
from tieout.store.models import Action, Case, Claim, Document, Event, Seal, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.server import Database
    from tieout.engine.plugged import Engine


@pytest.fixture
def scope(database: Database) -> Scope:
    motor = engine()
    made = company(motor)
    take(motor, made, samples.order(), samples.receipt(quantity=1150, inspection=50), samples.invoice())
    tie_out_all(motor, made)
    take(motor, made, samples.inspected(), samples.invoice("INV-2", quantity=7), at=AT + timedelta(hours=5))
    tie_out_all(motor, made, at=AT + timedelta(hours=5))
    return made


def test_every_verdict_is_derived_again_bit_for_bit(scope: Scope) -> None:
    explanation = explain(engine(), scope, "INV-1")
    assert [explained.verdict.status for explained in explanation.verdicts][-1] == "clear"
    assert len(explanation.verdicts) == 2
    assert explanation.proven
    case = peek(Case).filter(tenant=scope.tenant).first()
    assert case is not None
    assert explain(engine(), scope, str(case.id)).proven
    with pytest.raises(Refused, match="EXPLAIN-UNKNOWN"):
        explain(engine(), scope, "INV-77")


def test_a_verdict_that_was_tampered_with_is_detected(scope: Scope) -> None:
    claim = peek(Claim).get(tenant=scope.tenant, number="INV-1")
    last = peek(Verdict).filter(tenant=scope.tenant, claim=claim.id).order_by("-seq")[0]
    body = bytes(last.body).replace(b"1200", b"1300", 1)
    peek(Verdict).filter(tenant=scope.tenant, claim=claim.id, seq=last.seq).update(body=body)
    explanation = explain(engine(), scope, "INV-1")
    assert not explanation.proven
    assert not explanation.verdicts[0].differences
    assert any("hash" in line for line in explanation.verdicts[1].differences)
    assert len(explanation.verdicts[1].differences) > 1


def test_a_document_that_was_tampered_with_is_detected(scope: Scope) -> None:
    row = peek(Document).get(tenant=scope.tenant, kind="order")
    body = bytes(row.body).replace(b"1200 EA", b"1201 EA")
    peek(Document).filter(tenant=scope.tenant, kind="order").update(body=body)
    explanation = explain(engine(), scope, "INV-1")
    assert explanation.verdicts[0].differences == (
        f"the document {row.key}@{row.version} is not the one that was read",
    )


def test_rows_are_what_their_events_say_and_are_rebuilt_if_not(scope: Scope) -> None:
    assert list(differences(scope)) == []
    peek(Claim).filter(tenant=scope.tenant, number="INV-1").update(status="posted")
    peek(Case).filter(tenant=scope.tenant).update(queue="nobody")
    lines = list(differences(scope))
    assert any("status is posted" in line for line in lines)
    assert any("queue is nobody" in line for line in lines)
    rebuild(scope)
    assert list(differences(scope)) == []


def test_an_export_is_verified_without_a_database(scope: Scope) -> None:
    motor = engine()
    assert audit.seal(motor, scope, at=AT) is not None
    assert audit.seal(motor, scope, at=AT) is None, "nothing has happened since"
    take(motor, scope, samples.invoice("INV-3", quantity=1))
    tie_out_all(motor, scope, at=AT + timedelta(hours=6))
    audit.seal(motor, scope, at=AT)
    lines = list(audit.export(scope))
    verified = audit_file.verify(lines, motor.signing_key)
    assert (verified.breach, verified.seals) == (None, 2)
    assert verified.entries == peek(Event).filter(tenant=scope.tenant).count()

    event = json.loads(lines[3])
    flipped = {**event, "payload": event["payload"].replace("2026", "2027", 1)}
    broken = audit_file.verify([*lines[:3], json.dumps(flipped).encode(), *lines[4:]], motor.signing_key).breach
    assert broken is not None
    assert (broken.stream, broken.seq) == (event["stream"], event["seq"])

    last = next(at for at in reversed(range(len(lines))) if b'"stream"' in lines[at] and b'{"seal"' not in lines[at])
    cut = audit_file.verify([*lines[:last], *lines[last + 1 :]], motor.signing_key).breach
    assert cut is not None, "an event that was cut off at the end is missed"
    forged = audit_file.verify(lines, SecretKey(secret=b"another key")).breach
    assert forged is not None
    assert forged.stream.startswith("seal/")
    with pytest.raises(Malformed, match="no export"):
        audit_file.verify([b'{"a": "b"}'], b"")


def test_an_actor_or_instant_that_was_changed_where_it_is_shown_is_named(scope: Scope) -> None:
    event = peek(Event).filter(tenant=scope.tenant).order_by("position")[1]
    of_it = peek(Event).filter(tenant=scope.tenant, stream=event.stream, seq=event.seq)
    of_it.update(actor="somebody else")
    assert list(differences(scope)) == [
        f"event {event.seq} of {event.stream}: actor is somebody else in its column, {event.actor} in what its hash covers"
    ]
    rebuild(scope)
    assert len(list(differences(scope))) == 1, "an event is never written anew"
    of_it.update(actor=event.actor, at=event.at + timedelta(microseconds=1))
    (line,) = differences(scope)
    assert line.startswith(f"event {event.seq} of {event.stream}: at is ")


def sealed_twice(motor: Engine, scope: Scope) -> None:
    audit.seal(motor, scope, at=AT)
    take(motor, scope, samples.invoice("INV-3", quantity=1))
    tie_out_all(motor, scope, at=AT + timedelta(hours=6))
    audit.seal(motor, scope, at=AT)


def test_a_witness_outside_the_database_misses_seals_that_are_cut_off_or_made_anew(
    scope: Scope, tmp_path: Path
) -> None:
    witness = SealWitness(tmp_path / "seals.witness")
    motor = replace(engine(), witness=witness)
    sealed_twice(motor, scope)
    assert [noted.number for noted in witness.notes()] == [1, 2]

    def breach(notes: list[Note]) -> tuple[str, int, str] | None:
        broken = audit_file.verify(list(audit.export(scope)), motor.signing_key, notes).breach
        return (broken.stream, broken.seq, broken.reason) if broken else None

    assert breach(witness.notes()) is None
    last = peek(Event).filter(tenant=scope.tenant).order_by("-position")[0]
    peek(Event).filter(tenant=scope.tenant, stream=last.stream, seq=last.seq).delete()
    peek(Seal).filter(tenant=scope.tenant, number=2).delete()
    assert breach([]) is None, "without a witness the shorter log looks whole"
    assert breach(witness.notes()) == (f"seal/{scope.tenant}", 2, "was noted by the witness and is missing")

    audit.seal(motor, scope, at=AT)  # by somebody who has database and key
    assert breach([]) is None
    assert [noted.number for noted in witness.notes()] == [1, 2]
    assert breach(witness.notes()) == (f"seal/{scope.tenant}", 2, "is not what the witness noted")


def test_seals_of_before_the_witness_and_of_a_time_without_it_are_noted_with_the_next(
    scope: Scope, tmp_path: Path
) -> None:
    sealed_twice(engine(), scope)
    witness = SealWitness(tmp_path / "folder" / "seals.witness")
    witness.path.parent.write_text("a file where the folder should be")
    with pytest.raises(NotADirectoryError):
        audit.seal(replace(engine(), witness=witness), scope, at=AT)
    witness.path.parent.unlink()
    assert audit.seal(replace(engine(), witness=witness), scope, at=AT) is None, "nothing has happened since"
    assert [noted.number for noted in witness.notes()] == [1, 2]


def test_a_note_that_was_cut_short_is_written_again_and_a_garbled_one_is_refused(tmp_path: Path) -> None:
    witness = SealWitness(tmp_path / "seals.witness")
    first, second = (Note(tenant="t", number=number, hash=f"{number:064}") for number in (1, 2))
    witness.add([first, second])
    whole = witness.path.read_bytes()
    witness.path.write_bytes(whole[:-20])
    assert witness.notes() == [first]
    witness.add([first, second])
    assert witness.notes() == [first, second]
    assert witness.path.read_bytes().startswith(whole[:-20]), "nothing in it is written over"
    assert witness.path.stat().st_mode & 0o077 == 0
    witness.path.write_bytes(b"{" + whole)
    with pytest.raises(Malformed, match="no note of a seal"):
        witness.notes()


def test_swapped_events_are_detected(scope: Scope) -> None:
    motor = engine()
    audit.seal(motor, scope, at=AT)
    lines = list(audit.export(scope))
    stream = next(event["stream"] for event in map(json.loads, lines) if event.get("seq") == 2)
    places = [at for at, line in enumerate(lines) if f'"stream":"{stream}","seq"'.encode() in line][:2]
    one, other = (json.loads(lines[at]) for at in places)
    swapped = list(lines)
    for at, numbered, content in ((places[0], one, other), (places[1], other, one)):
        swapped[at] = json.dumps({**content, "seq": numbered["seq"]}).encode()
    broken = audit_file.verify(swapped, motor.signing_key).breach
    assert broken is not None
    assert (broken.stream, broken.seq) == (stream, one["seq"])


def test_an_acceptance_is_evidence_and_ties_the_claim_out_again(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.receipt(), samples.invoice(price="10.40"))
    tie_out_all(motor, scope)
    case = peek(Case).get(tenant=scope.tenant)
    approver = Scope(tenant=scope.tenant, actor="berta", grants=granted("approver", "buyer", "controller"))
    for minute in range(1, 8, 2):  # the price, and what it does to the order line: each is accepted for itself
        held = [f for f in explain(motor, scope, "INV-1").verdicts[-1].verdict.findings if f.stage == "hold"]
        if not held:
            break
        finding = held[0]
        command = AcceptVariance(
            code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason="agreed"
        )
        with pytest.raises(Refused, match="CASE-CHANGED"):
            submit(motor, approver, case.id, command, at=AT, seen=99)
        with pytest.raises(Refused, match="CASE-UNKNOWN"):
            submit(motor, Scope(tenant="other"), case.id, command, at=AT)
        elsewhere = Scope(tenant=scope.tenant, entities=frozenset({"elsewhere"}), grants=approver.grants)
        with pytest.raises(Refused, match="CASE-UNKNOWN"):  # a case of an entity that the actor may not see
            submit(motor, elsewhere, case.id, command, at=AT)
        submit(motor, approver, case.id, command, at=AT + timedelta(minutes=minute))
        assert peek(Claim).get(tenant=scope.tenant).dirty
        tie_out_all(motor, scope, at=AT + timedelta(minutes=minute + 1))
    assert peek(Claim).get(tenant=scope.tenant).status == "posting"
    assert peek(Action).filter(tenant=scope.tenant, kind="post_voucher").count() == 1
    assert explain(motor, scope, "INV-1").proven
    assert list(differences(scope)) == []
