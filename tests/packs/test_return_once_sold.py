"""What came back of a sales order's line is missing once over its invoices, and what the customer never took is not counted twice."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from tieout.cli.scenario import report_of
from tieout.core.findings.finding import Finding
from tieout.scenario.simulation import Simulation

HEAD = """scenario: Goods come back
pack: order_to_cash
start: 2026-03-02 09:00
policy: {credit_note: not_checked}
given:
  customer: {number: "70001", name: Nord AG}
"""


def simulated(tmp_path: Path, text: str) -> Simulation:
    path = tmp_path / "sold.yaml"
    path.write_text(text)
    return report_of(path).simulation


def found(run: Simulation, code: str) -> list[Finding]:
    verdicts = [claim.last.verdict for claim in run.claims.values() if claim.last is not None]
    return [one for verdict in verdicts for one in verdict.findings if one.code == code and one.stage != "note"]


def quantity(findings: list[Finding]) -> Decimal:
    return sum((Decimal(finding.variance.split()[0]) for finding in findings), Decimal(0))


@pytest.mark.parametrize("seed", range(12))
def test_the_findings_add_up_to_what_came_back_and_was_not_credited(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    parts = [random.randint(1, 40) for _ in range(random.randint(1, 5))]
    billed = sum(parts)
    spare, back = random.randint(0, 20), random.randint(1, billed)
    credit = random.choice([0, random.randint(1, parts[0])])
    text = HEAD + f'  sales_order: {{number: SO-1, customer: "70001", lines: ["10: {billed + spare} EA A @ 10.00"]}}\n'
    text += f'  shipment: {{number: SH-1, order: SO-1, lines: ["10: {billed + spare} EA"]}}\nsteps:\n  - customer_invoice:\n'
    for k, part in enumerate(parts, 1):
        text += f'      - {{number: I-{k}, customer: "70001", order: SO-1, lines: ["1: {part} EA A @ 10.00 -> 10"]}}\n'
    text += f"  - at: +1d\n    customer_return: {{number: RT-1, line: SO-1/10, quantity: {back} EA}}\n"
    if credit:
        text += '  - at: +1d\n    customer_credit_note: {number: C-1, customer: "70001", order: SO-1, credits: [I-1], '
        text += f'lines: ["1: {credit} EA A @ 10.00 -> 10"]}}\n'
    missing = found(simulated(tmp_path, text), "AR-SHP-QTY")
    assert quantity(missing) == max(0, billed - credit - (billed + spare - back))
    assert {(finding.queue, finding.cause) for finding in missing} <= {("revenue-operations", "return")}


@pytest.mark.parametrize("seed", range(8))
def test_what_may_be_billed_is_what_the_customer_kept(tmp_path: Path, seed: int) -> None:
    """Shipped is kept, refused, lost or sent back, whatever comes first; refused goods that are here again are not deducted twice."""
    random = Random(seed)
    shipped = random.randint(20, 60)
    refused = random.randint(0, 10)
    reason = random.choice(["refused", "damaged", "short"])
    back = random.randint(0, 15)
    signed = f'"10: {shipped - refused} EA{f", {refused} EA {reason}" if refused else ""}"'
    documents = [
        f"    shipment: {{number: SH-1, order: SO-1, site: W3, carrier: Blitz, lines: ['10: {shipped} EA']}}\n",
        f"    proof: {{number: POD-1, shipment: SH-1, order: SO-1, lines: [{signed}]}}\n",
    ]
    if back:
        documents.append(f"    customer_return: {{number: RT-1, line: SO-1/10, quantity: {back} EA, shipment: SH-1}}\n")
    again = 0 if reason == "short" else min(refused, back)
    kept = shipped - refused - (back - again)
    for order in permutations(documents):
        head = HEAD.replace("Nord AG}", "Nord AG, proof_required: true}")
        text = (
            head
            + f'  sales_order: {{number: SO-1, customer: "70001", lines: ["10: {shipped} EA A @ 10.00"]}}\nsteps:\n'
        )
        for document in order:
            text += f"  - at: +1h\n{document}"
        text += "  - at: 2026-05-04 09:00\n    say: billing has had its time\n"
        run = simulated(tmp_path, text)
        assert quantity(found(run, "BIL-LEAK")) == kept, (order, refused, reason, back)
        assert quantity(found(run, "AR-POD-DIFF")) == refused - again, (order, refused, reason, back)
        assert not found(run, "AR-POD-MISS")
