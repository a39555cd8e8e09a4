"""`tieout actions`: stuck postings at a terminal, and what can be done about them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.engine.rows import AT, SCOPE, ask_for
from tests.support.peek import peek
from tieout.cli import main
from tieout.core.outbox.queue import missed
from tieout.core.values.sentence import Sentence
from tieout.identity.models import Tenant
from tieout.store.link import transaction
from tieout.store.models import Action
from tieout.store.queues import lock_queue, save_queue
from tieout.store.sentences import words_text

pytestmark = pytest.mark.usefixtures("empty_database")


def actions(*words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "tieout.cli", "actions", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_list_retry_and_a_queues_pace() -> None:
    Tenant(code="t", name="T").save()
    action = ask_for("A-1")
    paced = actions("queue", "erp", "--per-minute", "600")
    assert paced.stdout == "queue erp: up; 600 a minute; an answer is expected within 4 hours\n"
    listed = actions("list")
    assert listed.returncode == 0
    assert f"{action.id}  erp  Post the voucher due" in listed.stdout
    assert listed.stdout.endswith("1 action is open.\n")
    assert actions("retry", str(action.id)).stdout == f"{action.id} is tried now\n"


def test_a_wrong_argument_is_reported_with_a_remedy() -> None:
    Tenant(code="t", name="T").save()
    wrong = actions("retry", "4711")
    assert (wrong.returncode, wrong.stdout) == (69, "")
    assert "'4711' is not an action's id" in wrong.stderr
    assert "say why" in actions("cancel", "4711").stderr


def test_troubles_are_told_in_the_language_of_the_reader(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Tenant(code="t", name="T").save()
    new, old = ask_for("A-1"), ask_for("A-2")
    why = Sentence(
        "handed over at {since} without an answer: it is looked up until {until} before it is tried again",
        since=AT,
        until=AT,
    )
    down = Sentence("{folder} does not exist", folder="/var/erp")
    peek(Action).filter(id=new.id).update(last_error=str(why), words=words_text(last_error=why))
    peek(Action).filter(id=old.id).update(last_error="the period 11 is closed")
    with transaction(SCOPE):
        save_queue(SCOPE, missed(lock_queue(SCOPE, "erp"), down, at=AT))
    shown = {}
    for language in ("en", "de"):
        monkeypatch.setenv("TIEOUT_LANGUAGE", language)
        assert main(["actions", "list"]) == 0
        shown[language] = capsys.readouterr().out
    assert "cannot be reached since 2 Mar 2026 09:00 UTC: /var/erp does not exist" in shown["en"]
    assert "handed over at 2026-03-02 09:00 UTC without an answer" in shown["en"]
    assert "/var/erp existiert nicht" in shown["de"]
    assert "um 2. März 2026 09:00\u00a0UTC übergeben und nicht beantwortet".replace("\u00a0", " ") in shown[
        "de"
    ].replace("\u00a0", " ")
    for text in shown.values():
        assert "the period 11 is closed" in text, "what a former release stored is shown as it stands"
