"""Hostile or broken usage: each bad line is refused with its reason, and the good one next to it counts (MAT-26)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.samples import take
from tests.metering.motor import engine
from tests.metering.test_counting import AT, company, count, event, in_force
from tests.support.peek import peek
from tests.support.soak import SOAKING
from tieout.core.values.errors import Malformed
from tieout.core.values.money import Money
from tieout.metering.engine.counting import Ingested, ingest_usage
from tieout.metering.engine.publish import publish
from tieout.metering.formats import reading
from tieout.store.models import SourceFile, UsageBatch, UsageRefused, UsageTouched
from tieout.trade.documents.contract import ContractLine
from tieout.trade.documents.price_list import PriceList
from tieout.trade.documents.reference import ProductIds
from tieout.trade.documents.subscription import Subscription
from tieout.trade.documents.usage import UnmappedUsage, UsageStatement

if TYPE_CHECKING:
    from tests.support.server import Database

GOOD = {"id": "good", "meter": "api", "identifier": "acme", "occurred_at": "2026-05-01T00:10:00Z", "quantity": "2"}
LONG = "".join(chr(0x1F300 + (k * 7919) % 5000) for k in range(499))
BAD: dict[str, dict[str, object]] = {
    "a quantity of next to nothing": {"quantity": "1e-999999999"},
    "a quantity with more decimals than a table has": {"quantity": "1e-20000"},
    "a quantity beyond all measure": {"quantity": "1e999999999"},
    "no number": {"quantity": "NaN"},
    "a number in a sequence without end": {"sequence": "1e999999999"},
    "a time without end": {"occurred_at": "TIME"},
    "a feed that is no text": {"feed": "a\0b"},
    "a correction that is no text": {"corrects": "a\0b"},
    "a meter too long for an index": {"meter": LONG * 9},
    "a feed too long for an index": {"feed": LONG * 9},
    "half a pair in an identifier": {"identifier": "a\ud800"},
    "half a pair in an id": {"id": "a\ud800"},
    "half a pair in a feed": {"feed": "\udfff"},
    "an id of 16,000 characters": {"id": LONG * 33},
    "an identifier of 16,000 characters": {"identifier": LONG * 33},
    "a time before all calendars": {"occurred_at": "0001-01-01T00:00:00+14:00"},
    "a time after all calendars": {"occurred_at": "9999-12-31T23:59:59-14:00"},
    "a number in a sequence beyond 64 bits": {"sequence": 2**63},
    "names that are too long together": {"meter": LONG, "identifier": LONG[::-1]},
}


def line(more: dict[str, object]) -> bytes:
    return json.dumps(GOOD | {"id": "bad"} | more).replace('"TIME"', "1e999999999").encode() + b"\n"


@pytest.mark.parametrize("sort", BAD)
def test_a_hostile_line_is_refused_and_its_neighbour_counts(sort: str, database: Database) -> None:
    motor = engine()
    scope = company(motor)
    content = line(BAD[sort]) + json.dumps(GOOD).encode() + b"\n"
    done = ingest_usage(motor, scope, [content], at=AT, feed="core")
    assert (done.new, done.refused) == (1, 1)
    assert not peek(UsageBatch).filter(tenant=scope.tenant).exists(), (
        "a piece that cannot be counted must not stay for ever"
    )


@pytest.mark.parametrize("feed", [LONG * 9, "a\0b", "a\ud800"])
def test_a_feed_that_no_table_holds_is_refused_before_anything_is_kept(feed: str, database: Database) -> None:
    motor = engine()
    scope = company(motor)
    with pytest.raises(Malformed):
        ingest_usage(motor, scope, [json.dumps(GOOD).encode()], at=AT, feed=feed)
    assert not peek(SourceFile).filter(tenant=scope.tenant, system="usage").exists()


FIGURES = st.sampled_from(["0", "-1", "9" * 18, "1E+17", "1E-30", "1E-31", "1E+18", "NaN", "-0", "1_0", "\ud800\0"])
TIMES = st.sampled_from([
    "2026-05-01T00:10:00Z", "2000-01-01T00:00:00+14:00", "2200-12-31T23:59:59-14:00", "1999-12-31T23:59:59Z", "x", "\ud800\0",
])  # fmt: skip
TEXTS = st.sampled_from(["a", "", "\0", "\ud800", "\\", "\t", "\n", "é" * 375, "é" * 499, LONG, "\u202e", '"', ","])
EVENTS = st.fixed_dictionaries(
    {"id": TEXTS | st.uuids().map(str), "meter": TEXTS, "identifier": TEXTS, "occurred_at": TIMES, "quantity": FIGURES},
    optional={
        "feed": TEXTS,
        "corrects": TEXTS,
        "sequence": st.sampled_from([0, -1, 2**63 - 3, 2**63 - 2, 2**31]),
        "kind": st.sampled_from(["usage", "hour_closed", "?", "\ud800\0"]),
    },
)


@settings(max_examples=400 if SOAKING else 12)
@given(events=st.lists(EVENTS, min_size=1, max_size=12), whole=st.booleans())
def test_whatever_is_read_is_counted_and_stated(
    database: Database, events: list[dict[str, object]], whole: bool
) -> None:
    motor = engine()
    scope = company(motor)
    sound = GOOD | {"id": "sound"}
    texts = [json.dumps(one).encode() for one in [*events, sound]]
    content = b"[" + b",".join(texts) + b"]" if whole else b"\n".join(texts)
    done = ingest_usage(motor, scope, [content], at=AT, feed="core")
    assert done.read + done.refused >= len(texts) or whole
    assert done.new >= 1
    publish(motor, scope, at=AT)
    assert not peek(UsageBatch).filter(tenant=scope.tenant).exists()
    assert not peek(UsageTouched).filter(tenant=scope.tenant).exists()


@pytest.mark.parametrize(
    "sort",
    ["a quantity with more decimals than a table has", "names that are too long together", "a feed that is no text"],
)
def test_an_event_that_does_not_fit_all_the_same_is_found_by_halving(
    sort: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "are_sound", lambda *_: True)
    monkeypatch.setattr(reading, "checked", lambda event: event)
    motor = engine()
    scope = company(motor)
    good = [json.dumps(GOOD | {"id": f"good-{n}"}).encode() for n in range(20)]
    done = ingest_usage(motor, scope, [b"\n".join([*good[:7], line(BAD[sort]).strip(), *good[7:]])], at=AT, feed="core")
    assert (done.new, done.refused) == (20, 1)
    assert not peek(UsageBatch).filter(tenant=scope.tenant).exists()
    (refused,) = peek(UsageRefused).filter(tenant=scope.tenant)
    assert refused.line == 8
    assert "could not be stored" in refused.reason
    assert bytes(refused.content) == line(BAD[sort]).strip()


def test_lines_that_end_in_a_carriage_return_alone_do_not_stop_the_count(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    ingest_usage(motor, scope, [json.dumps(GOOD).encode()], at=AT, feed="core")
    other = json.dumps(GOOD | {"quantity": "3"}).encode()
    done = ingest_usage(motor, scope, [b"{}\n\r\r" + other + b"\n"], at=AT, feed="core")
    assert done == Ingested(pieces=1, read=1, refused=2)


def test_names_with_a_slash_have_statements_of_their_own(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    events = [
        event(1, "x", meter="api/eu", quantity="3"),
        event(2, "eu/x", meter="api", quantity="5"),
    ]
    take(
        motor,
        scope,
        *(
            Subscription(number=f"S-{k}", account=name, currency="EUR", lines=())
            for k, name in enumerate(("x", "eu/x"))
        ),
    )
    count(motor, scope, *events)
    publish(motor, scope, at=AT)
    stated = sorted(
        (statement.meter, statement.account, statement.quantity)
        for statement in in_force(scope, "usage_statement").values()
        if isinstance(statement, UsageStatement)
    )
    assert stated == [("api", "eu/x", Decimal(5)), ("api/eu", "x", Decimal(3))]


def test_unmapped_usage_of_absurd_size_is_stated_and_stops_nothing(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    count(motor, scope, event(1, "nobody", quantity="9" * 18), event(2, "acme"))
    publish(motor, scope, at=AT)
    (usage,) = in_force(scope, "stray_usage").values()
    assert isinstance(usage, UnmappedUsage)
    assert usage.quantity == Decimal("9" * 18)
    assert [
        statement.account
        for statement in in_force(scope, "usage_statement").values()
        if isinstance(statement, UsageStatement)
    ] == ["acme"]


def test_a_price_list_in_no_currency_prices_nothing_and_stops_nothing(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    broken = PriceList(
        number="L2",
        currency="EURO",
        lines=(
            ContractLine(product=ProductIds(seller="API"), price=Decimal(9), unit="EA", valid_from=date(2026, 4, 1)),
        ),
    )
    take(motor, scope, broken)
    count(motor, scope, event(1, "nobody", quantity="4"))
    publish(motor, scope, at=AT)
    (usage,) = in_force(scope, "stray_usage").values()
    assert isinstance(usage, UnmappedUsage)
    assert usage.worth == Money(200, "EUR")
