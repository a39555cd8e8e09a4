"""The voucher folder as a posting target: find before create, batches, and tidying up once outcomes are committed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tieout.connectors.voucher_folder.places import Places
from tieout.connectors.voucher_folder.read import look_up, move_read
from tieout.connectors.voucher_folder.write import lay_out
from tieout.core.outbox.action import Action, Answer


class VoucherFolder:
    """One exchange folder, for one lane. Everything that goes wrong with the folder is an answer, never raised."""

    def __init__(self, root: Path, *, lane: str = "erp") -> None:
        self.lane = lane
        self.places = Places(root=root)

    def prepare(self) -> VoucherFolder:
        """Makes the folders where they are missing. Raises OSError if the place cannot be written."""
        self.places.prepare()
        return self

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """What the ERP has answered, or that the voucher still lies there; None if this folder has never seen it."""
        return look_up(self.places, [str(action.id) for action in actions])

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Lays the vouchers out; the answer to a voucher that lies there is `Sent`, because only the ERP books."""
        return lay_out(self.places, actions)

    def settled(self, actions: Sequence[Action]) -> None:
        """Moves the answers that have been committed out of the way. What cannot be moved now is moved another time."""
        with suppress(OSError):
            move_read(self.places, [str(action.id) for action in actions])
