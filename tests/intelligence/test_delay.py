"""Delay by source (EXC-14), with what policy wants kept apart from errors in every count (EXC-10)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from tests.intelligence.made import AT, case, claim
from tieout.app import taxonomy
from tieout.intelligence.delay import by_source, delay_of, named, pieces, source_of

SELLING = [code for code in taxonomy() if code.startswith(("AR-", "CRD-", "BIL-", "INT-", "ERP-"))]


@pytest.mark.parametrize("code", SELLING)
def test_every_code_of_the_selling_side_has_a_source(code: str) -> None:
    assert named(code), f"{code} has no source of delay: name it in intelligence/delay.py"


@pytest.mark.mission("S-17")
def test_a_late_carrier_is_the_carriers_delay_s_17() -> None:
    """S-17: the dashboard attributes the delay to the carrier feed."""
    late = case("AR-SHP-NOEVENT", AT - timedelta(hours=30), 26)
    assert [(row.source, row.driver, row.hours, row.cases) for row in by_source([late], at=AT)] == [
        ("carrier feed", "error", Fraction(26), (late.id,))
    ]


@pytest.mark.mission("EXC-14")
@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("AR-SHP-QTY", "warehouse"),
        ("AR-TAX-UNAVAIL", "tax engine"),
        ("AR-CUST-MD", "master data"),
        ("ERP-POST-FAIL", "interface"),
        ("AR-PRC-OVR", "pricing"),
        ("CRD-LIMIT", "credit"),
        ("AR-CUST-RULE", "customer rule"),
    ],
)
def test_delay_goes_to_short_picks_tax_engines_master_records_and_interfaces_exc_14(code: str, source: str) -> None:
    assert source_of(taxonomy()[code]) == source


@pytest.mark.mission("EXC-10", "S-18")
def test_a_customers_rule_is_never_among_errors_s_18() -> None:
    """S-18 and EXC-10: complete-only delivery is policy-driven; a short pick of the same hours is not."""
    rows = by_source(
        [case("AR-CUST-RULE", AT - timedelta(hours=10)), case("AR-SHP-QTY", AT - timedelta(hours=4))], at=AT
    )
    assert {(row.source, row.driver): row.hours for row in rows} == {
        ("customer rule", "policy"): 10,
        ("warehouse", "error"): 4,
    }


def test_no_hour_of_a_claim_counts_twice() -> None:
    both = claim("1", ("AR-CUST-RULE", 0, 10), ("AR-SHP-QTY", 4, 4), ("AR-TAX-DIFF", 6, 6))
    assert delay_of(both, "error", at=AT) == timedelta(hours=8)
    assert delay_of(both, "policy", at=AT) == timedelta(hours=4)
    lengths = [piece.until - piece.since for piece in pieces(both, at=AT)]
    assert sum(lengths, timedelta()) == timedelta(hours=12)


def test_an_open_case_counts_up_to_now_and_never_backwards() -> None:
    (row,) = by_source([case("AR-TAX-DIFF", AT + timedelta(hours=5))], at=AT)
    assert row.hours == 0
    assert by_source([case("AR-TAX-DIFF", AT - timedelta(minutes=30))], at=AT)[0].hours == Fraction(1, 2)


@pytest.mark.mission("EXC-05", "EXC-06", "EXC-07", "EXC-15")
@pytest.mark.parametrize(
    ("word", "code", "source", "driver"),
    [
        ("EXC-05 pricing mismatch", "AR-PRC-OVR", "pricing", "error"),
        ("EXC-05 missing shipment data", "AR-SHP-NOEVENT", "carrier feed", "error"),
        ("EXC-05 customer master issue", "AR-CUST-MD", "master data", "error"),
        ("EXC-05 tax failure", "AR-TAX-DIFF", "tax engine", "error"),
        ("EXC-05 integration timeout", "INT-API", "interface", "error"),
        ("EXC-06 usage mismatch", "BIL-USG-LATE", "usage feed", "error"),
        ("EXC-06 pricing discrepancy", "BIL-PRC-CRM", "pricing", "error"),
        ("EXC-06 ERP posting failure", "ERP-POST-FAIL", "interface", "error"),
        ("EXC-07 contract change", "BIL-AMEND", "interface", "error"),
        ("EXC-07 usage dispute", "BIL-USG-DISP", "customer", "error"),
        ("EXC-07 credit memo approval", "BIL-CM-APPR", "approval", "policy"),
        ("EXC-15 partial shipment, backorder", "AR-CUST-RULE", "customer rule", "policy"),
        ("EXC-15 price override, rebate", "AR-REBATE", "pricing", "error"),
        ("EXC-15 freight", "AR-FRT", "pricing", "error"),
        ("EXC-15 proof of delivery", "AR-POD-MISS", "carrier feed", "error"),
    ],
)
def test_every_category_has_its_source_and_its_side(word: str, code: str, source: str, driver: str) -> None:
    (row,) = by_source([case(code, AT - timedelta(hours=3))], at=AT)
    assert (row.source, row.driver, row.hours) == (source, driver, 3), word
