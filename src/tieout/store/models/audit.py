"""What happened, for ever: events, hash-chained per stream, and a Merkle root over each interval of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One fact about a claim or a case (the stream). `hash` covers the row and the hash before it in its stream.

    `position` grows over the whole table; a reader must stop below the oldest writer that is still at work.
    """

    pk = models.CompositePrimaryKey("tenant", "stream", "seq")
    tenant = models.TextField()
    stream = models.UUIDField()
    seq = models.IntegerField()
    kind = models.TextField(help_text='what the stream is: "claim" or "case"')
    type = models.TextField()
    version = models.IntegerField()
    payload = models.BinaryField(help_text="canonical JSON")
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    at = models.DateTimeField()
    actor = models.TextField()
    position = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "position"], name="event_position")]


class Root(models.Model):
    """The Merkle root over a tenant's events with positions after `after` up to `upto`, chained to the root before."""

    pk = models.CompositePrimaryKey("tenant", "seq")
    tenant = models.TextField()
    seq = models.IntegerField()
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    count = models.BigIntegerField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    signature = models.BinaryField(help_text="HMAC-SHA256 of the hash under the installation's key")
    at = models.DateTimeField()
