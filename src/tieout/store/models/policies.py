"""Policies as they were approved, version by version."""

from __future__ import annotations

from django.db import models


class PolicyVersion(models.Model):
    """One version of a policy. `text` is the YAML exactly as it was added; never changed."""

    pk = models.CompositePrimaryKey("tenant", "name", "version")
    tenant = models.TextField()
    name = models.TextField()
    version = models.TextField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    sha256 = models.TextField()
    text = models.TextField()
    added_at = models.DateTimeField()
    added_by = models.TextField()
