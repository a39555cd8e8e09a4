"""The tables are as the models say."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import pytest
from django.core.management import call_command
from psycopg import DataError

from tests.engine.samples import AT
from tests.support.server import Database
from tieout.core.values.scope import Scope
from tieout.store import claims
from tieout.store.claims import ClaimRow
from tieout.store.link import query, transaction
from tieout.store.table import FEW


def test_no_migration_is_missing(database: Database) -> None:
    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("many", [FEW, FEW + 1, 5 * FEW])
def test_rows_go_in_whether_few_or_many_and_twice_in_a_transaction(empty_database: Database, many: int) -> None:
    """New claims, changed claims, and claims again: what one of them left on a stage is gone for the next."""
    scope = Scope(tenant="t")
    for first in (0, many):
        with transaction(scope):
            claims.add(scope, [row(k) for k in range(first, first + many)])
            claims.change(scope, [row(k)._replace(status="held") for k in range(first, first + many)])
            claims.change(scope, [row(k)._replace(status="posted") for k in range(first, first + many - 1)])
    assert claims.counts(scope) == {"held": 2, "posted": 2 * many - 2}
    with transaction(scope), suppress(Died), transaction(scope):
        claims.change(scope, [row(k)._replace(status="rejected") for k in range(many)])
        raise Died
    assert claims.counts(scope) == {"held": 2, "posted": 2 * many - 2}


class Died(Exception):
    """Something went wrong within a savepoint."""


def row(number: int) -> ClaimRow:
    """A claim of which nothing matters but that it is there."""
    id_ = UUID(int=number + 1)
    return ClaimRow(
        "t", id_, f"test/invoice/{number}@1", "invoice", id_, "", str(number), "", "", "EUR", None, None, AT, "received", True,
        None, 0, "", 1, "", b"", AT,
    )  # fmt: skip


TEXTS = ["plain", "", 'quo"te', "back\\slash", "a,b", "{braces}", "NULL", " blank ", "ü😀", "new\nline", '\\"', "'"]


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], ["x", "y,z", "{}"], ['"'], ['"', '"'], ["\\"], [""]])
def test_texts_arrive_as_they_are(database: Database, texts: list[str]) -> None:
    """Whatever a key holds, PostgreSQL reads the same texts, in the same order."""
    sql = "select t from unnest(%s::text[]) with ordinality as u (t, n) order by n"
    assert [text for (text,) in query(Scope(tenant="t"), sql, (texts,))] == texts
    (taken,) = query(
        Scope(tenant="t"), "select count(*) from unnest(array['x', 'y']) as u (t) where t = any(%s)", (["y"],)
    )
    assert taken == (1,)


def test_what_is_no_list_of_texts_is_left_to_the_driver(database: Database) -> None:
    """Lists with gaps, of other values, or of nothing; and a NUL, which PostgreSQL cannot hold, is refused."""
    scope = Scope(tenant="t")
    sql = "select %s::text[], %s::int[], %s::text[]"
    assert query(scope, sql, (["a", None], [1, 2], [])) == [(["a", None], [1, 2], [])]
    with pytest.raises(DataError):
        query(scope, "select %s::text[]", (["a\x00b"],))
