"""Statements of contracts' own periods on a real database, against an oracle that goes through the events one by one (ING-17, MAT-26)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.engine.samples import take
from tests.metering.motor import engine
from tests.metering.test_counting import AT, START, company, count, event, in_force, stated
from tests.support.peek import peek
from tieout.metering.core.usage import UsageEvent
from tieout.metering.engine.owners import map_identifiers, mapping
from tieout.metering.engine.publish import publish, refresh
from tieout.store.models import UsageHour, UsageTouched
from tieout.trade.documents.subscription import Amendment, Subscription, SubscriptionLine
from tieout.trade.documents.usage import HourRange, Meter, UsageStatement

if TYPE_CHECKING:
    from tests.support.server import Database

METERED = SubscriptionLine(id="U", plan="api", basis="usage", price=Decimal("0.50"), meter="api")
BERLIN = "2026-05-15..2026-06-14/Europe%2FBerlin"


def contract(account: str = "acme", anchor: str = "15", zone: str = "Europe/Berlin", **more: object) -> Subscription:
    given: dict[str, object] = {
        "number": f"M-{account}-{anchor}-{zone}", "account": account, "currency": "EUR", "lines": (METERED,), "anchor": anchor,
        "zone": zone, "starts_on": date(2026, 1, 15), **more,
    }  # fmt: skip
    return Subscription(**given)  # type: ignore[arg-type]


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """An instant by the clock of a place."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def closed(begins: datetime, ends: datetime, feed: str = "core") -> list[UsageEvent]:
    """The feed closes every hour from an instant until before another."""
    hours = int((ends - begins) / timedelta(hours=1))
    return [
        replace(event(0), kind="hour_closed", feed=feed, occurred_at=begins + timedelta(hours=hour))
        for hour in range(hours)
    ]


@pytest.mark.mission("ING-17", "MAT-26")
@pytest.mark.parametrize("seed", range(4))
def test_any_order_gives_what_the_events_of_the_period_come_to(database: Database, seed: int) -> None:
    """ING-17, MAT-26: in half-hour zones, over changes of clocks, corrected and late; whenever the contract came."""
    dice = random.Random(seed)
    zones = ["Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "", "Australia/Lord_Howe"]
    contracts = [
        contract(anchor=dice.choice(["1", "15", "31", "calendar"]), zone=zone) for zone in dice.sample(zones, 3)
    ]
    midnights = [
        datetime(2026, month, day, tzinfo=UTC)
        for month in (3, 4, 5)
        for day in (1, 15, 29, 30, 31)
        if (month, day) != (4, 31)
    ]
    events = [
        event(n, quantity=str(Decimal(dice.randint(0, 400)) / 4),
              occurred_at=dice.choice(midnights) + timedelta(minutes=dice.randint(-30, 30) * 30 + dice.choice([0, 0, -1, 15])))
        for n in range(120)
    ]  # fmt: skip
    corrections = [
        event(
            k,
            id=f"c{k}",
            corrects=one.id,
            quantity=str(dice.randint(0, 9)),
            occurred_at=one.occurred_at + timedelta(days=40),
        )
        for k, one in enumerate(dice.sample(events, 20))
    ]
    motor = engine()
    scope = company(motor)
    before = dice.randint(0, 3)
    take(motor, scope, *contracts[:before], at=START)
    came: dict[str, datetime] = {}
    left = dice.sample(events + corrections, 140)
    for now in (at("2026-04-01T00:10:00", "UTC"), at("2026-05-15T00:00:00"), at("2026-06-20T00:00:00", "UTC")):
        some, left = left[:50], left[50:]
        came |= {one.id: now for one in some}
        count(motor, scope, *some, at=now)
        publish(motor, scope, at=now)
    take(motor, scope, *contracts[before:], at=AT)
    publish(motor, scope, at=AT)
    assert peek(UsageTouched).filter(tenant=scope.tenant).count() == 0
    statements = [one for one in in_force(scope, "usage_statement").values() if isinstance(one, UsageStatement)]
    assert {one.zone for one in statements} >= {given.zone for given in contracts}
    for statement in statements:
        _is_what_the_events_say(statement, events, corrections, came)


def _is_what_the_events_say(
    statement: UsageStatement,
    events: Iterable[UsageEvent],
    corrections: Iterable[UsageEvent],
    came: dict[str, datetime],
) -> None:
    zone = ZoneInfo(statement.zone or "UTC")
    fixed = {one.corrects: one.quantity for one in corrections}
    inside = [
        one for one in events if statement.period_from <= one.occurred_at.astimezone(zone).date() <= statement.period_to
    ]
    assert statement.quantity == sum((fixed.get(one.id, one.quantity) for one in inside), Decimal(0)), statement.number
    assert statement.events == len(inside)
    assert statement.corrected == sum(one.id in fixed for one in inside)
    assert statement.last_event_at == max((one.occurred_at for one in inside), default=None)
    late = [one for one in inside if came[one.id].astimezone(zone).date() > statement.period_to]
    assert statement.late == len(late), statement.number


@pytest.mark.mission("ING-17")
@pytest.mark.parametrize(("aggregation", "quantity"), [("max", "9"), ("last", "2"), ("count", "3")])
def test_a_meter_that_does_not_add_up_counts_parts_of_hours_too(
    database: Database, aggregation: str, quantity: str
) -> None:
    """ING-17: midnight in Kolkata is half past an hour of UTC; what is before it belongs to the period before."""
    motor = engine()
    scope = company(motor)
    take(motor, scope, Meter(number="seats", aggregation=aggregation, proof="hours"), at=AT + timedelta(hours=1))  # type: ignore[arg-type]
    take(motor, scope, contract(zone="Asia/Kolkata", lines=(replace(METERED, meter="seats"),)), at=AT)
    begins = at("2026-05-15T00:00:00", "Asia/Kolkata")
    seats = {-1: "100", 0: "9", 14: "5", 60 * 24 * 31 - 1: "2", 60 * 24 * 31: "200"}
    count(
        motor, scope,
        *(event(at, meter="seats", quantity=used, occurred_at=begins + timedelta(minutes=at)) for at, used in seats.items()),
    )  # fmt: skip
    publish(motor, scope, at=AT)
    statement = stated(scope, "seats/acme/2026-05-15..2026-06-14/Asia%2FKolkata")
    assert statement.quantity == Decimal(quantity)
    assert statement.missing == (HourRange(first=1, last=743),), "the first hour and the last have events"


@pytest.mark.mission("MAT-26", "S-26")
def test_a_period_is_proven_by_its_own_hours(database: Database) -> None:
    """MAT-26, S-26: 743 hours where the clocks go forward; the last is missing until it is closed; other months do not matter."""
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(), at=AT)
    begins, ends = at("2026-03-15T00:00:00"), at("2026-04-15T00:00:00")
    number = "api/acme/2026-03-15..2026-04-14/Europe%2FBerlin"
    count(motor, scope, event(1, occurred_at=begins), *closed(begins, ends - timedelta(hours=1)))
    publish(motor, scope, at=AT)
    statement = stated(scope, number)
    assert (statement.hours, statement.missing) == (743, (HourRange(first=742, last=742),))
    count(motor, scope, *closed(ends - timedelta(hours=1), ends), at=AT)
    publish(motor, scope, at=AT)
    assert stated(scope, number).missing == ()
    assert stated(scope, "api/acme/2026-03").missing[0] == HourRange(first=0, last=334)
    # An hour of UTC of which the period has a part must be closed as well.
    take(motor, scope, contract(zone="Asia/Kolkata"), at=AT)
    publish(motor, scope, at=AT)
    kolkata = stated(scope, "api/acme/2026-03-15..2026-04-14/Asia%2FKolkata")
    assert (kolkata.hours, kolkata.missing) == (745, (HourRange(first=0, last=4),))


@pytest.mark.mission("MAT-26")
def test_a_number_that_was_skipped_counts_in_the_periods_around_it(database: Database) -> None:
    """MAT-26: the number between two months is missing in both contracts' periods that hold them, until its event has come."""
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(), at=AT)
    march, april, may = (at(f"2026-{month:02}-20T12:00:00") for month in (3, 4, 5))
    times = [march, march, april - timedelta(days=10), may, may + timedelta(days=20)]
    numbers = [1, 2, 4, 6, 8]
    count(motor, scope, *(event(n, sequence=n, occurred_at=time) for n, time in zip(numbers, times, strict=True)))
    publish(motor, scope, at=AT)

    def gaps() -> list[tuple[str, ...]]:
        made = ("2026-03-15..2026-04-14", "2026-04-15..2026-05-14", "2026-05-15..2026-06-14")
        stated_ones = in_force(scope, "usage_statement")
        return [getattr(stated_ones.get(f"api/acme/{days}/Europe%2FBerlin"), "gaps", ()) for days in made]

    assert gaps() == [("core 3",), (), ("core 7",)]
    count(
        motor,
        scope,
        event(5, sequence=5, occurred_at=april),
        event(7, sequence=7, occurred_at=may + timedelta(days=60)),
    )
    publish(motor, scope, at=AT)
    assert gaps() == [("core 3",), (), ()], "number 7 came with an event of July"
    count(motor, scope, event(3, sequence=3, occurred_at=march), at=AT)
    publish(motor, scope, at=AT)
    assert gaps() == [(), (), ()]


@pytest.mark.mission("ING-13", "S-27")
def test_a_mapping_moves_usage_between_the_periods_of_two_accounts(database: Database) -> None:
    """ING-13, S-27: accounts with other anchors and zones; a mapping that is taken back leaves zero, not the old figure."""
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(), contract("bolt", "1", "Asia/Kolkata"), at=AT)
    count(motor, scope, event(1, "x-77", occurred_at=at("2026-05-31T19:00:00", "UTC")))
    publish(motor, scope, at=AT)
    assert "x-77" not in "".join(in_force(scope, "usage_statement"))
    june = "api/bolt/2026-06-01..2026-06-30/Asia%2FKolkata"

    def move(to: str, hour: int) -> None:
        now = AT + timedelta(hours=hour)
        map_identifiers(motor, scope, [mapping("x-77", to, by="priya", at=now)], at=now)
        refresh(scope, ["x-77"], engine=motor)
        publish(motor, scope, at=now)

    move("acme", 1)
    assert (stated(scope, f"api/acme/{BERLIN}").quantity, june in in_force(scope, "usage_statement")) == (
        Decimal(2),
        False,
    )
    move("bolt", 2)
    assert (stated(scope, f"api/acme/{BERLIN}").quantity, stated(scope, june).quantity) == (Decimal(0), Decimal(2))


@pytest.mark.mission("MAT-26")
def test_history_is_of_periods_alike_and_follows_corrections(database: Database) -> None:
    """MAT-26: a correction of an earlier period is in the history of the later ones; parts of periods have none."""
    motor = engine()
    scope = company(motor)
    dearer = Amendment(
        number="A",
        subscription="M-acme-15-Europe/Berlin",
        effective_on=date(2026, 6, 1),
        lines=(replace(METERED, price=Decimal(1)),),
    )
    take(motor, scope, contract(), dearer, at=AT)
    used = [(f"2026-{month:02}-20T12:00:00", str(month)) for month in (2, 3, 4, 5)]
    count(motor, scope, *(event(k, quantity=quantity, occurred_at=at(time)) for k, (time, quantity) in enumerate(used)))
    publish(motor, scope, at=AT)
    assert stated(scope, f"api/acme/{BERLIN}").history == (Decimal(2), Decimal(3), Decimal(4))
    assert stated(scope, "api/acme/2026-05-15..2026-05-31/Europe%2FBerlin").history == ()
    assert stated(scope, "api/acme/2026-06-01..2026-06-14/Europe%2FBerlin").quantity == 0
    count(motor, scope, event(9, id="fix", corrects="e1", quantity="30"), at=AT)
    publish(motor, scope, at=AT)
    assert stated(scope, f"api/acme/{BERLIN}").history == (Decimal(2), Decimal(30), Decimal(4))


def test_what_was_stated_once_is_kept_up_to_date_whatever_the_contract_says_now(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(number="M"), at=AT)
    count(motor, scope, event(1, occurred_at=at("2026-05-20T12:00:00")))
    publish(motor, scope, at=AT)
    take(motor, scope, contract(number="M", anchor="1"), at=AT + timedelta(hours=1))
    count(motor, scope, event(2, occurred_at=at("2026-05-21T12:00:00")))
    publish(motor, scope, at=AT)
    assert stated(scope, f"api/acme/{BERLIN}").quantity == Decimal(4)
    assert stated(scope, "api/acme/2026-05-01..2026-05-31/Europe%2FBerlin").quantity == Decimal(4)


def test_nothing_new_writes_no_new_statement_of_a_period(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(), contract(anchor="1", zone="Asia/Kolkata"), at=AT)
    events = [event(k, occurred_at=at("2026-05-20T12:00:00") + timedelta(hours=k)) for k in range(5)]
    count(motor, scope, *events)
    assert publish(motor, scope, at=AT) == 1 + 1 + 1
    take(motor, scope, contract(), at=AT + timedelta(hours=1))
    count(motor, scope, *events[::-1])
    assert publish(motor, scope, at=AT) == 0


def test_two_companies_with_an_account_of_one_name_have_the_periods_of_both(database: Database) -> None:
    """The usage is the account's; each company's contract is billed by its own days. Other tenants see nothing of it."""
    motor = engine()
    scope, other = company(motor), company(motor)
    here, abroad = (
        contract(entity="DE01", number="A"),
        contract(entity="IN01", number="B", anchor="1", zone="Asia/Kolkata"),
    )
    take(motor, scope, here, abroad, at=AT)
    for one in (scope, other):
        count(
            motor,
            one,
            event(1, occurred_at=at("2026-05-31T18:15:00", "UTC")),
            event(2, occurred_at=at("2026-05-31T18:45:00", "UTC")),
        )
        publish(motor, one, at=AT)
    assert stated(scope, f"api/acme/{BERLIN}").quantity == Decimal(4)
    may, june = (
        stated(scope, f"api/acme/{days}/Asia%2FKolkata")
        for days in ("2026-05-01..2026-05-31", "2026-06-01..2026-06-30")
    )
    assert (may.quantity, june.quantity) == (Decimal(2), Decimal(2))
    assert set(in_force(other, "usage_statement")) == {"api/acme/2026-05"}


def test_events_of_an_earlier_release_are_never_called_late(database: Database) -> None:
    """Nobody knows when they came; a further event of their hour that comes late is counted alone."""
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(), at=AT)
    time = at("2026-06-14T23:10:00")
    count(motor, scope, event(1, occurred_at=time), at=time)
    peek(UsageHour).filter(tenant=scope.tenant).update(came_first=None, came_last=None)
    count(motor, scope, event(2, occurred_at=time), at=time + timedelta(hours=3))
    publish(motor, scope, at=AT)
    assert (stated(scope, f"api/acme/{BERLIN}").events, stated(scope, f"api/acme/{BERLIN}").late) == (2, 1)


def test_periods_follow_each_other_without_gap_or_overlap(database: Database) -> None:
    """The statements of a year add up to the events of the year, whatever the clocks do."""
    motor = engine()
    scope = company(motor)
    take(motor, scope, contract(anchor="31"), at=AT)
    begins = at("2026-01-31T00:00:00")
    count(motor, scope, *(event(k, quantity="1", occurred_at=begins + timedelta(hours=7 * k)) for k in range(1000)))
    publish(motor, scope, at=AT)
    own = sorted(
        (one for one in in_force(scope, "usage_statement").values() if isinstance(one, UsageStatement) and one.zone),
        key=lambda one: one.period_from,
    )
    assert all(one.period_to + timedelta(days=1) == other.period_from for one, other in pairwise(own))
    assert sum(one.quantity for one in own) == 1000
    assert [one.hours for one in own[:4]] == [24 * 28, 24 * 31 - 1, 24 * 30, 24 * 31]
