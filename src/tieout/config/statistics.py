"""What PostgreSQL knows of the tables: renewed after a large import, so that its plans fit tables that were empty a minute ago.

Its own renewal comes up to a minute later, and until then a look-up of a few rows reads whole tables.
"""

from __future__ import annotations

from typing import Final

from django.db import connections

from tieout.config.role_name import OWNER_ALIAS

LARGE: Final = 2_000
"""From how many documents an import is large."""


def renewed_after(documents: int) -> bool:
    """Renew the statistics of all tables if so many new documents are a large import; gives whether it was one.

    The owner's connection does it: the application's role may not. It takes a second for a million documents (PostgreSQL looks at a
    sample). A login that does not own the tables is no error: PostgreSQL passes over what it may not analyse.
    """
    if documents < LARGE:
        return False
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("select quote_ident(tablename) from pg_tables where tablename like 'store\\_%%'", [])
        for (table,) in cursor.fetchall():
            cursor.execute(f"analyze (skip_locked) {table}")
    connections[OWNER_ALIAS].close()
    return True
