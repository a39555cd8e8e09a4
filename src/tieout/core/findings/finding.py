"""A finding: one occurrence of an exception code, with its numbers. Its sentence is made from both when it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tieout.core.findings.code import Stage
from tieout.core.values.clock import Clock
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.money import Money
from tieout.core.values.sentence import Wordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """What is lacking: a look-up key whose arrival ties the claim out again, and until when we wait for it.

    `label` is the status that people see meanwhile ("WAIT-SYNC"); `until` None means no timer of its own.
    """

    key: Key
    until: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Who accepted a finding, by which resolution, and why."""

    actor: str
    resolution: str
    reason: str


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`where` is "document" or a claim line's id. Numbers are text in the unit they are in ("1150 EA", "10.80 EUR").

    `queue` and `stage` are those that hold now (policy may move them from the code's default); `queue` may name a site
    ("receiving/WMS-4"). `watchers` are queues that are informed but not asked. `numbers` are the further values that the
    code's message uses, in their canonical spelling, whatever the language. `cause` is the case it belongs to.
    `accepted` says who accepted it; it is a note since.
    `words` are what the translation of a value is made from that is a sentence with values of its own, by its name; no hash is
    taken over them, and two findings that differ in nothing else are the same.
    `peppol` is the Peppol response of its code to the other side ("UQ/QTY/CNP"), "" where they get none.
    `remainder`: this is what is left after other findings explained their part, so none of them may replace it.
    """

    code: str
    where: str
    stage: Stage
    queue: str
    cause: str
    expected: str = ""
    actual: str = ""
    variance: str = ""
    limit: str = ""
    at_stake: Money | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    awaited: tuple[Awaited, ...] = ()
    watchers: tuple[str, ...] = ()
    status: str = ""
    sla: Clock = Clock(amount=1)
    resolutions: tuple[str, ...] = ()
    releasable: bool = True
    peppol: str = ""
    remainder: bool = False
    accepted: Accepted | None = None
    evidence_hash: str = ""
    words: Wordings = field(default=(), compare=False, repr=False)
