"""Connections: one external system of a tenant each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Connection(models.Model):
    """One external system. `system` names its connector, `secret` says where its secret is kept: never the secret itself.

    `name` is what the source keys of its documents begin with; `queue` is where its actions wait; its row of `Queue`
    holds the state of that queue. `entity` "" serves every entity that has none of its own.
    """

    pk = models.CompositePrimaryKey("tenant", "name")
    tenant = models.TextField()
    name = models.TextField()
    system = models.TextField()
    entity = models.TextField()
    queue = models.TextField()
    settings = models.JSONField()
    secret = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "queue"], name="connection_queue")]
