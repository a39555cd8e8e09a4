"""Tenants are apart in the database itself: what a session sees is its tenant's, whoever wrote the statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.engine import samples
from tests.engine.rows import ClaimsStub
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.config.role_name import APPLICATION
from tieout.core.values.scope import Scope
from tieout.engine.announce import sweep
from tieout.engine.audit import seal
from tieout.engine.due import due
from tieout.engine.perform import perform
from tieout.store import claims, link, over_tenants
from tieout.store.link import query, transaction

OVER_TENANTS = {
    "identity_entity": "which companies an organisation has: a grant names one before a tenant is known",
    "identity_grant": "who holds which role where: signing in finds the tenant by it; users, roles and limits, no business content",
    "identity_columnmapping": "which headings of a source mean which columns: read with the source; names of columns, no business content",
    "identity_source": "which source may say which kinds: read before the tenant of a file is known; names and kinds, no business content",
    "store_waiting": "that something waits, of which tenant and since when: workers look over all; no business content",
}
"""The only tables that name a tenant and stand outside row-level security, each with its reason."""

OF_NO_TENANT = {
    "identity_tenant": "the organisations themselves, code and name",
    "identity_user": "people may work for several organisations",
    "identity_signinlink": "hashes of one-time links, by user",
    **dict.fromkeys(
        (
            "identity_user_groups",
            "identity_user_user_permissions",
            "auth_group",
            "auth_group_permissions",
            "auth_permission",
        ),
        "rights in the machine's admin pages; grants are not kept here",
    ),
    **dict.fromkeys(
        ("django_admin_log", "django_content_type", "django_migrations", "django_session"),
        "the framework's own: what the admin pages did, names of tables, migrations, who is signed in",
    ),
    **dict.fromkeys(
        ("procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers"),
        "wake-ups of workers: what kind of work, of which tenant, by which connection",
    ),
}
"""The only tables in which no row is a tenant's, each with its reason."""

WAITING = {"id", "tenant", "job", "queue", "at"}


@contextmanager
def session(database: Database, tenant: str = "") -> Iterator[psycopg.Connection[Any]]:
    """What a session of the application sees, for a tenant or for none."""
    with psycopg.connect(database.dsn, options=f"-c role={APPLICATION}", autocommit=True) as connection:
        if tenant:
            connection.execute("select set_config('tieout.tenant', %s, false)", [tenant])
        yield connection


def tables(database: Database) -> dict[str, bool]:
    """Every table that names a tenant: whether row-level security binds everybody there, by a policy on the tenant."""
    with psycopg.connect(database.dsn) as connection:
        rows = connection.execute(
            """
            select c.relname, c.relrowsecurity and c.relforcerowsecurity and exists (
                select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
                and pg_get_expr(p.polqual, c.oid) = '(tenant = current_setting(''tieout.tenant''::text, true))'
                and pg_get_expr(p.polwithcheck, c.oid) = '(tenant = current_setting(''tieout.tenant''::text, true))'
            ) and (select count(*) from pg_policy p where p.polrelid = c.oid) = 1
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind in ('r', 'p') and c.relpersistence <> 't' and a.attname in ('tenant', 'tenant_id') and not a.attisdropped
            """
        ).fetchall()
    return dict(rows)


def count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def lived(empty_database: Database) -> tuple[Scope, Scope]:
    """Two tenants with the same history."""
    motor = engine()
    scopes = company(motor), company(motor)
    for scope in scopes:
        take(motor, scope, samples.order(), samples.receipt(quantity=900, inspection=100), samples.invoice())
        tie_out_all(motor, scope)
        perform(scope, _Away(), "perform", owner="w", at=AT, claims=ClaimsStub())
        seal(motor, scope, at=AT)
    return scopes


class _Away:
    queue = "erp"

    def find(self, actions: Any) -> Any:
        return [None for _ in actions]

    perform = find


def test_every_table_of_a_tenant_is_bound_or_stands_on_the_closed_list(database: Database) -> None:
    bound_by_table = tables(database)
    assert {table for table, bound in bound_by_table.items() if not bound} == OVER_TENANTS.keys()
    assert sum(bound_by_table.values()) > 25
    with psycopg.connect(database.dsn) as connection:
        columns = connection.execute(
            "select attname from pg_attribute where attrelid = 'store_waiting'::regclass and attnum > 0"
        ).fetchall()
    assert {name for (name,) in columns} == WAITING, "no business content is outside"


def test_every_table_is_on_one_of_the_lists_and_nothing_looks_past_them(database: Database) -> None:
    bound = {table for table, bound in tables(database).items() if bound}
    assert not bound & (OVER_TENANTS.keys() | OF_NO_TENANT.keys())
    ours = "n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'"
    with psycopg.connect(database.dsn) as connection:
        kinds = connection.execute(
            f"""
            select c.relname, c.relkind::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where {ours} and c.relkind in ('r', 'p', 'f', 'v', 'm')
            """
        ).fetchall()
        functions = connection.execute(
            f"select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {ours} and p.prosecdef"
        ).fetchall()
    assert {name for name, _ in kinds} == bound | OVER_TENANTS.keys() | OF_NO_TENANT.keys()
    assert {kind for _, kind in kinds} <= {"r", "p"}, "a view reads with its owner's rights"
    assert functions == [], "functions of the owner look past row-level security: name each here"


def test_the_application_owns_nothing_and_cannot_pass_by(database: Database) -> None:
    with psycopg.connect(database.dsn) as connection:
        rights = connection.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles where rolname = %s",
            [APPLICATION],
        ).fetchone()
        owned = connection.execute(
            "select count(*) from pg_class where relowner = %s::regrole and relpersistence <> 't'", [APPLICATION]
        ).fetchone()
    assert rights == (False, False, False, False, False)
    assert owned == (0,)
    with transaction(Scope(tenant="t")):
        assert query(Scope(tenant="t"), "select current_user::text") == [(APPLICATION,)]


def written_columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """The columns of a table but those that the database works out."""
    sql_text = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
    return [name for (name,) in connection.execute(sql_text, [table]).fetchall()]


def test_a_session_without_a_tenant_sees_no_row_and_writes_none(database: Database, lived: tuple[Scope, Scope]) -> None:
    filled = 0
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as everybody, session(database) as nobody:
        for table in sorted(table for table, bound in tables(database).items() if bound):
            name = sql.Identifier(table)
            rows = count(everybody, table)
            filled += bool(rows)
            assert count(nobody, table) == 0, table
            assert nobody.execute(sql.SQL("delete from {}").format(name)).rowcount == 0, table
            some = everybody.execute(sql.SQL("select to_jsonb(t) from {} t limit 1").format(name)).fetchone()
            row = some[0] if some else {"tenant": lived[0].tenant}
            columns = sql.SQL(", ").join(map(sql.Identifier, written_columns(everybody, table)))
            insert = sql.SQL("insert into {} ({}) select {} from jsonb_populate_record(null::{}, %s)").format(
                name, columns, columns, name
            )
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                nobody.execute(insert, [Jsonb(row)])
            assert count(everybody, table) == rows, table
    assert filled > 10, "there was something to hide"


def test_a_session_of_one_tenant_sees_and_changes_nothing_of_another(
    database: Database, lived: tuple[Scope, Scope]
) -> None:
    mine, other = lived
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as everybody:
        before = _everything(everybody, other, database)
        with session(database, mine.tenant) as connection:
            for table in before:
                name = sql.Identifier(table)
                seen = connection.execute(sql.SQL("select distinct tenant from {}").format(name)).fetchall()
                assert seen in ([], [(mine.tenant,)]), table
                move = sql.SQL("update {} set tenant = %s where tenant = %s").format(name)
                if seen:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                        connection.execute(move, [other.tenant, mine.tenant])
                assert connection.execute(move, [mine.tenant, other.tenant]).rowcount == 0, table
                connection.execute(sql.SQL("delete from {}").format(name))
        assert _everything(everybody, other, database) == before
        assert all(not rows for rows in _everything(everybody, mine, database).values())


def _everything(connection: psycopg.Connection[Any], scope: Scope, database: Database) -> dict[str, list[Any]]:
    return {
        table: connection.execute(
            sql.SQL("select to_jsonb(t) from {} t where tenant = %s order by to_jsonb(t)::text").format(
                sql.Identifier(table)
            ),
            [scope.tenant],
        ).fetchall()
        for table, bound in tables(database).items()
        if bound
    }


def test_the_owner_is_bound_too(database: Database, lived: tuple[Scope, Scope]) -> None:
    with psycopg.connect(database.dsn) as owner:
        assert count(owner, "store_claim") == 0


def test_two_tenants_may_have_the_same_ids(empty_database: Database) -> None:
    same = UUID(int=7)
    scopes = Scope(tenant="one"), Scope(tenant="two")
    for scope in scopes:
        with transaction(scope):
            claims.add(scope, [_claim(scope.tenant, same)])
    with transaction(scopes[0]):
        assert [row.tenant for row in claims.lock(scopes[0], [same])] == ["one"]
        assert claims.mark_dirty(scopes[0], [same]) == 1
    assert [row.dirty for row in claims.by_ids(scopes[1], [same])] == [False]


def _claim(tenant: str, id_: UUID, number: str = "N") -> claims.ClaimRow:
    return claims.ClaimRow(
        tenant, id_, f"test/invoice/{number}@1", "invoice", id_, "", number, "", "", "EUR", None, None, AT, "posted", False,
        None, 1, "", 1, "", b"", AT,
    )  # fmt: skip


def test_a_transaction_is_of_one_tenant(empty_database: Database) -> None:
    one, two = Scope(tenant="one"), Scope(tenant="two")
    with transaction(one):
        with pytest.raises(AssertionError, match="a transaction of one was given rows of two"), transaction(two):
            pass
        with pytest.raises(AssertionError, match="a transaction of one was given rows of two"):
            claims.counts(two)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction(one):
            claims.add(one, [_claim("two", uuid4())])
    with pytest.raises(AssertionError, match="without a tenant"), transaction(Scope(tenant="")):
        pass
    assert claims.counts(two) == {}, "the next transaction is of whom it says"


def test_what_is_noted_as_waiting_goes_when_it_is_done(empty_database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order(), samples.receipt(), samples.invoice())
    assert ("tie_out", scope.tenant, "") in over_tenants.pending(at=AT)
    tie_out_all(motor, scope)
    sweep(motor, scope)
    seal(motor, scope, at=AT)
    later = AT + timedelta(minutes=1)
    due(motor, scope, at=later)
    perform(scope, _Away(), "perform", owner="w", at=AT, claims=ClaimsStub())
    assert over_tenants.pending(at=AT) == []
    with transaction(scope):
        left = link.query_over_tenants("select job, at > %s from store_waiting", (AT,))
    assert all(ahead for _, ahead in left), "only what will wait some day is still noted"
