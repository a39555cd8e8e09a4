"""The layout of a voucher folder, and how it is prepared. The marker distinguishes an exchange from an unmounted share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.connectors.exchange_files import EXCHANGE_MARKER, is_exchange, sync_folder

READ: Final = "ack/read"
_FOLDERS: Final = ("outbox", "ack", READ, "ack/unknown", "archive", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of one exchange. `reference` is always the action's id as text."""

    root: Path

    @property
    def outbox(self) -> Path:
        """Where we write vouchers and the ERP takes them from."""
        return self.root / "outbox"

    @property
    def ack(self) -> Path:
        """Where the ERP answers."""
        return self.root / "ack"

    @property
    def archive(self) -> Path:
        """Where the ERP keeps the vouchers that it has taken."""
        return self.root / "archive"

    @property
    def refused(self) -> Path:
        """Where we put vouchers whose rejection is committed."""
        return self.root / "refused"

    def read_ack(self, reference: str) -> Path:
        """The folder of answers that we have read and committed: one per first two characters, so that none grows too large."""
        return self.root / READ / reference[:2]

    @property
    def unknown_ack(self) -> Path:
        """The folder of answers to what was never handed over here, once they are recorded."""
        return self.root / "ack" / "unknown"

    def prepare(self) -> None:
        """Makes the folders and, last, the marker. Raises OSError if the place cannot be written."""
        for name in _FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / EXCHANGE_MARKER).touch()
        for name in (".", *_FOLDERS):
            sync_folder(self.root / name)

    def check(self) -> None:
        """Raises OSError, with the folder and a remedy, unless this is a prepared exchange folder."""
        if not is_exchange(self.root):
            raise FileNotFoundError(
                f"{self.root} is not a prepared exchange folder (no {EXCHANGE_MARKER} in it): "
                "mount the share, or prepare the folder once"
            )
