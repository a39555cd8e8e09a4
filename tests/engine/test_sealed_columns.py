"""One value changed in any column of any table: `tieout audit verify --all` names table, row and column, or the column stands here.

The columns are those that PostgreSQL lists: a new one is sealed, or follows from what is sealed, or is listed here with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.config.seal_witness import SealWitness
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.connectors.voucher_folder.importer import Importer
from tieout.core.audit.records import INSTALLATION
from tieout.core.documents.column_mapping import ColumnMapping
from tieout.core.outbox.connection import Connection
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine import audit
from tieout.engine.erase import erase
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine
from tieout.engine.verify_all import ALL_FORMS, Counted, verified
from tieout.identity.column_mappings import keep
from tieout.identity.links import make_link, use_link
from tieout.identity.people import add_entity, give
from tieout.identity.sources import allow, close
from tieout.identity.tenants import make_tenant
from tieout.store import connections
from tieout.store.link import transaction
from tieout.store.log import condition
from tieout.store.queues import lock_queue, save_queue

FOLLOWS: Final = {
    "store_event": {"tenant", "stream", "seq", "type", "version", "payload", "prev_hash", "hash", "at", "actor", "salt", "digest"},
    "store_seal": {"tenant", "number", "heads", "root", "previous", "signature", "upto", "at"},
    "store_claim": {
        "tenant", "id", "key", "kind", "document", "sha256", "number", "entity", "counterparty", "currency", "payable", "issue_date",
        "received_at", "status", "due_at", "verdict_seq", "verdict_sha256", "seq", "head", "state",
    },
    "store_case": {
        "tenant", "id", "claim", "cause", "code", "status", "queue", "actor", "entity", "counterparty", "number", "at_stake",
        "currency", "opened_at", "due_at", "closed_at", "wait_until", "steady", "pressing", "last_day", "priority", "seq", "head", "state",
    },
    "store_lookup": {"tenant", "key", "document"},
    "store_allocation": {
        "tenant", "ledger", "book", "system", "line", "claim", "claim_line", "quantity", "unit", "net", "currency",
    },
}  # fmt: skip
"""Columns that the chain's own verifier or `tieout rebuild --check` proves: verify --all runs both."""

MEANING: Final = {
    "EBELN": "order_number", "EBELP": "line", "BEDAT": "order_date", "LIFNR": "supplier_number", "MATNR": "product",
    "MENGE": "quantity", "MEINS": "unit", "NETPR": "price", "PEINH": "price_per", "WAERS": "currency",
}  # fmt: skip
CALLED: Final = {"store_event": "event", "store_claim": "claim", "store_case": "case"}
"""What the lines of `rebuild --check` call a row of a table."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """A company with one of everything, sealed and noted by the witness."""

    engine: Engine
    scope: Scope
    witness: SealWitness
    past: psycopg.Connection[Any]

    def lines(self) -> list[str]:
        """What verify --all says."""
        key, notes = self.engine.signing_key, self.witness.notes()
        return [
            line
            for scope in (self.scope, Scope(tenant=INSTALLATION))
            for line in verified(scope, self.engine.kinds, key, notes, Counted())
        ]


@pytest.fixture(scope="module")
def home(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Changed by a superuser to whom row-level security does not apply, in transactions that are put back."""
    folder = tmp_path_factory.mktemp("home")
    witness = SealWitness(folder / "seals.witness")
    database.empty()
    motor = replace(engine(), witness=witness)
    scope = company(motor)
    _administered(scope)
    _lived(motor, scope, folder)
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as past:
        past.execute("set session_replication_role = replica")  # whoever has the database is bound by no trigger
        yield Home(engine=motor, scope=scope, witness=witness, past=past)


def _administered(scope: Scope) -> None:
    make_tenant(scope.tenant, name="Nordwind GmbH")
    add_entity(scope, "DE01", name="Nordwind Berlin", currency="EUR")
    berta = give(
        scope,
        "berta",
        "approver",
        entity="DE01",
        limit=Money(500_000, "EUR"),
        until=date(2027, 1, 1),
        queue="PURCHASING",
        at=AT,
    ).user
    allow(scope, "wms", kinds=["receipt"], entities=["DE01"], possible=["receipt"])
    close(scope, "wms", at=AT)
    mapping = ColumnMapping(kind="order", columns=tuple(MEANING.items()))
    keep(scope, "setup", mapping, at=AT)
    use_link(make_link(berta, at=AT, minutes=30), at=AT)
    with pytest.raises(Refused):
        use_link("never issued", at=AT)
    connection = Connection(name="sap", system="voucher_folder", queue="sap", settings={"folder": "a"})
    with transaction(scope):
        connections.add(scope, [connection])
    with transaction(scope):
        connections.replace(scope, replace(connection, settings={"folder": "b"}))
    with transaction(scope):
        save_queue(scope, replace(lock_queue(scope, "sap"), per_minute=60))


def _lived(motor: Engine, scope: Scope, folder: Path) -> None:
    erp, importer = VoucherFolder(folder).prepare(), Importer(folder)
    take(motor, scope, samples.supplier(), samples.order(), samples.receipt(quantity=1150, inspection=50))
    take(motor, scope, samples.invoice())
    tie_out_all(motor, scope)
    audit.seal(motor, scope, at=AT)
    take(motor, scope, samples.inspected(), samples.invoice("INV-2", quantity=7), at=AT + timedelta(hours=5))
    take(
        motor,
        scope,
        samples.order("4500013", 40),
        samples.receipt("R2", "4500013", 40),
        samples.invoice("INV-3", "4500013", 40),
    )
    tie_out_all(motor, scope, at=AT + timedelta(hours=5))
    claims = ClaimsOfActions(motor, scope)
    for hours in (6, 7):
        perform(scope, erp, "perform", owner="w", at=AT + timedelta(hours=hours), claims=claims)
        importer.run(at=AT + timedelta(hours=hours))
        perform(scope, erp, "look", owner="w", at=AT + timedelta(hours=hours), claims=claims)
    take(motor, scope, samples.order(quantity=1300), at=AT + timedelta(hours=8))  # supersedes the first
    tie_out_all(motor, scope, at=AT + timedelta(hours=8))
    erase(scope, "INV-3", reason="the retention period is over", at=AT + timedelta(hours=8))
    audit.seal(motor, scope, at=AT + timedelta(hours=9))


def test_a_whole_home_is_whole(home: Home) -> None:
    assert home.lines() == []


# ---- every column of every table -----------------------------------------------------------------------------------------

_WHILE_OPEN = (
    "of an action that is under way; once it has ended, `action_outcome` seals how, and every try is looked up first"
)
NOT_SEALED: Final = {
    "store_claim.dirty": "work to be done: tying out again gives the same verdict, or a new one with its event",
    "store_claim.changed_at": "for the order of lists alone: what happened when is in the events",
    "store_case.priority_on": "the day for which `priority` was worked out, which is worked out anew on each",
    "store_case.view": "worked out by PostgreSQL from columns that follow, and written by nobody",
    "store_case.moment": "worked out by PostgreSQL from columns that follow, and written by nobody",
    "store_event.position": "the order of exports: entries are chained by their stream, and a seal names the last position of its heads",
    "store_lookup.id": "when a look-up was last touched, so that claims are tied out again: no verdict reads it",
    "store_allocation.id": "the order in which rows were written: no verdict reads it",
    **dict.fromkeys(
        (
            f"store_queue.{name}"
            for name in ("failures", "allowance", "open_until", "paid_until", "trouble", "words", "down_since")
        ),
        "how an external system responds just now: the worker observes it anew with each call",
    ),
    "store_action.lease_owner": _WHILE_OPEN,
    "store_action.lease_until": _WHILE_OPEN,
    "store_action.lease_attempt": _WHILE_OPEN,
}
"""Columns that nothing proves, each with what does instead or why nothing has to."""

_WORK = "a list of work to be done, whose rows go when it is done; what was done is in the log"
_COUNTED = (
    "counted from usage files, which are sealed as source files; what is billed is a document, which is sealed too"
)
_RIGHTS = "rights in the machine's admin pages: giving and taking them is in the log, the rows are not; grants are not kept here"
_FRAMEWORK = "the framework's own: holds no fact of the business"
TABLES_NOT_SEALED: Final = {
    "store_unread": _WORK,
    "store_signal": _WORK,
    "store_recheck": _WORK,
    "store_waiting": _WORK,
    "store_usagebatch": _WORK,
    "store_usagetouched": _WORK,
    "store_held": "rows that are locked and hold nothing",
    "store_watch": "which news has a claim tied out again: what a verdict read is in its `facts`",
    "store_usageevent": _COUNTED,
    "store_usagehour": _COUNTED,
    "store_usagefeed": _COUNTED,
    "store_usageseries": _COUNTED,
    "store_usagerun": _COUNTED,
    "store_usagespan": _COUNTED,
    "store_usagesequence": _COUNTED,
    "store_usageclosed": _COUNTED,
    "store_usagerefused": "lines of usage files, which are sealed as source files: they are read again on request",
    "store_usagepublished": "what lists show of statements, which are sealed as documents",
    "store_usageperiod": "what lists show of statements, which are sealed as documents",
    "auth_group": _RIGHTS,
    "auth_group_permissions": _RIGHTS,
    "identity_user_groups": _RIGHTS,
    "identity_user_user_permissions": _RIGHTS,
    "django_admin_log": "what the admin pages list: what was changed there is in the log by its rows",
    "django_content_type": _FRAMEWORK,
    "django_migrations": _FRAMEWORK,
    "django_session": "who is signed in now, signed with the secret of sessions, which is not in the database",
    "auth_permission": _FRAMEWORK,
    "procrastinate_jobs": _WORK,
    "procrastinate_events": _WORK,
    "procrastinate_periodic_defers": _WORK,
    "procrastinate_workers": _WORK,
}
"""Tables of which no column is sealed."""

ANOTHER: Final = {
    "text": "case when {c} = '' then 'x' else left({c}, -1) || chr(ascii(right({c}, 1)) + 40) end",
    "bytea": "case when length({c}) = 0 then '\\x00'::bytea else set_byte({c}, length({c}) / 2, get_byte({c}, length({c}) / 2) # 1) end",
    "integer": "{c} + 1",
    "bigint": "{c} + 1",
    "numeric": "{c} + 1",
    "boolean": "not {c}",
    "timestamp with time zone": "{c} + interval '1 microsecond'",
    "date": "{c} + 1",
    "uuid": "overlay({c}::text placing case right({c}::text, 1) when '0' then '1' else '0' end from 36)::uuid",
    "jsonb": '{c} || \'{{"changed": "x"}}\'',
    "ARRAY": "{c} || array['x']::varchar[]",
}
"""The least change of a value of a type, in SQL."""
WITHOUT: Final = {
    "text": "x", "bytea": b"x", "bigint": 1, "integer": 1, "numeric": Decimal(1),
    "timestamp with time zone": datetime(2026, 1, 1, tzinfo=UTC), "date": datetime(2026, 1, 1, tzinfo=UTC).date(),
    "uuid": "00000000-0000-7000-8000-000000000001", "jsonb": Jsonb({}),
}  # fmt: skip
"""What stands in place of nothing."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column, and the rows of it that are changed here."""

    table: str
    name: str
    type: str
    rows: str
    key: tuple[str, ...]
    tenant: str = "tenant"


def catalogue(past: psycopg.Connection[Any]) -> Iterator[tuple[str, str, str]]:
    """(table, column, type) of the application's database."""
    yield from past.execute(
        "select table_name, column_name, case data_type when 'character varying' then 'text' else data_type end"
        " from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position"
    )


def sealed_columns(types: dict[tuple[str, str], str]) -> Iterator[Column]:
    """Those that entries of the log name, with their rows' condition."""
    for form in ALL_FORMS.values():
        for name in dict.fromkeys((*((form.tenant,) if form.tenant else ()), *form.key, *form.columns)):
            if not (form.only and form.only[0] == name and name in {*form.key}):
                yield Column(
                    table=form.table,
                    name=name,
                    type=types[form.table, name],
                    rows=condition(form),
                    key=form.key,
                    tenant=form.tenant,
                )


KEYS: Final = {
    "store_event": ("seq", "stream"), "store_seal": ("number",), "store_claim": ("key",), "store_case": ("id",),
    "store_lookup": ("key", "document"), "store_allocation": ("claim",),
}  # fmt: skip


def following_columns(types: dict[tuple[str, str], str]) -> Iterator[Column]:
    """Those that the chain or `rebuild --check` proves."""
    for table, names in FOLLOWS.items():
        for name in sorted(names):
            key = ("id",) if name in {"id", "tenant"} and table == "store_claim" else KEYS[table]
            yield Column(table=table, name=name, type=types[table, name], rows="true", key=key)


class Changed:
    """A row of which one value is another until it is put back."""

    def __init__(self, home: Home, column: Column) -> None:
        self.home, self.column = home, column
        c = f't."{column.name}"'
        keys = ", ".join(f't."{name}"::text' for name in column.key)
        of_tenant = f't."{column.tenant}" = %s' if column.tenant else "%s <> ''"
        row = home.past.execute(
            f"select t.ctid::text, {c}, {keys} from {column.table} t where {of_tenant} and {column.rows}"
            f" order by {c} is null, {self._order()} limit 1",
            [home.scope.tenant],
        ).fetchone()
        assert row is not None, f"there is no row of {column.table} to change"
        self.place, self.before, *self.key = row
        another = "%s" if self.before is None else ANOTHER[column.type].format(c=c)
        values = [WITHOUT[column.type]] if self.before is None else []
        self.place, *self.now = home.past.execute(
            f'update {column.table} t set "{column.name}" = {another} where t.ctid = %s::tid returning t.ctid::text, {keys}',
            [*values, self.place],
        ).fetchone()  # type: ignore[misc]

    def _order(self) -> str:
        # Of a closed case what waiting costs stays as it was: nobody reads it, and it is not derived.
        orders = {
            "store_event": "t.seq desc",
            "store_seal": "t.number desc",
            "store_case": "t.closed_at desc nulls first",
        }
        return orders.get(self.column.table, "t.ctid desc")

    def put_back(self) -> None:
        column = self.column
        self.home.past.execute(
            f'update {column.table} t set "{column.name}" = %s where t.ctid = %s::tid', [self._value(), self.place]
        )

    def _value(self) -> object:
        return Jsonb(self.before) if self.column.type == "jsonb" and self.before is not None else self.before

    def is_named(self, lines: list[str]) -> bool:
        """Whether a line names the row, by its table and key, and the column."""
        called = CALLED.get(self.column.table, self.column.table)
        return any(
            (self.column.table in line or line.startswith(f"{called} "))
            and (all(part in line for part in self.key) or all(part in line for part in self.now))
            and self.column.name in line.replace(",", " ").replace(":", " ").split()
            for line in lines
        )


def test_each_column_is_sealed_follows_or_stands_here(home: Home) -> None:
    existing = {f"{table}.{name}" for table, name, _ in catalogue(home.past)}
    types = {(table, name): kind for table, name, kind in catalogue(home.past)}
    proven = {f"{one.table}.{one.name}" for one in (*sealed_columns(types), *following_columns(types))}
    tables = {table for table, _, _ in catalogue(home.past)}
    assert not set(NOT_SEALED) & proven
    assert set(NOT_SEALED) <= existing
    assert set(TABLES_NOT_SEALED) <= tables
    rest = {name for name in existing - proven - set(NOT_SEALED) if name.partition(".")[0] not in TABLES_NOT_SEALED}
    assert rest == set(), "is it sealed, does it follow from what is, or why need it not?"


def test_one_value_changed_in_any_of_them_is_named(home: Home) -> None:
    types = {(table, name): kind for table, name, kind in catalogue(home.past)}
    unnamed = []
    for column in (*sealed_columns(types), *following_columns(types)):
        changed = Changed(home, column)
        lines = home.lines()
        changed.put_back()
        if not changed.is_named(lines):
            unnamed.append(f"{column.table}.{column.name} {changed.key}: {lines}")
    assert not unnamed, "\n".join(unnamed)
    assert home.lines() == []
