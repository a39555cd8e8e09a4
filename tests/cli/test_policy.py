"""`tieout policy`: a policy is checked before it is in force; missing rules, differences and a look-ahead; the way back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.cli.test_books import written
from tieout.app import default_policy_text
from tieout.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.server import Database

TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture
def run(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., str]:
    """An organisation with the shipped policy and an invoice; runs a command and returns what it printed."""
    from tieout.identity.models import Tenant

    monkeypatch.setenv("DATABASE_URL", database.dsn)
    monkeypatch.setenv("TIEOUT_LANGUAGE", "en")
    tenant = f"t-{uuid4().hex[:8]}"
    Tenant.objects.create(code=tenant, name=tenant)

    def act(*words: str, ends: int = 0) -> str:
        capsys.readouterr()
        code = main([*words, "--tenant", tenant])
        printed = capsys.readouterr()
        assert code == ends, printed.err + printed.out
        return printed.out + printed.err

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    written(inbox)
    assert "is in force" in act("policy", "add"), "the first policies of an empty organisation need no confirmation"
    act("ingest", str(inbox), ends=1)  # one of its files cannot be read
    return act


def version(number: int, *, day: str = TODAY, without: str = "", **changes: str) -> str:
    """The shipped payables policy as another version."""
    text = default_policy_text().decode()
    text = re.sub(r"^version: .*$", f'version: "{number}"', text, flags=re.MULTILINE)
    text = re.sub(r"^effective_from: .*$", f"effective_from: {day}", text, flags=re.MULTILINE)
    for before, after in changes.items():
        text = re.sub(rf"^(\s+){before}: .*$", rf"\g<1>{before}: {after}", text, flags=re.MULTILINE)
    if without:
        text = re.sub(rf"^    {without}:.*\n(?:      .*\n)*", "", text, flags=re.MULTILINE)
    return text


def test_a_policy_that_lacks_a_rule_is_told_before_anything_changes(run: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(version(90, without="invoice_total"))
    shown = run("policy", "add", str(file), ends=69)
    assert "MISSING for payables: no policy would set invoice_total." in shown
    assert "1 open and 0 posted claims would have no rule for invoice_total" in shown
    assert "(INV-1)" in shown
    assert "Nothing has changed" in shown
    assert "@90" not in run("policy", "list")


def test_differences_and_the_look_ahead_are_shown_and_yes_puts_it_in_force(
    run: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(version(91, supplier_required="false", order_required="false"))
    shown = run("policy", "add", str(file), ends=69)
    assert "layers[0].supplier_required: true → false" in shown
    assert "MISSING" not in shown
    before = run("explain", "INV-1")
    assert run("explain", "INV-1") == before, "a look-ahead writes nothing"
    assert "@91 is in force" in run("policy", "add", str(file), "--yes")
    assert "0 claims are tied out again" in run("policy", "add", str(file)), "the same again asks nothing"


def test_a_day_that_is_over_needs_a_reason_that_is_kept(run: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(version(92, day="2026-02-01"))
    assert "--past" in run("policy", "add", str(file), "--yes", ends=69)
    run("policy", "add", str(file), "--yes", "--past", "the new contract holds from February")
    assert "because: the new contract holds from February" in run("policy", "list")
    assert "0 claims are tied out again" in run("policy", "add", str(file))


def test_the_way_back_is_the_former_content_as_the_next_version(run: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(version(93, supplier_required="false"))
    run("policy", "add", str(file), "--yes")
    shown = run("policy", "back", "standard-payables", ends=69)
    assert "layers[0].supplier_required: false → true" in shown
    assert "standard-payables@94 is in force" in run("policy", "back", "standard-payables", "--yes")
    assert "standard-payables@93" in run("policy", "list")
    assert "one of:" in run("policy", "back", "standard-payabels", ends=69)
    assert "no former version 7" in run("policy", "back", "standard-payables", "--to", "7", ends=69)
