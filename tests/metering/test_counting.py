"""Counting usage on a real database: once, however often and in whatever order events come, and wherever a process dies."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.engine.samples import take
from tests.metering.motor import engine
from tests.support.peek import peek
from tieout import app
from tieout.core.documents.kind import Document
from tieout.core.values.errors import Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.metering.core.usage import UsageEvent, event_key, fold
from tieout.metering.engine.counting import Counter, count_left_over, ingest_usage, read_again
from tieout.metering.engine.owners import map_identifiers, mapping
from tieout.metering.engine.publish import publish, refresh
from tieout.store.models import Document as DocumentTable
from tieout.store.models import SourceFile, UsageBatch, UsageHour, UsageRefused, UsageSeries, UsageTouched
from tieout.store.models import UsageEvent as EventTable
from tieout.trade.documents.contract import ContractLine
from tieout.trade.documents.price_list import PriceList
from tieout.trade.documents.reference import ProductIds
from tieout.trade.documents.subscription import Subscription, SubscriptionLine
from tieout.trade.documents.usage import HourRange, Meter, UnmappedUsage, UsageStatement

if TYPE_CHECKING:
    from tests.support.server import Database

START = datetime(2026, 5, 1, tzinfo=UTC)
AT = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
STEPS = ("usage.accepted", "usage.read", "usage.counted", "usage.written", "usage.committed")
PUBLISHING = ("usage.taken", "usage.added_up", "usage.stated", "usage.published")


def event(n: int, identifier: str = "acme", *, meter: str = "api", quantity: str = "2", **more: object) -> UsageEvent:
    """An event of one feed, ten minutes apart."""
    given: dict[str, object] = {
        "id": f"e{n}",
        "meter": meter,
        "identifier": identifier,
        "occurred_at": START + timedelta(minutes=10 * n),
        "quantity": Decimal(quantity),
        "feed": "core",
        **more,
    }
    return UsageEvent(**given)  # type: ignore[arg-type]


def lines(events: Iterable[UsageEvent]) -> bytes:
    """As NDJSON."""
    return b"".join(json.dumps(_plain(event)).encode() + b"\n" for event in events)


def _plain(event: UsageEvent) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": event.id,
        "meter": event.meter,
        "identifier": event.identifier,
        "feed": event.feed,
    }
    fields |= {"occurred_at": event.occurred_at.isoformat(), "quantity": str(event.quantity), "kind": event.kind}
    if event.sequence is not None:
        fields["sequence"] = event.sequence
    if event.corrects:
        fields["corrects"] = event.corrects
    return fields


def closings(hours: Iterable[int], meter: str = "api", feed: str = "core") -> list[UsageEvent]:
    """The feed closes these hours of May."""
    return [
        replace(event(0), kind="hour_closed", meter=meter, feed=feed, occurred_at=START + timedelta(hours=hour))
        for hour in hours
    ]


def company(motor: Engine) -> Scope:
    """A tenant with a meter, a list price, and the accounts acme and bolt."""
    scope = Scope(tenant=f"t-{uuid4().hex[:12]}", actor="anna")
    documents: list[Document] = [
        Meter(number="api", unit="EA", product="API"),
        Meter(number="seats", aggregation="max", proof="hours"),
        PriceList(
            number="L1",
            currency="EUR",
            lines=(ContractLine(product=ProductIds(seller="API"), price=Decimal("0.50"), unit="EA"),),
        ),
        *(Subscription(number=f"SUB-{name}", account=name, currency="EUR", lines=()) for name in ("acme", "bolt")),
    ]
    take(motor, scope, *documents, at=AT)
    return scope


def count(motor: Engine, scope: Scope, *events: UsageEvent, at: datetime = AT) -> None:
    ingest_usage(motor, scope, [lines(events)], at=at, feed="core")


def in_force(scope: Scope, kind: str) -> dict[str, Document]:
    """Documents of a kind in force, by number."""
    rows = peek(DocumentTable).filter(tenant=scope.tenant, kind=kind, superseded_at=None)
    return {row.number: canonical_json.decode(app.kinds(), kind, bytes(row.body)) for row in rows}


def stated(scope: Scope, number: str = "api/acme/2026-05") -> UsageStatement:
    statement = in_force(scope, "usage_statement")[number]
    assert isinstance(statement, UsageStatement)
    return statement


def unmapped(scope: Scope, number: str) -> UnmappedUsage:
    usage = in_force(scope, "stray_usage")[number]
    assert isinstance(usage, UnmappedUsage)
    return usage


def totals(scope: Scope) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """Everything in the rows of hours."""
    series = {row.id: (row.meter, row.identifier) for row in peek(UsageSeries).filter(tenant=scope.tenant)}
    return {
        (*series[row.series], row.hour): (
            row.total, row.largest, row.latest, row.latest_at, bytes(row.latest_key), row.events, row.corrected,
        )
        for row in peek(UsageHour).filter(tenant=scope.tenant)
    }  # fmt: skip


def folded(events: Iterable[UsageEvent]) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """The totals of `metering.core.usage` for them."""
    return {
        (meter, identifier, hour): (
            total.total, total.largest, total.latest, total.latest_at, total.latest_key, total.events, total.corrected,
        )
        for (_, meter, identifier), hours in fold(events).hours.items()
        for hour, total in hours.items()
    }  # fmt: skip


def mixture(seed: int) -> list[UsageEvent]:
    """Events of two meters and three identifiers, some corrected (twice, too), some of them sent twice."""
    dice = random.Random(seed)
    events = [
        event(
            n,
            dice.choice(["acme", "bolt", "x-77"]),
            meter=dice.choice(["api", "seats"]),
            quantity=str(dice.randint(0, 50) / Decimal(4)),
            occurred_at=START + timedelta(minutes=dice.choice([0, 5, 61, 62, 500])),
            id=str(uuid4()) if dice.random() < 0.5 else f"e{n}",
        )
        for n in range(60)
    ]
    corrections = [
        replace(
            original,
            id=f"c-{original.id}-{k}",
            corrects=original.id,
            quantity=Decimal(dice.randint(0, 9)),
            occurred_at=original.occurred_at + timedelta(days=k),
        )
        for original in dice.sample(events, 12)
        for k in range(dice.randint(1, 2))
    ]
    adrift = [event(900, id="c-nobody", corrects="never-came")]
    return events + corrections + adrift + dice.sample(events, 10)


@pytest.mark.mission("ING-13", "ING-17")
@pytest.mark.parametrize("seed", range(4))
def test_any_order_in_any_pieces_gives_what_the_page_gives(database: Database, seed: int) -> None:
    """ING-13, ING-17: late, repeated, corrected, before or after what they correct."""
    motor = engine()
    events = mixture(seed)
    dice = random.Random(seed + 100)
    scopes = []
    for _ in range(3):
        scope = company(motor)
        shuffled = dice.sample(events, len(events))
        while shuffled:
            size = dice.randint(1, 30)
            count(motor, scope, *shuffled[:size])
            shuffled = shuffled[size:]
        publish(motor, scope, at=AT)
        scopes.append(scope)
    assert totals(scopes[0]) == folded(events)
    assert totals(scopes[1]) == totals(scopes[2]) == totals(scopes[0])
    statements = [in_force(scope, "usage_statement") | in_force(scope, "stray_usage") for scope in scopes]
    assert statements[0] == statements[1] == statements[2]
    assert {"api/acme/2026-05", "seats/bolt/2026-05", "api/x-77/2026-05"} <= statements[0].keys()


@pytest.mark.mission("MAT-26", "S-26")
def test_a_statement_says_what_was_used_and_which_hours_are_proven(database: Database) -> None:
    """MAT-26, S-26: the last hours of the month are missing until the feed has closed them."""
    motor = engine()
    scope = company(motor)
    count(motor, scope, *(event(n, sequence=n) for n in range(12) if n != 7), *closings(range(700)))
    publish(motor, scope, at=AT)
    statement = stated(scope)
    assert (statement.quantity, statement.events, statement.hours) == (Decimal(22), 11, 744)
    assert statement.missing == (HourRange(first=700, last=743),)
    assert statement.gaps == ("core 7",)
    late = datetime(2026, 6, 2, tzinfo=UTC)
    count(motor, scope, event(7, sequence=7), *closings(range(700, 744)), at=late)
    publish(motor, scope, at=late)
    statement = stated(scope)
    assert (statement.quantity, statement.missing, statement.gaps, statement.late) == (Decimal(24), (), (), 1)
    count(motor, scope, event(500, id="fix", corrects="e3", quantity="10"), at=late)
    publish(motor, scope, at=late)
    assert (stated(scope).quantity, stated(scope).corrected) == (Decimal(32), 1)


@pytest.mark.mission("MAT-26")
def test_an_hour_is_proven_when_every_feed_has_closed_it(database: Database) -> None:
    """MAT-26: a second feed that has closed less is what counts; an account without any usage has its statement too."""
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1), event(2, feed="edge"), event(3, "bolt", occurred_at=START - timedelta(days=3)))
    count(motor, scope, *closings(range(744)), *closings(range(10), feed="edge"))
    publish(motor, scope, at=AT)
    assert stated(scope).missing == (HourRange(first=10, last=743),)
    nothing = stated(scope, "api/bolt/2026-05")
    assert (nothing.quantity, nothing.events) == (Decimal(0), 0)
    assert nothing.history == (Decimal(2),)


@pytest.mark.mission("MAT-26")
def test_who_used_nothing_has_a_statement_that_says_so(database: Database) -> None:
    """MAT-26: a contract is billed by a meter whose hours are closed, before or after the contract, and no event has ever come."""
    motor = engine()
    scope = company(motor)
    quiet = Subscription(
        number="S7", account="quiet", currency="EUR",
        lines=(SubscriptionLine(id="1", plan="api", basis="usage", price=Decimal(1), meter="api"),),
    )  # fmt: skip
    take(motor, scope, quiet, at=AT)
    count(motor, scope, *closings(range(744)))
    publish(motor, scope, at=AT)
    statement = stated(scope, "api/quiet/2026-05")
    assert (statement.quantity, statement.events, statement.missing) == (Decimal(0), 0, ())
    take(motor, scope, replace(quiet, number="S8", account="later"), at=AT)
    publish(motor, scope, at=AT)
    assert stated(scope, "api/later/2026-05").missing == ()
    assert in_force(scope, "usage_statement").keys() == {"api/quiet/2026-05", "api/later/2026-05"}
    assert in_force(scope, "stray_usage") == {}
    count(motor, scope, event(1, "quiet"))
    publish(motor, scope, at=AT)
    assert stated(scope, "api/quiet/2026-05").quantity == Decimal(2)


@pytest.mark.mission("ING-17")
def test_nothing_new_writes_no_new_version(database: Database) -> None:
    """ING-17: the same events in another file change nothing, and no claim is tied out again for it."""
    motor = engine()
    scope = company(motor)
    events = [event(n) for n in range(50)]
    count(motor, scope, *events)
    assert publish(motor, scope, at=AT) == 1
    again = ingest_usage(motor, scope, [lines(events)], at=AT, feed="core")
    assert (again.counted_pieces, again.new) == (1, 0)
    other = ingest_usage(motor, scope, [lines(events[::-1])], at=AT, feed="core")
    assert (other.read, other.new, other.repeated, other.refused) == (50, 0, 50, 0)
    assert publish(motor, scope, at=AT) == 0
    assert peek(DocumentTable).filter(tenant=scope.tenant, kind="usage_statement").count() == 1


@pytest.mark.mission("ING-17")
def test_bad_lines_are_kept_and_can_be_read_again(database: Database) -> None:
    """ING-17: what is no event is kept with its line, reason and remedy; an id with two meanings too."""
    motor = engine()
    scope = company(motor)
    content = lines([event(1)]) + b'{"id":"e9","meter":"api"}\nnonsense\n' + lines([event(1, quantity="5"), event(2)])
    done = ingest_usage(motor, scope, [content], at=AT, feed="core")
    assert (done.read, done.new, done.refused) == (3, 2, 3)
    rows = list(peek(UsageRefused).filter(tenant=scope.tenant).order_by("line"))
    assert [row.line for row in rows] == [2, 3, 4]
    assert "identifier" in rows[0].reason
    assert "no JSON" in rows[1].reason
    assert "used before for another event" in rows[2].reason
    assert bytes(rows[1].content) == b"nonsense"
    peek(UsageRefused).filter(tenant=scope.tenant, line=3).update(content=lines([event(3)]).rstrip())
    done, left = read_again(motor, scope, at=AT)
    assert (done.new, left) == (1, 2)
    assert peek(EventTable).filter(tenant=scope.tenant).count() == 3


class Died(BaseException):
    """The process died."""


def dying(step: str) -> Engine:
    """An engine whose process dies when a step is reached."""

    def die(reached: str, /) -> None:
        if reached == step:
            raise Died

    return engine(steps=die)


@pytest.mark.mission("ING-17")
@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.parametrize("step", STEPS)
def test_wherever_it_dies_nothing_is_lost_or_counted_twice(database: Database, step: str, time: int) -> None:
    """ING-17: two pieces, a death at each step of each; then the left-over count, and the sender sends everything again."""
    motor = engine()
    scope = company(motor)
    events = [*mixture(7), *closings(range(5))]
    parts = [lines(events[:40]), lines(events[40:])]
    with suppress(Died):
        for part in parts:
            ingest_usage(dying(step) if part is parts[time - 1] else motor, scope, [part], at=AT, feed="core")
    accepted = peek(SourceFile).filter(tenant=scope.tenant, system="usage").count()
    assert count_left_over(motor, scope, at=AT) == 0, "another process may still be counting it"
    count_left_over(motor, scope, at=AT + timedelta(hours=1))
    assert peek(UsageBatch).filter(tenant=scope.tenant).count() == 0
    if accepted == 2:
        assert totals(scope) == folded(events), "what was accepted is counted without the sender"
    for part in parts:
        ingest_usage(motor, scope, [part], at=AT, feed="core")
    assert totals(scope) == folded(events)


@pytest.mark.parametrize("step", PUBLISHING)
def test_statements_are_written_though_a_publisher_died(database: Database, step: str) -> None:
    motor = engine()
    scope = company(motor)
    events = mixture(3)
    count(motor, scope, *events)
    with suppress(Died):
        publish(dying(step), scope, at=AT)
    publish(motor, scope, at=AT)
    other = company(motor)
    count(motor, other, *events)
    publish(motor, other, at=AT)
    assert peek(UsageTouched).filter(tenant=scope.tenant).count() == 0
    for kind in ("usage_statement", "stray_usage"):
        assert in_force(scope, kind) == in_force(other, kind) != {}


@pytest.mark.mission("ING-17")
def test_two_writers_at_once_count_once(database: Database) -> None:
    """ING-17: both have the same events in different pieces, and corrections of what the other has."""
    from django.db import connections

    motor = engine()
    scope = company(motor)
    events = mixture(11) + [event(n) for n in range(100, 900)]
    troubles: list[BaseException] = []

    def write(part: Sequence[UsageEvent]) -> None:
        try:
            counter = Counter(engine=motor, scope=scope)
            for start in range(0, len(part), 90):
                counter.ingest([lines(part[start : start + 90])], name="part", feed="core", at=AT)
                publish(motor, scope, at=AT)
        except BaseException as trouble:  # noqa: BLE001  the test reports it
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [Thread(target=write, args=(part,)) for part in (events, events[::-1], events[400:] + events[:400])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert totals(scope) == folded(events)
    publish(motor, scope, at=AT)
    expected = company(motor)
    count(motor, expected, *events)
    publish(motor, expected, at=AT)
    assert in_force(scope, "usage_statement") == in_force(expected, "usage_statement")


def overtaken(step: str, first: Callable[[Engine], None], second: Callable[[], None]) -> None:
    """Do the second while the first is at a step; the second may have to wait until the first has finished."""
    from django.db import connections

    done, troubles = Event(), []

    def other() -> None:
        try:
            second()
        except BaseException as trouble:  # noqa: BLE001  the test reports it
            troubles.append(trouble)
        finally:
            connections.close_all()
            done.set()

    thread = Thread(target=other)

    def stand(reached: str, /) -> None:
        if reached == step and not thread.ident:
            thread.start()
            done.wait(1.5)

    first(engine(steps=stand))
    thread.join()
    assert troubles == []


@pytest.mark.mission("ING-17")
def test_a_correction_does_not_pass_its_event_unseen(database: Database) -> None:
    """ING-17: it is counted while the event that it corrects is counted and not yet committed."""
    motor = engine()
    scope = company(motor)
    root, fix = event(1), event(2, id="fix", corrects="e1", quantity="9")
    count(motor, scope, event(50))  # feed and series exist already
    overtaken("usage.counted", lambda slow: count(slow, scope, root), lambda: count(motor, scope, fix))
    assert totals(scope) == folded([event(50), root, fix])


@pytest.mark.mission("MAT-26")
def test_a_slow_publisher_does_not_write_what_it_read_earlier(database: Database) -> None:
    """MAT-26: another feed's events come and are stated while a statement of the same account is being written."""
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1))

    def more() -> None:
        count(motor, scope, event(2, feed="edge", quantity="5"))
        publish(motor, scope, at=AT)

    overtaken("usage.added_up", lambda slow: publish(slow, scope, at=AT), more)
    assert stated(scope).quantity == Decimal(7)


@pytest.mark.mission("S-27")
def test_unmapped_usage_is_money_and_moves_to_its_account_and_back(database: Database) -> None:
    """S-27: unmapped events are money on a ledger; a mapping moves them, and its reversal moves them back."""
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1), *(event(n, "ACME-prod") for n in range(2, 6)))
    publish(motor, scope, at=AT)
    usage = unmapped(scope, "api/ACME-prod/2026-05")
    assert (usage.quantity, usage.events, usage.worth) == (Decimal(8), 4, Money(400, "EUR"))
    assert stated(scope).quantity == Decimal(2)
    for account, mine, theirs, left in (("acme", 10, None, 0), ("bolt", 2, 8, 0), ("", 2, 0, 8)):
        new = map_identifiers(motor, scope, [mapping("ACME-prod", account, by="anna", at=AT)], at=AT)
        assert len(new) == 1
        refresh(scope, ["ACME-prod"], engine=motor)
        publish(motor, scope, at=AT)
        assert stated(scope).quantity == Decimal(mine)
        if theirs is not None:
            assert stated(scope, "api/bolt/2026-05").quantity == Decimal(theirs)
        assert unmapped(scope, "api/ACME-prod/2026-05").quantity == Decimal(left)
    mappings = peek(DocumentTable).filter(tenant=scope.tenant, kind="account_mapping").order_by("version")
    assert [canonical_json.decode(app.kinds(), row.kind, bytes(row.body)).account for row in mappings] == [
        "acme",
        "bolt",
        "",
    ]  # type: ignore[union-attr]


def test_a_mapping_to_nobody_or_of_nothing_is_refused(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    with pytest.raises(Refused, match="no billing account 'ghost'"):
        map_identifiers(motor, scope, [mapping("x", "ghost", by="anna", at=AT)], at=AT)
    with pytest.raises(Refused, match="not mapped"):
        map_identifiers(motor, scope, [mapping("x", "", by="anna", at=AT)], at=AT)


def test_a_subscription_that_comes_later_claims_its_namesake(database: Database) -> None:
    """Verdicts depend on the evidence, not on its order: usage that came before its contract finds it."""
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1, "late-corp"))
    publish(motor, scope, at=AT)
    assert unmapped(scope, "api/late-corp/2026-05").worth == Money(100, "EUR")
    take(motor, scope, Subscription(number="S9", account="late-corp", currency="EUR", lines=()), at=AT)
    publish(motor, scope, at=AT)
    assert stated(scope, "api/late-corp/2026-05").quantity == Decimal(2)
    assert unmapped(scope, "api/late-corp/2026-05").quantity == Decimal(0)


def test_a_correction_of_an_earlier_month_reaches_the_history(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    june = START + timedelta(days=35)
    count(motor, scope, event(1), event(2, occurred_at=june))
    publish(motor, scope, at=AT)
    assert stated(scope, "api/acme/2026-06").history == (Decimal(2),)
    count(motor, scope, event(3, id="fix", corrects="e1", quantity="7"))
    publish(motor, scope, at=AT)
    assert stated(scope, "api/acme/2026-06").history == (Decimal(7),)
    assert stated(scope, "api/acme/2026-06").period_from == date(2026, 6, 1)


def test_different_ids_have_different_keys() -> None:
    ids = [str(uuid4()), "e1", "E1", "x" * 80, "x" * 81, "550E8400-e29b-41d4-a716-446655440000"]
    ids.append(ids[-1].lower())
    assert len({event_key(id_) for id_ in ids}) == len(ids)
    assert len(event_key(ids[0])) == 17


def test_a_mapping_that_comes_as_a_document_is_followed(database: Database) -> None:
    """A mapping may come as a document from another system, also for a name that an account has."""
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1, "bolt"))
    publish(motor, scope, at=AT)
    assert stated(scope, "api/bolt/2026-05").quantity == Decimal(2)
    take(motor, scope, mapping("bolt", "acme", by="crm", at=AT), at=AT)
    publish(motor, scope, at=AT)
    assert stated(scope).quantity == Decimal(2)
    assert stated(scope, "api/bolt/2026-05").quantity == Decimal(0)


@pytest.mark.mission("ING-17")
def test_a_worker_counts_and_states_what_others_left(database: Database) -> None:
    """ING-17: what a dead process had accepted is kept in rows, and counted and stated by the next worker."""
    from tieout.store.over_tenants import pending
    from tieout.worker.jobs import JOBS, Work

    motor = engine()
    scope = company(motor)
    with suppress(Died):
        ingest_usage(dying("usage.accepted"), scope, [lines([event(1)])], at=AT, feed="core")
    later = AT + timedelta(minutes=6)
    assert ("usage", scope.tenant, "") not in pending(at=AT)
    work = Work(engine=motor, targets=lambda _: {}, owner="test")
    for job in ("usage", "usage_statements"):
        assert (job, scope.tenant, "") in pending(at=later)
        JOBS[job](work, scope, later)
        assert (job, scope.tenant, "") not in pending(at=later)
    assert stated(scope).quantity == Decimal(2)
