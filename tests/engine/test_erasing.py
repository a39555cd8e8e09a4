"""The content of a document is erased for good: nothing of it is left in any table, the log verifies, and nothing is paid again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest

from tests.engine import samples
from tests.engine.samples import ACME, AT, company, engine, file, take, tie_out_all
from tests.support.access import SETUP, granted
from tests.support.peek import peek
from tests.support.server import Database
from tieout.cli import verify_log
from tieout.config.postgres.place import ADMIN
from tieout.config.seal_witness import SealWitness
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.case.commands import AcceptVariance, Note, Reopen
from tieout.core.case.offering import Offers
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.engine import audit, audit_file
from tieout.engine.erase import before, erase, outlook
from tieout.engine.explain import explain
from tieout.engine.letters import Letters, proposed
from tieout.engine.offers import offered
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine
from tieout.engine.rebuild import differences
from tieout.engine.receive import receive
from tieout.engine.submit import submit
from tieout.engine.verify_all import Counted, verified
from tieout.store.models import Case, Claim, Document, Event, Lookup, SourceFile
from tieout.store.packing import MARKER, TEXT_MARKER, unpacked, unpacked_text

LATER: Final = AT + timedelta(days=4000)
WORDS: Final = ("Zwirbelmann", "Quastenflosser", "Knickerbocker", "Rumpelkammer", "Wolkenkuckuck")
"""The supplier's name, the goods, a person's note, why a person accepted, the file's name."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """A company whose invoice INV-1 was held for its price, accepted by a person and posted; INV-2 is open."""

    motor: Engine
    scope: Scope
    witness: SealWitness
    past: psycopg.Connection[Any]
    folder: Path

    def lines(self) -> list[str]:
        """What verify --all says."""
        return [
            str(line)
            for line in verified(self.scope, self.motor.kinds, self.motor.signing_key, self.witness.notes(), Counted())
        ]

    def where(self, word: str) -> list[str]:
        """The columns in which a word stands, packed or not."""
        columns = self.past.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
        ).fetchall()
        return [
            f"{table}.{column}"
            for table, column, kind in columns
            for (value,) in self.past.execute(
                f'select distinct "{column}"{"" if kind == "bytea" else "::text"} from {table} where "{column}" is not null'
            )
            if word in _plain(value)
        ]


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return unpacked(value, "", "").decode(errors="replace") if value.startswith(MARKER) else value.decode("latin-1")
    if isinstance(value, str):
        return unpacked_text(value, "", "") if value.startswith(TEXT_MARKER) else value
    return str(value)


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Iterator[Home]:
    """As described."""
    database.empty()
    witness = SealWitness(tmp_path / "seals.witness")
    motor = replace(engine(), witness=witness)
    scope = company(motor)
    _paid(motor, scope, tmp_path)
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as past:
        yield Home(motor=motor, scope=scope, witness=witness, past=past, folder=tmp_path)


def _paid(motor: Engine, scope: Scope, folder: Path) -> None:
    erp, importer = VoucherFolder(folder).prepare(), Importer(folder)
    take(motor, scope, samples.order(), samples.receipt(), samples.order("4500013", 40))
    dear = samples.invoice(price="10.50")
    named = replace(
        dear,
        supplier=replace(ACME, name="Zwirbelmann e. K."),
        lines=tuple(replace(line, description="Quastenflosser M1") for line in dear.lines),
    )
    receive(motor, scope, [file(named, name="Wolkenkuckuck.test")], source=SETUP, at=AT)
    take(motor, scope, samples.invoice("INV-2", "4500013", 40))
    tie_out_all(motor, scope)
    case = peek(Case).get(tenant=scope.tenant, number="INV-1")
    approver = Scope(tenant=scope.tenant, actor="berta", grants=granted("approver", "buyer", "controller"))
    submit(motor, approver, case.id, Note(text="Knickerbocker asks about it"), at=AT)
    for minute in range(1, 20, 2):
        held = [f for f in explain(motor, scope, "INV-1").verdicts[-1].verdict.findings if f.stage == "hold"]
        if not held:
            break
        command = AcceptVariance(
            code=held[0].code, where=held[0].where, evidence_hash=held[0].evidence_hash, reason="Rumpelkammer agreed"
        )
        submit(motor, approver, case.id, command, at=AT + timedelta(minutes=minute))
        tie_out_all(motor, scope, at=AT + timedelta(minutes=minute + 1))
    claims = ClaimsOfActions(motor, scope)
    for hours in (1, 2):
        perform(scope, erp, "perform", owner="w", at=AT + timedelta(hours=hours), claims=claims)
        importer.run(at=AT + timedelta(hours=hours))
        perform(scope, erp, "look", owner="w", at=AT + timedelta(hours=hours), claims=claims)
    tie_out_all(motor, scope, at=AT + timedelta(hours=3))
    audit.seal(motor, scope, at=AT + timedelta(hours=3))
    assert peek(Claim).get(tenant=scope.tenant, number="INV-1").status == "posted"


def test_nothing_of_it_is_left_in_any_table(home: Home) -> None:
    assert [word for word in WORDS if not home.where(word)] == [], "each of them was there"
    erase(home.scope, "INV-1", reason="the retention period is over", at=LATER)
    assert {word: home.where(word) for word in WORDS} == {word: [] for word in WORDS}


def test_the_log_and_every_row_verify_and_say_so(home: Home) -> None:
    assert home.lines() == []
    erase(home.scope, "INV-1", reason="the retention period is over", at=LATER)
    assert home.lines() == [], "before it is sealed"
    audit.seal(home.motor, home.scope, at=LATER)
    assert home.lines() == []
    assert list(differences(home.scope)) == []
    changes = [
        change
        for row in peek(Event).filter(tenant=home.scope.tenant, type="RecordsWritten")
        for change in json.loads(row.payload).get("changes", ())
        if "erased" in change
    ]
    assert [(change["document"], change["reason"]) for change in changes] == [
        (peek(Claim).get(number="INV-1").key, "the retention period is over")
    ]


def test_what_an_auditor_needs_is_kept(home: Home) -> None:
    claim, case = peek(Claim).get(number="INV-1"), peek(Case).get(number="INV-1")
    events = list(peek(Event).filter(stream=claim.id).order_by("seq").values_list("type", "at", "actor", "hash"))
    erase(home.scope, "INV-1", reason="r", at=LATER)
    after = peek(Claim).get(number="INV-1")
    for name in ("id", "key", "number", "payable", "currency", "issue_date", "received_at", "status", "seq", "head"):
        assert getattr(after, name) == getattr(claim, name), name
    assert peek(Case).get(number="INV-1").head == case.head
    assert (
        list(peek(Event).filter(stream=claim.id).order_by("seq").values_list("type", "at", "actor", "hash")) == events
    )
    state, was = json.loads(after.state), json.loads(claim.state)
    assert [part["ref"] for part in state["posted"]] == [part["ref"] for part in was["posted"]] != [""]
    nets = [[line["net"] for line in part["lines"]] for part in state["posted"]]
    assert nets == [[line["net"] for line in part["lines"]] for part in was["posted"]]


def test_an_export_verifies_in_both_programs_and_shows_no_content(home: Home) -> None:
    erase(home.scope, "INV-1", reason="r", at=LATER)
    audit.seal(home.motor, home.scope, at=LATER)
    exported = list(audit.export(home.scope))
    result = audit_file.verify(exported, home.motor.signing_key, home.witness.notes())
    assert result.breach is None
    assert result.erased > 5
    assert verify_log.verify(iter(line.decode() for line in exported), [], b"a key", _notes(home)).startswith(
        f"{home.scope.tenant}: {result.entries} events, the content of {result.erased} of them erased"
    )
    assert not any(word.encode() in line for word in WORDS for line in exported)


def _notes(home: Home) -> list[dict[str, Any]]:
    lines = (home.folder / "seals.witness").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("what", ["digest", "hash", "prev_hash", "content back", "not named"])
def test_what_is_changed_after_erasing_is_named(home: Home, what: str) -> None:
    claim = peek(Claim).get(number="INV-1").id
    erase(home.scope, "INV-1", reason="r", at=LATER)
    where = "where stream = %s and seq = 2"
    if what == "content back":
        home.past.execute(f"update store_event set digest = null {where}", [claim])
    elif what == "not named":
        home.past.execute("delete from store_event where type = 'RecordsWritten' and at = %s", [LATER])
    elif what == "digest":
        home.past.execute(
            f"update store_event set digest = set_byte(digest, 3, get_byte(digest, 3) # 1) {where}", [claim]
        )
    else:
        home.past.execute(
            f"update store_event set {what} = 'a' || substr({what}, 2) {where} and {what} not like 'a%%'", [claim]
        )
        home.past.execute(
            f"update store_event set {what} = 'b' || substr({what}, 2) {where} and {what} like 'a%%'", [claim]
        )
    lines = home.lines()
    assert any("store_event" in line and str(claim) in line for line in lines), lines


def test_an_event_that_only_looks_erased_is_named(home: Home) -> None:
    """Whoever takes away a payload and leaves its right digest has no entry that says so."""
    claim = peek(Claim).get(number="INV-1").id
    row = peek(Event).get(stream=claim, seq=2)
    home.past.execute(
        """update store_event set digest = sha256(int8send(length(salt)) || salt || int8send(%s) || %s), salt = null
        where stream = %s and seq = 2""",
        [len(row.payload), row.payload, claim],
    )
    (line, *_) = home.lines()
    assert "has no content, and no entry says that it was erased" in line
    assert str(claim) in line


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("store_document", "number"),
        ("store_document", "counterparty"),
        ("store_sourcefile", "name"),
        ("store_verdict", "status"),
    ],
)
def test_a_row_that_is_changed_instead_of_erased_is_named(home: Home, table: str, column: str) -> None:
    erase(home.scope, "INV-1", reason="r", at=LATER)
    key = "claim" if table == "store_verdict" else "id"
    left = "code_version = ''" if table == "store_verdict" else "erased_at is not null"
    for kept in (left, f"not ({left})"):
        row, value = home.past.execute(f"select ctid::text, {column} from {table} where {kept} limit 1").fetchone()  # type: ignore[misc]
        home.past.execute(f"update {table} set {column} = 'x' where ctid = %s::tid", [row])
        assert any(line.startswith(table) and column in line for line in home.lines()), kept
        home.past.execute(f"update {table} set {column} = %s where {column} = 'x'", [value])
        assert home.lines() == [], key


def test_the_same_invoice_is_not_paid_again(home: Home) -> None:
    first = peek(SourceFile).get(name="Wolkenkuckuck.test")
    content = unpacked(bytes(first.content), "", "")
    erase(home.scope, "INV-1", reason="r", at=LATER)
    (again,) = receive(
        home.motor, home.scope, [replace(file(samples.invoice()), content=content)], source=SETUP, at=LATER
    )
    assert again.fate == "known", "the same file"
    other = replace(samples.invoice(price="10.50"), supplier=ACME, terms="other bytes")
    take(home.motor, home.scope, other, at=LATER)
    tie_out_all(home.motor, home.scope, at=LATER)
    claim = peek(Claim).filter(number="INV-1").order_by("-received_at").first()
    verdict = explain(home.motor, home.scope, str(claim.id)).verdicts[-1].verdict
    assert {"AP-DUP-CERT"} <= {finding.code for finding in verdict.findings}
    assert claim.status == "rejected"


def test_evidence_that_was_erased_is_none(home: Home) -> None:
    erase(home.scope, "4500012", reason="r", at=LATER, in_force=True)
    assert home.lines() == []
    take(home.motor, home.scope, samples.invoice("INV-9", quantity=1), at=LATER)
    tie_out_all(home.motor, home.scope, at=LATER)
    verdict = explain(home.motor, home.scope, "INV-9").verdicts[-1].verdict
    assert "AP-PO-INVALID" in {finding.code for finding in verdict.findings}
    assert verdict.status != "clear"
    erase(home.scope, "INV-1", reason="r", at=LATER)
    with pytest.raises(Refused, match="EXPLAIN-ERASED"):
        explain(home.motor, home.scope, "INV-1")


def test_names_by_which_it_was_looked_up_are_gone(home: Home) -> None:
    document = peek(Claim).get(number="INV-1").document
    before_ = set(peek(Lookup).filter(document=document).values_list("key", flat=True))
    erase(home.scope, "INV-1", reason="r", at=LATER)
    left = set(peek(Lookup).filter(document=document).values_list("key", flat=True))
    assert left < before_
    assert {key.partition("/")[0] for key in left} <= {"duplicate", "near-duplicate", "near-taken-back"}


@pytest.mark.parametrize(
    ("named", "code"),
    [("INV-2", "ERASE-OPEN"), ("4500013", "ERASE-USED"), ("R1", "ERASE-IN-FORCE"), ("none", "ERASE-UNKNOWN")],
)
def test_what_is_not_finished_is_not_erased(home: Home, named: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        outlook(home.scope, named)
    with pytest.raises(Refused, match=code):
        erase(home.scope, named, reason="r", at=LATER)
    assert not peek(Document).exclude(erased_at=None).exists()
    assert home.lines() == []


def test_nothing_more_is_done_about_it(home: Home) -> None:
    case = peek(Case).get(number="INV-1")
    erase(home.scope, "INV-1", reason="r", at=LATER)
    approver = Scope(tenant=home.scope.tenant, actor="berta", grants=granted("approver", "buyer", "controller"))
    for command in (Note(text="later"), Reopen(reason="why")):
        with pytest.raises(Refused, match="CASE-ERASED"):
            submit(home.motor, approver, case.id, command, at=LATER)
    assert offered(home.motor, approver, case.id, at=LATER) == Offers()
    assert proposed(home.motor, approver, case.id, at=LATER) == Letters()


def test_it_is_not_tied_out_again_even_if_it_is_marked(home: Home) -> None:
    claim = peek(Claim).get(number="INV-1")
    erase(home.scope, "INV-1", reason="r", at=LATER)
    peek(Claim).filter(id=claim.id).update(dirty=True)
    tie_out_all(home.motor, home.scope, at=LATER)
    after = peek(Claim).get(id=claim.id)
    assert (after.dirty, after.status, after.verdict_seq) == (False, "posted", claim.verdict_seq)
    assert not peek(Case).filter(claim=claim.id, closed_at=None).exists()


def test_it_needs_a_reason_and_happens_once(home: Home) -> None:
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Malformed):
            erase(home.scope, "INV-1", reason=reason, at=LATER)
    erase(home.scope, "INV-1", reason="x" * 500, at=LATER)
    with pytest.raises(Refused, match="ERASE-AGAIN"):
        erase(home.scope, "INV-1", reason="r", at=LATER)


def test_no_other_organisation_can_erase_it(home: Home) -> None:
    id_ = str(peek(Claim).get(number="INV-1").id)
    with pytest.raises(Refused, match="ERASE-UNKNOWN"):
        erase(Scope(tenant="other", actor="eve"), id_, reason="r", at=LATER)


def test_what_else_was_in_the_file_keeps_what_was_read_from_it(home: Home) -> None:
    two = [replace(samples.order("4600001"), status="closed"), samples.receipt("R7", "4600001")]
    receive(home.motor, home.scope, [file(*two)], source=SETUP, at=AT)
    together = outlook(home.scope, "R7", in_force=True)
    (other,) = together.others
    erase(home.scope, "R7", reason="r", at=LATER, in_force=True)
    order = peek(Document).get(number="4600001")
    assert f"{order.key}@{order.version}" == other
    assert order.erased_at is None
    assert json.loads(order.body)["number"] == "4600001"
    assert bytes(peek(SourceFile).get(id=order.source_file).content) == b""
    assert home.lines() == []
    erase(home.scope, "4600001", reason="r", at=LATER, in_force=True)
    assert home.lines() == []


def test_everything_finished_of_an_age_can_be_erased_in_turn(home: Home) -> None:
    ids = before(home.scope, LATER)
    assert ids[0] in set(peek(Claim).values_list("id", flat=True)), "claims first"
    assert before(home.scope, AT) == []
    erased: list[UUID] = []
    left: set[str] = set()
    for id_ in ids:
        try:
            erase(home.scope, str(id_), reason="r", at=LATER, in_force=True)
            erased.append(id_)
        except Refused as refusal:
            left.add(refusal.code)
    assert left <= {"ERASE-OPEN", "ERASE-USED", "ERASE-AGAIN"}
    assert len(erased) >= 3
    assert home.lines() == []
    assert Decimal(peek(Claim).get(number="INV-1").payable) == 1499400
