"""Suppliers' documents that were received before are met by amount, day and digits of the number too: two look-ups more for each.

The rules are those of the release that made this migration (docs/decisions/0064): what is written here stays as it is.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django.db import migrations

_READ_AS: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})
_TABLES: Final = ("store_document", "store_lookup")
_BATCH: Final = 2_000


def digits_of(number: str) -> str:
    """The digits of a number in ascending order, without zeros; signs that are read for digits count as these."""
    runs = re.findall(r"[A-Z]+|[0-9]+", number.upper())
    read = "".join(run if run.isdigit() else run.translate(_READ_AS) if len(run) <= 2 else "" for run in runs)
    plain = re.sub(r"[^0-9A-Z]+", "", number.upper()).lstrip("0") or number.strip().upper()
    return "".join(sorted(sign for sign in read if sign in "123456789")) or plain


def _add(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  Django's signature
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for table in _TABLES:  # the owner sees all tenants' rows while it works (docs/decisions/0038)
            cursor.execute(f"alter table {table} no force row level security")
        after = "00000000-0000-0000-0000-000000000000"
        while True:
            cursor.execute(
                """
                select id, tenant, kind, number, currency, payable, issue_date from store_document
                where kind in ('invoice', 'credit_note') and payable <> 0 and id > %s order by id limit %s
                """,
                (after, _BATCH),
            )
            rows = cursor.fetchall()
            if not rows:
                break
            after = rows[-1][0]
            cursor.executemany(
                "insert into store_lookup (tenant, key, document) values (%s, %s, %s)",
                [(tenant, key, document) for document, tenant, *rest in rows for key in _keys(*rest)],
            )
        for table in _TABLES:
            cursor.execute(f"alter table {table} force row level security")


def _keys(kind: str, number: str, currency: str, payable: int, issue_date: Any) -> list[str]:
    amount = f"near-duplicate/{kind}/{currency}{payable}"
    day = [f"{amount}/day/{issue_date}"] if issue_date else []
    return [*day, f"{amount}/digits/{digits_of(number)}"]


class Migration(migrations.Migration):
    """Look-ups alone."""

    dependencies: ClassVar = [("store", "0015_systems")]
    operations: ClassVar = [migrations.RunPython(_add, migrations.RunPython.noop)]
