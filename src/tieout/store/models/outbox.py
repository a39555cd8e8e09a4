"""What external systems must do once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tieout.store.packed_fields import PackedTextField


class Action(models.Model):
    """One action with its lease. `state` is due, leased, sent, watched, done, refused, unknown or withdrawn.

    due: not begun, may be withdrawn. leased: begun; the holder of the lease performs it, or died doing so, and it is looked
    up before it is tried again. sent: handed over (`sent_at`) and not yet answered. unknown: its claim has been notified.
    watched: done, and looked up for a while longer, because an earlier try may have been carried out as well. refused: by the
    external system, or by a person.

    A lease belongs to (`lease_owner`, `lease_attempt`): a worker that resumes after its lease expired has an older attempt
    and changes nothing. `handed_at` is when it was last handed over without its being sure since that nothing came of it,
    `handovers` how often it may have been carried out. `attempts` counts calls that failed or stayed unknown. `ref` is the
    external system's own number.
    """

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.UUIDField()
    kind = models.TextField()
    claim = models.TextField(help_text="the claim's key")
    stream = models.UUIDField(help_text="the claim's id: the stream that asked for it")
    queue = models.TextField()
    payload = PackedTextField(kind="action")
    state = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0, db_default=0)
    lease_owner = models.TextField(default="", db_default="")
    lease_until = models.DateTimeField(null=True)
    lease_attempt = models.IntegerField(default=0, db_default=0)
    ref = models.TextField(default="", db_default="")
    last_error = models.TextField(default="", db_default="")
    words = models.TextField(default="", db_default="", help_text="what `last_error` was made from: `store.sentences`")
    tried_at = models.DateTimeField(null=True, help_text="first handed out")
    sent_at = models.DateTimeField(null=True, help_text="taken over, unanswered")
    handed_at = models.DateTimeField(null=True, help_text="last handed over, and what came of it is not sure")
    handovers = models.IntegerField(default=0, db_default=0, help_text="times it may have been carried out")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "queue", "due_at"],
                name="action_open",
                condition=Q(state__in=["due", "leased", "sent", "watched", "unknown"]),
            ),
            models.Index(fields=["tenant", "stream"], name="action_stream"),
            models.Index(fields=["tenant", "queue", "ref"], name="action_ref", condition=~Q(ref="")),
        ]
