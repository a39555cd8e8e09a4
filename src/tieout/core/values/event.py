"""What every event has: when it happened, and who made it happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact that will not change. The class name is its type; `version` grows when its fields change (core.case.upcast).

    `at` is an aware instant. `actor` is "system" where no person asked for it.
    """

    version: ClassVar[int] = 1

    at: datetime
    actor: str = SYSTEM


def by_person(event: Event) -> bool:
    """Whether a person (or an agent acting for one) made it happen: such events count as touches."""
    return event.actor != SYSTEM
