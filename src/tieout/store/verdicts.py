"""Verdicts, each with what it was derived from, and the allocations of the last one."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from tieout.core.tie_out.key import dated
from tieout.core.values.key import Key
from tieout.core.values.scope import Scope
from tieout.store.link import execute, query
from tieout.store.packing import unpacked
from tieout.store.table import Table


class VerdictRow(NamedTuple):
    """A row of verdicts, in the order of `VERDICTS`. `sha256` is of the body; `looked_up` are the keys whose news is watched for, as
    canonical JSON (all that were asked for are in `facts`)."""

    tenant: str
    claim: UUID
    seq: int
    status: str
    sha256: str
    body: bytes
    rows: bytes
    facts: bytes
    looked_up: bytes
    code_version: str
    at: datetime


class AllocationRow(NamedTuple):
    """A row of allocations, in the order of `ALLOCATIONS`; `net` in minor units.

    `ledger` is the ledger's key without its book, by which it is found: "order/4500012"; `book` is whose ledger it is, and
    `system` whose number, where several systems of the company use it.
    """

    tenant: str
    ledger: str
    book: str
    system: str
    line: str
    claim: UUID
    claim_line: str
    quantity: Decimal
    unit: str
    net: int
    currency: str

    @property
    def ledger_key(self) -> Key:
        """The ledger of which it is."""
        return _ledger_key(self.ledger, self.book, self.system)

    @property
    def gives_back(self) -> bool:
        """Whether the ledger has more by it, as by a credit."""
        return self.quantity < 0 or self.net < 0

    @property
    def dated(self) -> tuple[Hashable, datetime] | None:
        """Where the ledger is kept by instants: the use without its own, and that."""
        of_ledger = dated(self.ledger_key, self.line)
        if of_ledger is None:
            return None
        whole, line, instant = of_ledger
        return (self.claim, self.claim_line, whole, line, self.quantity, self.unit, self.net, self.currency), instant


@lru_cache(maxsize=16384)
def _ledger_key(ledger: str, book: str, system: str) -> Key:
    return Key.parse(ledger).in_book(book).of_system(system)


VERDICTS: Final = Table.of(
    "store_verdict", ("tenant", "claim", "seq"), tenant="text", claim="uuid", seq="int4", status="text", sha256="text",
    body="bytea", rows="bytea", facts="bytea", looked_up="bytea", code_version="text", at="timestamptz",
).packing(body="verdict", rows="rows", facts="facts", looked_up="looked_up").sealed(
    "verdict/2", instant="at", veiled={"rows": "body", "facts": "body", "looked_up": "body"}
)  # fmt: skip
FORMER: Final = VERDICTS.sealed("verdict/1", instant="at")
"""What entries of earlier builds say of verdicts."""
ERASED: Final = VERDICTS.sealed("verdict_erased/1", instant="at", only=("code_version", ("",)), erased=True)
"""A verdict whose content was erased: by no code that is there could it be derived again."""
ALLOCATIONS: Final = Table.of(
    "store_allocation", tenant="text", ledger="text", book="text", system="text", line="text", claim="uuid", claim_line="text",
    quantity="numeric", unit="text", net="int8", currency="text",
)  # fmt: skip

_COLUMNS: Final = ", ".join(VERDICTS.columns)


def add(scope: Scope, rows: Sequence[VerdictRow]) -> None:
    """Insert new verdicts."""
    VERDICTS.add(scope, rows)


def of_claim(scope: Scope, claim: UUID) -> list[VerdictRow]:
    """All verdicts of a claim, first to last."""
    sql = f"select {_COLUMNS} from store_verdict where tenant = %s and claim = %s order by seq"
    return VERDICTS.read(VerdictRow, query(scope, sql, (scope.tenant, claim)))


def last(scope: Scope, claims: Collection[UUID]) -> dict[UUID, VerdictRow]:
    """The last verdict of each of these claims that has one."""
    sql = f"""
        select distinct on (claim) {_COLUMNS} from store_verdict
        where tenant = %s and claim = any((select %s)::uuid[]) order by claim, seq desc
    """
    rows = VERDICTS.read(VerdictRow, query(scope, sql, (scope.tenant, list(claims))))
    return {row.claim: row for row in rows}


def last_bodies(scope: Scope, claims: Collection[UUID]) -> dict[UUID, bytes]:
    """The canonical JSON of the last verdict of each of these claims that has one."""
    sql = """
        select distinct on (claim) claim, seq, body from store_verdict
        where tenant = %s and claim = any((select %s)::uuid[]) order by claim, seq desc
    """
    return {
        claim: unpacked(body, "store_verdict", "body", claim, seq)
        for claim, seq, body in query(scope, sql, (scope.tenant, list(claims)))
    }


def allocated(scope: Scope, ledgers: Collection[str]) -> list[tuple[AllocationRow, str, datetime, str]]:
    """What claims use up of these ledgers ("order/4500012"), in whichever book, with each claim's key, when it was received and its
    status."""
    sql = f"""
        select {", ".join(f"a.{column}" for column in ALLOCATIONS.columns)}, c.key, c.received_at, c.status from store_allocation a
        join store_claim c on c.tenant = a.tenant and c.id = a.claim
        where a.tenant = %s and a.ledger = any(%s) order by c.received_at, c.key, a.id
    """
    return [(AllocationRow(*row[:-3]), *row[-3:]) for row in query(scope, sql, (scope.tenant, list(ledgers)))]


def allocations_of(scope: Scope, claims: Collection[UUID], *, given_back: bool = False) -> list[AllocationRow]:
    """What these claims use up; or only what they give back."""
    sql = f"select {', '.join(ALLOCATIONS.columns)} from store_allocation where tenant = %s and claim = any((select %s)::uuid[])"
    sql += f"{' and (quantity < 0 or net < 0)' if given_back else ''} order by id"
    return [AllocationRow(*row) for row in query(scope, sql, (scope.tenant, list(claims)))]


def replace_allocations(scope: Scope, claims: Collection[UUID], rows: Sequence[AllocationRow]) -> None:
    """These claims now use up exactly this."""
    if claims:
        execute(
            scope,
            "delete from store_allocation where tenant = %s and claim = any((select %s)::uuid[])",
            (scope.tenant, list(claims)),
        )
    ALLOCATIONS.add(scope, rows)


def looked_up(scope: Scope, claims: Collection[UUID]) -> dict[UUID, bytes]:
    """The keys that each of these claims watches since its last judgement, as canonical JSON."""
    sql = """
        select distinct on (claim) claim, seq, looked_up from store_verdict
        where tenant = %s and claim = any((select %s)::uuid[]) order by claim, seq desc
    """
    return {
        claim: unpacked(keys, "store_verdict", "looked_up", claim, seq)
        for claim, seq, keys in query(scope, sql, (scope.tenant, list(claims)))
    }
