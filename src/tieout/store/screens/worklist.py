"""The worklist: open cases by priority, a page at a time by keyset, so that page 200 costs no more than page 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as Choose
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from tieout.core.case.events import FindingBrief
from tieout.core.case.state import Case as CaseState
from tieout.core.claim.priority import days_to_month_end
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store.link import scoped
from tieout.store.models import Case, Claim
from tieout.store.screens import seen
from tieout.store.screens.resting_on import resting_on

View = Literal["open", "waiting", "closed"]
Sorted = Literal["priority", "due"]
PAGE: Final = 50
AWAITS_EVIDENCE: Final = Q(status__in=("waiting", "asked")) | Q(wait_until__isnull=False)
"""Cases that wait for evidence: goods, an inspection, a feed, an answer of the counterparty."""
_NEVER: Final = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to show; "" shows all. `view`: cases that need a person, that wait for evidence ("waiting"), or that are closed ("closed").

    `kinds` are the kinds of claims of `process`; `ruled` are the codes that are policy-driven, which `why` "policy" shows
    alone and "error" leaves out. `by` sorts by priority or by due date; closed cases have one order. `sorts` are the sorts of key by
    whose number `text` finds what rests on a document.
    """

    view: View = "open"
    by: Sorted = "priority"
    queue: str = ""
    code: str = ""
    counterparty: str = ""
    text: str = ""
    process: str = ""
    kinds: tuple[str, ...] = ()
    why: Literal["", "policy", "error"] = ""
    ruled: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One line of the list. `due_at`: by when somebody must act; `wait_until`: until when evidence may come. `lead` is the gravest
    finding."""

    id: UUID
    claim: UUID
    number: str
    counterparty: str
    code: str
    status: str
    queue: str
    assignee: str
    at_stake: Money | None
    opened_at: datetime
    due_at: datetime | None
    wait_until: datetime | None
    closed_at: datetime | None
    lead: FindingBrief | None
    cause: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One page. `following` is the cursor of the next page, "" at the end. `total` counts all pages of this filter."""

    lines: tuple[CaseLine, ...]
    following: str
    total: int


NO_OWNER: Final = "-"
"""How a filter asks for cases that have no queue yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen in the filters of a view: queues and codes with their number of cases."""

    queues: tuple[tuple[str, int], ...]
    codes: tuple[tuple[str, int], ...]


@scoped
def worklist(scope: Scope, wanted: Filter, *, on: date, after: str = "", size: int = PAGE) -> Worklist:
    """A page of cases: highest priority on the day `on` first, or earliest due first (closed cases: last closed first).

    All pages that a cursor leads to are in the order of the day on which the first was asked for. A damaged cursor is the
    first page.
    """
    cases = _filtered(scope, _in_view(seen.cases(scope), wanted.view), wanted)
    cursor = _place(after)
    day = cursor.day if cursor else on
    listed = kinded(cases).annotate(priority=_priority(wanted, day), moment=_moment(wanted.view))
    backwards = wanted.view == "closed"
    page = listed.order_by("-moment", "-id") if backwards else listed.order_by("-priority", "moment", "id")
    if cursor:
        page = page.filter(_beyond(cursor, backwards=backwards))
    rows = list(page[: size + 1])
    following = ""
    if len(rows) > size:
        last = rows[size - 1]
        following = f"{last.priority}~{last.moment.isoformat()}~{last.id}~{day.isoformat()}"
    return Worklist(lines=tuple(line_of(row) for row in rows[:size]), following=following, total=cases.count())


def _moment(view: View) -> Coalesce:
    columns = {"closed": ("closed_at",), "waiting": ("wait_until", "due_at"), "open": ("due_at",)}[view]
    return Coalesce(*columns, Value(_NEVER), output_field=DateTimeField())


def _priority(wanted: Filter, day: date) -> Combinable:
    """`core.ranking.Pressure.on` for this day, as a database expression."""
    if wanted.by == "due" or wanted.view == "closed":
        return Value(0, output_field=BigIntegerField())
    left = Greatest(F("last_day") - day.toordinal(), 1)
    share = Choose(
        When(last_day__isnull=True, then=F("pressing") / days_to_month_end(day)),
        When(last_day__gte=day.toordinal(), then=F("pressing") / left),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    return ExpressionWrapper(F("steady") + share, output_field=BigIntegerField())


@scoped
def choices(scope: Scope, view: View) -> Choices:
    """What the filters of a view offer."""
    cases = _in_view(seen.cases(scope), view)
    queues = cases.values_list("queue").annotate(cases=Count("*")).order_by("queue")
    codes = cases.values_list("code").annotate(cases=Count("*")).order_by("code")
    return Choices(queues=tuple((name or NO_OWNER, count) for name, count in queues), codes=tuple(codes))


@scoped
def sizes(scope: Scope) -> dict[View, int]:
    """How many cases each view holds."""
    cases = seen.cases(scope)
    return {"open": _in_view(cases, "open").count(), "waiting": _in_view(cases, "waiting").count()}


def kinded(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The same cases, each with the kind of its claim."""
    owner = Claim.objects.filter(tenant=OuterRef("tenant"), id=OuterRef("claim"))
    return cases.annotate(claim_kind=Subquery(owner.values("kind")[:1]))


def line_of(row: Case) -> CaseLine:
    """A row of the table as a line of the list; the claim's kind only where `kinded` has read it."""
    state = canonical_json.decode_as(CaseState, bytes(row.state))
    return CaseLine(
        id=row.id,
        claim=row.claim,
        number=row.number,
        counterparty=row.counterparty,
        code=row.code,
        status=row.status,
        queue=row.queue,
        assignee=row.actor,
        at_stake=seen.amount(row.at_stake, row.currency),
        opened_at=row.opened_at,
        due_at=row.due_at,
        wait_until=row.wait_until,
        closed_at=row.closed_at,
        lead=state.findings[0] if state.findings else None,
        cause=row.cause,
        kind=getattr(row, "claim_kind", None) or "",
    )


def _in_view(cases: QuerySet[Case], view: View) -> QuerySet[Case]:
    if view == "closed":
        return cases.filter(closed_at__isnull=False)
    still_open = cases.filter(closed_at__isnull=True)
    return still_open.filter(AWAITS_EVIDENCE) if view == "waiting" else still_open.exclude(AWAITS_EVIDENCE)


def _filtered(scope: Scope, cases: QuerySet[Case], wanted: Filter) -> QuerySet[Case]:
    if wanted.queue:
        cases = cases.filter(queue="" if wanted.queue == NO_OWNER else wanted.queue)
    if wanted.code:
        cases = cases.filter(code=wanted.code)
    if wanted.process:
        owners = Claim.objects.filter(tenant=OuterRef("tenant"), id=OuterRef("claim"), kind__in=wanted.kinds)
        cases = cases.filter(Exists(owners))
    if wanted.why:
        ruled = Q(code__in=wanted.ruled)
        cases = cases.filter(ruled if wanted.why == "policy" else ~ruled)
    if wanted.counterparty:
        cases = cases.filter(counterparty__icontains=wanted.counterparty)
    if wanted.text:
        matches = (
            Q(number__icontains=wanted.text)
            | Q(counterparty__icontains=wanted.text)
            | Q(code__istartswith=wanted.text)
            | Q(resting_on(scope, wanted.text, wanted.sorts, claim="claim"))
        )
        cases = cases.filter(matches)
    return cases


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cursor:
    """The last line of a page, and the day for which it was sorted."""

    priority: int
    moment: datetime
    id: UUID
    day: date


def _place(cursor: str) -> _Cursor | None:
    try:
        priority, moment, last, day = cursor.split("~")
        return _Cursor(
            priority=int(priority), moment=datetime.fromisoformat(moment), id=UUID(last), day=date.fromisoformat(day)
        )
    except ValueError:
        return None


def _beyond(last: _Cursor, *, backwards: bool) -> Q:
    if backwards:
        return Q(moment__lt=last.moment) | Q(moment=last.moment, id__lt=last.id)
    later = Q(moment__gt=last.moment) | Q(moment=last.moment, id__gt=last.id)
    return Q(priority__lt=last.priority) | (Q(priority=last.priority) & later)
