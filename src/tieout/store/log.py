"""How rows get into the log: what a transaction writes is noted while it runs, and goes into one entry of its own stream at its end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from tieout.core.audit.chain import GENESIS, canonical_bytes, link
from tieout.core.audit.records import (
    RECORDS,
    SALT_BYTES,
    VEIL,
    VERSION,
    Form,
    Key,
    Records,
    Row,
    Written,
    payload,
    salt_digest,
    written,
)
from tieout.store.packing import packed

INSERT: Final = """
    insert into store_event (tenant, stream, seq, type, version, payload, prev_hash, hash, at, actor, salt)
    values (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s)
"""
UPGRADE: Final = "upgrade"
"""The actor of entries about rows of an earlier release."""
_ADOPTED_TOGETHER: Final = 1000
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Rows of one form that a transaction has written, or that are gone since; `change` says in plain what happened, without a form alone.

    `hashed`: the rows have SHA-256 in place of bytes.
    """

    form: Form | None
    rows: Sequence[Row] = ()
    gone: Sequence[Key] = ()
    change: Mapping[str, Any] | None = None
    at: datetime | None = None
    hashed: bool = False

    @property
    def instant(self) -> datetime:
        """When it was written: as stated, else the latest that its rows name."""
        if self.at is not None or self.form is None or not self.form.instant:
            return self.at or _NEVER
        place = self.form.columns.index(self.form.instant)
        return max((row[place] for row in self.rows if row[place] is not None), default=_NEVER)


def entry(
    tenant: str,
    actor: str,
    noted: Sequence[Noted],
    *,
    random: Callable[[int], bytes] = os.urandom,
) -> Sequence[object]:
    """The values of `INSERT` for what a transaction has noted."""
    salt = random(SALT_BYTES)
    by_form: dict[str, list[Noted]] = {}
    for one in noted:
        if one.form is not None:
            by_form.setdefault(one.form.name, []).append(one)
    at = max(one.instant for one in noted).astimezone(UTC)
    records = Records(
        at=at,
        actor=actor,
        salt=salt_digest(salt),
        written=tuple(_written(of_form, salt) for of_form in by_form.values()),
        changes=tuple(one.change for one in noted if one.change is not None),
    )
    content = payload(records, {one.form.name: one.form for one in noted if one.form is not None})
    stream = _stream(at, content)
    hash_ = link(GENESIS, canonical_bytes(str(stream), 1, RECORDS, VERSION, content))
    return (tenant, stream, RECORDS, VERSION, packed(content, "event"), GENESIS, hash_, at, actor, salt)


def _written(noted: Sequence[Noted], salt: bytes) -> Written:
    """What was noted of one form; of a row that was noted several times the last counts."""
    form, hashed = noted[0].form, noted[0].hashed
    assert form is not None, "grouped by form"
    if form.lasting:
        gone_for_good = [key for one in noted for key in one.gone]
        return written(form, [row for one in noted for row in one.rows], salt, gone=gone_for_good, hashed=hashed)
    rows: dict[Key, Row] = {}
    gone: dict[Key, None] = {}
    for one in noted:
        for key in one.gone:
            rows.pop(key, None)
            gone[key] = None
        for parts, row in zip(form.keys_of(one.rows), one.rows, strict=True):
            key = tuple(str(part) for part in parts)
            gone.pop(key, None)
            rows[key] = row
    return written(form, list(rows.values()), salt, gone=list(gone), hashed=hashed)


def _stream(at: datetime, content: bytes) -> UUID:
    """An id like those of rows: streams that are begun together lie together."""
    random = int.from_bytes(sha256(content).digest()[:10], "big")
    time = max(int(at.timestamp() * 1000), 0)
    return UUID(int=time << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64 | 0x2 << 62 | random & 0x3FFF_FFFF_FFFF_FFFF)


# ---- what is there -----------------------------------------------------------------------------------------------------------


def selected(form: Form) -> str:
    """The columns of a form as they are read to be compared: SHA-256 in place of bytes, which stay in the database."""
    veil = f"'\\x{VEIL.hex()}'::bytea"
    return ", ".join(
        f't."{column}"'
        if kind != "bytea"
        else f'sha256({veil} || t."{column}")'
        if column in form.veiling
        else f'sha256(t."{column}")'
        for column, kind in zip(form.columns, form.types, strict=True)
    )


def condition(form: Form) -> str:
    """Which rows of its table a form is about, besides their tenant's."""
    if form.of_erased:
        erased = "select from store_document d where d.tenant = t.tenant and d.erased_at is not null"
        return f'exists ({erased} and d.id = t."{form.of_erased}")'
    if form.only is None:
        return "true"
    column, values = form.only
    if not values:
        return f't."{column}" is not null'
    listed = ", ".join(f"'{value}'" for value in values)
    return f't."{column}" in ({listed})'


def adopted(cursor: Any, tenant: str, form: Form, *, at: datetime) -> Iterator[Sequence[object]]:
    """The values of `INSERT` for all rows of a tenant that were there before the log named any: for migrations."""
    names = ", ".join(f't."{column}"' for column in form.key)
    of_tenant = f't."{form.tenant}" = %s' if form.tenant else "%s is not null"
    cursor.execute(
        f"select {selected(form)} from {form.table} t where {of_tenant} and {condition(form)} order by {names}",
        [tenant],
    )
    while rows := cursor.fetchmany(_ADOPTED_TOGETHER):
        yield entry(tenant, UPGRADE, [Noted(form=form, rows=rows, at=at, hashed=True)])
