"""The permanent record: events, hash-chained per stream, and a signed seal over each interval of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tieout.store.packed_fields import PackedField


class Event(models.Model):
    """One fact about a claim or a case (the stream). `hash` covers the row and the hash before it: `core.chain`.

    `position` grows over the whole table; a reader must stop below the oldest writer that is still active. `at` and
    `actor` are repeated from the payload, for lists. Hashes are 64 hexadecimal digits.
    """

    pk = models.CompositePrimaryKey("tenant", "stream", "seq")
    tenant = models.TextField()
    stream = models.UUIDField()
    seq = models.IntegerField()
    type = models.TextField()
    version = models.IntegerField()
    payload = PackedField(kind="event", help_text="canonical JSON")
    prev_hash = models.TextField()
    hash = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    position = models.BigIntegerField()
    salt = models.BinaryField(
        null=True,
        help_text="of what its hash covers: `core.audit.chain`; of the digests in an entry about rows, where it is never exported",
    )
    digest = models.BinaryField(
        null=True, help_text="of the payload that was erased; what is left of it is in its place"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "position"], name="event_position")]


class Seal(models.Model):
    """A sealed interval of a tenant's events: `core.chain.Seal`. `upto` is the last position that it covers."""

    pk = models.CompositePrimaryKey("tenant", "number")
    tenant = models.TextField()
    number = models.IntegerField()
    heads = models.BinaryField(help_text="canonical JSON")
    root = models.TextField()
    previous = models.TextField()
    signature = models.TextField()
    upto = models.BigIntegerField()
    at = models.DateTimeField()
