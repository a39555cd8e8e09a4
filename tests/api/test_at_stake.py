"""Sums of money at stake count one claim at most once, on the overview and in its total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.api.company import Company, company
from tests.engine import samples
from tests.support.server import Database
from tieout.core.values.money import Money
from tieout.store.models import Case
from tieout.store.screens.overview import overview


@pytest.fixture
def made(database: Database) -> Iterator[Company]:
    """A company that knows order and receipt, and no supplier: its invoice, dearer than ordered and in other terms, is held for all."""
    with company() as one:
        one.person("ann", "ap_analyst", "approver", "controller")
        one.erp(replace(samples.order(), terms="30 days net"), samples.receipt())
        one.upload("ann", replace(samples.invoice(price="11.00"), terms="14 days net"))
        yield one


def test_the_overview_counts_a_claim_once(made: Company) -> None:
    claim = made.claim("INV-1")
    cases = made.rows(Case, claim=claim.id, closed_at=None)
    assert claim.payable is not None
    assert len(cases) > 2
    assert sum(case.at_stake or 0 for case in cases) > 2 * claim.payable
    seen = overview(made.scope)
    assert seen.at_stake == (Money(claim.payable, "EUR"),)
    assert sum(row.cases for row in seen.codes) == sum(row.cases for row in seen.by_code) == len(cases)
    assert all(amount.minor <= claim.payable for row in (*seen.codes, *seen.by_code) for amount in row.at_stake)
    page = made.clients["ann"].get("/").content.decode()
    assert "All open cases; each claim counts with no more than its amount" in page
