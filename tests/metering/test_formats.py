"""Usage events in every shape; and each bad line refused with its place, why and what helps (ING-13, ING-17; C17)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.metering.core.usage import UsageEvent
from tieout.metering.formats import UsageReading, pieces, read_piece, reading

AT = datetime(2026, 5, 4, 10, 11, 12, tzinfo=UTC)
OWN = {"id": "e1", "meter": "api", "identifier": "acme", "occurred_at": "2026-05-04T10:11:12Z", "quantity": 1.5}
EVENT = UsageEvent(id="e1", meter="api", identifier="acme", occurred_at=AT, quantity=Decimal("1.5"))
CLOUD = {
    "specversion": "1.0", "id": "e1", "source": "/gw", "type": "api", "subject": "acme", "time": "2026-05-04T12:11:12+02:00",
    "sequence": "7", "data": {"quantity": "1.5"},
}  # fmt: skip
LAGO = {
    "transaction_id": "t1", "external_subscription_id": "sub-1", "code": "api", "timestamp": 1777889472.5,
    "properties": {"gb": 3, "region": "eu"},
}  # fmt: skip
KILL_BILL = {
    "subscriptionId": "s-1",
    "trackingId": "k1",
    "unitUsageRecords": [
        {
            "unitType": "minutes",
            "usageRecords": [{"recordDate": "2026-05-04", "amount": 12}, {"recordDate": "2026-05-05", "amount": 0.25}],
        }
    ],
}


def read(content: bytes, block: int = 7) -> list[UsageReading]:
    """All pieces of a file that comes in small blocks."""
    blocks = [content[k : k + block] for k in range(0, len(content), block)]
    return [read_piece(piece) for piece in pieces(blocks)]


def one(content: bytes) -> UsageReading:
    (reading,) = read(content)
    return reading


def ndjson(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_own_lines_are_read_fast_and_slow_alike() -> None:
    fast = one(ndjson(OWN, OWN | {"id": "e2", "corrects": "e1", "sequence": 2}))
    slow = one(ndjson(OWN, OWN | {"id": "e2", "corrects": "e1", "sequence": 2}) + b"\n\n")
    assert list(fast.events) == list(slow.events)
    assert (fast.events[0], fast.events[1].sequence) == (EVENT, 2)
    assert list(fast.lines) == list(slow.lines) == [1, 2]


def test_lines_that_close_hours_leave_the_others_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read in their places; a line that is no event makes the whole piece slow, and is refused alone."""
    closing = {"kind": "hour_closed", "meter": "api", "occurred_at": "2026-05-04T10:00:00Z"}
    content = ndjson(OWN, closing, OWN | {"id": "e2"}, OWN | {"id": "hour_closed"}, closing)
    slow = one(content + b"\n\n")
    refused = one(content + ndjson({"kind": "hour_closed"}))
    monkeypatch.setattr(reading, "_parts", lambda _: pytest.fail("read line by line"))
    fast = one(content)
    assert [event.kind for event in fast.events] == ["usage", "hour_closed", "usage", "usage", "hour_closed"]
    assert list(fast.events) == list(slow.events) == list(refused.events)
    assert list(fast.lines) == list(slow.lines) == [1, 2, 3, 4, 5]
    assert [line.line for line in refused.refused] == [6]


def test_csv_by_any_of_its_names_and_separators() -> None:
    comma = one(b"\xef\xbb\xbfevent_id,metric,account,timestamp,value\r\ne1,api,acme,2026-05-04T10:11:12Z,1.5\r\n")
    semicolon = one(b"id;meter;identifier;occurred_at;quantity;note\ne1;api;acme;2026-05-04T10:11:12Z;1.5;x")
    assert list(comma.events) == list(semicolon.events) == [EVENT]
    assert list(comma.lines) == [2]


def test_cloud_events_alone_batched_and_by_line() -> None:
    expected = UsageEvent(
        id="e1", meter="api", identifier="acme", occurred_at=AT, quantity=Decimal("1.5"), feed="/gw", sequence=7
    )
    pretty = json.dumps(CLOUD, indent=2).encode()
    for content in (pretty, json.dumps([CLOUD], indent=1).encode(), ndjson(CLOUD)):
        reading = one(content)
        assert list(reading.events) == [expected]
    closed = one(ndjson(CLOUD | {"type": "usage.hour_closed", "data": {"meter": "api"}})).events[0]
    assert (closed.kind, closed.meter) == ("hour_closed", "api")


def test_lago_and_kill_bill() -> None:
    (lago,) = one(json.dumps({"events": [LAGO]}).encode()).events
    assert (lago.id, lago.meter, lago.identifier, lago.quantity) == ("sub-1/t1", "api", "sub-1", Decimal(3))
    assert lago.occurred_at == datetime(2026, 5, 4, 10, 11, 12, 500_000, tzinfo=UTC)
    other = one(ndjson(LAGO | {"external_subscription_id": "sub-2"})).events[0]
    assert other.id != lago.id, "Lago counts transaction ids by subscription"
    first, second = one(json.dumps(KILL_BILL, indent=2).encode()).events
    assert (first.id, first.occurred_at, first.quantity) == (
        "s-1/k1/minutes/2026-05-04", datetime(2026, 5, 4, tzinfo=UTC), Decimal(12),
    )  # fmt: skip
    assert (second.quantity, second.identifier, second.meter) == (Decimal("0.25"), "s-1", "minutes")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (OWN | {"id": ""}, "no id"),
        ({k: v for k, v in OWN.items() if k != "meter"}, "no meter"),
        ({k: v for k, v in OWN.items() if k != "quantity"}, "no quantity"),
        (OWN | {"identifier": None}, "no identifier"),
        (OWN | {"occurred_at": "2026-05-04T10:11:12"}, "has no zone"),
        (OWN | {"occurred_at": "yesterday"}, "no time"),
        (OWN | {"occurred_at": "0001-01-01T00:00:00+14:00"}, "beyond 2000"),
        (OWN | {"quantity": "NaN"}, "cannot be billed"),
        (OWN | {"quantity": "1e40"}, "cannot be billed"),
        (OWN | {"quantity": "0." + "1" * 60}, "cannot be billed"),
        (OWN | {"quantity": True}, "true or false"),
        (OWN | {"corrects": "e1"}, "corrects itself"),
        (OWN | {"sequence": -1}, "no number in a sequence"),
        (OWN | {"sequence": 2.5}, "no number in a sequence"),
        (OWN | {"kind": "refund"}, "no kind"),
        (OWN | {"identifier": "a\0b"}, "no text"),
        (OWN | {"identifier": "a" * 600}, "600 characters"),
        ([1], "a list and no event"),
        (CLOUD | {"specversion": "0.3"}, "0.3 is not read"),
        (CLOUD | {"data": {"a": 1, "b": 2}}, "which of 2 numbers"),
        (CLOUD | {"data": "x"}, "`data` is text"),
        (LAGO | {"external_subscription_id": ""}, "no external_subscription_id"),
        (KILL_BILL | {"trackingId": ""}, "no trackingId"),
        (KILL_BILL | {"unitUsageRecords": []}, "no list of objects"),
    ],
)
def test_a_bad_line_is_kept_and_the_others_count(value: Any, reason: str) -> None:
    bad = json.dumps(value).encode()
    reading = one(ndjson(OWN | {"id": "e8"}) + bad + b"\n" + ndjson(OWN | {"id": "e9"}))
    assert [event.id for event in reading.events] == ["e8", "e9"]
    assert list(reading.lines) == [1, 3]
    (refused,) = reading.refused
    assert (refused.line, refused.content) == (2, bad)
    assert reason in refused.reason
    assert refused.remedy


def test_a_header_with_a_line_end_within_is_refused() -> None:
    reading = one(b"id,meter\rx,occurred_at\n1,m,2026-05-04T08:30:00Z\n")
    assert [refusal.line for refusal in reading.refused] == [1, 2]
    assert "cannot be taken apart" in reading.refused[0].reason


def test_a_table_without_its_columns_keeps_every_line() -> None:
    reading = one(b"who,what\na,b\nc,d\n")
    assert [refusal.line for refusal in reading.refused] == [1, 2, 3]
    assert "no column meter and no column occurred_at" in reading.refused[0].reason
    ragged = one(b'id,meter,identifier,occurred_at,quantity\n1,2\n"open,1\n\xff,a,b,c,d\n')
    assert [refusal.line for refusal in ragged.refused] == [2, 3, 4]


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 9))
def test_nothing_a_file_holds_is_raised(lines: list[bytes], block: int) -> None:
    content = b"\n".join(lines)
    for head in (b"", b'{"a":1}\n', b"[", b"meter,occurred_at\n"):
        read(head + content, block)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=60), st.integers(1, 400), st.integers(50, 500))
def test_a_file_cut_anywhere_gives_the_same_events(sizes: list[int], block: int, size: int) -> None:
    content = ndjson(
        *(
            OWN | {"id": f"e{n}", "identifier": "x" * (length + 1), "occurred_at": (AT + timedelta(n)).isoformat()}
            for n, length in enumerate(sizes)
        )
    )
    blocks = [content[k : k + block] for k in range(0, len(content), block)]
    readings = [read_piece(piece) for piece in pieces(blocks, size=size)]
    assert [event.id for reading in readings for event in reading.events] == [f"e{n}" for n in range(len(sizes))]
    assert [line for reading in readings for line in reading.lines] == list(range(1, len(sizes) + 1))
