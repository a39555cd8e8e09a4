"""Rows of a tenant many times over, for measurements on tables that have grown: copies of claims with what pages read of them.

Columns are read from the database and not from the models, so that the same lines fill the database of another build; nothing of
Tieout is imported for the same reason. It writes as a superuser, past row-level security and triggers: into scratch databases only.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

_ALONE: Final = ("store_document", "store_lookup")
"""Copied for every claim, and beyond that as often as is asked."""
_OF_CLAIMS: Final = ("store_claim", "store_event")
_OF_OPEN_CASES: Final = ("store_case", "store_verdict", "store_watch")
"""Of claims with an open case only."""
_NAMED: Final = frozenset({"key", "number"})
"""Texts that are unique, or by which people look for something: each copy has its own."""
_SPREAD: Final = frozenset({"at_stake", "steady", "pressing", "priority"})
_DAYS: Final = 365


def multiply(dsn: str, *, admin: str, tenant: str, copies: int, plain: int) -> None:
    """Adds `copies` copies of the tenant's claims, each a day older than the last (a year at most), and `plain` more of documents alone."""
    with psycopg.connect(dsn, user=admin, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        for table in _ALONE:
            _copy(connection, table, tenant, copies + plain)
        for table in _OF_CLAIMS:
            _copy(connection, table, tenant, copies)
        connection.execute("create temp table open_claims (id uuid primary key)")
        connection.execute(
            "insert into open_claims select distinct claim from store_case where tenant = %s and closed_at is null",
            (tenant,),
        )
        for table in _OF_OPEN_CASES:
            _copy(connection, table, tenant, copies, only="claim in (select id from open_claims)")
        connection.execute("vacuum (analyze)")


def _copy(connection: psycopg.Connection[Any], table: str, tenant: str, copies: int, *, only: str = "true") -> None:
    columns = connection.execute(
        """
        select column_name, data_type from information_schema.columns
        where table_schema = current_schema() and table_name = %s and is_identity = 'NO' and is_generated = 'NEVER'
        order by ordinal_position
        """,
        (table,),
    ).fetchall()
    connection.execute(
        sql.SQL(
            "insert into {table} ({names}) select {values} from {table} t, generate_series(1, %s::int) n"
            " where t.tenant = %s and {only}"
        ).format(
            table=sql.Identifier(table),
            names=sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns),
            values=sql.SQL(", ").join(_value(table, name, type_) for name, type_ in columns),
            only=sql.SQL(only),
        ),
        (copies, tenant),
    )


def _value(table: str, name: str, type_: str) -> sql.Composed:
    column = sql.Identifier("t", name)
    if (table, name) in {("store_lookup", "id"), ("store_event", "position")}:
        return sql.SQL("nextval(pg_get_serial_sequence({}, {}))").format(sql.Literal(table), sql.Literal(name))
    if type_ == "uuid" and name not in {"source_file", "raw"}:
        return sql.SQL("md5({}::text || n)::uuid").format(column)
    if type_ == "timestamp with time zone":
        return sql.SQL("{} - (n %% {}) * interval '1 day'").format(column, sql.Literal(_DAYS))
    if name in _NAMED and type_ == "bigint":  # a number that stands for a key
        return sql.SQL("hashint8extended({}, n)").format(column)
    if name in _NAMED:
        return sql.SQL("{} || '~' || n").format(column)
    if name in _SPREAD:
        return sql.SQL("{} + n").format(column)
    return sql.SQL("{}").format(column)
