"""Emptying every table of a database that was made to be thrown away: between two simulations in one process."""

from __future__ import annotations

from django.db import connections

from tieout.config.role_name import OWNER_ALIAS

_KEPT = ("django_migrations", "django_content_type", "auth_permission")


def empty_tables() -> None:
    """Removes all rows but those that migrations made, and begins every sequence again. Never for a database that is kept."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "select tablename from pg_tables where schemaname = 'public' and not tablename = any(%s)", [list(_KEPT)]
        )
        names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute(f"truncate {names} restart identity cascade")
