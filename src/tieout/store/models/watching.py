"""Which claims depend on which keys: watches, signals of news, and the rows that make both free of races."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Watch(models.Model):
    """A claim's last judgement asked for this key; `seen` is the sum of the look-up ids that it found there.

    A claim has some eleven of them, so `key` is eight bytes that stand for organisation and key: `store.watches.short`.
    """

    pk = models.CompositePrimaryKey("key", "claim")
    tenant = models.TextField()
    key = models.BigIntegerField()
    claim = models.UUIDField()
    seen = models.BigIntegerField()


class Signal(models.Model):
    """There is news under a key. Written with the news; `engine.announce` turns it into dirty claims and removes it.

    `claim` is the claim of the document itself, which need not be notified; null for evidence.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.TextField()
    key = models.TextField()
    claim = models.UUIDField(null=True)


class Recheck(models.Model):
    """Claims whose watches were written by a tie-out that has not yet looked whether news came in between."""

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.UUIDField()
    claims = ArrayField(models.UUIDField())
    at = models.DateTimeField()


class Held(models.Model):
    """One row for each key whose allocations have ever been used up: locked before they are read, in sorted order."""

    pk = models.CompositePrimaryKey("tenant", "key")
    tenant = models.TextField()
    key = models.TextField()
