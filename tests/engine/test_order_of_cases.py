"""The order of the worklist: by stored priorities or worked out for the list, on any day, page by page and from case to case."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tests.engine.rows import SCOPE
from tests.support.peek import peek
from tests.support.server import PEEK
from tieout.core.case.state import Case as CaseState
from tieout.core.claim.priority import Pressure
from tieout.core.values.ids import derive
from tieout.core.values.scope import Scope
from tieout.engine.due import prioritise
from tieout.formats import canonical_json
from tieout.store import cases as case_rows
from tieout.store.link import transaction
from tieout.store.models import Case, Waiting
from tieout.store.over_tenants import pending
from tieout.store.screens.ordered import order_of
from tieout.store.screens.worklist import Filter, View, neighbours, open_queues, worklist

pytestmark = pytest.mark.usefixtures("empty_database")
TODAY = date(2026, 3, 29)
DAYS = [TODAY + timedelta(days=k) for k in (0, 1, 2, 3, 9)]
VIEWS: tuple[View, ...] = ("open", "waiting", "closed")
AT = datetime(2026, 3, 29, 9, tzinfo=UTC)
STATE = canonical_json.encode(CaseState(id=derive("case"), tenant="t", claim="1", cause="c", opened_at=AT))


def fill(seed: int, count: int = 60) -> list[Case]:
    """Cases of all three views with priorities of every sort, many of them equal or equal but for what a division drops."""
    dice = random.Random(seed)
    rows = []
    for k in range(count):
        pressure = Pressure(
            steady=dice.choice((0, 0, 5, 5, 40)),
            pressing=dice.choice((0, 90, 91, 92, 4_000)),
            last_day=dice.choice((None, TODAY.toordinal() + dice.randint(-2, 4))),
        )
        view = dice.choice(VIEWS)
        rows.append(
            Case(
                tenant=SCOPE.tenant, id=derive("case", str(seed), str(k)), claim=derive("claim", str(k)), cause="c",
                code=dice.choice(("AP-PRC-OVER", "AP-QTY-INSP")), status="asked" if view == "waiting" else "held",
                queue=dice.choice(("", "purchasing", "receiving")), actor="", entity=dice.choice(("DE01", "AT02")),
                counterparty="S", number=str(k), currency="EUR", opened_at=AT, seq=1, head="", state=STATE,
                due_at=dice.choice((None, AT, AT + timedelta(hours=dice.randint(0, 3)))),
                wait_until=None, closed_at=AT + timedelta(hours=dice.randint(0, 3)) if view == "closed" else None,
                steady=pressure.steady, pressing=pressure.pressing, last_day=pressure.last_day,
                priority=pressure.on(TODAY), priority_on=pressure.holds_on(TODAY),
            )
        )  # fmt: skip
        rows[-1].save(using=PEEK, force_insert=True)
    return rows


def exact(rows: list[Case], view: View, by: str, day: date) -> list[UUID]:
    """The order by the core's own figure."""
    never = datetime.fromisoformat("9999-01-01T00:00:00+00:00")

    def rank(row: Case) -> int:
        pressure = Pressure(steady=row.steady, pressing=row.pressing, last_day=row.last_day)
        return 0 if by == "due" else -pressure.on(day)

    if view == "closed":
        gone = [row for row in rows if row.closed_at]
        return [row.id for row in sorted(gone, key=lambda row: (row.closed_at, row.id), reverse=True)]
    mine = [row for row in rows if not row.closed_at and (row.status == "asked") == (view == "waiting")]
    return [row.id for row in sorted(mine, key=lambda row: (rank(row), row.due_at or never, row.id))]


def listed(wanted: Filter, day: date, *, size: int, today: date | None = None) -> list[UUID]:
    """The ids of a list, page by page; its later pages are asked for on the day `today`."""
    ids: list[UUID] = []
    after, on = "", day
    while True:
        page = worklist(SCOPE, wanted, on=on, after=after, size=size)
        ids += [line.id for line in page.lines]
        if not (after := page.following):
            assert page.total == len(ids)
            return ids
        on = today or day


def is_stored(day: date) -> bool:
    with transaction(SCOPE):
        return order_of(SCOPE, "priority", day=day, today=day).stored


@pytest.mark.mission("S-21")
@pytest.mark.parametrize("seed", [1, 2])
def test_s21_the_order_is_that_of_the_core_on_every_day_whether_stored_or_worked_out(seed: int) -> None:
    rows = fill(seed)
    for day in DAYS:
        for stored in (False, True):
            if stored:
                while prioritise(SCOPE, day):
                    pass
            assert is_stored(day) == (stored or day == TODAY)
            for view in VIEWS:
                for by in ("priority", "due"):
                    wanted = Filter(view=view, by=by)
                    assert listed(wanted, day, size=7) == exact(rows, view, by, day), (day, stored, view, by)


@pytest.mark.mission("S-21")
def test_s21_later_pages_keep_the_order_of_the_day_of_the_first() -> None:
    """Midnight passes while somebody leafs, and the worker works out the priorities of the new day."""
    rows = fill(3)
    tomorrow = TODAY + timedelta(days=1)
    prioritise(SCOPE, tomorrow)
    assert listed(Filter(), TODAY, size=2, today=tomorrow) == exact(rows, "open", "priority", TODAY)
    assert exact(rows, "open", "priority", TODAY) != exact(rows, "open", "priority", tomorrow), "the days differ"


@pytest.mark.parametrize("day", DAYS[:2])
def test_neighbours_are_the_cases_before_and_after_in_the_list(day: date) -> None:
    rows = fill(4)
    for view in VIEWS:
        for by in ("priority", "due"):
            wanted, ids = Filter(view=view, by=by), exact(rows, view, by, day)
            for k, id_ in enumerate(ids):
                before, after = ids[k - 1] if k else None, ids[k + 1] if k + 1 < len(ids) else None
                assert neighbours(SCOPE, wanted, id_, on=day) == (before, after)
    gone = next(row for row in rows if row.closed_at)
    assert neighbours(SCOPE, Filter(), gone.id, on=day) == (None, exact(rows, "open", "priority", day)[0])


def test_counts_are_those_of_the_rows_for_every_filter_and_company() -> None:
    rows = fill(5)
    for entities in (frozenset[str](), frozenset({"DE01"})):
        scope = Scope(tenant=SCOPE.tenant, entities=entities)
        mine = [row for row in rows if row.entity in (entities or {row.entity})]
        for view in VIEWS:
            for queue, code, why in (
                ("", "", ""),
                ("purchasing", "", ""),
                ("-", "AP-PRC-OVER", ""),
                ("", "", "policy"),
            ):
                wanted = Filter(view=view, queue=queue, code=code, why=why, ruled=("AP-QTY-INSP",))  # type: ignore[arg-type]
                page = worklist(scope, wanted, on=TODAY, size=100)
                assert page.total == len(page.lines)
                assert len(page.lines) == sum(
                    row.id in exact(mine, view, "due", TODAY)
                    and (not queue or row.queue == queue.strip("-"))
                    and (not code or row.code == code)
                    and (not why or row.code == "AP-QTY-INSP")
                    for row in mine
                )
            numbers = dict(worklist(scope, Filter(view=view), on=TODAY).counts.queues(view))
            assert sum(numbers.values()) == len(exact(mine, view, "due", TODAY))
        assert open_queues(scope) == ("purchasing", "receiving")


def test_a_worker_works_the_priorities_out_anew_after_midnight() -> None:
    """Whoever writes a case with a priority of its day notes that there is work on the next."""
    fill(6, count=1)
    peek(Case).all().delete()
    peek(Waiting).all().delete()
    pressure = Pressure(pressing=900, last_day=TODAY.toordinal())
    row = case_rows.CaseRow(
        tenant=SCOPE.tenant, id=derive("case", "x"), claim=derive("claim", "x"), cause="c", code="", status="held", queue="",
        actor="", entity="", counterparty="", number="1", at_stake=None, currency="EUR", opened_at=AT, due_at=None,
        closed_at=None, wait_until=None, steady=0, pressing=900, last_day=pressure.last_day, priority=pressure.on(TODAY),
        priority_on=pressure.holds_on(TODAY), seq=1, head="", state=STATE,
    )  # fmt: skip
    with transaction(SCOPE):
        case_rows.put(SCOPE, [row])
    wait = [("priority", SCOPE.tenant, "")]
    assert pending(at=AT.replace(hour=23, minute=59)) == []
    midnight = datetime(2026, 3, 30, tzinfo=UTC)
    assert pending(at=midnight) == wait
    prioritise(SCOPE, midnight.date())
    assert pending(at=midnight) == []
    stored = peek(Case).get()
    assert (stored.priority, stored.priority_on) == (0, None), "nothing is lost any more, on no day"
    assert pending(at=midnight + timedelta(days=40)) == []
