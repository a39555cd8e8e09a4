"""What is tied out: claims, their verdicts with all that is needed to derive them again, allocations and cases."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from django.db import models
from django.db.models import Case as Choose
from django.db.models import Q, Value, When
from django.db.models.functions import Coalesce

from tieout.store.packed_fields import PackedField

AWAITS_EVIDENCE: Final = Q(status__in=("waiting", "asked")) | Q(wait_until__isnull=False)
"""Cases that wait for evidence: goods, an inspection, a feed, an answer of the counterparty."""
NEVER: Final = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
"""The moment of what has none: at the end of every order."""


class Claim(models.Model):
    """A claim and its present state: a cache of the fold of its events, written in the same transaction as they are.

    `state` is the canonical JSON of the core's claim state. `status` is the status that lists show. `seq` is the last
    event of the claim's stream. `dirty`: something that it depends on changed, so it has to be tied out (again).
    """

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.UUIDField()
    key = models.TextField(help_text="the source key of its document, with the version")
    kind = models.TextField()
    document = models.UUIDField(help_text="has the claim's own id")
    sha256 = models.TextField(help_text="of the document's body")
    number = models.TextField()
    entity = models.TextField()
    counterparty = models.TextField()
    currency = models.TextField()
    payable = models.BigIntegerField(null=True)
    issue_date = models.DateField(null=True)
    received_at = models.DateTimeField()
    status = models.TextField()
    dirty = models.BooleanField()
    due_at = models.DateTimeField(null=True, help_text="when the clock next demands anything of it or its cases")
    verdict_seq = models.IntegerField(help_text="0: not yet judged")
    verdict_sha256 = models.TextField()
    seq = models.IntegerField()
    head = models.TextField(help_text="hash of its last event")
    state = PackedField(kind="claim")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="claim_key")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "id"], name="claim_dirty", condition=Q(dirty=True)),
            models.Index(fields=["tenant", "due_at"], name="claim_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["tenant", "received_at", "id"], name="claim_received", include=["status", "kind", "entity"]
            ),
        ]


class Verdict(models.Model):
    """One judgement of a claim. `body` is the canonical JSON of the verdict, `rows` of its worksheet.

    `facts` is canonical JSON of everything else that the judgement read: see `engine.facts`. With the documents and
    policy versions that it names, the verdict is derived again bit for bit (`tieout explain`).
    """

    pk = models.CompositePrimaryKey("tenant", "claim", "seq")
    tenant = models.TextField()
    claim = models.UUIDField()
    seq = models.IntegerField()
    status = models.TextField()
    sha256 = models.TextField(help_text="of body and rows")
    body = PackedField(kind="verdict")
    rows = PackedField(kind="rows")
    facts = PackedField(kind="facts")
    looked_up = PackedField(kind="looked_up", help_text="canonical JSON of the keys that were asked for, sorted")
    code_version = models.TextField()
    at = models.DateTimeField()


class Allocation(models.Model):
    """How much of an order line a claim's present verdict uses up. Σ of a line is kept by locks: see `Held`."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.TextField()
    ledger = models.TextField(help_text="the ledger's key without its book: order/4500012, sales-order/4711")
    book = models.TextField(help_text="whose ledger; empty: every company's of that number")
    system = models.TextField(help_text="whose number, where several systems use it; empty: every system's")
    line = models.TextField()
    claim = models.UUIDField()
    claim_line = models.TextField()
    quantity = models.DecimalField(max_digits=38, decimal_places=12)
    unit = models.TextField()
    net = models.BigIntegerField()
    currency = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "ledger"], name="allocation_order"),
            models.Index(fields=["tenant", "claim"], name="allocation_claim"),
        ]


class Case(models.Model):
    """A case as it is now: a cache of the fold of its events. `state` is the canonical JSON of the core's case.

    Amounts at stake are minor units of `currency`. `queue` owns it; `actor` has taken it or is "". `steady`, `pressing` and
    `last_day` are the core's `Pressure`: what a day of waiting costs on any day, without reading documents; `priority` is what it costs
    on the day `priority_on`, and is written anew each day. `view` and `moment` are worked out by the database from the others: in which
    list a case stands, and by which instant it is sorted in it.
    """

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.UUIDField()
    claim = models.UUIDField()
    cause = models.TextField()
    code = models.TextField(help_text="the leading exception code")
    status = models.TextField()
    queue = models.TextField()
    actor = models.TextField()
    entity = models.TextField()
    counterparty = models.TextField()
    number = models.TextField(help_text="of the claim's document")
    at_stake = models.BigIntegerField(null=True)
    currency = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="its next timer: service level or wait window")
    closed_at = models.DateTimeField(null=True)
    wait_until = models.DateTimeField(
        null=True, help_text="evidence may still come until then, whoever owns it meanwhile"
    )
    steady = models.BigIntegerField(default=0, help_text="what each day of waiting costs, in millionths")
    pressing = models.BigIntegerField(
        default=0, help_text="to be shared out over the days that are left, in millionths"
    )
    last_day = models.IntegerField(null=True, help_text="day number on which it is lost; null: the end of each month")
    priority = models.BigIntegerField(
        default=0, db_default=0, help_text="what a day of waiting costs on the day `priority_on`, in millionths"
    )
    priority_on = models.IntegerField(null=True, help_text="day number; null: on every day that is still to come")
    seq = models.IntegerField()
    head = models.TextField(help_text="hash of its last event")
    state = PackedField(kind="case")
    view = models.GeneratedField(
        expression=Choose(
            When(closed_at__isnull=False, then=Value("closed")),
            When(AWAITS_EVIDENCE, then=Value("waiting")),
            default=Value("open"),
        ),
        output_field=models.TextField(),
        db_persist=True,
        help_text="the list that it stands in: open, waiting or closed",
    )
    moment = models.GeneratedField(
        expression=Choose(
            When(closed_at__isnull=False, then=models.F("closed_at")),
            When(AWAITS_EVIDENCE, then=Coalesce("wait_until", "due_at", Value(NEVER))),
            default=Coalesce("due_at", Value(NEVER)),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
        help_text="when it was closed, until when evidence may come, or by when somebody must act",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "claim"], name="case_claim"),
            models.Index(fields=["tenant", "queue"], name="case_queue", condition=Q(closed_at__isnull=True)),
            models.Index(
                fields=["tenant", "view", "moment", "id"], name="case_moment", include=["queue", "code", "entity"]
            ),
            models.Index(
                "tenant", "view", models.F("priority").desc(), "moment", "id",
                name="case_priority",
                include=["queue", "code", "entity"],
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["tenant", "priority_on"],
                name="case_priority_on",
                condition=Q(closed_at__isnull=True, priority_on__isnull=False),
            ),
        ]  # fmt: skip
