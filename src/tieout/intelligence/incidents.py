"""Incidents of interfaces: cases of one code on one feed that are open at the same time are one failure with one recovery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tieout.intelligence.facts import CaseFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One failure: from the first case that it caused until the last was closed; `until` None: it goes on."""

    name: str
    since: datetime
    until: datetime | None
    cases: tuple[str, ...]


def incidents(cases: Iterable[CaseFact]) -> tuple[Incident, ...]:
    """The failures among these cases, in order of time: integration codes only, joined where they overlap on the same code and feed."""
    spans: dict[str, list[tuple[datetime, datetime | None, str]]] = {}
    for case in cases:
        for stretch in case.stretches:
            if stretch.kind == "integration":
                name = f"{stretch.code} {case.about.feed}".strip()
                spans.setdefault(name, []).append((stretch.since, stretch.until, case.id))
    joined = [incident for name, group in spans.items() for incident in _joined(name, group)]
    return tuple(sorted(joined, key=lambda incident: (incident.since, incident.name)))


def _joined(name: str, spans: list[tuple[datetime, datetime | None, str]]) -> list[Incident]:
    joined: list[Incident] = []
    for since, until, id_ in sorted(spans, key=lambda span: (span[0], span[2])):
        last = joined[-1] if joined else None
        if last is None or (last.until is not None and since > last.until):
            joined.append(Incident(name=name, since=since, until=until, cases=(id_,)))
            continue
        ends = None if last.until is None or until is None else max(last.until, until)
        ids = last.cases if id_ in last.cases else (*last.cases, id_)
        joined[-1] = Incident(name=name, since=last.since, until=ends, cases=ids)
    return joined
