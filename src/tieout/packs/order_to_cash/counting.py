"""What of a ledger line may be billed by now, and what explains the rest: whose confirmation counts, and how long we wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from tieout.core.policy.policy import Rules
from tieout.core.policy.rule import HOURS
from tieout.core.policy.tolerance import assess
from tieout.core.values.calendar import add
from tieout.core.values.clock import Clock
from tieout.packs.order_to_cash.ledger import ZERO, BillableLine, Leg, Returned
from tieout.packs.order_to_cash.netting import LONG_AGO, netted
from tieout.packs.order_to_cash.rules import CARRIER_LAG_MAX, PROOF_ASSUMED, PROOF_WINDOW, SHIPPED_BY
from tieout.trade.rules import ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The terms under which goods count as billable at the moment `at`."""

    rules: Rules
    proof_required: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part of what was shipped that cannot be billed yet, or at all, for one reason: `quantity` under the code `code`.

    `until` is when waiting ends, None where there is no wait; `status` what people see meanwhile, "" once it is over.
    """

    code: str
    quantity: Decimal
    leg: Leg | None = None
    until: datetime | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What may be billed for one thing that happened: a shipment, or an accepted milestone (`source` is its number)."""

    source: str
    quantity: Decimal
    since: datetime | None = None
    leg: Leg | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`parts` may be billed by now (billed or not), the oldest first; `gaps` explain why the rest of what was shipped may not.

    `cut` is what a customer did not take, and we accepted that or have it back: it is never billed. `returned` is what else came back.
    """

    parts: tuple[Part, ...] = ()
    gaps: tuple[Gap, ...] = ()
    cut: Decimal = ZERO
    returned: Decimal = ZERO

    @property
    def usable(self) -> Decimal:
        """What may be billed in all."""
        return sum((part.quantity for part in self.parts), ZERO)

    def since(self, billed: Decimal) -> datetime | None:
        """Since when more than `billed` may be billed, the oldest first; None where that is unknown."""
        so_far = ZERO
        for part in self.parts:
            so_far += part.quantity
            if so_far > billed:
                return part.since
        return None


def counted(line: BillableLine, counting: Counting) -> Counted:
    """Count one line. Returns are deducted from what waits or was delivered, but for goods that the customer did not take in the
    first place; what exceeds the order waits until the order is amended.
    """
    parts = [
        Part(source=performed.milestone, quantity=performed.quantity, since=performed.at) for performed in line.work
    ]
    gaps: list[Gap] = []
    cut = returned = ZERO
    untaken: dict[str, Decimal] = {}
    legs = netted(line.legs)
    for leg in legs:
        part, gap, accepted = _leg(leg, counting)
        parts.append(part)
        gaps += [gap] if gap and gap.quantity > 0 else []
        cut += accepted
        untaken[leg.shipment] = leg.shipped - part.quantity if leg.proven and leg.reason != "short" else ZERO
    parts.sort(key=lambda part: (part.since or LONG_AGO, part.source))
    for back in line.returns:
        named = back.shipment or (legs[0].shipment if len(legs) == 1 else "")
        refused = max(ZERO, min(back.quantity, untaken.get(named, ZERO)))
        untaken[named] = untaken.get(named, ZERO) - refused
        before = _sum(gaps)
        gaps = _less_waiting(gaps, refused, named, "AR-POD-DIFF")
        cut += before - _sum(gaps)
        left = replace(back, quantity=back.quantity - refused)
        returned += left.quantity
        parts, gaps = _sent_back(parts, gaps, left)
    over = _over(line, counting, sum((part.quantity for part in parts), ZERO))
    if over:
        parts = _less(parts, Returned(number="", quantity=over))
        gaps.append(Gap(code="AR-SHP-QTY", quantity=over))
    return Counted(
        parts=tuple(part for part in parts if part.quantity > 0), gaps=tuple(gaps), cut=cut, returned=returned
    )


def over_ordered(line: BillableLine, rules: Rules) -> Decimal:
    """How much more was shipped (and not returned) than ordered, where that is beyond what policy allows; else zero."""
    kept = sum((leg.shipped for leg in netted(line.legs)), line.performed) - line.returned
    tolerance = rules.value(ORDERED)
    if tolerance is None or kept <= line.ordered:
        return ZERO
    return ZERO if assess(tolerance, expected=line.ordered, actual=kept).within else kept - line.ordered


def _over(line: BillableLine, counting: Counting, usable: Decimal) -> Decimal:
    return max(ZERO, usable - line.ordered) if over_ordered(line, counting.rules) else ZERO


def _less(parts: Iterable[Part], back: Returned) -> list[Part]:
    """The parts less what was returned: from the shipment that the return names, then from the latest."""
    parts, left = list(parts), back.quantity
    places = sorted(range(len(parts)), key=lambda k: (parts[k].source != back.shipment or not back.shipment, -k))
    for k in places:
        part = min(left, max(ZERO, parts[k].quantity))
        parts[k] = replace(parts[k], quantity=parts[k].quantity - part)
        left -= part
    return parts


_WAITING: Final = ("AR-SHP-NOEVENT", "AR-POD-MISS")


def _sent_back(parts: Sequence[Part], gaps: Sequence[Gap], back: Returned) -> tuple[list[Part], list[Gap]]:
    """Both less what was returned: from the shipment that the return names, delivered or not; then from what was delivered, the latest
    first; then from what waits for a proof or the carrier: nobody waits for goods that are here again.
    """
    waiting = _less_waiting(gaps, back.quantity, back.shipment, *_WAITING) if back.shipment else list(gaps)
    left = back.quantity - _sum(gaps) + _sum(waiting)
    less = _less(parts, replace(back, quantity=left))
    left -= sum((part.quantity for part in parts), ZERO) - sum((part.quantity for part in less), ZERO)
    return less, _less_waiting(waiting, left, "", *_WAITING)


def _sum(gaps: Iterable[Gap]) -> Decimal:
    return sum((gap.quantity for gap in gaps), ZERO)


def _less_waiting(gaps: Sequence[Gap], quantity: Decimal, shipment: str, *codes: str) -> list[Gap]:
    """The gaps of some codes less a quantity: of one shipment, or of any ("") the latest first."""
    made, left = list(gaps), quantity
    for k in reversed(range(len(made))):
        leg = made[k].leg
        if made[k].code not in codes or leg is None or (shipment and leg.shipment != shipment):
            continue
        part = max(ZERO, min(left, made[k].quantity))
        made[k] = replace(made[k], quantity=made[k].quantity - part)
        left -= part
    return [gap for gap in made if gap.quantity > 0]


def _leg(leg: Leg, counting: Counting) -> tuple[Part, Gap | None, Decimal]:
    """Of one leg: what may be billed, what may not, and what we accepted never to bill."""
    rules = counting.rules
    part = Part(source=leg.shipment, quantity=leg.shipped, since=leg.left_at, leg=leg)
    nothing = replace(part, quantity=ZERO)
    if leg.proven:
        part = replace(part, quantity=max(ZERO, min(leg.shipped, leg.delivered)), since=leg.proven_at or leg.left_at)
        short = leg.shipped - part.quantity
        if leg.accepted_by:
            return part, None, short
        return part, Gap(code="AR-POD-DIFF", quantity=short, leg=leg), ZERO
    if rules.value(SHIPPED_BY) != "warehouse":
        if leg.carried_at is None:
            return nothing, _waiting("AR-SHP-NOEVENT", leg, leg.left_at, rules.value(CARRIER_LAG_MAX), counting), ZERO
        part = replace(part, since=leg.carried_at)
    if counting.proof_required:
        gap = _waiting("AR-POD-MISS", leg, leg.arrives_at or leg.left_at, rules.value(PROOF_WINDOW), counting)
        if rules.value(PROOF_ASSUMED) and gap.until is not None and counting.at >= gap.until:
            return replace(part, since=gap.until), None, ZERO
        return nothing, gap, ZERO
    return part, None, ZERO


_STATUS: Final = {"AR-SHP-NOEVENT": "WAIT-CARRIER", "AR-POD-MISS": "WAIT-PROOF"}


def _waiting(code: str, leg: Leg, start: datetime | None, window: Clock | None, counting: Counting) -> Gap:
    hours = counting.rules.value(HOURS)
    until = None if start is None or window is None or hours is None else add(window, start, hours)
    waits = until is not None and counting.at < until
    return Gap(code=code, quantity=leg.shipped, leg=leg, until=until, status=_STATUS[code] if waits else "")
