"""What another finding explains is kept in the verdict and shown, and changes neither what is asked nor the status."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from tieout.app import taxonomy
from tieout.cli import terminal
from tieout.cli.check_show import Checked, show
from tieout.cli.scenario import report_of
from tieout.core.findings.precedence import apply
from tieout.core.tie_out.pack import TieOut
from tieout.core.tie_out.verdict import Verdict, status_of
from tieout.formats import canonical_json
from tieout.wording import findings

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FILES = ("payables/s08_contract_not_yet.yaml", "payables/edge_price_units.yaml")


def last(path: str) -> TieOut:
    results = [filed.last for filed in report_of(SCENARIOS / path).simulation.claims.values() if filed.last]
    return next(tied for tied in results if tied.verdict.silenced)


@pytest.mark.parametrize("path", FILES)
def test_what_is_silenced_is_in_the_verdict_and_asks_nobody(path: str) -> None:
    verdict = last(path).verdict
    kept = {finding.code for finding in verdict.findings}
    for gone in verdict.silenced:
        assert gone.by in kept
        assert gone.finding not in verdict.findings
        assert findings.silenced(gone) == f"explained by {gone.by}"
    assert verdict.status == status_of(verdict.findings)
    again = apply((*verdict.findings, *(gone.finding for gone in verdict.silenced)), taxonomy())
    assert {gone.finding.code for gone in again.silenced} == {gone.finding.code for gone in verdict.silenced}


@pytest.mark.parametrize("path", FILES)
def test_it_is_stored_and_a_verdict_from_before_still_opens(path: str) -> None:
    verdict = last(path).verdict
    body = canonical_json.encode(verdict)
    assert canonical_json.decode_as(Verdict, body) == verdict
    before = msgspec.json.decode(body)
    del before["silenced"]
    opened = canonical_json.decode_as(Verdict, msgspec.json.encode(before))
    assert opened == replace(verdict, silenced=())


def test_it_is_printed_with_who_explains_it(capsys: pytest.CaptureFixture[str]) -> None:
    path = SCENARIOS / FILES[0]
    tied = last(FILES[0])
    (filed,) = report_of(path).simulation.claims.values()
    checked = Checked(file="x", document=filed.recorded.document, result=tied, unused=())
    show(checked, Console(width=200, force_terminal=False))
    printed = capsys.readouterr().out
    for gone in tied.verdict.silenced:
        assert f"{gone.finding.code}  line {gone.finding.where}: explained by {gone.by}" in printed
        assert terminal.message(gone.finding) in printed
