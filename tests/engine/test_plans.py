"""Under row-level security the hot look-ups still find their rows by an index: nothing reads a table from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tests.engine import samples
from tests.engine.rows import ClaimsStub
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.config.role_name import APPLICATION
from tieout.core.case.commands import Assign
from tieout.core.case.state import Case as CaseState
from tieout.core.outbox.action import Done
from tieout.core.values.ids import derive
from tieout.core.values.scope import Scope
from tieout.engine.announce import sweep
from tieout.engine.due import due, prioritise
from tieout.engine.perform import perform
from tieout.engine.submit import submit
from tieout.formats import canonical_json
from tieout.store import actions, cases, claims, documents, events, link, over_tenants, verdicts, wanted
from tieout.store.screens import case as case_screen
from tieout.store.screens import documents as document_screen
from tieout.store.screens.worklist import Filter, Sorted, View, neighbours, open_queues, worklist

CROWD = 6_000
BY: tuple[Sorted, ...] = ("priority", "due")
STATE = canonical_json.encode(CaseState(id=derive("case"), tenant="t", claim="1", cause="c", opened_at=AT))
VIEWS: tuple[View, ...] = ("open", "waiting", "closed")
BY_OWNERS_FUNCTION: dict[str, str] = {}
"""Look-ups that need an operator which is not leak-proof, and the owner's function that does them. There is none."""

_FILL = """
insert into store_document (tenant, id, kind, key, version, number, entity, book, counterparty, currency, net, tax, payable, issue_date,
    sha256, body, format, source_file, part, recorded_at)
select t, gen_random_uuid(), 'invoice', 'crowd/invoice/' || n, '1', 'N' || n, '', '', 'S', 'EUR', 1, 1, 1, '2026-01-01', n::text, '{}',
    'test', gen_random_uuid(), 1, now() from unnest(%(tenants)s::text[]) t, generate_series(1, %(n)s::int) n;
insert into store_lookup (tenant, key, document) select tenant, 'crowd/' || number, id from store_document;
insert into store_sourcefile (tenant, id, sha256, system, source_kind, external_id, version, stated, name, media_type, size, content,
    entity, origin, handed_by, received_at)
select tenant, id, number, 'file', 'file', number, '1', false, '', '', 1, '', '', '', '', now()
from store_document where key like 'crowd%%';
insert into store_claim (tenant, id, key, kind, document, sha256, number, entity, counterparty, currency, received_at, status, dirty,
    verdict_seq, verdict_sha256, seq, head, state, changed_at)
select tenant, id, key, kind, id, '', number, '', 'S', 'EUR', now(), 'posted', false, 1, '', 1, '', '', now()
from store_document where key like 'crowd%%';
insert into store_case (tenant, id, claim, cause, code, status, queue, actor, entity, counterparty, number, currency, opened_at, closed_at,
    steady, pressing, seq, head, state)
select tenant, gen_random_uuid(), id, 'c', 'AP-PRC', 'resolved', 'q', '', '', 'S', number, 'EUR', now(), now(), 0, 0, 1, '', %(state)s
from store_claim where key like 'crowd%%';
insert into store_verdict (tenant, claim, seq, status, sha256, body, rows, facts, looked_up, code_version, at)
select tenant, id, 1, 'clear', '', '', '', '', '[]', '', now() from store_claim where key like 'crowd%%';
insert into store_event (tenant, stream, seq, type, version, payload, prev_hash, hash, at, actor)
select tenant, id, 1, 'T', 1, '', '', '', now(), '' from store_claim where key like 'crowd%%';
insert into store_watch (tenant, key, claim, seen)
select tenant, hashtextextended(tenant || number, 0), id, 0 from store_claim where key like 'crowd%%';
insert into store_allocation (tenant, ledger, book, line, claim, claim_line, quantity, unit, net, currency, system)
select tenant, 'crowd/' || number, '', '1', id, '1', 1, 'EA', 1, 'EUR', '' from store_claim where key like 'crowd%%';
insert into store_action (tenant, id, kind, claim, stream, queue, payload, state, created_at, due_at)
select tenant, id, 'post_voucher', key, id, 'erp', '{}', 'done', now(), now() from store_claim where key like 'crowd%%';
insert into store_held (tenant, key) select tenant, 'crowd/' || number from store_claim where key like 'crowd%%';
delete from store_waiting;
analyze;
"""


class Watching:
    """Statements as they are run, each with its plan."""

    def __init__(self) -> None:
        self.plans: dict[str, str] = {}

    def read(self, connection: psycopg.Connection[Any], statement: str, values: Any) -> None:
        if (
            not re.match(r"[\s(]*(select|with|insert|update|delete)", statement, re.IGNORECASE)
            or "set_config" in statement
        ):
            return
        rows = psycopg.Cursor(connection).execute(f"explain {statement}", values).fetchall()
        self.plans[statement] = "\n".join(row[0] for row in rows)

    def read_to_the_end(self) -> dict[str, str]:
        """Those that read a table from end to end, or of one that grows all that a tenant has: by an index, but by nothing else.

        Pages that count what a tenant has do.
        """
        return {
            statement: plan
            for statement, plan in self.plans.items()
            if statement not in BY_OWNERS_FUNCTION
            and (_WHOLE_TABLE.search(plan) or ("COUNT(" not in statement and _WHOLE_TENANT.search(f"{plan}\n")))
        }


_WHOLE_TABLE = re.compile(r"Seq Scan on store_(?!waiting|signal|recheck|unread|queue|connection|policyversion|seal)")
# Of these indexes a tenant's part is short, or is read from one end and no further: its last event, its dirty claims, the newest.
_WHOLE_TENANT = re.compile(
    r"(?<!event_position )(?<!action_open )(?<!claim_dirty )(?<!claim_due )(?<!case_queue )(?<!case_priority_on )(?<!claim_received )"
    r"on store_(document|lookup|event|watch|verdict|allocation|sourcefile|action|claim|case)\b.*\n"
    r"\s+(Recheck|Index) Cond: \(tenant = ('[^']*'::text|current_setting\([^)]*\))\)\n"
)


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    seen = Watching()

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
            seen.read(self.connection, query, params)
            return super().execute(query, params, **more)

    made = link._cursor
    monkeypatch.setattr(link, "_cursor", lambda: Cursor(made().connection))

    def of_screens(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        seen.read(context["connection"].connection, sql, values)
        return execute(sql, values, many, context)

    with connection.execute_wrapper(of_screens):
        yield seen


class _Books:
    """Posts everything at once."""

    queue = "erp"

    def find(self, actions: Any) -> Any:
        return [None for _ in actions]

    def perform(self, actions: Any) -> Any:
        return [Done(ref=action.claim) for action in actions]


def test_no_hot_look_up_reads_a_table_from_end_to_end(empty_database: Database, watching: Watching) -> None:
    motor = engine()
    scope = company(motor)
    fill = {"tenants": [scope.tenant, "crowd"], "n": CROWD, "state": STATE}
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as everybody:
        for statement in _FILL.split(";\n"):
            everybody.execute(statement, fill if "%" in statement else None)
    watching.plans.clear()
    live(motor, scope)
    assert len(watching.plans) > 60
    assert any("ORDER BY" in statement for statement in watching.plans), "statements of screens are read too"
    assert watching.read_to_the_end() == {}
    assert "Index" in next(plan for statement, plan in watching.plans.items() if "from store_lookup" in statement)


def test_rows_of_many_ids_are_looked_up_and_the_tenant_is_not_read(
    empty_database: Database, watching: Watching
) -> None:
    """Without statistics of tenants PostgreSQL takes all rows of one for few, and would read them sooner than look up 200 ids."""
    scope = Scope(tenant="crowd")
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as everybody:
        for statement in _FILL.split(";\n"):
            given = {"tenants": [scope.tenant], "n": 4 * CROWD, "state": STATE}
            everybody.execute(statement, given if "%" in statement else None)
    with link.transaction(scope):
        ids = [row.id for row in claims.every(scope, after=UUID(int=0), limit=200)]
        watching.plans.clear()
        claims.lock(scope, ids)
        claims.hold(scope, ids)
        claims.mark_dirty(scope, ids)
        documents.bodies(scope, ids)
        documents.by_ids(scope, ids)
        documents.supersede(scope, ids, AT)
        cases.of_claims(scope, ids)
        events.of_streams(scope, ids)
        verdicts.last(scope, ids)
        verdicts.looked_up(scope, ids)
        verdicts.allocations_of(scope, ids)
        wanted.begun(scope, ids)
        wanted.withdraw(scope, ids, AT)
        taken = actions.take_these(scope, "erp", ids, owner="w", at=AT, until=AT + timedelta(hours=1))[0]
        actions.same_number(scope, "erp", ids)
        actions.begin(scope, taken, owner="w", clock=lambda: AT)
        assert len(actions.lock_held(scope, taken, owner="w")) == 200
        changes = [actions.Change(leased=leased, state="done", due_at=AT, attempts=1) for leased in taken]
        assert len(actions.finish(scope, changes, owner="w")) == 200
    assert len(watching.plans) > 18
    assert watching.read_to_the_end() == {}


def test_a_tenant_that_statistics_do_not_have_yet_is_not_read_from_end_to_end_for_each_row(
    empty_database: Database, watching: Watching
) -> None:
    """Statistics are of a time when there was only another organisation: nothing is joined each with each for it."""
    motor = engine()
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as everybody:
        for statement in _FILL.split(";\n"):
            everybody.execute(
                statement, {"tenants": ["crowd"], "n": CROWD, "state": STATE} if "%" in statement else None
            )
    scope = company(motor)
    watching.plans.clear()
    live(motor, scope)
    assert watching.read_to_the_end() == {}


def test_no_table_has_statistics_of_its_tenants(empty_database: Database) -> None:
    """A table that a later release adds has them, unless its migration says the same as 0027."""
    sql = """
        select c.relname, a.attstattarget from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind = 'r' and c.relname like 'store\\_%' and a.attname = 'tenant'
    """
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as everybody:
        everybody.execute("analyze")
        assert [name for name, target in everybody.execute(sql).fetchall() if target != 0] == []
        stored = "select tablename from pg_stats where tablename like 'store\\_%' and attname = 'tenant'"
        assert everybody.execute(stored).fetchall() == []


def live(motor: Any, scope: Scope) -> None:
    """What happens all day, once."""
    short = samples.receipt("R-2", "45002", quantity=900)
    take(motor, scope, samples.order(), samples.receipt(), samples.invoice())
    take(motor, scope, samples.order("45002"), short, samples.invoice("INV-2", "45002"))
    tie_out_all(motor, scope)
    take(motor, scope, replace(short, number="R-3"))
    tie_out_all(motor, scope)
    sweep(motor, scope)
    for minute in range(2):
        perform(scope, _Books(), "perform", owner="w", at=AT + timedelta(minutes=minute), claims=ClaimsStub())
        perform(scope, _Books(), "look", owner="w", at=AT + timedelta(minutes=minute), claims=ClaimsStub())
    due(motor, scope, at=AT + timedelta(days=1))
    over_tenants.pending(at=AT + timedelta(days=1))
    prioritise(scope, AT.date() + timedelta(days=1))
    for view in VIEWS:
        for by in BY:
            first = worklist(scope, Filter(view=view, by=by), on=AT.date(), size=1)
            worklist(scope, Filter(view=view, by=by), on=AT.date(), after=first.following)
    open_queues(scope)
    claims = document_screen.claims(scope, size=1)
    document_screen.claims(scope, after=claims.following)
    lines = worklist(scope, Filter(), on=AT.date()).lines
    for line in lines:
        page = case_screen.case(scope, line.id)
        assert page is not None
        document_screen.document(scope, page.claim.document, kinds=motor.kinds)
        neighbours(scope, Filter(), line.id, on=AT.date())
        submit(motor, scope, line.id, Assign(assignee="anna"), at=AT + timedelta(days=1))


def test_a_plan_that_reads_a_table_from_end_to_end_is_seen(empty_database: Database, watching: Watching) -> None:
    """The watch bites: LIKE is not leak-proof, so under a policy it uses no index."""
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as everybody:
        for statement in _FILL.split(";\n"):
            everybody.execute(
                statement, {"tenants": ["crowd"], "n": CROWD, "state": STATE} if "%" in statement else None
            )
    link.query(Scope(tenant="crowd"), "select count(*) from store_document where number like %s", ("N12%",))
    assert len(watching.read_to_the_end()) == 1
    assert APPLICATION in str(link.query(Scope(tenant="crowd"), "select current_user::text"))
