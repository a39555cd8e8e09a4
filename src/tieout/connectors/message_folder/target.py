"""The target for messages to suppliers: each message is a file, written once, completely or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from tieout.connectors.exchange_files import sync_folder, write_durably
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Unknown
from tieout.core.outbox.payload import opened_payload
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence

_FOLDERS: Final = ("outbox", "drafts", "taken")


class MessageFolder:
    """Messages under `root`; `prepare` makes the folders. A missing folder is `Unknown`: it may not be mounted."""

    idempotent: Literal[True] = True

    def __init__(self, root: Path, *, queue: str) -> None:
        self.root = root
        self.queue = queue

    def prepare(self) -> None:
        """Makes the folders."""
        for name in _FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """The file of each message that was written before."""
        return [self._looked_up(action) for action in actions]

    def _looked_up(self, action: Action) -> Answer | None:
        if not (self.root / "outbox").is_dir():
            return Unknown(hint=Sentence("{folder} does not exist", folder=self.root), down=True)
        # The outbox before `taken`: a message moves from the first to the second, so that neither look-up can miss it.
        folders = [folder for folder in _FOLDERS if (self.root / folder / f"{action.id}.json").exists()]
        # The reference is where it was written, also after it was taken away: it never changes.
        return Done(ref=f"{folders[0].replace('taken', 'outbox')}/{action.id}.json") if folders else None

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Writes each message that was not written before; each folder is synced once for all of them before any is reported as done.

        What was written is not written again: the gateway may have taken it away already.
        """
        answers = [self._written(action) for action in actions]
        try:
            for folder in ("outbox", "drafts"):
                sync_folder(self.root / folder)
        except OSError as problem:
            lost = Unknown(
                hint=Sentence("the messages could not be made durable: {problem}", problem=problem), down=True
            )
            return [lost if isinstance(answer, Done) else answer for answer in answers]
        return answers

    def _written(self, action: Action) -> Answer:
        if action.kind != "message":
            return Rejected(reason=Sentence("{kind} is no message", kind=action.kind), code="MAP")
        try:
            folder = "drafts" if opened_payload(action).get("draft") else "outbox"
        except Malformed as problem:
            return Rejected(reason=Sentence("is no message: {problem}", problem=problem), code="MAP")
        before = self._looked_up(action)
        if before is not None:
            return before
        try:
            write_durably(self.root / folder / f"{action.id}.json", action.payload.encode())
        except OSError as problem:
            return Unknown(hint=Sentence("the message could not be written: {problem}", problem=problem), down=True)
        return Done(ref=f"{folder}/{action.id}.json")
