"""The role under which everything but migrations runs: it owns no table, and row-level security binds it.

The address of the database is that of the owner, or of a login that may take this role. Each connection of the application takes
it as it is opened (docs/decisions/0038).
"""

from __future__ import annotations

from typing import Any, Final

from django.db import DatabaseError, connections, transaction

from tieout.config.errors import CannotRunError
from tieout.config.role_name import APPLICATION, OWNER_ALIAS
from tieout.core.values.sentence import Sentence

_REMEDY: Final = (
    "Have an administrator of that server run: create role {role} nologin; grant {role} to {login}; then start again."
)


def ensure_role() -> None:
    """Make the application's role and check that the login can take it. Raises `CannotRunError` with what to do."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("select current_user")
        login = cursor.fetchone()[0]
        if not _rights(cursor) and not _tried(cursor, f"create role {APPLICATION} nologin"):
            raise CannotRunError(
                "The role {role} does not exist, and {login} may not create it. {remedy}",
                role=APPLICATION,
                login=login,
                remedy=Sentence(_REMEDY, role=APPLICATION, login=login),
            )
        if any(_rights(cursor)[:2]):
            raise CannotRunError(
                "The role {role} bypasses row-level security, so organisations would not be separated. "
                "Have an administrator run: alter role {role} nosuperuser nobypassrls; then start again.",
                role=APPLICATION,
            )
        if not _taken(cursor) and not (_tried(cursor, f"grant {APPLICATION} to current_user") and _taken(cursor)):
            raise CannotRunError(
                "{login} may not take the role {role}. {remedy}",
                login=login,
                role=APPLICATION,
                remedy=Sentence(_REMEDY, role=APPLICATION, login=login),
            )


def grant_tables() -> None:
    """Let the application's role read and write the rows of every table, and nothing more. Call it after migrations."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("select quote_ident(current_schema()), quote_ident(current_database())")
        schema, database = cursor.fetchone()
        for sql in (
            f"grant usage on schema {schema} to {APPLICATION}",
            f"grant temporary on database {database} to {APPLICATION}",
            f"grant select, insert, update, delete on all tables in schema {schema} to {APPLICATION}",
            f"grant usage, select on all sequences in schema {schema} to {APPLICATION}",
        ):
            cursor.execute(sql)


def tables_granted() -> bool:
    """Whether the application's role may work with the tables that are there."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "select coalesce(bool_and(has_table_privilege(%s, c.oid, 'select, insert')), true) from pg_class c "
            "where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace",
            [APPLICATION],
        )
        return bool(cursor.fetchone()[0])


def _rights(cursor: Any) -> tuple[bool, ...]:
    cursor.execute("select rolsuper, rolbypassrls, true from pg_roles where rolname = %s", [APPLICATION])
    return tuple(cursor.fetchone() or ())


def _taken(cursor: Any) -> bool:
    taken = _tried(cursor, f"set role {APPLICATION}")
    if taken:
        cursor.execute("reset role")
    return taken


def _tried(cursor: Any, sql: str) -> bool:
    try:
        with transaction.atomic(using=OWNER_ALIAS):
            cursor.execute(sql)
    except DatabaseError:  # not allowed to, or another process was quicker: the caller checks again
        return "create" in sql and bool(_rights(cursor))
    return True
