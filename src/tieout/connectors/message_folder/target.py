"""The target of the supplier's lane: each message a file, written once, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tieout.connectors.exchange_files import sync_folder, write_durably
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown

_FOLDERS: Final = ("outbox", "drafts", "taken")


class MessageFolder:
    """Messages under `root`; `prepare` makes the folders. A folder that is not there is `Unknown`: perhaps not mounted."""

    def __init__(self, root: Path, *, lane: str) -> None:
        self.root = root
        self.lane = lane

    def prepare(self) -> None:
        """Makes the folders."""
        for name in _FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """The file of each message that was written before."""
        return [self._found(action) for action in actions]

    def _found(self, action: Action) -> Answer | None:
        if not (self.root / "outbox").is_dir():
            return Unknown(hint=f"{self.root} is not there", down=True)
        names = [f"{folder}/{action.id}.json" for folder in _FOLDERS]
        there = next((name for name in names if (self.root / name).exists()), None)
        return None if there is None else Done(ref=there)

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Writes each message; each folder is synced once for all, and only then anything is said to be done."""
        answers = [self._written(action) for action in actions]
        try:
            for folder in ("outbox", "drafts"):
                sync_folder(self.root / folder)
        except OSError as problem:
            lost = Unknown(hint=f"the messages could not be made durable: {problem}", down=True)
            return [lost if isinstance(answer, Done) else answer for answer in answers]
        return answers

    def _written(self, action: Action) -> Answer:
        try:
            draft = bool(json.loads(action.payload).get("draft"))
        except (ValueError, AttributeError) as problem:
            return Rejected(reason=f"is no message: {problem}", code="MAP")
        folder, name = self.root / ("drafts" if draft else "outbox"), f"{action.id}.json"
        try:
            write_durably(folder / name, action.payload.encode())
        except OSError as problem:
            return Unknown(hint=f"the message could not be written: {problem}", down=True)
        return Done(ref=f"{folder.name}/{name}")
