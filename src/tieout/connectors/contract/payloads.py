"""Payloads: what is accepted arrives unchanged; what is not understood is refused, and nothing is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tieout.connectors.contract.asking import done, find, nothing_held, perform, posted, refused
from tieout.connectors.contract.counterpart import Counterpart, must, new_number
from tieout.connectors.contract.samples import Sample
from tieout.core.outbox.action import Action, ActionKind, Rejected
from tieout.core.outbox.connection import Connection, Purpose, checked
from tieout.core.values.errors import Malformed
from tieout.core.values.ids import derive

_OTHER_KIND: Final[Mapping[Purpose, ActionKind]] = {
    "posting": "message",
    "message": "post_voucher",
    "delivery": "message",
}


def what_is_sent_arrives_to_the_cent(counterpart: Counterpart) -> None:
    """Every sort that the other side takes is held with the kind, currency and amounts of the payload."""
    for sort in counterpart.sorts:
        if sort in counterpart.takes:
            posted(counterpart, [counterpart.sample(new_number(), sort)])


def what_the_other_side_does_not_take_is_refused(counterpart: Counterpart) -> None:
    """Every sort that it does not take (a credit note, where it has none) is refused and not done in another way."""
    for sort in counterpart.sorts:
        if sort not in counterpart.takes:
            refused(counterpart, counterpart.sample(new_number(), sort))


def a_payload_of_an_unknown_version_is_refused(counterpart: Counterpart) -> None:
    """Version 99, or no version at all, may mean something else by the same names."""
    for changed in ({"version": 99}, {"version": None}):
        sample = _with_number(counterpart.sample(new_number()))
        content = json.loads(sample.action.payload) | changed
        payload = json.dumps({name: value for name, value in content.items() if value is not None})
        refused(counterpart, replace(sample, action=replace(sample.action, payload=payload)))


def a_payload_that_cannot_be_read_is_refused(counterpart: Counterpart) -> None:
    """No JSON, or not what a payload is."""
    for payload in ("no JSON", "[]", "null", '{"version": 1}' if counterpart.connector.purpose != "message" else "7"):
        sample = counterpart.sample(new_number())
        refused(counterpart, replace(sample, action=replace(sample.action, payload=payload)))


def an_action_of_another_purpose_is_refused(counterpart: Counterpart) -> None:
    """A message is no posting, a posting no message."""
    sample = counterpart.sample(new_number())
    kind = _OTHER_KIND[counterpart.connector.purpose]
    refused(counterpart, replace(sample, action=replace(sample.action, kind=kind)))


def what_is_refused_does_not_hold_up_the_rest_of_its_batch(counterpart: Counterpart) -> None:
    """One payload that cannot be read between two good ones: the two are done."""
    place = counterpart.places[0]
    first, broken, last = (counterpart.sample(new_number()) for _ in range(3))
    broken = replace(broken, action=replace(broken.action, payload="no JSON"))
    target = counterpart.open(place)
    before = find(target, [first, broken, last])
    must(before[0] is None and before[2] is None, f"actions that were never sent are known: {before}")
    answers = perform(target, [first, broken, last])
    must(isinstance(answers[1], Rejected), f"a payload that cannot be read is answered by {answers[1]}")
    counterpart.work()
    done(counterpart, first, place, answers[0])
    done(counterpart, last, place, answers[2])
    nothing_held(counterpart, [broken], "although it cannot be read")


def the_connector_says_what_it_needs(counterpart: Counterpart) -> None:
    """Each setting is explained, and a connection without one that is required is refused before it is kept."""
    connector = counterpart.connector
    must(bool(connector.system.strip()), "the connector has no name")
    must(
        bool(connector.kinds) or not connector.keeps_its_own,
        "it keeps its own claims, and supplies no kind of document",
    )
    for setting in connector.settings:
        must(bool(setting.doc.strip()), f"the setting {setting.name} is not explained")
        must(
            not setting.required or _missing(counterpart, setting.name),
            f"a connection without its setting {setting.name} is accepted",
        )


def _missing(counterpart: Counterpart, name: str) -> bool:
    given = {setting.name: "x" for setting in counterpart.connector.settings if setting.name != name}
    connection = Connection(name="c", system=counterpart.connector.system, queue="c", settings=given)
    try:
        checked(connection, counterpart.connector)
    except Malformed:
        return True
    return False


def _with_number(sample: Sample) -> Sample:
    """The sample under a reference of its own, which the other side cannot have seen before."""
    action: Action = replace(sample.action, id=derive("contract version", sample.reference))
    return replace(sample, action=action)
