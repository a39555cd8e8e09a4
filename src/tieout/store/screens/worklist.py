"""The worklist: open cases by priority, a page at a time by keyset, so that page 200 costs no more than page 1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from tieout.core.case.events import FindingBrief
from tieout.core.case.state import Case as CaseState
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store.link import query, scoped
from tieout.store.models import Case, Claim
from tieout.store.screens import seen
from tieout.store.screens.ordered import By, Place, order_of, place_of, places
from tieout.store.screens.resting_on import resting_on

View = Literal["open", "waiting", "closed"]
Sorted = Literal["priority", "due"]
PAGE: Final = 50


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


NO_OWNER: Final = "-"
"""How a filter asks for cases that have no queue yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many cases there are, by view, queue and code: those that are not closed, or of the closed view all of that."""

    rows: tuple[tuple[View, str, str, int], ...] = ()

    @property
    def sizes(self) -> dict[View, int]:
        """How many cases each view holds."""
        sizes: dict[View, int] = {"open": 0, "waiting": 0}
        for view, _, _, number in self.rows:
            sizes[view] = sizes.get(view, 0) + number
        return sizes

    def queues(self, view: View) -> tuple[tuple[str, int], ...]:
        """The queues of a view with their number of cases, as a filter names them."""
        return self._summed((queue or NO_OWNER, number) for name, queue, _, number in self.rows if name == view)

    def codes(self, view: View) -> tuple[tuple[str, int], ...]:
        """The codes of a view with their number of cases."""
        return self._summed((code, number) for name, _, code, number in self.rows if name == view)

    @staticmethod
    def _summed(numbers: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        sums: Counter[str] = Counter()
        for name, number in numbers:
            sums[name] += number
        return tuple(sorted(sums.items(), key=lambda row: (row[0] != NO_OWNER, row[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One page. `following` is the cursor of the next page, "" at the end. `total` counts all pages of this filter."""

    lines: tuple[CaseLine, ...]
    following: str
    total: int
    counts: Counts


@scoped
def worklist(scope: Scope, wanted: Filter, *, on: date, after: str = "", size: int = PAGE) -> Worklist:
    """A page of cases: highest priority on the day `on` first, or earliest due first (closed cases: last closed first).

    All pages that a cursor leads to are in the order of the day on which the first was asked for. A damaged cursor is the
    first page.
    """
    cases = _filtered(scope, _in_view(scope, wanted.view), wanted)
    cursor = _place(after)
    beyond, day = cursor or (None, on)
    listed = places(cases, order_of(scope, _by(wanted), day=day, today=on), size=size + 1, beyond=beyond)
    following = ""
    if len(listed) > size:
        last = listed[size - 1]
        following = f"{last.priority}~{last.moment.isoformat()}~{last.id}~{day.isoformat()}"
    counts = counted(scope, closed=wanted.view == "closed")
    total = _total(counts, wanted)
    return Worklist(
        lines=_lines(scope, [place.id for place in listed[:size]]),
        following=following,
        total=cases.count() if total is None else total,
        counts=counts,
    )


@scoped
def neighbours(scope: Scope, wanted: Filter, case: UUID, *, on: date) -> tuple[UUID | None, UUID | None]:
    """The cases before and after one in its list on the day `on`; where it is not in the list, none and the list's first."""
    cases = _filtered(scope, _in_view(scope, wanted.view), wanted)
    order = order_of(scope, _by(wanted), day=on, today=on)
    place = place_of(cases, case, order)
    before = places(cases, order, size=1, beyond=place, backwards=True) if place else []
    after = places(cases, order, size=1, beyond=place)
    return next((place.id for place in before), None), next((place.id for place in after), None)


@scoped
def counted(scope: Scope, *, closed: bool = False) -> Counts:
    """How many cases there are, in one query; closed ones only where they are asked for, because they grow."""
    views: list[View] = ["closed", "open", "waiting"] if closed else ["open", "waiting"]
    rows = seen.cases(scope).filter(view__in=views).values_list("view", "queue", "code")
    return Counts(rows=tuple(rows.annotate(cases=Count("*")).order_by()))


@scoped
def open_queues(scope: Scope) -> tuple[str, ...]:
    """The queues that have cases which are not closed, sorted: from one to the next by index, however many cases they have."""
    within = "tenant = %(tenant)s and closed_at is null" + (" and entity = any(%(entities)s)" if scope.entities else "")
    sql = f"""
        with recursive queues as (
            (select queue from store_case where {within} order by queue limit 1)
            union all
            select (select c.queue from store_case c where {within} and c.queue > queues.queue order by c.queue limit 1)
            from queues where queues.queue is not null
        )
        select queue from queues where queue <> ''
    """
    rows = query(scope, sql, {"tenant": scope.tenant, "entities": sorted(scope.entities)})
    return tuple(queue for (queue,) in rows)


def _in_view(scope: Scope, view: View) -> QuerySet[Case]:
    cases = seen.cases(scope).filter(view=view)
    return cases if view == "closed" else cases.filter(closed_at__isnull=True)


def _by(wanted: Filter) -> By:
    if wanted.view == "closed":
        return "closed"
    return "moment" if wanted.by == "due" else "priority"


def _total(counts: Counts, wanted: Filter) -> int | None:
    """How many cases a filter shows, where that is counted already."""
    if wanted.process or wanted.counterparty or wanted.text:
        return None
    queue = "" if wanted.queue == NO_OWNER else wanted.queue
    return sum(
        number
        for view, its_queue, code, number in counts.rows
        if view == wanted.view
        and (not wanted.queue or its_queue == queue)
        and (not wanted.code or code == wanted.code)
        and (not wanted.why or (code in wanted.ruled) == (wanted.why == "policy"))
    )


def _lines(scope: Scope, ids: Sequence[UUID]) -> tuple[CaseLine, ...]:
    rows = {row.id: row for row in kinded(seen.cases(scope).filter(id__in=ids))}
    return tuple(line_of(rows[id_]) for id_ in ids if id_ in rows)


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


def _place(cursor: str) -> tuple[Place, date] | None:
    """The last line of a page, and the day for which it was sorted; None for no cursor, or a damaged one."""
    try:
        priority, moment, last, day = cursor.split("~")
        place = Place(priority=int(priority), moment=datetime.fromisoformat(moment), id=UUID(last))
        return place, date.fromisoformat(day)
    except ValueError:
        return None
