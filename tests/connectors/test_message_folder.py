"""Messages to suppliers: drafts separate from what is to be delivered, nothing half written. The contract is in test_contract_of_ours."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tieout import app
from tieout.config.table import Settings
from tieout.connectors.message_folder import MessageFolder
from tieout.connectors.voucher_folder import VoucherFolder
from tieout.core.outbox.action import Action, Done, Unknown


def action(payload: str) -> Action:
    return Action(
        id=uuid4(),
        kind="message",
        claim="c",
        queue="supplier",
        payload=payload,
        due_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def folder(tmp_path: Path) -> MessageFolder:
    made = MessageFolder(tmp_path / "messages", queue="supplier")
    made.prepare()
    return made


@pytest.mark.parametrize(("draft", "place"), [(True, "drafts"), (False, "outbox")])
def test_a_message_is_written_whole_and_looked_up_again(folder: MessageFolder, draft: bool, place: str) -> None:
    asked = action(json.dumps({"version": 1, "draft": draft, "text": "Where are the fifty?"}))
    assert folder.find([asked]) == [None]
    assert folder.perform([asked]) == [Done(ref=f"{place}/{asked.id}.json")]
    assert json.loads((folder.root / place / f"{asked.id}.json").read_text())["text"] == "Where are the fifty?"
    assert folder.find([asked]) == [Done(ref=f"{place}/{asked.id}.json")]
    assert sorted(path.name for path in (folder.root / place).iterdir()) == [f"{asked.id}.json"]


def test_a_message_that_cannot_be_written_leaves_nothing_behind(
    folder: MessageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_hidden: str, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", refuse)
    (answer,) = folder.perform([action('{"version": 1}')])
    assert isinstance(answer, Unknown)
    assert list((folder.root / "outbox").iterdir()) == []


def test_an_existing_exchange_gets_its_message_folders(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    VoucherFolder(exchange).prepare()
    app.targets(Settings(exchange=exchange))
    assert (exchange / "messages" / "outbox").is_dir()
    app.targets(Settings(exchange=tmp_path / "unmarked"))
    (tmp_path / "share").mkdir()
    app.targets(Settings(exchange=tmp_path / "share"))
    assert list((tmp_path / "share").iterdir()) == [], "a folder that is no exchange may be a share that is not mounted"
