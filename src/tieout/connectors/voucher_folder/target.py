"""The voucher folder as a posting target: find before create, batches, and moving answers away once outcomes are committed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from tieout.connectors.voucher_folder.places import Places
from tieout.connectors.voucher_folder.read import look_up, move_read, put_aside, unread
from tieout.connectors.voucher_folder.write import lay_out
from tieout.core.outbox.action import Action, Answer
from tieout.core.outbox.target import UnreadAnswer


class VoucherFolder:
    """One exchange folder, for one queue. Every failure of the folder is an answer, never an exception."""

    idempotent: Literal[True] = True

    def __init__(self, root: Path, *, queue: str = "erp") -> None:
        self.queue = queue
        self.places = Places(root=root)

    def prepare(self) -> VoucherFolder:
        """Makes the folders where they are missing. Raises OSError if the place cannot be written."""
        self.places.prepare()
        return self

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """The ERP's answer, or that the voucher is still there; None if this folder has never seen it."""
        return look_up(self.places, [str(action.id) for action in actions])

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Writes the vouchers; the answer to a written voucher is `Sent`, because only the ERP books."""
        return lay_out(self.places, actions)

    def settled(self, actions: Sequence[Action]) -> None:
        """Moves committed answers to the folder of read ones. What cannot be moved now is moved later."""
        with suppress(OSError):
            move_read(self.places, [str(action.id) for action in actions])

    def unread(self, limit: int) -> Sequence[UnreadAnswer]:
        """Answers in the exchange that nobody has read, the oldest first; nothing where the folder cannot be read."""
        try:
            self.places.check()
            return unread(self.places, limit)
        except OSError:
            return ()

    def put_aside(self, answers: Sequence[UnreadAnswer]) -> None:
        """Moves answers to nothing of ours out of the way. What cannot be moved now is moved later."""
        with suppress(OSError):
            put_aside(self.places, answers)
