"""`tieout usage` as a person would type it: ingest, status, map, unmap, suggest."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tieout import app
from tieout.cli import main
from tieout.cli.table import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.server import Database


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command on a company of its own; gives what it printed, and asserts how it ended."""
    from tieout.identity.models import Tenant

    monkeypatch.setenv("DATABASE_URL", database.dsn)
    monkeypatch.setenv("COLUMNS", "200")
    tenant = f"t-{uuid4().hex[:8]}"
    Tenant.objects.create(code=tenant, name=tenant)
    capsys.readouterr()

    def act(*words: str, ends: int = 0) -> str:
        code = main([*words, "--tenant", tenant])
        printed = capsys.readouterr()
        assert code == ends, printed.err + printed.out
        return printed.out + printed.err

    return act


def usage(folder: Path) -> Path:
    """Four events of acme, three of an identifier that is not mapped, one bad line, ten closed hours."""
    path = folder / "usage.ndjson"
    whose = ["acme"] * 4 + ["acme-prod"] * 3
    lines = [
        {"id": f"e{n}", "meter": "api", "identifier": name, "occurred_at": f"2026-05-01T0{n}:00:00Z", "quantity": 2}
        for n, name in enumerate(whose)
    ]
    closed = [
        {"kind": "hour_closed", "meter": "api", "occurred_at": f"2026-05-01T0{hour}:00:00Z"} for hour in range(10)
    ]
    path.write_text("\n".join([*map(json.dumps, lines), "no event", *map(json.dumps, closed)]) + "\n")
    return path


@pytest.mark.mission("ING-13", "MAT-26", "S-27")
def test_a_day_with_usage(run: Callable[..., str], tmp_path: Path) -> None:
    """ING-13, MAT-26, S-27: from the file to a statement; unmapped usage has an amount, is mapped, and is unmapped again."""
    run("policy", "add")
    subscription = tmp_path / "subscription.json"
    subscription.write_text(
        json.dumps({"kind": "subscription", "number": "SUB-1", "account": "acme", "currency": "EUR", "lines": []})
    )
    run("ingest", str(subscription))
    file = usage(tmp_path)
    first = run("usage", "ingest", str(file), ends=1)
    assert re.search(r"new\s+│\s+7 │", first)
    assert re.search(r"refused and kept\s+│\s+1 │", first)
    assert re.search(r"usage statements written\s+│\s+2 │", first)
    assert re.search(r"counted before\s+│\s+1 │", run("usage", "ingest", str(file)))
    status = run("usage", "status", "--month", "2026-05")
    assert re.search(r"api\s+│ acme\s+│ 2026-05 │\s+8 │\s+10/744 │ 10-743", status)
    assert "acme-prod" in status
    assert "1 lines refused and kept" in status
    assert "usage.ndjson, line 8: this is no JSON" in status
    contract = {
        "kind": "subscription",
        "number": "SUB-2",
        "account": "acme",
        "currency": "EUR",
        "anchor": "15",
        "zone": "Asia/Kolkata",
    }
    metered = {"id": "U", "plan": "api", "basis": "usage", "price": "1", "meter": "api"}
    subscription.write_text(json.dumps(contract | {"starts_on": "2026-01-15", "lines": [metered]}))
    run("ingest", str(subscription))
    run("usage", "refresh")
    status = run("usage", "status", "--month", "2026-05")
    assert re.search(r"2026-04-15 – 2026-05-14 Asia/Kolkata\s+│\s+8 │", status)
    assert "is mapped to acme from now on; 3 usage statements changed" in run("usage", "map", "acme-prod", "acme")
    assert re.search(r"acme\s+│ 2026-05\s+│\s+14 │", run("usage", "status"))
    assert "is no longer mapped; 3 usage statements changed" in run("usage", "unmap", "acme-prod")
    assert "USAGE-ACCOUNT" in run("usage", "map", "x", "ghost", ends=69)
    assert "0 of 0 suggestions" in run("usage", "suggest")
    assert "0 events were read, 1 lines are still refused" in run("usage", "read-again")
    assert "the usage of 0 identifiers moved to another billing account, 0 usage statements changed" in run(
        "usage", "refresh"
    )


def test_a_wrong_argument_is_reported(run: Callable[..., str]) -> None:
    assert "no file is named" in run("usage", "ingest", ends=69)
    assert "there is no file" in run("usage", "ingest", "nowhere.csv", ends=69)
    assert "an identifier and a billing account" in run("usage", "map", "x", ends=69)
    assert "is no month" in run("usage", "status", "--month", "May", ends=69)


def test_the_measurement_counts_every_event(database: Database) -> None:
    """A small run of what `tieout bench billing` does with ten million; it asserts itself that every event is counted once."""
    from tests.engine.samples import AT, engine
    from tieout.cli.bench_usage import Shape, account, measure_in, sample
    from tieout.core.values.scope import Scope
    from tieout.engine.prepare import reader_here
    from tieout.metering.engine.publish import publish

    motor = replace(engine(), read=reader_here(app.kinds()))
    scope = Scope(tenant=f"t-{uuid4().hex[:8]}")
    measured = measure_in(motor, scope, 3, 5_000, accounts=60)
    figures = measured.as_json()
    assert (figures["events"], figures["statements"]) == (5_000, 240)
    assert figures["events_per_second"] > 0
    assert publish(motor, scope, at=AT) == 0
    shape = Shape(name=account, accounts=60)
    one, again, other = (b"".join(sample(seed, 500, shape)) for seed in (3, 3, 4))
    assert one == again
    assert other != one


def test_usage_and_whose_it_is_come_from_a_source_that_may_say_so(run: Callable[..., str], tmp_path: Path) -> None:
    path = str(usage(tmp_path))
    run("setup", "close")
    says = [("ingest", path), ("map", "acme-prod", "acme"), ("unmap", "acme-prod"), ("suggest", "--apply")]
    run("sources", "allow", "erp", "--kind", "order")
    for words in says:
        assert "the initial set-up of this organisation is closed" in run("usage", *words, ends=Exit.CANNOT)
        assert "may not send usage" in run("usage", *words, "--source", "erp", ends=Exit.CANNOT)
    run("sources", "allow", "at", "--kind", "usage", "--entity", "AT01")
    assert "usage concerns all companies" in run("usage", "ingest", path, "--source", "at", ends=Exit.CANNOT)
    assert "acme" not in run("usage", "status"), "nothing was counted"
    run("sources", "allow", "gateway", "--kind", "usage")
    run("usage", "ingest", path, "--source", "gateway", ends=1)
    assert "acme" in run("usage", "status")
