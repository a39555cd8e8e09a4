"""What an organisation holds in the store: whether it may be removed."""

from __future__ import annotations

from typing import Final

from tieout.core.audit.records import RECORDS
from tieout.core.values.scope import Scope
from tieout.store.link import query

_WORDS: Final = {
    "store_sourcefile": "files",
    "store_document": "documents",
    "store_claim": "claims",
    "store_policyversion": "policies",
    "store_connection": "connections",
    "store_event": "events",
}
_OTHER: Final = "other records"
_OF_THE_LOG: Final = ("store_event", "store_seal", "store_waiting")
"""An organisation that holds nothing else has a log all the same: of what people did to it, which is kept when it is removed."""


def holdings(scope: Scope) -> list[str]:
    """What the scope's tenant holds, in words; empty where it holds nothing."""
    tables = query(
        scope,
        """
        select table_name from information_schema.columns
        where column_name = 'tenant' and table_schema = current_schema() and table_name not like %s
        order by table_name
        """,
        ("identity%",),
    )
    names = [name for (name,) in tables if name not in _OF_THE_LOG]
    if not names:
        return []
    sql = " union all ".join(f"(select '{name}' from {name} where tenant = %s limit 1)" for name in names)
    sql += f" union all (select 'store_event' from store_event where tenant = %s and type <> '{RECORDS}' limit 1)"
    holding = [name for (name,) in query(scope, sql, tuple(scope.tenant for _ in (*names, "store_event")))]
    return list(
        dict.fromkeys(_WORDS.get(name, _OTHER) for name in sorted(holding, key=lambda name: name not in _WORDS))
    )
