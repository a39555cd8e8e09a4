"""Usage: event ids, the totals of each hour, what proves that nothing is missing, and lines that could not be read.

Hours are counted from 1970, months from the year 0, both in UTC: `metering.core.usage`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class UsageBatch(models.Model):
    """A piece of a usage file that is durable and not yet counted; the row goes in the transaction that counts it."""

    pk = models.CompositePrimaryKey("tenant", "source_file")
    tenant = models.TextField()
    source_file = models.UUIDField()
    feed = models.TextField(help_text="who sent it, for events that do not say so themselves")
    layout = models.TextField()
    first_line = models.IntegerField()
    received_at = models.DateTimeField()


class UsageFeed(models.Model):
    """A feed. Whoever counts its events locks this row: the events of one feed are counted by one transaction after another."""

    pk = models.CompositePrimaryKey("tenant", "name")
    tenant = models.TextField()
    name = models.TextField()
    id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "id"], name="usage_feed_id")]


class UsageRun(models.Model):
    """Numbers of a feed's sequence that have come, from `first` to `last`; those between two runs have not."""

    pk = models.CompositePrimaryKey("tenant", "feed", "first")
    tenant = models.TextField()
    feed = models.BigIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()


class UsageSpan(models.Model):
    """The least and the greatest number of a feed's sequence among the events of a month."""

    pk = models.CompositePrimaryKey("tenant", "feed", "month")
    tenant = models.TextField()
    feed = models.BigIntegerField()
    month = models.IntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()


class UsageSequence(models.Model):
    """The least and the greatest number of a feed's sequence among the events of an hour."""

    pk = models.CompositePrimaryKey("tenant", "hour", "feed")
    tenant = models.TextField()
    hour = models.IntegerField()
    feed = models.BigIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()


class UsageSeries(models.Model):
    """The usage of one identifier and one meter from a feed. `account` is its owner by the last mapping; "" where it is unmapped."""

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.BigIntegerField()
    feed = models.BigIntegerField()
    meter = models.TextField()
    identifier = models.TextField()
    account = models.TextField(default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "feed", "meter", "identifier"], name="usage_series_name")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "meter", "account"], name="usage_series_account"),
            models.Index(fields=["tenant", "identifier"], name="usage_series_identifier"),
        ]


class UsageEvent(models.Model):
    """An event that was counted, once for its feed and id (`metering.core.usage.event_key`). Never changed but for `waits`.

    A correction is a row too: `corrects` is the key of the event whose quantity it replaces. The numbers of feeds and series are from one
    sequence for all tenants, so the indexes do without the tenant.
    """

    pk = models.CompositePrimaryKey("feed", "key")
    tenant = models.TextField()
    feed = models.BigIntegerField()
    key = models.BinaryField()
    series = models.BigIntegerField()
    hour = models.IntegerField()
    occurred_at = models.DateTimeField()
    quantity = models.DecimalField(max_digits=60, decimal_places=30)
    corrects = models.BinaryField(null=True)
    waits = models.BooleanField(
        default=False, db_default=False, help_text="a correction of an event that has not come yet"
    )
    came = models.IntegerField(null=True, help_text="in which minute since 1970; unknown of events of earlier releases")


class UsageHour(models.Model):
    """The total of a series' hour. `late`: events that came after their month was over.

    `came_first` and `came_last` are the minutes since 1970 in which its first and its last event came: periods of contracts end at
    other times. `came_first` is unknown where an event of an earlier release is among them.
    """

    pk = models.CompositePrimaryKey("tenant", "series", "hour")
    tenant = models.TextField()
    series = models.BigIntegerField()
    hour = models.IntegerField()
    total = models.DecimalField(max_digits=60, decimal_places=30)
    largest = models.DecimalField(max_digits=60, decimal_places=30)
    latest = models.DecimalField(max_digits=60, decimal_places=30)
    first_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    latest_key = models.BinaryField()
    events = models.BigIntegerField()
    late = models.BigIntegerField()
    corrected = models.BigIntegerField()
    came_first = models.IntegerField(null=True)
    came_last = models.IntegerField(null=True)


class UsageClosed(models.Model):
    """An hour of a meter for which a feed has declared that it has sent everything."""

    pk = models.CompositePrimaryKey("tenant", "meter", "feed", "hour")
    tenant = models.TextField()
    meter = models.TextField()
    feed = models.BigIntegerField()
    hour = models.IntegerField()


class UsageTouched(models.Model):
    """A series' month of which something has changed since its statement was written.

    `former` is the account that the series belonged to until then, where the mapping changed: its statement has news too.
    """

    pk = models.CompositePrimaryKey("tenant", "series", "month", "former")
    tenant = models.TextField()
    series = models.BigIntegerField()
    month = models.IntegerField()
    former = models.TextField(default="", db_default="")


class UsagePublished(models.Model):
    """The statement in force of an account's month, or (`unmapped`) of an unmapped identifier. For lists and history."""

    pk = models.CompositePrimaryKey("tenant", "meter", "unmapped", "owner", "month")
    tenant = models.TextField()
    meter = models.TextField()
    unmapped = models.BooleanField()
    owner = models.TextField(help_text="the account, or the identifier")
    month = models.IntegerField()
    quantity = models.DecimalField(max_digits=60, decimal_places=30)
    events = models.BigIntegerField()
    hours = models.IntegerField()
    missing = models.IntegerField()
    worth = models.BigIntegerField(null=True, help_text="minor units of `currency`, at list price")
    currency = models.TextField()
    body = models.BinaryField(help_text="canonical JSON of the statement")


class UsagePeriod(models.Model):
    """The statement in force of an account's period by a contract, in days of its time zone. `interval`: "" for a part of a period."""

    pk = models.CompositePrimaryKey("tenant", "meter", "owner", "first", "last", "zone")
    tenant = models.TextField()
    meter = models.TextField()
    owner = models.TextField()
    first = models.DateField()
    last = models.DateField()
    zone = models.TextField()
    interval = models.TextField()
    quantity = models.DecimalField(max_digits=60, decimal_places=30)
    events = models.BigIntegerField()
    hours = models.IntegerField()
    missing = models.IntegerField()
    body = models.BinaryField(help_text="canonical JSON of the statement")


class UsageRefused(models.Model):
    """A line that is no event, with the reason and its bytes: it is read again on request."""

    pk = models.CompositePrimaryKey("tenant", "source_file", "line")
    tenant = models.TextField()
    source_file = models.UUIDField()
    line = models.IntegerField()
    feed = models.TextField()
    reason = models.TextField()
    remedy = models.TextField()
    words = models.TextField(default="", db_default="", help_text="what both were made from: `store.sentences`")
    content = models.BinaryField()
    refused_at = models.DateTimeField()
