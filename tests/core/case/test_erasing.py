"""The content of a stored event is erased: nothing of it is left, and the state of claims and cases follows from the rest as before."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tests.strategies  # noqa: F401  teaches how to build the kernel's values
from tests.core.case.lives import ANALYST, APPROVER, CLEAR, ENGINEER, SHORT, Life
from tests.core.case.test_properties import _step
from tests.support.erased import of_case, of_claim
from tieout.core.case.claim_change import next_at
from tieout.core.case.commands import AcceptVariance, AskCounterparty, Escalate, HandOff, Note, RecordAnswer, Resolve
from tieout.core.case.erasing import (
    CHANNELS,
    EMPTIED,
    ERASED,
    FIELDS,
    KEPT,
    PAIRS,
    without_content,
)
from tieout.core.case.evolve import fold
from tieout.core.case.state import Case
from tieout.core.case.upcast import CASE_EVENTS, CLAIM_EVENTS, EVENT_TYPES, FORMER, STEPS, type_of, upcast
from tieout.core.claim.evolve import evolve
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Rejected, Unknown
from tieout.core.values.errors import Malformed
from tieout.core.values.event import Event
from tieout.core.values.sentence import Sentence
from tieout.formats import canonical_json
from tieout.trade.documents.customer import Channel

HOMES = Path(__file__).parents[2] / "engine/homes"
NAMES = ("Rosalind Feldmaier", "feldmaier", "rosalind@feldmaier.example", "DE02120300000000202051", "+49 731 1234567")


def erased(event: Event) -> bytes:
    return without_content(type(event).__name__, event.version, canonical_json.encode(event))


def read(name: str, version: int, payload: bytes) -> object:
    """As `engine.rebuild.event_of` reads it."""
    fields = upcast(name, version, json.loads(payload))
    return canonical_json.decode_as(type_of(name), json.dumps(fields).encode())


def again(log: Sequence[Event]) -> list[typing.Any]:
    return [read(type(event).__name__, event.version, erased(event)) for event in log]


def claim_of(log: Sequence[typing.Any]) -> ClaimState | None:
    claim: ClaimState | None = None
    for event in log:
        claim = evolve(claim, event)
    return claim


# ---- the table ---------------------------------------------------------------------------------------------------------


def records(hint: object) -> Iterator[type]:
    """The dataclasses in a field's type."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for part in typing.get_args(hint):
        yield from records(part)


def unclassified(types: dict[str, type]) -> Iterator[str]:
    """Fields that the table lacks, or has without need, or whose records it does not look into."""
    waiting, looked_at = list(types.values()), set()
    while waiting:
        type_ = waiting.pop()
        looked_at.add(type_.__name__)
        table = FIELDS.get(type_.__name__, {})
        hints = typing.get_type_hints(type_)
        names = [field.name for field in dataclasses.fields(type_)]
        yield from (f"{type_.__name__}.{name}: not in the table" for name in names if name not in table)
        yield from (f"{type_.__name__}.{name}: no such field" for name in table if name not in names)
        for name in names:
            if table.get(name) == EMPTIED:
                continue
            for record in records(hints[name]):
                if table.get(name) != record.__name__:
                    yield f"{type_.__name__}.{name}: holds {record.__name__}"
                waiting.append(record)
    yield from (f"{name}: no such type" for name in FIELDS if name not in looked_at)


def test_every_field_of_every_event_is_classified() -> None:
    assert list(unclassified(dict(EVENT_TYPES))) == []


def test_a_field_that_nobody_has_classified_is_named() -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Noted(Event):
        text: str
        mood: str

    assert "Noted.mood: not in the table" in list(unclassified({**EVENT_TYPES, "Noted": Noted}))


def test_a_text_that_the_table_does_not_name_is_erased() -> None:
    content = '{"at":"2026-05-04T09:00:00Z","actor":"ann","text":"x","mood":"sad","more":[{"Feld Maier":"x","n":1}]}'
    assert json.loads(without_content("Noted", 1, content.encode())) == {
        "at": "2026-05-04T09:00:00Z",
        "actor": "ann",
        "text": ERASED,
        "mood": ERASED,
        "more": [{ERASED: ERASED, "n": 1}],
    }


def test_a_record_where_a_kept_value_should_be_is_erased() -> None:
    content = b'{"at":{"by":"Feldmaier"},"actor":["ann"],"text":""}'
    assert json.loads(without_content("Noted", 1, content)) == {"at": {"by": ERASED}, "actor": ["ann"], "text": ""}


VERBATIM = {
    "every event": "actor",
    "ActDone": "ref",
    "Assigned": "assignee",
    "CaseOpened": "cause claim tenant",
    "CaseResolved": "by resolution",
    "CaseRouted": "code home queue sla watchers",
    "ClaimReceived": "entity key kind number tenant",
    "ClaimTiedOut": "codes verdict_sha",
    "Delivered": "paper ref",
    "DeliveryRefused": "paper",
    "DeliveryRequested": "customer_order",
    "FindingBrief": "code evidence_hash peppol queue resolutions",
    "HandOffWithdrawn": "code queue",
    "HandedOff": "from_code from_queue queue to_code",
    "Message": "action language reason status",
    "Posted": "ref",
    "PostingLine": "order unit",
    "PostingRequested": "verdict_sha",
    "Release": "actor claim code evidence_hash number resolution",
    "ReleaseRevoked": "number",
    "ResolutionChosen": "resolution",
    "Settled": "claim number",
    "Superseded": "successor",
    "WaitStarted": "code label",
}
"""The texts that are kept whatever they say: a field that is to be one of them is named here as well as in the table."""


def test_no_other_text_is_kept_whatever_it_says() -> None:
    kept: dict[str, list[str]] = {"every event": ["actor"]}
    for name, type_ in {**EVENT_TYPES, **_records()}.items():
        for field, hint in typing.get_type_hints(type_).items():
            texts = hint is str or str in typing.get_args(hint)
            if texts and FIELDS.get(name, {}).get(field) == KEPT and (field != "actor" or name not in EVENT_TYPES):
                kept.setdefault(name, []).append(field)
    assert {name: " ".join(sorted(fields)) for name, fields in kept.items()} == VERBATIM


def test_the_number_of_the_other_side_is_empty_so_that_nothing_is_addressed_to_a_dash() -> None:
    content = b'{"counterparty":"70001","number":"R-1"}'
    assert json.loads(without_content("ClaimReceived", 2, content)) == {"counterparty": "", "number": "R-1"}


def test_every_channel_of_a_customer_is_kept() -> None:
    assert set(typing.get_args(Channel)) - {""} == CHANNELS


# ---- what is left ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVENT_TYPES)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_whatever_was_written_is_read_again_and_erased_once(name: str, data: st.DataObject) -> None:
    event = data.draw(st.from_type(EVENT_TYPES[name]))
    content = canonical_json.encode(event)
    tree = json.loads(content)
    assert json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode() == content, "its JSON is canonical"
    rest = without_content(name, event.version, content)
    assert type(read(name, event.version, rest)) is type(event)
    assert canonical_json.encode(read(name, event.version, rest)) == rest or name in _KEYED
    assert without_content(name, event.version, rest) == rest


_KEYED = {"WaitStarted"}
"""A key that is no key any more is spelled another way when it is written again."""


def planted(type_: str, name: str) -> object:
    """The fields of a type with one text wherever a text may be erased, and a small value elsewhere."""
    event_type = {**EVENT_TYPES, **_records()}[type_]
    hints = typing.get_type_hints(event_type)
    return {
        field.name: _planted(FIELDS[type_][field.name], hints[field.name], name)
        for field in dataclasses.fields(event_type)
    }


def _records() -> dict[str, type]:
    types = {}
    waiting = list(EVENT_TYPES.values())
    while waiting:
        type_ = waiting.pop()
        for hint in typing.get_type_hints(type_).values():
            waiting += (further := [one for one in records(hint) if one.__name__ not in types and one not in waiting])
            types |= {one.__name__: one for one in further}
    return types


def _planted(treatment: str, hint: object, name: str) -> object:
    if treatment == PAIRS:
        free = () if name.isalpha() else (name,)  # a name in small letters is one of a template
        return [[field, name] for field in ("order", "description", "other_key", "where", *free)]
    if treatment == EMPTIED and hint is not str:
        word = {"message": name, "values": [["name", "text", name]], "parts": [], "many": "", "count": 0}
        return [["reason", {**word, "parts": [["part", word]]}]]
    if treatment == KEPT:
        return _plain(hint)
    several = typing.get_origin(hint) is tuple
    value = planted(treatment, name) if treatment in FIELDS else name
    return [value] if several else value


def _plain(hint: object) -> object:
    if typing.get_origin(hint) is tuple:
        return [_plain(typing.get_args(hint)[0])]
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)[0]
    if type(None) in typing.get_args(hint):
        return None
    kinds = {str: "X-1", bool: True, int: 1, UUID: str(UUID(int=1)), datetime: "2026-05-04T09:00:00Z"}
    return kinds.get(typing.cast("type", hint), "1.00 EUR")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_no_word_of_a_text_is_left(type_: str, name: str) -> None:
    content = json.dumps(planted(type_, name), ensure_ascii=False, separators=(",", ":")).encode()
    event = canonical_json.decode_as(type_of(type_), content)
    rest = without_content(type_, event.version, content)
    for part in (name, *name.split()):
        assert part.encode() not in rest
    read(type_, event.version, rest)
    erasable = set(FIELDS[type_].values()) - {KEPT}
    assert (name.encode() in content) is bool(erasable), "a text was planted wherever one may be"


@pytest.mark.parametrize(
    ("name", "value", "rest"),
    [
        ("accepted", "1150 EA", "1150 EA"),
        ("price", "10.80 EUR per EA", "10.80 EUR per EA"),
        ("limit", "the stricter of 2 % and 50.00 EUR", "the stricter of 2 % and 50.00 EUR"),
        ("limit", "500.00 EUR (not comparable with CHF)", "500.00 EUR (not comparable with CHF)"),
        ("date", "2026-03-01 to 2026-03-31", "2026-03-01 to 2026-03-31"),
        ("until", "2026-03-09 09:00 UTC", "2026-03-09 09:00 UTC"),
        ("percent", "-4.76 %", "-4.76 %"),
        ("ratio", "100", "100"),
        ("apart", "1 day", "1 day"),
        ("rule", "BR-CO-13", "BR-CO-13"),
        ("unit", "EA", "EA"),
        ("other_state", "posted", "posted"),
        ("price_source", "sales order SO-1", "sales order SO-1"),
        ("order", "PO-500, PO-501", "PO-500, PO-501"),
        ("shipment", "SH-1", "SH-1"),
        ("other_key", "erp/invoice/RE-0815@1", "erp/invoice/RE-0815@1"),
        ("other_key", "file/invoice/name/feldmaier/1@1", "file/invoice/name/—"),
        ("billed", "", ""),
        ("telephone", "07311234567", ERASED),
        ("telephone", "4973112345678", ERASED),
        ("account", "C-100-x", ERASED),
        ("order", "Bestellung von Feldmaier 7", ERASED),
        ("order", "DE02120300000000202051", ERASED),
        ("supplier", "Feldmaier 24", ERASED),
        ("supplier", "EVA, ANN", ERASED),
        ("price_source", "override OV-2, approved by maria", ERASED),
        ("limit", "2 %\nFeldmaier", ERASED),
    ],
)
def test_a_value_is_kept_where_its_form_says_that_it_is_none_of_peoples_words(name: str, value: str, rest: str) -> None:
    content = json.dumps({"findings": [{"numbers": [[name, value]]}]}).encode()
    [finding] = json.loads(without_content("FindingsChanged", 1, content))["findings"]
    assert finding["numbers"] == [[name, rest]]


@pytest.mark.parametrize(
    ("type_", "field", "value", "rest"),
    [
        ("DeliveryRequested", "to", "peppol 0088:7300010000018 (BT-43 ar@werk.example)", "peppol —"),
        ("DeliveryRequested", "to", "portal", "portal"),
        ("ClaimTiedOut", "delivery", "none", "none"),
        ("ClaimTiedOut", "delivery", "ar@werk.example", ERASED),
        ("ClaimTiedOut", "delivery", "", ""),
        ("WaitStarted", "keys", ["order@DE01/4500012", "supplier/name/feldmaier"], ["order@DE01/4500012", "supplier/name/—"]),
        ("WaitStarted", "keys", ["mapping/rosalind@feldmaier.example", "", "feldmaier"], ["mapping/—", "", ERASED]),
        ("PostingRefused", "code", "F5-312", "F5-312"),
        ("PostingRefused", "code", "frag Feldmaier", ERASED),
        ("DeliveryRefused", "correlation", "c-4711", "c-4711"),
        ("Delivered", "ref", "4711/2026", "4711/2026"),
    ],
)  # fmt: skip
def test_a_field_keeps_what_its_treatment_says(type_: str, field: str, value: object, rest: object) -> None:
    content = json.dumps({field: value}).encode()
    assert json.loads(without_content(type_, 1, content)) == {field: rest}


# ---- former versions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("type_", "version"), STEPS)
def test_an_event_of_a_former_version_keeps_its_version(type_: str, version: int) -> None:
    fields = typing.cast("dict[str, object]", planted(type_, "Rosalind Feldmaier"))
    younger = {
        "ClaimReceived": {"counterparty"},
        "ClaimTiedOut": {"delivery", "urgency", "followed"} if version == 1 else {"urgency", "followed"},
        "Delivered": {"paper"},
        "DeliveryRefused": {"paper", "correlation", "words"},
        "ResolutionChosen": {"fields"},
        "PostingRequested": {"delivery"},
    }[type_]
    before = {name: value for name, value in fields.items() if name not in younger}
    if type_ == "ClaimReceived":
        before["supplier"] = "Rosalind Feldmaier"
    content = json.dumps(before, ensure_ascii=False).encode()
    read(type_, version, content)
    rest = without_content(type_, version, content)
    assert json.loads(rest).keys() == before.keys(), "no field of a later version comes in"
    assert b"Feldmaier" not in rest
    assert read(type_, version, rest)


@pytest.mark.parametrize("former", FORMER)
def test_an_event_under_a_former_name_is_erased_as_todays(former: str) -> None:
    content = json.dumps(planted(FORMER[former], "feldmaier"), ensure_ascii=False).encode()
    assert without_content(former, 1, content) == without_content(FORMER[former], 1, content)


def test_what_nobody_wrote_is_refused() -> None:
    with pytest.raises(Malformed, match="not an event"):
        without_content("Nonsense", 1, b"{}")
    with pytest.raises(Malformed, match="version 9"):
        without_content("Noted", 9, b"{}")
    for content in (b"[]", b"{", b"\xff"):
        with pytest.raises(Malformed, match="not the canonical JSON of an event"):
            without_content("Noted", 1, content)


# ---- the states --------------------------------------------------------------------------------------------------------


def assert_same(life: Life, *, places: bool = True) -> None:
    claim = claim_of(again(life.claim_log))
    cases = {name: fold(again(log)) for name, log in life.case_logs.items()}
    assert of_claim(claim, places=places) == of_claim(life.claim, places=places)
    assert {name: of_case(case, places=places) for name, case in cases.items()} == {
        name: of_case(case, places=places) for name, case in life.cases.items()
    }
    assert claim is not None
    folded = [case for case in cases.values() if case is not None]
    assert next_at(claim, folded) == next_at(life.claim, list(life.cases.values()))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_life_of_anything_leads_to_the_same_state(data: st.DataObject) -> None:
    life = Life()
    numbers = iter(data.draw(st.lists(st.integers(0, 10**6), min_size=60, max_size=60)))
    for _ in range(10):
        _step(life, lambda below: next(numbers, 0) % below)
    assert_same(life)


@pytest.mark.parametrize("name", ["Rosalind Feldmaier", "feldmaier"])
def test_what_people_and_systems_write_in_the_course_of_a_claim_is_gone(name: str) -> None:
    life = Life(other_side=dataclasses.replace(Life().other_side, name=name, ours=name))
    [finding] = SHORT.findings
    finding = dataclasses.replace(finding, actual=Sentence("{name}", name=name), numbers=(("billed", name),))
    life.judged(dataclasses.replace(SHORT, findings=(finding,)))
    [brief] = life.case().findings
    life.commanded(Note(text=name))
    life.commanded(AskCounterparty(text=f"Dear {name}"))
    life.commanded(RecordAnswer(answer=name))
    life.commanded(Escalate(reason=name))
    life.commanded(HandOff(queue="elsewhere", reason=name))
    life.commanded(
        AcceptVariance(code=brief.code, where=brief.where, evidence_hash=brief.evidence_hash, reason=name), APPROVER
    )
    line = dataclasses.replace(CLEAR.postable[0], description=name)
    life.judged(dataclasses.replace(CLEAR, postable=(line,), delivery=f"email {name}"))
    life.answered(Unknown(hint=name))
    life.answered(Rejected(reason=name))
    life.commanded(Resolve(resolution="retry_posting", note=name), ENGINEER, cause="posting")
    log = [*life.claim_log, *(event for events in life.case_logs.values() for event in events)]
    stored = [canonical_json.encode(event) for event in log]
    assert sum(name.encode() in content for content in stored) >= 10
    for event in log:
        assert b"eldmaier" not in erased(event), type(event).__name__
    assert_same(life)


def test_a_rejected_claim_stays_rejected_by_a_person() -> None:
    life = Life()
    life.judged(SHORT)
    life.commanded(Resolve(resolution="reject_to_supplier", note="Feldmaier says so"), ANALYST)
    claim = claim_of(again(life.claim_log))
    assert claim is not None
    assert (claim.rejected, claim.status, claim.over, claim.rejected_by_verdict) == (ERASED, "rejected", True, False)
    assert_same(life)


@pytest.mark.parametrize("home", ["release_0_1.json", "release_0_1_accepted.json"])
def test_the_events_of_the_release_before_lead_to_the_same_states(home: str) -> None:
    table = json.loads((HOMES / home).read_text())["store_event"]
    before: dict[str, list[typing.Any]] = {}
    after: dict[str, list[typing.Any]] = {}
    for line in sorted(table["rows"], key=lambda line: int(line.split("\t")[table["columns"].index("seq")])):
        row = dict(zip(table["columns"], line.split("\t"), strict=True))
        content, version = bytes.fromhex(row["payload"].removeprefix("\\\\x")), int(row["version"])
        rest = without_content(row["type"], version, content)
        assert without_content(row["type"], version, rest) == rest
        assert b"Acme" not in rest
        assert b"bolt" not in rest
        before.setdefault(row["stream"], []).append(read(row["type"], version, content))
        after.setdefault(row["stream"], []).append(read(row["type"], version, rest))
    assert before
    for stream, log in before.items():
        if type(log[0]).__name__ in CLAIM_EVENTS:
            assert of_claim(claim_of(after[stream])) == of_claim(claim_of(log))
        else:
            assert type(log[0]).__name__ in CASE_EVENTS
            case: Case | None = fold(log)
            assert of_case(fold(after[stream])) == of_case(case)
