"""What is at stake on a case is never more than its document asks for, however many rules are broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.case.lives import finding as made
from tieout.core.case.routing import stake
from tieout.core.findings.finding import Finding
from tieout.core.values.money import Money

ASKED = Money.of("1000.00", "EUR")


def finding(where: str, at_stake: Money | None) -> Finding:
    return replace(made("AP-PRC-OVER", where=where), at_stake=at_stake)


@pytest.mark.parametrize(
    ("stakes", "together"),
    [
        ((("document", "1000.00"), ("document", "1000.00")), "1000.00"),
        ((("document", "300.00"), ("document", "200.00")), "300.00"),
        ((("line 1", "300.00"), ("line 2", "200.00")), "500.00"),
        ((("document", "1000.00"), ("line 1", "300.00")), "1000.00"),
        ((("line 1", "999.99"), ("line 2", "0.01")), "1000.00"),
        ((("line 1", "999.99"), ("line 2", "0.02")), "1000.00"),
        ((("line 1", "-400.00"), ("line 2", "300.00")), "700.00"),
        ((("line 1", "0.00"),), "0.00"),
        ((("line 1", "1500.00"),), "1500.00"),
        ((("line 1", "1500.00"), ("line 2", "1500.00")), "1500.00"),
    ],
)
def test_table(stakes: tuple[tuple[str, str], ...], together: str) -> None:
    findings = [finding(where=where, at_stake=Money.of(amount, "EUR")) for where, amount in stakes]
    assert stake(findings, ASKED) == Money.of(together, "EUR")
    assert stake(findings, -ASKED) == Money.of(together, "EUR")


def test_another_currency_caps_nothing_and_no_amount_is_none() -> None:
    two = [finding(where=f"line {k}", at_stake=Money.of("900.00", "USD")) for k in (1, 2)]
    assert stake(two, ASKED) == Money.of("1800.00", "USD")
    assert stake([finding(where="line 1", at_stake=None)], ASKED) is None
