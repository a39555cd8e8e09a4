"""Every AR, CRD and BIL code: a scenario raises it, in one it stays away although it is close, and in one it goes away again.

A scenario is run up to a step, and the claim's findings are looked at then.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.scenarios.reports import once
from tieout.app import packs, taxonomy
from tieout.cli.scenario import policies_of
from tieout.formats.yaml_tree import parse
from tieout.scenario.compare import claim_of
from tieout.scenario.filed import Filed
from tieout.scenario.reader import read_scenario
from tieout.scenario.run import in_memory
from tieout.scenario.run import run as run_script

HERE: Final = Path(__file__).parent
FILES: Final = {path.stem: path for path in HERE.rglob("*.yaml")}
# Two scenarios have one name: the packs' own of a code that both raise.
LEAK: Final = HERE / "order_to_cash" / "code_bil_leak.yaml"
FILES["code_bil_leak"] = HERE / "subscription_billing" / "code_bil_leak.yaml"
FILES["shipped_bil_leak"] = LEAK
CODES: Final = sorted(code for code in taxonomy() if code.startswith(("AR-", "CRD-", "BIL-")))

# Code: scenario, step, claim. After that step it is not there, although a cent, a piece or a minute more would raise it.
# Codes that evidence may clear: after that step nobody has to act yet ("no case of people"), and soon somebody has to.
INSIDE: Final = {
    "AR-CUST-MD": ("code_ar_cust_md", 1, "INV-5"),
    "AR-CUST-RULE": ("code_ar_cust_rule", 1, "INV-4"),
    "AR-DISPUTE": ("code_ar_dispute", 2, "INV-2"),
    "AR-DLV-REJ": ("s21_tax_silent_portal_refuses", 6, "INV-3"),
    "AR-FRT": ("code_ar_frt", 3, "INV-42"),
    "AR-POD-DIFF": ("code_ar_pod_diff", 1, "INV-2"),
    "AR-POD-MISS": ("s19_proof_missing", 2, "INV-1"),
    "AR-PRC-OVR": ("code_ar_prc_ovr", 2, "INV-2"),
    "AR-PRC-POST": ("s20_price_after_release", 5, "INV-1"),
    "AR-REBATE": ("code_ar_rebate", 1, "R-2"),
    "AR-SHP-NOEVENT": ("s17_carrier_event", 1, "INV-1"),
    "AR-SHP-QTY": ("code_ar_shp_qty", 3, "INV-2"),
    "AR-TAX-DIFF": ("code_ar_tax", 1, "INV-2"),
    "AR-TAX-UNAVAIL": ("s21_tax_silent_portal_refuses", 3, "INV-1"),
    "AR-UNPOSTED": ("code_ar_unposted", 2, "INV-1"),
    "CRD-LIMIT": ("code_crd_review", 4, "INV-1"),
    "CRD-OVERDUE": ("code_crd_review", 4, "INV-1"),
    "CRD-REVIEW": ("code_crd_review_date", 1, "INV-1"),
    "BIL-AMEND": ("s35_unusual", 1, "A-1"),
    "BIL-CM-APPR": ("code_bil_cm_appr", 3, "CN-1"),
    "BIL-CM-VALUE": ("code_bil_cm_value", 1, "CN-1"),
    "BIL-ENTITY": ("code_bil_entity", 1, "B-1"),
    "BIL-LEAK": ("shipped_bil_leak", 3, "SO-1"),
    "BIL-MILE": ("code_bil_leak", 7, "B-3"),
    "BIL-PRC-CRM": ("field_price_limits", 1, "B-1"),
    "BIL-READY-ACCT": ("s28_ready_customer", 1, "B-1"),
    "BIL-READY-CUST": ("s28_ready_account", 1, "B-1"),
    "BIL-READY-ENT": ("s28_ready_customer", 1, "B-1"),
    "BIL-READY-PER": ("s28_nothing_known", 4, "B-1"),
    "BIL-READY-TAX": ("s28_ready_customer", 1, "B-1"),
    "BIL-READY-SELL": ("code_bil_ready_send", 1, "INV-2"),
    "BIL-READY-ADDR": ("code_bil_ready_send", 1, "INV-1"),
    "BIL-READY-REF": ("code_bil_ready_send", 1, "INV-4"),
    "BIL-REV": ("s30_mirror", 1, "A-1"),
    "BIL-SANE": ("code_bil_sane_bounds", 1, "B-1"),
    "BIL-USG-DISP": ("code_bil_usg_disp", 1, "B-1"),
    "BIL-USG-LATE": ("s26_usage_late", 2, "B-1"),
    "BIL-USG-PART": ("code_bil_usg_part", 1, "B-3"),
    "BIL-USG-MAP": ("code_bil_usg_map", 1, ""),
}

# Code: scenario, step, claim. It was raised before, and after that step it is not: documents arrived, and except for those of
# SIGNED nobody accepted anything.
CLEARS: Final = {
    "AR-CUST-MD": ("code_ar_cust_md", 2, "INV-1"),
    "AR-CUST-RULE": ("code_ar_cust_rule", 2, "INV-1"),
    "AR-DISPUTE": ("code_ar_dispute", 3, "INV-1"),
    "AR-DLV-REJ": ("s21_tax_silent_portal_refuses", 8, "INV-1"),
    "AR-FRT": ("code_ar_frt", 2, "INV-2"),
    "AR-POD-DIFF": ("code_ar_pod_diff", 2, "INV-1"),
    "AR-POD-MISS": ("code_ar_pod_miss", 3, "INV-1"),
    "AR-PRC-OVR": ("code_ar_prc_ovr_none", 2, "INV-1"),
    "AR-PRC-POST": ("s20_price_after_release", 4, "INV-1"),
    "AR-REBATE": ("code_ar_rebate", 4, "INV-3"),
    "AR-SHP-NOEVENT": ("s17_carrier_event", 4, "INV-1"),
    "AR-SHP-QTY": ("code_ar_shp_qty", 2, "INV-1"),
    "AR-TAX-DIFF": ("code_ar_tax", 2, "INV-3"),
    "AR-TAX-UNAVAIL": ("s21_tax_silent_portal_refuses", 5, "INV-1"),
    "AR-UNPOSTED": ("code_ar_unposted", 4, "INV-1"),
    "CRD-LIMIT": ("s22_credit_hold", 6, "INV-3"),
    "CRD-OVERDUE": ("s22_credit_hold", 6, "INV-3"),
    "CRD-REVIEW": ("code_crd_review_date", 3, "INV-1"),
    "BIL-AMEND": ("s30_retry", 5, "A-1"),
    "BIL-CM-APPR": ("code_bil_cm_appr", 3, "CN-1"),
    "BIL-CM-VALUE": ("code_bil_cm_value", 3, "CN-2"),
    "BIL-ENTITY": ("code_bil_entity", 3, "B-2"),
    "BIL-LEAK": ("shipped_bil_leak", 7, "SO-1"),
    "BIL-MILE": ("s29_split", 2, "B-9"),
    "BIL-PRC-CRM": ("s25_discount_missing", 2, "B-1"),
    "BIL-READY-ACCT": ("s28_ready_account", 2, "B-1"),
    "BIL-READY-CUST": ("s28_ready_customer", 2, "B-1"),
    "BIL-READY-ENT": ("s28_ready_company", 2, "B-1"),
    "BIL-READY-PER": ("s28_ready_period", 2, "B-1"),
    "BIL-READY-TAX": ("s28_ready_tax", 2, "B-1"),
    "BIL-READY-SELL": ("code_bil_ready_send", 2, "INV-1"),
    "BIL-READY-ADDR": ("code_bil_ready_send", 2, "INV-2"),
    "BIL-READY-REF": ("code_bil_ready_send", 2, "INV-3"),
    "BIL-REV": ("s30_all_done", 3, "A-1"),
    "BIL-SANE": ("code_bil_sane_twice", 6, "B-2"),
    "BIL-USG-DISP": ("code_bil_usg_disp", 6, "B-3"),
    "BIL-USG-LATE": ("s26_usage_late", 4, "B-1"),
    "BIL-USG-PART": ("code_bil_usg_part", 2, "B-1"),
    "BIL-USG-MAP": ("s27_stray_usage", 2, ""),
}
# Codes that only wait at first: inside the limit they wait without an owner, and have one when the wait is over.
WAITS: Final = {"AR-POD-MISS", "AR-SHP-NOEVENT", "AR-TAX-UNAVAIL", "AR-UNPOSTED", "BIL-LEAK", "BIL-USG-LATE"}

# A review ends when a person signs it off, and by nothing else; that stays as a note.
SIGNED: Final = {"BIL-REV"}


@cache
def _after(scenario: str, step: int, claim: str) -> Filed:
    tree = parse(FILES[scenario].read_bytes())
    script = read_scenario(tree.value, tree.place)
    steps = script.text.steps
    assert 0 < step <= len(steps), f"{scenario} has {len(steps)} steps, and no step {step}"
    short = replace(script, text=script.text.model_copy(update={"steps": steps[:step]}))
    ruled = script.text.pack
    report = run_script(short, packs(), lambda words: policies_of(None, words, pack=ruled), in_memory, None)
    filed = claim_of(report.simulation, claim)
    assert isinstance(filed, Filed), filed
    return filed


def _stages(filed: Filed, code: str) -> set[str]:
    """The stages of the code in the last tie-out."""
    assert filed.last is not None
    return {finding.stage for finding in filed.last.verdict.findings if finding.code == code}


def _raised(filed: Filed) -> set[str]:
    codes = {code for event in filed.events for code in (*getattr(event, "codes", ()), getattr(event, "code", ""))}
    return codes - {""}


@pytest.mark.mission("S-17", "S-31")
@pytest.mark.parametrize("code", CODES)
def test_close_to_the_limit_it_is_not_raised(code: str) -> None:
    """MISSION S-17 to S-31: just inside the limit, nobody has to act."""
    stages = _stages(_after(*INSIDE[code]), code)
    assert stages == ({"wait"} if code in WAITS else set())


@pytest.mark.parametrize("code", CODES)
def test_it_goes_away_by_what_arrives(code: str) -> None:
    scenario, step, claim = CLEARS[code]
    filed = _after(scenario, step, claim)
    before = _after(scenario, step - 1, claim)
    assert _stages(before, code) or code in _raised(before), f"{code} was not raised before step {step} of {scenario}"
    assert _stages(filed, code) == ({"note"} if code in SIGNED else set())


@pytest.mark.mission("S-17", "S-19", "S-21", "S-26")
@pytest.mark.parametrize("code", sorted(WAITS))
def test_what_waits_is_somebodys_when_its_time_is_over(code: str) -> None:
    """S-17, S-19, S-21, S-26: a minute more than just inside, and it is held."""
    scenario, step, claim = INSIDE[code]
    assert "hold" in _stages(_after(scenario, step + 1, claim), code)


def test_the_tables_name_every_code_once() -> None:
    assert sorted(INSIDE) == CODES
    assert sorted(CLEARS) == CODES


def test_every_code_of_the_selling_side_is_raised() -> None:
    raised: set[str] = set()
    for path in sorted(HERE.rglob("*.yaml")):
        if path.parent.name != "payables":
            raised |= {code for filed in once(path).simulation.claims.values() for code in _raised(filed)}
            raised |= {
                codes.code
                for filed in once(path).simulation.claims.values()
                if filed.last
                for codes in filed.last.verdict.findings
            }
    assert set(CODES) - raised == set()
