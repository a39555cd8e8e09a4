"""A rule that no policy sets for a line holds it, wherever the line stands (GOV-NOPOLICY)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.sim.selling import AT, NORD, Terms, order
from tieout.app import default_policy, pack_named
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.scenario.simulation import Simulation
from tieout.trade.documents import Order, ProductIds


def of_one_site_only() -> Simulation:
    """A company whose policy says for site W3 alone how much more may leave than was ordered."""
    policy = default_policy("order_to_cash")
    rules = policy.layers[0].rules
    without = {name: value for name, value in rules.values.items() if name != "ordered"}
    layers = (
        Layer(when=Facts(), rules=replace(rules, values=without | {"credit": "not_checked"})),
        *policy.layers[1:],
        Layer(when=Facts(site="W3"), rules=Rules.of(ordered=rules.values["ordered"])),
    )
    made = Simulation((pack_named("order_to_cash"),), PolicySet(policies=(replace(policy, layers=layers),)), at=AT)
    made.receive(NORD)
    return made


def sold() -> Order:
    """The same product for W3 and, in line 20, for W4."""
    made = order("SO-1", {"10": 10, "20": 10}, Terms())
    same = ProductIds(seller="P", buyer="P")
    first, second = (
        replace(line, site=site, product=same, price=Decimal(10))
        for line, site in zip(made.lines, ("W3", "W4"), strict=True)
    )
    return replace(made, site="W3", lines=(first, second))


def held(made: Simulation, number: str) -> list[tuple[str, str]]:
    last = next(filed.last for filed in made.claims.values() if filed.state.number == number)
    assert last is not None
    return [(finding.code, finding.where) for finding in last.verdict.findings if finding.code == "GOV-NOPOLICY"]


def test_a_sales_order_says_for_which_of_its_lines_a_rule_is_missing() -> None:
    here = of_one_site_only()
    here.receive(sold())
    assert held(here, "SO-1") == [("GOV-NOPOLICY", "20")]
