"""A person's acceptance of a finding, bound to the evidence it was given on, a limit and an expiry. Evidence like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout.core.values.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Who accepted which finding of which claim, why, up to how much money, on which evidence, until when.

    `claim` is the claim's source key as text; `where` the finding's place; `evidence_hash` the hash of the finding's
    own numbers, so that any change re-opens it. `variance` is the difference that was accepted as the finding stated it, with its
    sign; "" where it stated none, or an earlier release wrote the acceptance.

    `value`: what the claim is to be tied out against instead (an order, an order line), in place of `instead`; such an assignment
    accepts nothing.
    """

    number: str
    claim: str
    code: str
    where: str
    resolution: str
    reason: str
    actor: str
    evidence_hash: str
    limit: Money
    granted_at: datetime
    expires_at: datetime | None = None
    variance: str = ""
    value: str = ""
    instead: str = ""
    kind: Literal["release"] = "release"
