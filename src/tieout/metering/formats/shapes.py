"""The shapes in which events come: our own, CloudEvents 1.0, Lago's events, Kill Bill's usage records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.metering.core.usage import UsageEvent

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_QUANTITIES: Final = ("quantity", "value", "amount", "count")
_DIGITS_MAX: Final = 30
_REMEDY: Final = (
    "send id, meter, identifier, occurred_at and quantity; or a CloudEvent, a Lago event, a Kill Bill usage record"
)


def events_of(value: object) -> Iterator[UsageEvent]:
    """The events in one value. Raises `Malformed` with the reason and a remedy."""
    if not isinstance(value, Mapping):
        raise Malformed("this is {sort} and no event", remedy=_REMEDY, sort=_sort(value))
    if "specversion" in value:
        yield _cloud_event(value)
    elif "transaction_id" in value:
        yield _lago(value)
    elif "unitUsageRecords" in value:
        yield from _kill_bill(value)
    elif isinstance(value.get("event"), Mapping) and "transaction_id" in value["event"]:
        yield _lago(value["event"])
    else:
        yield _own(value)


def _own(value: Mapping[str, Any]) -> UsageEvent:
    closed = value.get("kind") == "hour_closed"
    if value.get("kind", "usage") not in ("usage", "hour_closed"):
        raise Malformed("{value!r} is no kind of event", remedy='use "usage" or "hour_closed"', value=value["kind"])
    return UsageEvent(
        id=_text(value, "id", needed=not closed),
        meter=_text(value, "meter"),
        identifier=_text(value, "identifier", needed=not closed),
        occurred_at=_instant(value.get("occurred_at"), "occurred_at"),
        quantity=Decimal(0) if closed else _number(value.get("quantity"), "quantity"),
        feed=_text(value, "feed", needed=False),
        sequence=_count(value.get("sequence")),
        corrects=_text(value, "corrects", needed=False),
        kind="hour_closed" if closed else "usage",
    )


def _cloud_event(value: Mapping[str, Any]) -> UsageEvent:
    """A CloudEvent: `source` is the feed, `subject` the identifier, `type` the meter unless `data` names one."""
    if value["specversion"] != "1.0":
        raise Malformed(
            "CloudEvents {version} is not read", remedy="send CloudEvents 1.0", version=value["specversion"]
        )
    content = value.get("data", {})
    if not isinstance(content, Mapping):
        raise Malformed("`data` is {sort}", remedy='send data as a JSON object: {"quantity": 1}', sort=_sort(content))
    closed = content.get("kind") == "hour_closed" or str(value.get("type", "")).endswith("hour_closed")
    source = _text(value, "source")
    return UsageEvent(
        id=_text(value, "id"),
        meter=_text(content, "meter", needed=False) or _text(value, "type"),
        identifier=_text(content, "identifier", needed=False)
        or _text(content, "account", needed=False)
        or _text(value, "subject", needed=not closed),
        occurred_at=_instant(value.get("time", content.get("occurred_at")), "time"),
        quantity=Decimal(0) if closed else _quantity_in(content, "data"),
        feed=source,
        sequence=_count(value.get("sequence", content.get("sequence"))),
        corrects=_text(content, "corrects", needed=False),
        kind="hour_closed" if closed else "usage",
    )


def _lago(value: Mapping[str, Any]) -> UsageEvent:
    """Lago's event. Its transaction ids are counted by subscription, so the subscription is part of the id."""
    identifier = _text(value, "external_subscription_id", needed=False) or _text(
        value, "external_customer_id", needed=False
    )
    if not identifier:
        raise Malformed("the event has no external_subscription_id", remedy="send the subscription or the customer")
    properties = value.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise Malformed("`properties` is {sort}", remedy="send an object", sort=_sort(properties))
    return UsageEvent(
        id=f"{identifier}/{_text(value, 'transaction_id')}",
        meter=_text(value, "code"),
        identifier=identifier,
        occurred_at=_instant(value.get("timestamp"), "timestamp"),
        quantity=_quantity_in(properties, "properties") if properties else Decimal(1),
        feed="lago",
    )


def _kill_bill(value: Mapping[str, Any]) -> Iterator[UsageEvent]:
    """Kill Bill's usage of a subscription: units, each with records by day or instant. The tracking id makes it idempotent."""
    subscription = _text(value, "subscriptionId")
    if not value.get("trackingId"):
        raise Malformed(
            "the record has no trackingId", remedy="send one: without it, a repeated record cannot be recognised"
        )
    tracking = _text(value, "trackingId")
    for unit in _objects(value.get("unitUsageRecords"), "unitUsageRecords"):
        meter = _text(unit, "unitType")
        seen: dict[str, int] = {}
        for record in _objects(unit.get("usageRecords"), "usageRecords"):
            day = _text(record, "recordDate")
            seen[day] = seen.get(day, 0) + 1
            again = f"#{seen[day]}" if seen[day] > 1 else ""
            yield UsageEvent(
                id=f"{subscription}/{tracking}/{meter}/{day}{again}",
                meter=meter,
                identifier=subscription,
                occurred_at=_instant(day, "recordDate"),
                quantity=_number(record.get("amount"), "amount"),
                feed="killbill",
            )


def _objects(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(member, Mapping) for member in value):
        raise Malformed("`{name}` is no list of objects", remedy="send at least one record", name=name)
    return value


def _quantity_in(properties: Mapping[str, Any], place: str) -> Decimal:
    """The property that is the quantity: one of the usual names, or the only number."""
    for name in _QUANTITIES:
        if name in properties:
            return _number(properties[name], f"{place}.{name}")
    numbers = {name: number for name, number in properties.items() if _is_number(number) and name != "sequence"}
    if len(numbers) == 1:
        ((name, only),) = numbers.items()
        return _number(only, f"{place}.{name}")
    raise Malformed(
        "which of {count} numbers in `{place}` is the quantity?",
        remedy="call one of them {usual}",
        count=len(numbers),
        place=place,
        usual=_QUANTITIES[0],
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _text(value: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    text = value.get(name, "")
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if text is None:
        text = ""
    if not isinstance(text, str):
        raise Malformed("`{name}` is {sort}", remedy="write {name} as text", name=name, sort=_sort(text))
    if needed and not text:
        raise Malformed("the event has no {name}", remedy=_REMEDY, name=name)
    return text


def _number(value: object, name: str) -> Decimal:
    if value is None or value == "":
        raise Malformed("the event has no {name}", remedy="send how much was used; nothing is not zero", name=name)
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Malformed("`{name}` is {sort}", remedy="send a number, or a number as text", name=name, sort=_sort(value))
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Malformed(
            "{value!r} in `{name}` is no number", remedy="write it like 12.5", value=value, name=name
        ) from None


def _count(value: object) -> int | None:
    if value is None or value == "":
        return None
    number = _number(value, "sequence")
    if not number.is_finite() or number.adjusted() > _DIGITS_MAX or number != number.to_integral_value():
        raise Malformed("{value!r} is no number in a sequence", remedy="count from 0 or 1 upwards", value=value)
    return int(number)


def _instant(value: object, name: str) -> datetime:
    """An instant: ISO 8601 with its zone, a day (its first moment, UTC), or seconds since 1970."""
    if _is_number(value) or (isinstance(value, str) and value.replace(".", "", 1).isdecimal() and value.isascii()):
        return _since_1970(Decimal(value), name)  # type: ignore[arg-type]
    if isinstance(value, str) and value:
        try:
            if len(value) == 10:
                day = date.fromisoformat(value)
                return datetime(day.year, day.month, day.day, tzinfo=UTC)
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise Malformed(
        "{value!r} in `{name}` is no time" if value else "the event has no {name}",
        remedy="write when it happened, like 2026-05-04T10:00:00Z",
        value=value,
        name=name,
    )


def _since_1970(seconds: Decimal, name: str) -> datetime:
    try:
        if seconds.is_finite() and abs(seconds.adjusted()) > _DIGITS_MAX:
            raise OverflowError
        return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))
    except (OverflowError, ValueError, InvalidOperation):
        raise Malformed(
            "{seconds} in `{name}` is no time", remedy="send seconds since 1970", seconds=seconds, name=name
        ) from None


def _sort(value: object) -> Sentence:
    return _SORTS.get(type(value), Sentence("a number"))


_SORTS: Final[Mapping[type, Sentence]] = {
    type(None): Sentence("empty"),
    bool: Sentence("true or false"),
    str: Sentence("text"),
    list: Sentence("a list"),
    dict: Sentence("an object"),
}
