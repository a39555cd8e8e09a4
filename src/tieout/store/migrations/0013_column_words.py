"""Columns are named for what they hold: the other side may be a customer, and a ledger is not always an order's."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Four names."""

    dependencies: ClassVar = [("store", "0012_connections")]
    operations: ClassVar = [
        *(migrations.RenameField(name, "supplier", "counterparty") for name in ("document", "claim", "case")),
        migrations.AlterField(
            "document",
            "counterparty",
            models.TextField(help_text="the other side's name as the document has it, for lists"),
        ),
        migrations.RenameField("allocation", "order_number", "ledger"),
        # the database's index has gone along with its column; Django's picture of it has not
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("allocation", "allocation_order"),
                migrations.AddIndex("allocation", models.Index(fields=["tenant", "ledger"], name="allocation_order")),
            ]
        ),
    ]
