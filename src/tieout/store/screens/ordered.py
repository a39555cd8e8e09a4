"""Cases in the order of a list, from any place in it forwards or backwards, by indexes alone.

The priority is stored, each of the day it was worked out for. As long as one of a tenant's open cases is of another day than the list,
after midnight or where a later page is of yesterday's order, all are worked out for the list: slower, and never another order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import BigIntegerField, Case, ExpressionWrapper, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from tieout.core.claim.priority import days_to_month_end
from tieout.core.values.scope import Scope
from tieout.store.models.claims import Case as Stored

By = Literal["priority", "moment", "closed"]
"""Highest priority first, earliest moment first, or last closed first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case stands: its priority on the day of the list (0 where that is not sorted by it), its moment, its id."""

    priority: int
    moment: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The order of a list: by what, on which day. `stored`: the priorities in the table are those of that day."""

    by: By
    day: date
    stored: bool = True


def order_of(scope: Scope, by: By, *, day: date, today: date) -> Order:
    """The order of a list on a day. What a stored priority says of days that have passed is not relied on. In a transaction."""
    if by != "priority":
        return Order(by=by, day=day)
    dated = Stored.objects.filter(tenant=scope.tenant, closed_at__isnull=True, priority_on__isnull=False)
    span = dated.aggregate(first=Min("priority_on"), last=Max("priority_on"))
    return Order(by=by, day=day, stored=day == today and {*span.values()} <= {None, day.toordinal()})


def places(
    cases: QuerySet[Stored], order: Order, *, size: int, beyond: Place | None = None, backwards: bool = False
) -> list[Place]:
    """The first `size` places, or those that follow a place, or (backwards) those before it, nearest first."""
    descending = (order.by == "closed") != backwards
    listed = cases.annotate(rank=_rank(order))
    if beyond:
        listed = listed.filter(_beyond(order, beyond, descending=descending, backwards=backwards))
    moments = ("-moment", "-id") if descending else ("moment", "id")
    ranks = ("rank" if backwards else "-rank",) if order.by == "priority" else ()
    rows = listed.order_by(*ranks, *moments).values_list("rank", "moment", "id")
    return [Place(priority=rank, moment=moment, id=id_) for rank, moment, id_ in rows[:size]]


def place_of(cases: QuerySet[Stored], case: UUID, order: Order) -> Place | None:
    """Where a case stands among these; None where it is not one of them."""
    row = cases.filter(id=case).annotate(rank=_rank(order)).values_list("rank", "moment").first()
    return None if row is None else Place(priority=row[0], moment=row[1], id=case)


def _rank(order: Order) -> Combinable:
    if order.by != "priority":
        return Value(0, output_field=BigIntegerField())
    return F("priority") if order.stored else priority_on(order.day)


def _beyond(order: Order, beyond: Place, *, descending: bool, backwards: bool) -> Q:
    step = "lt" if descending else "gt"
    later = Q((f"moment__{step}", beyond.moment)) | Q(("moment", beyond.moment), (f"id__{step}", beyond.id))
    if order.by != "priority":
        return Q((f"moment__{step}e", beyond.moment)) & later  # the first is where the index is entered
    less = "gt" if backwards else "lt"
    place = Q((f"rank__{less}", beyond.priority)) | (Q(rank=beyond.priority) & later)
    return Q((f"rank__{less}e", beyond.priority)) & place


def priority_on(day: date) -> Combinable:
    """`core.claim.priority.Pressure.on` for this day, as a database expression."""
    left = Greatest(F("last_day") - day.toordinal(), 1)
    share = Case(
        When(last_day__isnull=True, then=F("pressing") / days_to_month_end(day)),
        When(last_day__gte=day.toordinal(), then=F("pressing") / left),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    return ExpressionWrapper(F("steady") + share, output_field=BigIntegerField())
