"""A home of the release before opens with this one and keeps everything: postings, cases, chains and seals.

`homes/release_0_1.json` is what that release (its last migration was 0006) wrote for two tenants; `release_0_1_accepted.json` what it
wrote for one whose approver had accepted two findings of a claim that still waits for goods. They are never made anew.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql
from psycopg.conninfo import make_conninfo
from rich.console import Console

from tests.engine import samples
from tests.engine.samples import AT, engine, take, tie_out_all
from tests.support import server
from tests.support.peek import peek
from tests.support.server import Database
from tieout.app import catalogue, kinds
from tieout.cli.explain_show import show
from tieout.cli.table import Exit
from tieout.config.migrating import bring_up_to_date
from tieout.config.role_name import OWNER_ALIAS
from tieout.core.audit.signing import SecretKey
from tieout.core.outbox.action import Done
from tieout.core.values.scope import Scope
from tieout.engine.audit import export, seal
from tieout.engine.audit_file import verify
from tieout.engine.explain import explain
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.rebuild import differences
from tieout.formats import canonical_json
from tieout.packs.payables.pack import VERSION
from tieout.store import over_tenants
from tieout.store.models import Action, Case, Claim, Document, Event, Verdict
from tieout.store.queues import lock_queue
from tieout.store.screens.worklist import Filter, worklist
from tieout.trade.documents import Invoice
from tieout.wording import findings

HOMES = Path(__file__).parent / "homes"
LAST = ("store", "0006_urgency")
NORDWIND, SUEDWIND = Scope(tenant="nordwind"), Scope(tenant="suedwind")
ACCEPTED = Scope(tenant="t-dbb31e89319e")


@pytest.fixture
def home(database: Database) -> Iterator[Callable[[], None]]:
    """The home of two tenants. Gives what opens it with this release."""
    with _left_by_that_release(database, "release_0_1.json") as opened:
        yield opened


@pytest.fixture
def accepted(database: Database) -> Iterator[Callable[[], None]]:
    """The home with accepted findings. Gives what opens it with this release."""
    with _left_by_that_release(database, "release_0_1_accepted.json") as opened:
        yield opened


@contextmanager
def _left_by_that_release(database: Database, file: str) -> Iterator[Callable[[], None]]:
    """A database as that release left it; Django points to it."""
    name = f"{database.name}_old"
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    server._point_django_to(make_conninfo(database.admin, dbname=name))
    executor = MigrationExecutor(connections[OWNER_ALIAS])
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "procrastinate"]
    executor.migrate([LAST, ("identity", "0002_selling_roles"), *others])
    with psycopg.connect(make_conninfo(database.admin, dbname=name), autocommit=True) as connection:
        for table, content in json.loads((HOMES / file).read_text()).items():
            _copy(connection, table, content)
        for table, column in (("store_event", "position"), ("store_lookup", "id"), ("store_allocation", "id")):
            connection.execute(
                sql.SQL("select setval(pg_get_serial_sequence(%s, %s), (select max({}) from {}))").format(
                    sql.Identifier(column), sql.Identifier(table)
                ),
                [table, column],
            )
        for tenant in (NORDWIND.tenant, SUEDWIND.tenant, ACCEPTED.tenant):
            connection.execute("insert into identity_tenant (code, name) values (%s, %s)", [tenant, tenant])
    yield lambda: bring_up_to_date(say=lambda _: None) and None
    connections.close_all()
    server._point_django_to(database.dsn)
    database.drop(name)


def _copy(connection: psycopg.Connection[Any], table: str, content: dict[str, list[str]]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, content["columns"]))
    with connection.cursor().copy(sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)) as writer:
        writer.write("".join(f"{row}\n" for row in content["rows"]))


def test_everything_is_kept_and_goes_on(home: Callable[[], None]) -> None:
    home()
    assert set(peek(Claim).values_list("tenant", "number", "status", "counterparty")) == {
        ("nordwind", "INV-1", "posted", "Acme GmbH"),
        ("nordwind", "INV-2", "held", "Acme GmbH"),
        ("nordwind", "INV-3", "posting", "Acme GmbH"),
        ("suedwind", "INV-1", "posting", "Acme GmbH"),
    }
    assert [(case.tenant, case.code, case.actor) for case in peek(Case).all()] == [("nordwind", "AP-QTY-REC", "bob")]
    for scope in (NORDWIND, SUEDWIND):
        assert list(differences(scope)) == [], "rows are what their events say"
        report = verify(export(scope), SecretKey(secret=b"a key"))
        assert (report.breach, report.seals) == (None, 1)
    before = peek(Event).count(), peek(Verdict).count()
    goes_on()
    assert peek(Event).count() > before[0]


class _Books:
    queue = "erp"

    def find(self, actions: Any) -> Any:
        return [None for _ in actions]

    def perform(self, actions: Any) -> Any:
        return [Done(ref="5105600002") for _ in actions]


def test_what_comes_later_finds_what_was_recorded(home: Callable[[], None]) -> None:
    """The rest of the goods comes after the upgrade: the claim that was held for them ties out and is posted."""
    home()
    motor = engine()
    take(motor, NORDWIND, samples.receipt("R9", "4500013", quantity=300), at=AT + timedelta(days=1))
    tie_out_all(motor, NORDWIND, at=AT + timedelta(days=1))
    assert peek(Claim).get(tenant="nordwind", number="INV-2").status == "posting"
    assert not peek(Case).filter(closed_at=None).exists()
    assert list(differences(NORDWIND)) == []


def goes_on() -> None:
    """What waited in the old home is found, and done, in each tenant's own queue at the pace that had been set."""
    motor, later = engine(), AT + timedelta(days=1)
    waiting = over_tenants.pending(at=later)
    assert {("perform", "nordwind", "erp"), ("perform", "suedwind", "erp"), ("seal", "nordwind", "")} <= set(waiting)
    for scope in (NORDWIND, SUEDWIND):
        assert lock_queue(scope, "erp").per_minute == 600
        tie_out_all(motor, scope, at=later)
        perform(scope, _Books(), "perform", owner="w", at=later, claims=ClaimsOfActions(motor, scope))
        tie_out_all(motor, scope, at=later)
        assert seal(motor, scope, at=later) is not None
        assert verify(export(scope), SecretKey(secret=b"a key")).breach is None
        assert list(differences(scope)) == []
    assert not peek(Action).exclude(state__in=["done", "withdrawn"]).exists()
    assert set(peek(Claim).exclude(number="INV-2").values_list("status", flat=True)) == {"posted"}


def test_what_was_accepted_stays_accepted(accepted: Callable[[], None]) -> None:
    """Sentences are no longer stored, and acceptances are bound to values: what was accepted before holds nothing now either."""
    accepted()
    price = peek(Case).get(tenant=ACCEPTED.tenant, cause="price")
    before = peek(Event).filter(tenant=ACCEPTED.tenant, stream=price.id).count()
    assert price.status == "resolved"
    motor = engine()
    take(motor, ACCEPTED, samples.receipt("R9", quantity=300), at=AT + timedelta(days=1))
    tie_out_all(motor, ACCEPTED, at=AT + timedelta(days=1))
    held = explain(motor, ACCEPTED, "INV-1").verdicts[-1].verdict
    notes = [(finding.code, finding.stage, finding.accepted and finding.accepted.reason) for finding in held.findings]
    assert ("AP-PRC-OVER", "note", "agreed by phone") in notes
    assert {finding.code for finding in held.findings if finding.stage == "hold"} == {"AP-QTY-REC"}
    assert peek(Event).filter(tenant=ACCEPTED.tenant, stream=price.id).count() == before, "the case is not opened again"
    take(motor, ACCEPTED, samples.receipt("R10", quantity=200), at=AT + timedelta(days=2))
    tie_out_all(motor, ACCEPTED, at=AT + timedelta(days=2))
    assert peek(Claim).get(tenant=ACCEPTED.tenant).status == "posting"
    assert list(differences(ACCEPTED)) == []


def test_a_case_of_that_release_shows_the_sentence_that_it_stored(home: Callable[[], None]) -> None:
    home()
    (line,) = worklist(replace(NORDWIND, actor="bob"), Filter(), on=AT.date()).lines
    assert line.lead is not None
    assert line.lead.message
    assert findings.message(line.lead, catalogue().codes, line.cause) == line.lead.message


def test_what_was_judged_then_is_explained_now(accepted: Callable[[], None]) -> None:
    accepted()
    explained = explain(engine(), ACCEPTED, "INV-1").verdicts
    assert len(explained) == 3
    for verdict in explained:
        assert verdict.differences[0] == f"it was reached by code payables-2; this is {VERSION}"
        lost = [
            text
            for text in verdict.differences
            if text.startswith(("the stored verdict is not", "the document", "a policy"))
        ]
        assert lost == [], "bytes, documents and policies are the ones that were judged"


def test_the_command_opens_the_old_home_and_prints_every_verdict_of_a_claim(
    database: Database, accepted: Callable[[], None], tmp_path: Path
) -> None:
    """`tieout explain` brings the old tables up to date by itself, and says which code each verdict was reached by."""
    assert accepted
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT_", "DJANGO_"))}
    address = make_conninfo(database.admin, dbname=f"{database.name}_old")

    def explained(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tieout.cli", "explain", *words, "--tenant", ACCEPTED.tenant],
            env=ours | {"TIEOUT_HOME": str(tmp_path), "DATABASE_URL": address, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    ended = explained("INV-1", "--all")
    assert ended.returncode == 1, ended.stderr[-2000:]
    verdicts = re.findall(r"^Verdict (\d+), .*: (\w+): ", ended.stdout, re.MULTILINE)
    assert verdicts == [("1", "held"), ("2", "held"), ("3", "held")]
    assert ended.stdout.count(f"DIFFERS: it was reached by code payables-2; this is {VERSION}") == 3
    assert "agreed by phone" in ended.stdout, "what was accepted, and why"
    assert not re.search(r"DIFFERS: (the stored verdict is not|the document|a policy)", ended.stdout)
    refused = explained("INV-404")
    assert refused.returncode == Exit.CANNOT
    assert "there is no document or case 'INV-404'" in refused.stderr


def test_each_claim_of_the_old_home_is_explained(home: Callable[[], None]) -> None:
    home()
    for scope, number in ((NORDWIND, "INV-1"), (NORDWIND, "INV-2"), (NORDWIND, "INV-3"), (SUEDWIND, "INV-1")):
        explanation, out = explain(engine(), scope, number), Console(file=io.StringIO(), width=200)
        show(explanation, out, every=True)
        assert explanation.verdicts
        for verdict in explanation.verdicts:
            lost = ("the stored verdict is not", "the document", "a policy")
            assert not [text for text in verdict.differences if text.startswith(lost)]
        printed = out.file.getvalue()  # type: ignore[attr-defined]
        assert f"Verdict {explanation.verdicts[-1].seq}, " in printed
        assert all(key in printed for key, _ in explanation.verdicts[-1].verdict.inputs)


def test_near_duplicates_of_what_was_received_before_are_recognised(home: Callable[[], None]) -> None:
    """A document of the release before comes again after the upgrade with its number misread: it is held for a person."""
    home()
    first = peek(Claim).get(tenant="nordwind", number="INV-1")
    stored = peek(Document).get(tenant="nordwind", id=first.document)
    document = canonical_json.decode(kinds(), stored.kind, bytes(stored.body))
    assert isinstance(document, Invoice)
    take(engine(), NORDWIND, replace(document, number="1NV-I"))
    tie_out_all(engine(), NORDWIND)
    again = peek(Claim).get(tenant="nordwind", number="1NV-I")
    assert again.status == "held"
    assert "AP-DUP-SUSP" in [case.code for case in peek(Case).filter(claim=again.id)]
