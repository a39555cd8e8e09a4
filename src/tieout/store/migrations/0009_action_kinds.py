"""Actions are named for what they do, whichever process asks for them: a message, a delivery."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_NOW = """
    update store_action set kind = 'message' where kind = 'message_supplier';
    update store_action set kind = 'deliver' where kind = 'deliver_invoice'
"""
_FORMER = """
    update store_action set kind = 'message_supplier' where kind = 'message';
    update store_action set kind = 'deliver_invoice' where kind = 'deliver'
"""


class Migration(migrations.Migration):
    """Two names of kinds."""

    dependencies: ClassVar = [("store", "0008_sources")]
    operations: ClassVar = [migrations.RunSQL(_NOW, _FORMER)]
