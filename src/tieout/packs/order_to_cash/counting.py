"""What of a ledger line may be billed by now, and what explains the rest: whose word counts, and how long we wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.calendar import add
from tieout.core.codes import Clock
from tieout.core.policy import Rules
from tieout.packs.order_to_cash.ledger import ZERO, BillableLine, Leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Under which terms goods count as billable at the moment `at`."""

    rules: Rules
    proof_required: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of what left that cannot be billed yet, or at all, for one reason: `quantity` under the code `code`.

    `until` is when waiting ends, None where nobody waits; `status` what people see meanwhile, "" once it is over.
    """

    code: str
    quantity: Decimal
    leg: Leg | None = None
    until: datetime | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`usable` may be billed by now (billed or not), `gaps` say why the rest of what left may not; `cut` is what a customer
    did not take and we accepted: it is never billed. `since` is when the last of what is usable became so."""

    usable: Decimal
    gaps: tuple[Gap, ...] = ()
    cut: Decimal = ZERO
    since: datetime | None = None


def counted(line: BillableLine, counting: Counting) -> Counted:
    """Counts one line. Returns come off what was delivered; milestones of a service add to it."""
    usable, cut = line.performed, ZERO
    gaps: list[Gap] = []
    since: list[datetime] = []
    for leg in line.legs:
        if not leg.left:
            continue
        part, open_parts, accepted = _leg(leg, counting)
        usable, cut = usable + part, cut + accepted
        gaps += open_parts
        moment = leg.proven_at or leg.left_at
        if part and moment is not None:
            since.append(moment)
    return Counted(
        usable=max(ZERO, usable - line.returned),
        gaps=tuple(gap for gap in gaps if gap.quantity > 0),
        cut=cut,
        since=max(since, default=None),
    )


def _leg(leg: Leg, counting: Counting) -> tuple[Decimal, list[Gap], Decimal]:
    """Of one leg: what may be billed, what may not, and what we accepted never to bill."""
    rules = counting.rules
    if leg.shipped <= 0:
        return leg.shipped, [], ZERO
    if leg.proven:
        short = max(ZERO, leg.shipped - leg.delivered)
        if leg.accepted_by:
            return leg.shipped - short, [], short
        return leg.shipped - short, [Gap(code="AR-POD-DIFF", quantity=short, leg=leg)], ZERO
    if rules.shipped_by != "warehouse" and leg.carried_at is None:
        return ZERO, [_waiting("AR-SHP-NOEVENT", leg, leg.left_at, rules.carrier_lag_max, counting)], ZERO
    if counting.proof_required:
        gap = _waiting("AR-POD-MISS", leg, leg.arrives_at or leg.left_at, rules.proof_window, counting)
        assumed = rules.proof_assumed and gap.until is not None and counting.at >= gap.until
        return (leg.shipped, [], ZERO) if assumed else (ZERO, [gap], ZERO)
    return leg.shipped, [], ZERO


_STATUS: Final = {"AR-SHP-NOEVENT": "WAIT-CARRIER", "AR-POD-MISS": "WAIT-PROOF"}


def _waiting(code: str, leg: Leg, start: datetime | None, window: Clock | None, counting: Counting) -> Gap:
    hours = counting.rules.hours
    until = None if start is None or window is None or hours is None else add(window, start, hours)
    waits = until is not None and counting.at < until
    return Gap(code=code, quantity=leg.shipped, leg=leg, until=until, status=_STATUS[code] if waits else "")
