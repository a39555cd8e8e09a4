"""Waiting work of all tenants: the one table of the store outside row-level security. It holds no business content."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Waiting(models.Model):
    """From an instant on, a job may wait for a tenant; for actions, in a queue. Written by triggers, never changed.

    All waiting work has such a row, at its instant or before; a row alone proves nothing: `store.waiting` checks it under
    the tenant's row-level security, and deletes rows that are no longer true. "At once" is the infinite past.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.TextField()
    job = models.TextField()
    queue = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "job", "queue"], name="waiting_of")]
