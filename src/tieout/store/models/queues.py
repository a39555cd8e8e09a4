"""Routing of connections: the rate and patience with which an external system is called, and how it responds."""

from __future__ import annotations

from django.db import models


class Queue(models.Model):
    """The queue of one external system of a tenant. The first part is set by people, the second is observed; times in seconds.

    `answer_within`: how long a handed-over action may go unanswered. `quiet`: how long the external system may work on a call after
    its caller has gone, so that the action is only looked up. `attempts_max`: tries with an unknown result before
    people are notified. `per_minute` null: no limit. `allowance` is the size of the next batch: one after trouble, and
    doubling while all is well. `paid_until` is how far the rate limit has been used up.
    """

    pk = models.CompositePrimaryKey("tenant", "name")
    tenant = models.TextField()
    name = models.TextField()
    batch_max = models.IntegerField(default=200, db_default=200)
    per_minute = models.IntegerField(null=True)
    lease = models.IntegerField(default=120, db_default=120)
    answer_within = models.IntegerField(default=14_400, db_default=14_400)
    quiet = models.IntegerField(default=600, db_default=600)
    attempts_max = models.IntegerField(default=3, db_default=3)
    retry_first = models.IntegerField(default=5, db_default=5)
    retry_last = models.IntegerField(default=900, db_default=900)
    breaker_after = models.IntegerField(default=3, db_default=3)
    breaker_first = models.IntegerField(default=30, db_default=30)
    breaker_last = models.IntegerField(default=600, db_default=600)

    failures = models.IntegerField(default=0, db_default=0, help_text="tries in a row that did not reach it")
    allowance = models.IntegerField(default=200, db_default=200)
    open_until = models.DateTimeField(null=True, help_text="nothing is tried before")
    paid_until = models.DateTimeField(null=True)
    trouble = models.TextField(default="", db_default="", help_text="why the last try failed; empty when all is well")
    words = models.TextField(default="", db_default="", help_text="what `trouble` was made from: `store.sentences`")
    down_since = models.DateTimeField(null=True)
