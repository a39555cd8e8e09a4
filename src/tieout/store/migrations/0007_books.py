"""Documents, source files and allocations say in which company's book they are; ledgers go by their key."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

_EMPTY = """
    update store_document set book = entity where entity <> '';
    update store_allocation set order_number = 'order/' || btrim(order_number)
    where order_number !~ '^(sales-order|subscription|issued)/'
"""
"""What was used up before has no book: it counts against every company's order of that number."""
_FORMER = """
    update store_allocation set order_number = substr(order_number, 7) where order_number like 'order/%%'
"""
_ENTITY = "the company that the paper names, or empty"
_BOOK = "whose paper it is: the company it names, else that of the source it came by"
_SOURCE = "the company of the source it came by, where that has exactly one"
_WHOSE = "whose ledger; empty: every company's of that number"
_LEDGER = "the ledger's key without its book: order/4500012, sales-order/4711"


class Migration(migrations.Migration):
    """Three columns. Purchase orders were ledgers by their bare number, and are by their key now, as all others."""

    dependencies: ClassVar = [("store", "0006_urgency")]
    operations: ClassVar = [
        migrations.AddField("document", "book", models.TextField(default="", help_text=_BOOK), preserve_default=False),
        migrations.AlterField("document", "entity", models.TextField(help_text=_ENTITY)),
        migrations.AddField("raw", "entity", models.TextField(default="", help_text=_SOURCE), preserve_default=False),
        migrations.AddField("allocation", "book", models.TextField(default="", help_text=_WHOSE), preserve_default=False),
        migrations.AlterField("allocation", "order_number", models.TextField(help_text=_LEDGER)),
        migrations.RunSQL(_EMPTY, _FORMER),
    ]
