"""What is missing of an order line after its invoices were posted is missing once, whichever invoices there are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tieout.cli.scenario import report_of

HEAD = """scenario: Goods go back after their invoices were posted
start: 2026-03-02 09:00
policy: {match: 3-way}
given:
  supplier: {number: "1", name: Contoso Parts, vat: DE100000001}
"""


@pytest.mark.parametrize("seed", range(12))
def test_the_findings_add_up_to_what_went_back_and_was_not_credited(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    parts = [random.randint(1, 40) for _ in range(random.randint(1, 5))]
    billed = sum(parts)
    spare, back = random.randint(0, 20), random.randint(1, billed)
    credit = random.choice([0, random.randint(1, parts[0])])
    text = HEAD + f'  order: {{number: PO-1, supplier: "1", lines: ["10: {billed + spare} EA GEAR @ 10.00"]}}\n'
    text += f'  receipt: {{number: GR-1, order: PO-1, lines: ["10: {billed + spare} EA"]}}\nsteps:\n  - invoice:\n'
    for k, part in enumerate(parts, 1):
        text += f'      - {{number: A-{k}, supplier: "1", order: PO-1, lines: ["1: {part} EA GEAR @ 10.00 -> 10"]}}\n'
    text += f"  - at: +1d\n    return: {{number: RT-1, line: PO-1/10, quantity: {back} EA}}\n"
    if credit:
        text += "  - at: +1d\n    credit_note: {number: C-1, supplier: '1', order: PO-1, credits: [A-1], "
        text += f'lines: ["1: {credit} EA GEAR @ 10.00 -> 10"]}}\n'
    path = tmp_path / "return.yaml"
    path.write_text(text)
    claims = report_of(path).simulation.claims.values()
    results = [claim.last.verdict for claim in claims if claim.last is not None]
    missing = [
        Decimal(finding.variance.split()[0])
        for verdict in results
        for finding in verdict.findings
        if finding.code == "AP-QTY-REC"
    ]
    assert sum(missing, Decimal(0)) == max(0, billed - credit - (billed + spare - back))
