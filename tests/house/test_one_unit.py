"""What a finding expected, what is and the difference are in one unit: in all scenarios, samples and handed cases, of all packs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.formats.shared_cases import CASES
from tests.support.one_unit import findings_made, mixed
from tieout.app import default_policies, packs
from tieout.cli import main
from tieout.cli.bench_samples import billing
from tieout.cli.scenario import report_of
from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.findings.measured import unit_of, units_of
from tieout.core.policy.policy import PolicySet
from tieout.scenario.sample import company, deals
from tieout.scenario.sample_sales import customers, sales
from tieout.scenario.simulation import Simulation

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").rglob("*.yaml"))
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("131 EA", "EA"), ("-0.5 KGM", "KGM"), ("10 4L", "4L"), ("6902.39 EUR", "EUR"), ("-10 JPY", "JPY"),
        ("10.80 EUR per EA", "EUR per EA"), ("15 %", "%"), ("31 days", "text"), ("2026-03-02", "date"),
        ("2026-03-02 08:00 UTC", "moment"), ("no price", "text"), ("70001", "text"), ("EUR", "text"), ("", ""),
    ],
)  # fmt: skip
def test_the_unit_of_a_value(value: str, unit: str) -> None:
    assert unit_of(value) == unit


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_findings_of_a_scenario(path: Path) -> None:
    with findings_made() as made:
        report_of(path)
    assert mixed(made) == []


def test_findings_of_handed_scenarios(shared_cases: Path) -> None:
    with findings_made() as made:
        for path in sorted((shared_cases / "decisions").glob("*.yaml")):
            report_of(path)
    assert len(made) > 25
    assert mixed(made) == []


def test_findings_of_handed_files(shared_cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared_cases / "formats"
    with findings_made() as made:
        for case in CASES:
            beside = ["--order", str(folder / case.order), "--receipt", str(folder / case.receipt)]
            beside += ["--supplier", str(folder / "supplier.csv"), "--at", "2026-06-11T10:00Z", "--json"]
            beside += ["--earlier", str(folder / case.earlier)] if case.earlier else []
            main(["check", str(folder / case.file), *beside])
    capsys.readouterr()
    assert len(made) > 15
    assert mixed(made) == []


def _made_of(documents: list[Document], at: datetime) -> list[Finding]:
    run = Simulation(packs(), PolicySet(policies=default_policies()), at=at)
    with findings_made() as made:
        for document in documents:
            run.receive(document)
    return made


def test_findings_of_the_buying_sample() -> None:
    made = company(11, suppliers=3, products=4, on=date(2026, 3, 2))
    chosen = list(deals(made, 11, 60, on=date(2026, 3, 2), lines=3, clean_percent=5))
    documents = [document for deal in chosen for document in (deal.order, *deal.documents, deal.invoice, *deal.later)]
    findings = _made_of([*made.documents, *documents], AT)
    assert len({finding.code for finding in findings}) > 10
    assert mixed(findings) == []


def test_findings_of_the_selling_sample() -> None:
    known: list[Document] = [document for pair in customers(5) for document in pair]
    made = list(sales(5, 40, at=AT, clean_percent=5))
    sold: list[Document] = [document for sale in made for document in (sale.order, *sale.documents)]
    sold += [sale.invoice for sale in made if sale.invoice is not None]
    sold += [document for sale in made for document in sale.later]
    findings = _made_of([*known, *sold], AT)
    assert len({finding.code for finding in findings}) > 5
    assert mixed(findings) == []


def test_findings_of_the_billing_sample() -> None:
    sample = billing(5, 40, lines=4, at=AT)
    findings = _made_of([*sample.evidence, *sample.claims], AT)
    assert len({finding.code for finding in findings}) > 2
    assert mixed(findings) == []


def test_two_units_are_seen() -> None:
    with findings_made() as made:
        report_of(SCENARIOS[0].parents[1] / "payables" / "s01_inspection_clears.yaml")
    one = next(finding for finding in made if finding.variance.endswith(" EA"))
    assert units_of(one) == {"EA"}
    from dataclasses import replace

    assert mixed([replace(one, actual="6902.39 EUR")]) != []
