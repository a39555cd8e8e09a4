"""Every scenario: with the content of all its events erased, each claim and each case is in the state in which it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.erased import of_case, of_claim
from tieout.cli.scenario import report_of
from tieout.core.case.claim_change import ClaimChange
from tieout.core.case.erasing import without_content
from tieout.core.case.evolve import fold
from tieout.core.case.upcast import CLAIM_EVENTS, type_of
from tieout.core.claim.evolve import evolve
from tieout.core.claim.state import ClaimState
from tieout.core.values.event import Event
from tieout.formats import canonical_json
from tieout.scenario.simulation import Simulation
from tieout.wording import findings
from tieout.wording.chosen import written_in

HERE = Path(__file__).parent
FILES = sorted(HERE.rglob("*.yaml"))


def again(log: Sequence[Event]) -> list[Any]:
    """The same events as they are read after their content was erased."""
    events = []
    for event in log:
        name = type(event).__name__
        content = without_content(name, event.version, canonical_json.encode(event))
        assert without_content(name, event.version, content) == content
        events.append(canonical_json.decode_as(type_of(name), content))
    return events


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_states_follow_from_what_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs: dict[str, list[Event]] = {}
    apply = Simulation._apply

    def noted(simulation: Simulation, source: str, applied: ClaimChange, **more: Any) -> None:
        for change in applied.cases:
            logs.setdefault(str(change.case.id), []).extend(change.events)
        apply(simulation, source, applied, **more)

    monkeypatch.setattr(Simulation, "_apply", noted)
    simulation = report_of(path).simulation
    for filed in simulation.claims.values():
        claim: ClaimState | None = None
        for event in again([event for event in filed.events if type(event).__name__ in CLAIM_EVENTS]):
            claim = evolve(claim, event)
        assert of_claim(claim) == of_claim(filed.state)
        for name, case in filed.cases.items():
            after = fold(again(logs[name]))
            assert after is not None
            assert of_case(after) == of_case(case)
            for brief in after.findings:
                for language in ("en", "de"):
                    with written_in(language):  # type: ignore[arg-type]
                        text = findings.message(brief, simulation.catalogue.codes, case.cause.partition("@")[0])
                        assert any(map(str.isalpha, text))
                        assert "{" not in text
                        assert findings.short(brief, simulation.catalogue.codes, case.cause.partition("@")[0])


def test_no_name_of_a_document_is_left_in_an_event() -> None:
    """Names of parties and goods of a scenario that has many of them."""
    path = next(path for path in FILES if path.stem == "s01_window_ends")
    names = ("Kessler Fasteners GmbH", "ar@kessler.example", "supplier agreed on the phone")
    simulation = report_of(path).simulation
    stored = [
        (event, canonical_json.encode(event).decode()) for filed in simulation.claims.values() for event in filed.events
    ]
    for name in names:
        assert any(name in text for _, text in stored)
    for event, _ in stored:
        rest = without_content(type(event).__name__, event.version, canonical_json.encode(event)).decode()
        assert not any(name in rest for name in names)
        json.loads(rest)
