"""Many contracts at once, before PostgreSQL has looked at the tables: whose months have news is found step by step."""

from __future__ import annotations

import time
from uuid import UUID

import psycopg

from tests.support.server import Database
from tieout.config.postgres.place import ADMIN
from tieout.core.values.scope import Scope
from tieout.store.link import query, transaction
from tieout.store.metering import months

COUNT = 400
SECONDS_MAX = 5


def test_the_months_of_many_new_contracts_have_news_at_once(empty_database: Database) -> None:
    scope, contracts = Scope(tenant="many"), [UUID(int=k + 1) for k in range(COUNT)]
    with psycopg.connect(empty_database.dsn, user=ADMIN, autocommit=True) as connection:
        connection.execute("analyze store_lookup, store_document, store_usageseries, store_usagepublished")
        lookups = [
            (scope.tenant, key, document)
            for k, document in enumerate(contracts)
            for key in (f"account/A{k}", f"subscription/S{k}", f"metered/m{k % 3}", f"partner/P{k}")
        ]
        with connection.cursor() as cursor:
            cursor.executemany("insert into store_lookup (tenant, key, document) values (%s, %s, %s)", lookups)
            cursor.executemany(
                "insert into store_usageseries (tenant, feed, meter, identifier, account) values ('many', 1, 'm0', %s, %s)",
                [(f"A{k}", f"A{k}") for k in range(COUNT)],
            )
            cursor.executemany(
                "insert into store_usagepublished (tenant, meter, unmapped, owner, month, quantity, events, hours, missing, worth, "
                "currency, body) values ('many', 'm0', false, %s, 24315, 0, 0, 0, 0, 0, 'EUR', '')",
                [(f"A{k}",) for k in range(COUNT)],
            )
    began = time.monotonic()
    with transaction(scope):
        query(scope, f"select set_config('statement_timeout', '{SECONDS_MAX}s', true)")
        months._touch_contracts(scope, [str(document) for document in contracts])
        touched = query(scope, "select count(*) from store_usagetouched where series <> 0")
    assert touched == [(COUNT,)]
    assert time.monotonic() - began < SECONDS_MAX
