"""Suppliers' documents that were received before are met by further forms of their number too (docs/decisions/0064).

The rules are those of the release that made this migration: what is written here stays as it is.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, ClassVar, Final

from django.db import migrations

_BEFORE: Final = import_module("tieout.store.migrations.0016_near_duplicates")
_READ_AS: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})
_COUNT: Final = re.compile(r"(.*[0-9])[^A-Za-z0-9]+[0-9]{1,2}[^A-Za-z0-9]*")
_PREFIX: Final = re.compile(r"[^0-9]*(?:(?:19|20)[0-9]{2}|[0-9]{1,2})[^A-Za-z0-9]+([^0-9]*[0-9]{3}.*)")
_YEAR: Final = re.compile(r"(19|20)[0-9][0-9]")
_TABLES: Final = ("store_document", "store_lookup")
_BATCH: Final = 2_000


def further_forms(number: str) -> list[str]:
    """The digits of a number without what may be put around it, or with a word read as digits; without those of the whole number."""
    forms = []
    words = re.findall(r"[A-Z]+|[0-9]+", number.upper())
    if any(len(run) > 2 and not run.strip("OQILZSGB") for run in words):
        forms.append("".join(sorted(sign for sign in number.upper().translate(_READ_AS) if sign in "123456789")))
    forms += [_BEFORE.digits_of(match[1]) for pattern in (_COUNT, _PREFIX) if (match := pattern.fullmatch(number.strip()))]
    runs = [run for run in re.findall(r"[0-9]+", number) if len(run) >= 3]
    if runs:
        forms.append(_BEFORE.digits_of(max([run for run in runs if not _YEAR.fullmatch(run)] or runs, key=len)))
    return [form for form in dict.fromkeys(forms) if form and form != _BEFORE.digits_of(number)]


def _add(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  Django's signature
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for table in _TABLES:  # the owner sees all tenants' rows while it works (docs/decisions/0038)
            cursor.execute(f"alter table {table} no force row level security")
        after = "00000000-0000-0000-0000-000000000000"
        while True:
            cursor.execute(
                """
                select id, tenant, kind, number, currency, payable from store_document
                where kind in ('invoice', 'credit_note') and payable <> 0 and id > %s order by id limit %s
                """,
                (after, _BATCH),
            )
            rows = cursor.fetchall()
            if not rows:
                break
            after = rows[-1][0]
            cursor.executemany(
                "insert into store_lookup (tenant, key, document) values (%s, %s, %s) on conflict do nothing",
                [
                    (tenant, f"near-duplicate/{kind}/{currency}{payable}/digits/{form}", document)
                    for document, tenant, kind, number, currency, payable in rows
                    for form in further_forms(number)
                ],
            )
        for table in _TABLES:
            cursor.execute(f"alter table {table} force row level security")


class Migration(migrations.Migration):
    """Look-ups alone."""

    dependencies: ClassVar = [("store", "0018_queues")]
    operations: ClassVar = [migrations.RunPython(_add, migrations.RunPython.noop)]
