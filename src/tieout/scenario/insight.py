"""What is learnt from a history, beside what a scenario expects of it. Who learns is given: this room does not know it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout.scenario.plain import Text
from tieout.scenario.text import ExpectText
from tieout.scenario.text_history import HistoryText

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """Alerts, places of the smallest set, all delay, and breaches, each in the words of the language."""

    alerts: tuple[Said, ...]
    concentration: tuple[Said, ...]
    delay: Said
    breaches: Said


Learn = Callable[[HistoryText, datetime, datetime], Insight]
"""What is learnt at a moment (the last argument) from a history that ends at another (the start of the scenario)."""


def asks(expect: ExpectText) -> bool:
    """Whether something is expected to be learnt."""
    return any(each is not None for each in (expect.alerts, expect.concentration, expect.delay, expect.breaches))


def unlike(insight: Insight, expect: ExpectText) -> Iterator[str]:
    """Everything in which what was learnt is not as expected."""
    if expect.alerts is not None:
        yield from _listed("alert", expect.alerts, insight.alerts)
    if expect.concentration is not None:
        yield from _listed("place", expect.concentration, insight.concentration)
    if expect.delay is not None:
        yield from _fields("delay", expect.delay, insight.delay)
    if expect.breaches is not None:
        yield from _fields("breaches", expect.breaches, insight.breaches)


def _listed(what: str, wanted: Sequence[Text], found: Sequence[Said]) -> Iterator[str]:
    names = [each["where"] for each in found]
    expected = [str(each.model_dump()["where"]) for each in wanted]
    if names != expected:
        yield f"{what}s {expected} expected, are {names}"
        return
    for text, said in zip(wanted, found, strict=True):
        yield from _fields(f"{what} {said['where']}", text, said)


def _fields(name: str, wanted: Text, found: Said) -> Iterator[str]:
    for field, value in wanted.model_dump().items():
        if value is not None and value != found.get(field, ""):
            yield f"{name}: {field} {value!r} expected, is {found.get(field, '')!r}"
