"""The tables, each led by its tenant so that they can be partitioned by it. Rows are written by COPY, read by look-ups."""

from tieout.store.metering.tables import (
    UsageBatch,
    UsageClosed,
    UsageEvent,
    UsageFeed,
    UsageHour,
    UsagePeriod,
    UsagePublished,
    UsageRefused,
    UsageRun,
    UsageSequence,
    UsageSeries,
    UsageSpan,
    UsageTouched,
)
from tieout.store.models.audit import Event, Seal
from tieout.store.models.claims import Allocation, Case, Claim, Verdict
from tieout.store.models.connections import Connection
from tieout.store.models.documents import Document, Lookup, SourceFile, Unread
from tieout.store.models.outbox import Action
from tieout.store.models.policies import PolicyVersion
from tieout.store.models.queues import Queue
from tieout.store.models.waiting import Waiting
from tieout.store.models.watching import Held, Recheck, Signal, Watch

__all__ = [
    "Action",
    "Allocation",
    "Case",
    "Claim",
    "Connection",
    "Document",
    "Event",
    "Held",
    "Lookup",
    "PolicyVersion",
    "Queue",
    "Recheck",
    "Seal",
    "Signal",
    "SourceFile",
    "Unread",
    "UsageBatch",
    "UsageClosed",
    "UsageEvent",
    "UsageFeed",
    "UsageHour",
    "UsagePeriod",
    "UsagePublished",
    "UsageRefused",
    "UsageRun",
    "UsageSequence",
    "UsageSeries",
    "UsageSpan",
    "UsageTouched",
    "Verdict",
    "Waiting",
    "Watch",
]  # fmt: skip
