"""What the measures find in a history, compared with what a scenario expects. The function that measures is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout.scenario.plain import Text
from tieout.scenario.text import ExpectText
from tieout.scenario.text_history import HistoryText

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """Alerts, places of the smallest set, total delay, and breaches, in the fields of the language."""

    alerts: tuple[Fields, ...]
    concentration: tuple[Fields, ...]
    delay: Fields
    breaches: Fields


Learn = Callable[[HistoryText, datetime, datetime], Insight]
"""What is found at a moment (the last argument) in a history that ends at another (the start of the scenario)."""


def asks(expect: ExpectText) -> bool:
    """Whether anything is expected of the history."""
    return any(one is not None for one in (expect.alerts, expect.concentration, expect.delay, expect.breaches))


def unlike(insight: Insight, expect: ExpectText) -> Iterator[str]:
    """Every difference between the findings and the expectation."""
    if expect.alerts is not None:
        yield from _listed("alert", expect.alerts, insight.alerts)
    if expect.concentration is not None:
        yield from _listed("place", expect.concentration, insight.concentration)
    if expect.delay is not None:
        yield from _fields("delay", expect.delay, insight.delay)
    if expect.breaches is not None:
        yield from _fields("breaches", expect.breaches, insight.breaches)


def _listed(what: str, wanted: Sequence[Text], learnt: Sequence[Fields]) -> Iterator[str]:
    names = [fields["where"] for fields in learnt]
    expected = [str(fields.model_dump()["where"]) for fields in wanted]
    if names != expected:
        yield f"{what}s {expected} expected, are {names}"
        return
    for text, actual in zip(wanted, learnt, strict=True):
        yield from _fields(f"{what} {actual['where']}", text, actual)


def _fields(name: str, wanted: Text, learnt: Fields) -> Iterator[str]:
    for field, value in wanted.model_dump().items():
        if value is not None and value != learnt.get(field, ""):
            yield f"{name}: {field} {value!r} expected, is {learnt.get(field, '')!r}"
