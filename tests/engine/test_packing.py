"""What is stored packed comes back as it was: whatever it begins with, by whichever release it was stored, and never as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module as migration
from importlib.resources import files
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
import zstandard
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.engine import rebuild
from tieout.engine.plugged import Engine
from tieout.engine.verify_all import Counted, verified
from tieout.store import cases, claims, documents, events, packing, source_files, verdicts, wanted, watches
from tieout.store.link import transaction
from tieout.store.models import Document, SourceFile
from tieout.store.packed_fields import PackedField, PackedTextField
from tieout.store.packing import (
    DICTIONARIES,
    MARKER,
    PLAIN_MAX,
    TEXT_MARKER,
    Damaged,
    packed,
    packed_text,
    unpacked,
    unpacked_text,
)
from tieout.store.source_files import SourceFileRow
from tieout.store.table import Table

TABLES: Final = (
    source_files.SOURCE_FILES, documents.DOCUMENTS, verdicts.VERDICTS, claims.CLAIMS, claims.CHANGES, cases.CASES, events.EVENTS,
    wanted.ACTIONS,
)  # fmt: skip
SHIPPED: Final = {
    "001-original.zdict": "a26fae84edccc283",
    "002-document.zdict": "31ac15461e0580a3",
    "003-verdict.zdict": "879bcb63fac77db0",
    "004-rows.zdict": "ceabc6f149940495",
    "005-facts.zdict": "df09a3305047f5b6",
    "006-looked_up.zdict": "840311a904349089",
    "007-claim.zdict": "6b055f237eb49831",
    "008-case.zdict": "c3b9be7ed7b83b1d",
    "009-event.zdict": "0afe1ca261b0c3db",
    "010-action.zdict": "81e4cc70c5f618c2",
}
"""Databases hold values that only these can read: none may change or go."""

kinds = st.sampled_from(sorted(DICTIONARIES.values()))
contents = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=80).map(lambda rest: MARKER + rest),
    st.builds(lambda part, times: part * times, st.binary(min_size=1, max_size=40), st.integers(1, 200)),
)


@given(contents, kinds)
def test_bytes_come_back_as_they_were(content: bytes, kind: str) -> None:
    stored = packed(content, kind)
    assert unpacked(stored, "store_document", "body", 1) == content
    assert len(stored) <= len(content) + len(MARKER) + 1
    assert unpacked(packed(stored, kind), "store_document", "body", 1) == stored, "a packed value is itself a value"


@given(
    st.one_of(
        st.text(), st.text().map(lambda rest: TEXT_MARKER + rest), st.text(min_size=1).map(lambda part: part * 90)
    ),
    kinds,
)
def test_texts_come_back_as_they_were(content: str, kind: str) -> None:
    stored = packed_text(content, kind)
    assert unpacked_text(stored, "store_action", "payload", 1) == content


@pytest.mark.parametrize("content", [b"", b'{"a":1}', b"[]", b"\x1f\x8b\x08", b"%PDF-1.7", MARKER[:2]])
def test_a_value_of_an_earlier_release_is_read_as_it_is(content: bytes) -> None:
    assert unpacked(content, "store_document", "body", 1) == content


def test_what_claims_to_be_packed_and_is_not_says_table_row_and_column() -> None:
    stored = packed(b'{"kind":"invoice"}' * 20, "document")
    for wrong, reason in (
        (MARKER, "its beginning is cut off"),
        (MARKER + b"\xfe" + stored[4:], "there is no dictionary 254"),
        (stored[:-3], ""),
        (stored + b"x", ""),
        (stored[:20] + bytes([stored[20] ^ 1]) + stored[21:], ""),
        (MARKER + b"\x09" + stored[4:], ""),
    ):
        with pytest.raises(Damaged) as raised:
            unpacked(wrong, "store_document", "body", "0190-1")
        assert str(raised.value).startswith("store_document 0190-1: body is not what was stored")
        assert reason in str(raised.value)
    for text in ("~", "~x", "~ä", "~" + "A" * 8):
        if text not in {"~", "~AAAAAAAA"}:
            with pytest.raises(Damaged, match="store_action 7: payload is not what was stored"):
                unpacked_text(text, "store_action", "payload", 7)


def test_a_frame_that_would_fill_the_memory_is_refused_before_it_is_unpacked() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, format=packing.FORMAT, write_content_size=True)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj(size=PLAIN_MAX + 1)
    blocks = [packer.compress(bytes(2**20)) for _ in range(PLAIN_MAX // 2**20)]
    bomb = MARKER + b"\x02" + b"".join([*blocks, packer.compress(b"x"), packer.flush()])
    with pytest.raises(Damaged, match=f"its length would be {PLAIN_MAX + 1} bytes"):
        unpacked(bomb, "store_document", "body", 1)
    unstated = zstandard.ZstdCompressionParameters.from_level(3, format=packing.FORMAT, write_content_size=False)
    frame = zstandard.ZstdCompressor(compression_params=unstated).compress(bytes(1000))
    with pytest.raises(Damaged, match="its length would be"):
        unpacked(MARKER + b"\x02" + frame, "store_document", "body", 1)


def test_a_dictionary_that_was_shipped_stays_as_it_is() -> None:
    folder = files("tieout.store").joinpath("dictionaries")
    there = {
        one.name: sha256(one.read_bytes()).hexdigest()[:16] for one in folder.iterdir() if one.name.endswith(".zdict")
    }
    assert there == SHIPPED
    assert set(there) == {f"{number:03}-{kind}.zdict" for number, kind in DICTIONARIES.items()}


def test_models_read_what_tables_pack() -> None:
    of_tables = {(table.name, column, kind) for table in TABLES for column, kind in table.kinds.items()}
    of_models = {
        (model._meta.db_table, field.column, field.kind)
        for model in apps.get_app_config("store").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PackedField | PackedTextField)
    }
    assert of_models == of_tables


# ---- in the database -----------------------------------------------------------------------------------------------------


@pytest.fixture
def past(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection, to whom row-level security does not apply."""
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def lived(motor: Engine, scope: Scope, number: str) -> None:
    """An order, a receipt and an invoice, tied out."""
    order = f"45000{number}"
    take(motor, scope, samples.order(order, 40), samples.receipt(f"R{number}", order, 40))
    take(motor, scope, samples.invoice(f"INV-{number}", order, 40))
    tie_out_all(motor, scope)


def lines(motor: Engine, scope: Scope) -> list[str]:
    return list(verified(scope, motor.kinds, motor.signing_key, [], Counted()))


def columns() -> list[tuple[Table, str]]:
    return [(table, column) for table in TABLES if table is not claims.CHANGES for column in table.kinds]


def test_what_is_long_enough_is_stored_packed(past: psycopg.Connection[Any]) -> None:
    motor = engine()
    scope = company(motor)
    lived(motor, scope, "1")
    for table, column in columns():
        if table is cases.CASES:
            continue  # it has none
        marker = TEXT_MARKER if table is wanted.ACTIONS else "\\xf7"
        row = past.execute(
            f'select count(*), count(*) filter (where starts_with("{column}"::text, %s)) from {table.name}'
            f' where tenant = %s and length("{column}") > 60',
            [marker, scope.tenant],
        ).fetchone()
        assert row is not None
        assert row[0] == row[1], f"{table.name}.{column}"
        assert row[0] > 0 or column == "remarks", f"{table.name}.{column}"


def test_rows_of_an_earlier_release_are_read_verified_and_left_as_they_are(
    past: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    motor = engine()
    with monkeypatch.context() as before:
        before.setattr(packing, "CURRENT", {})  # as releases without dictionaries stored
        scope = company(motor)
        lived(motor, scope, "2")
    sql = "select body from store_document where tenant = %s order by id"
    stored = past.execute(sql, [scope.tenant]).fetchall()
    assert not any(body.startswith(MARKER) for (body,) in stored)
    lived(motor, scope, "3")
    assert lines(motor, scope) == []
    assert list(rebuild.differences(scope)) == []
    assert set(stored) <= set(past.execute(sql, [scope.tenant]).fetchall())
    with transaction(scope):
        assert all(bytes(row.body)[:1] == b"{" for row in Document.objects.filter(tenant=scope.tenant))


def test_an_original_that_begins_with_the_marker_is_kept_as_it_came() -> None:
    motor = engine()
    scope = company(motor)
    content = MARKER + b"\x02 and no frame"
    take_file = SourceFileRow(
        tenant=scope.tenant, id=uuid4(), sha256=sha256(content).hexdigest(), system="x", source_kind="file", external_id="1",
        version="1", stated=True, name="x", media_type="", size=len(content), content=content, received_at=AT,
    )  # fmt: skip
    source_files.keep(scope, [take_file])
    kept = source_files.content(scope, take_file.id)
    assert kept is not None
    assert kept.content == content
    with transaction(scope):
        assert bytes(SourceFile.objects.get(tenant=scope.tenant, id=take_file.id).content) == content
    assert lines(motor, scope) == []


@pytest.mark.parametrize("wrong", ["set_byte(c, 3, 254)", "substr(c, 1, length(c) - 3)", "substr(c, 1, 3)"])
def test_a_stored_value_that_cannot_be_unpacked_is_a_difference(past: psycopg.Connection[Any], wrong: str) -> None:
    motor = engine()
    scope = company(motor)
    lived(motor, scope, "4")
    for table, column in columns():
        if column == "remarks" or table in {cases.CASES, wanted.ACTIONS}:
            continue
        name = f'"{column}"'
        row = past.execute(
            f"select ctid::text, {name}, {', '.join(key for key in table.key if key != 'tenant')} from {table.name}"
            f" where tenant = %s and length({name}) > 60 and {name}::text like '\\\\xf7%%' limit 1",
            [scope.tenant],
        ).fetchone()
        assert row is not None
        place, before, *key = row
        (now,) = past.execute(
            f"update {table.name} set {name} = {wrong.replace('c,', name + ',').replace('(c)', f'({name})')}"
            " where ctid = %s::tid returning ctid::text",
            [place],
        ).fetchone()  # type: ignore[misc]
        said_of = lines(motor, scope)
        past.execute(f"update {table.name} set {name} = %s where ctid = %s::tid", [before, now])
        of_claim = table is claims.CLAIMS
        assert any(
            column in line and (of_claim or table.name in line) and (of_claim or all(str(part) in line for part in key))
            for line in said_of
        ), (table.name, column, said_of)
    assert lines(motor, scope) == []


def test_a_reader_of_a_damaged_value_says_which_it_is(past: psycopg.Connection[Any]) -> None:
    motor = engine()
    scope = company(motor)
    lived(motor, scope, "5")
    row = documents.by_number(scope, "INV-5")[0]
    past.execute("update store_document set body = set_byte(body, 3, 254) where id = %s", [row.id])
    with pytest.raises(Malformed, match=f"store_document {row.id}: body is not what was stored"):
        documents.by_number(scope, "INV-5")
    with transaction(scope), pytest.raises(Malformed, match=r"store_document .*: body is not what was stored"):
        Document.objects.get(tenant=scope.tenant, id=row.id)


@pytest.mark.parametrize("key", ["order/4500012", "", "receipt/é/\u0141\U0001f4a1", "a" * 700])
def test_an_upgrade_makes_the_same_of_a_key_as_a_tie_out(past: psycopg.Connection[Any], key: str) -> None:
    short = re.search(r"using (.*);", migration("tieout.store.migrations.0030_short_watches").SHORT)
    assert short is not None
    row = past.execute(
        f"select {short[1]} from (select %s::text as tenant, %s::text as key) as t", ["müller", key]
    ).fetchone()
    assert row == (watches.short("müller", key),)
    assert watches.short("müller", key) != watches.short("muller", key)
