"""`tieout measures`: the figures of the page as a table and as JSON (KPI-09, KPI-10)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tieout.cli import main

if TYPE_CHECKING:
    from tests.support.server import Database


@pytest.fixture
def tenant(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    from tests.web.selling import fill
    from tieout.identity.models import Tenant

    monkeypatch.setenv("DATABASE_URL", database.dsn)
    made = f"t-{uuid4().hex[:8]}"
    Tenant.objects.create(code=made, name=made)
    fill(made)
    return made


def test_table_and_json_say_the_same(tenant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "--json", "--tenant", tenant]) == 0
    measures = json.loads(capsys.readouterr().out)
    figures = {figure["name"]: figure for figure in measures["figures"]}
    assert (measures["claims"], figures["straight-through"]["denominator"]) == (60, "45.000000")
    assert len(figures["straight-through"]["behind"]) == round(float(figures["straight-through"]["numerator"]))
    assert [alert["name"] for alert in measures["alerts"]] == ["W3 × carrier feed"]
    assert {row["driver"] for row in measures["delay"]} == {"policy", "error"}
    assert main(["measures", "--process", "order_to_cash", "--tenant", tenant]) == 0
    shown = capsys.readouterr().out
    assert "SPIKE  W3 × carrier feed: 13 new cases" in shown
    assert "33.3" in shown
    assert "customer rule" in shown


def test_what_cannot_be_measured_is_refused_in_words(tenant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "--process", "nonsense", "--tenant", tenant]) == 69
    assert "one of: intake, order_to_cash, payables" in capsys.readouterr().err
    assert main(["measures", "--days", "0", "--tenant", tenant]) == 69
