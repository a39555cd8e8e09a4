"""A milestone of a project: what may be billed once the customer has accepted it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """How far a milestone is in percent, and whether the customer accepted it.

    `order` and `line` name what it releases: a line of a sales order or of a subscription ("" where only the milestone is named).
    """

    number: str
    order: str = ""
    line: str = ""
    name: str = ""
    percent: Decimal = Decimal(0)
    accepted: bool = False
    accepted_by: str = ""
    occurred_at: datetime | None = None
    project: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["milestone"] = "milestone"
