"""The tables are as the models say."""

from __future__ import annotations

from django.core.management import call_command

from tests.support.server import Database


def test_no_migration_is_missing(database: Database) -> None:
    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)
