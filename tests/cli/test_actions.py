"""`tieout actions`: stuck postings at a terminal, and what can be done about them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.engine.rows import ask_for
from tieout.identity.models import Tenant

pytestmark = pytest.mark.usefixtures("empty_database")


def actions(*words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "tieout.cli", "actions", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_list_retry_and_a_queues_pace() -> None:
    Tenant(code="t", name="T").save()
    action = ask_for("A-1")
    paced = actions("queue", "erp", "--per-minute", "600")
    assert paced.stdout == "queue erp: up; 600 a minute; an answer is expected within 14400 s\n"
    listed = actions("list")
    assert listed.returncode == 0
    assert f"{action.id}  erp  post_voucher    due" in listed.stdout
    assert listed.stdout.endswith("1 action is open.\n")
    assert actions("retry", str(action.id)).stdout == f"{action.id} is tried now\n"


def test_a_wrong_argument_is_reported_with_a_remedy() -> None:
    Tenant(code="t", name="T").save()
    wrong = actions("retry", "4711")
    assert (wrong.returncode, wrong.stdout) == (69, "")
    assert "'4711' is not an action's id" in wrong.stderr
    assert "say why" in actions("cancel", "4711").stderr
