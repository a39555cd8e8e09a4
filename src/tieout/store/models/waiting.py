"""What waits, over all tenants: the one table of the store outside row-level security. It holds nothing of anybody's business."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Waiting(models.Model):
    """From an instant on, there may be work of a sort for a tenant; for actions, in a lane. Written by triggers, never changed.

    Whatever waits has such a row, at its instant or before; a row alone says nothing: `store.waiting` looks whether it is
    true, as the tenant, and takes those away that have become wrong. "At once" is the infinite past.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.TextField()
    chore = models.TextField()
    lane = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "chore", "lane"], name="waiting_of")]
