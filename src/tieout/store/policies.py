"""Policy versions, as their texts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from tieout.core.values.scope import Scope
from tieout.store.link import query
from tieout.store.table import Table


class PolicyRow(NamedTuple):
    """A row of policy versions, in the order of `POLICIES`."""

    tenant: str
    name: str
    version: str
    effective_from: date
    effective_to: date | None
    sha256: str
    text: str
    added_at: datetime
    added_by: str


POLICIES: Final = Table.of(
    "store_policyversion", ("tenant", "name", "version"), tenant="text", name="text", version="text",
    effective_from="date", effective_to="date", sha256="text", text="text", added_at="timestamptz", added_by="text",
).sealed("policy/1", instant="added_at")  # fmt: skip


def add(scope: Scope, row: PolicyRow) -> None:
    """Add a version. Raises a `Collision` if it is there already."""
    POLICIES.add(scope, [row])


def hashes(scope: Scope) -> tuple[str, ...]:
    """The hashes of all versions, in the order of name and version."""
    sql = "select sha256 from store_policyversion where tenant = %s order by name, version"
    return tuple(sha for (sha,) in query(scope, sql, (scope.tenant,)))


def every(scope: Scope) -> list[PolicyRow]:
    """All versions, in the order of name and version."""
    sql = f"select {', '.join(POLICIES.columns)} from store_policyversion where tenant = %s order by name, version"
    return [PolicyRow(*row) for row in query(scope, sql, (scope.tenant,))]
