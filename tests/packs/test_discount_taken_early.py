"""An allowance on the whole order, however invoices share it out: no more is paid than was agreed, and what was agreed is paid."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tieout.cli.scenario import report_of

HEAD = """scenario: One discount, many invoices
start: 2026-03-02 09:00
policy: {match: 3-way, unit_price: zero, line_total: not_checked, invoice_total: not_checked}
given:
  supplier: {number: "1", name: Contoso Parts, vat: DE100000001}
  order: {number: PO-1, supplier: "1", lines: ["10: 100 EA A @ 10.00", "20: 200 EA B @ 5.00"], allowances: [discount 200.00]}
  receipt: {number: GR-1, order: PO-1, lines: ["10: 100 EA", "20: 200 EA"]}
steps:
"""


@pytest.mark.parametrize("seed", range(20))
def test_no_more_is_paid_than_was_agreed(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    cut = [random.choice([0, 20, 50, 100]), random.choice([0, 40, 100, 200])]
    shares = random.choice([(200, 0), (150, 50), (100, 100), (200, 50), (0, 200), (60, 60)])
    text = HEAD
    for k, (first, second, off) in enumerate([(cut[0], cut[1], shares[0]), (100 - cut[0], 200 - cut[1], shares[1])], 1):
        lines = [f'"1: {first} EA A @ 10.00 -> 10"'] if first else []
        lines += [f'"2: {second} EA B @ 5.00 -> 20"'] if second else []
        if not lines or off >= first * 10 + second * 5:
            pytest.skip("an invoice needs lines, and costs something")
        allowances = f", allowances: [discount {off}.00]" if off else ""
        text += f'  - at: +1h\n    invoice: {{number: "A{k}7{k}", supplier: "1", order: PO-1, lines: [{", ".join(lines)}]{allowances}}}\n'
    text += (
        "  - at: +1d\n    receipt: {number: GR-2, order: PO-1, lines: ['10: 1 EA']}\n"  # all are looked at once more
    )
    path = tmp_path / "discount.yaml"
    path.write_text(text)
    run = report_of(path).simulation
    paid, quantities = 0, {"10": Decimal(0), "20": Decimal(0)}
    for filed in run.claims.values():
        for used in filed.used if filed.state.status == "posted" else ():
            quantities[used.line] += used.quantity
            paid += used.net.minor
    worth = 900 * quantities["10"] + 450 * quantities["20"]
    assert paid <= worth
    if sum(shares) >= 200:
        assert quantities == {"10": 100, "20": 200}, "both invoices together cost what was agreed"
        verdicts = {filed.last.verdict.status for filed in run.claims.values() if filed.last is not None}
        assert verdicts == {"clear"}, "and neither is asked about once it is posted"
