"""The rule `short_pay`: whether what is undisputed may be paid and the rest claimed with a debit note, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.packs.test_payables_edges import AT, KESSLER, _receipt, billed, invoice, order, ordered
from tests.support.access import granted
from tieout.app import default_policy, pack_named
from tieout.core.case.commands import Circumstances, Resolve
from tieout.core.case.decide import decide
from tieout.core.findings.finding import Finding
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.scenario.simulation import Simulation
from tieout.trade.facts import with_partner

ORDER = order(ordered("10", 100, "10.00"), ordered("20", 100, "10.00"))
BILLED = invoice(billed("1", "100", "10.00"), billed("2", "100", "10.00"))


def judged(*layers: Layer, delivered: int = 90) -> Simulation:
    company = default_policy()
    policy = replace(company, layers=(*company.layers, Layer(when=Facts(), rules=Rules.of(match="3-way")), *layers))
    made = Simulation((pack_named("payables"),), PolicySet(policies=(policy,)), at=AT)
    for document in (KESSLER, ORDER, _receipt("GR-1", {"10": delivered, "20": delivered}), BILLED):
        made.receive(document)
    return made


def short(made: Simulation) -> dict[str, Finding]:
    (filed,) = made.claims.values()
    assert filed.last is not None
    return {finding.where: finding for finding in filed.last.verdict.findings if finding.code == "AP-QTY-REC"}


def saying(value: bool, **facts: str) -> Layer:
    return Layer(when=Facts(**facts), rules=Rules.of(short_pay=value))


@pytest.mark.parametrize(
    ("layers", "offered"),
    [
        ((), True),
        ((saying(False),), False),
        ((saying(True),), True),
        ((saying(True), saying(False, process="payables")), False),
        ((saying(False), saying(True, process="payables")), True),
        ((saying(False), saying(True, site="W9")), False),
    ],
)
def test_it_is_offered_only_where_policy_permits_it(layers: tuple[Layer, ...], offered: bool) -> None:
    findings = short(judged(*layers))
    assert set(findings) == {"1", "2"}
    assert {"short_pay" in finding.resolutions for finding in findings.values()} == {offered}
    for finding in findings.values():
        assert {"await_receipt", "request_credit_note"} <= set(finding.resolutions), "the other resolutions stay"


def test_every_line_has_the_rule_of_its_own_facts() -> None:
    spare = replace(ORDER, lines=(ORDER.lines[0], replace(ORDER.lines[1], category="spare")))
    company = default_policy()
    layers = (
        *company.layers,
        Layer(when=Facts(), rules=Rules.of(match="3-way", short_pay=False)),
        Layer(when=with_partner(Facts(), category="spare"), rules=Rules.of(short_pay=True)),
    )
    made = Simulation((pack_named("payables"),), PolicySet(policies=(replace(company, layers=layers),)), at=AT)
    for document in (KESSLER, spare, _receipt("GR-1", {"10": 90, "20": 90}), BILLED):
        made.receive(document)
    offered = {where: "short_pay" in finding.resolutions for where, finding in short(made).items()}
    assert offered == {"1": False, "2": True}


def test_choosing_it_where_policy_does_not_permit_it_is_refused_with_the_rule() -> None:
    petra = Scope(tenant="demo", actor="petra", grants=granted("ap_analyst", "approver", "receiver"))
    made = judged(saying(False))
    (filed,) = made.claims.values()
    (case,) = (case for case in filed.cases.values() if case.cause.startswith("quantity"))
    with pytest.raises(Refused, match="the rule short_pay of policy has to permit it") as caught:
        decide(
            case,
            Resolve(resolution="short_pay", note="x"),
            at=AT + timedelta(hours=1),
            by=replace(petra, tenant=case.tenant),
            given=Circumstances(catalogue=made.catalogue),
        )
    assert caught.value.code == "CASE-RESOLUTION"
