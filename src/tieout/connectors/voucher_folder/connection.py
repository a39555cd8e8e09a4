"""A connection to a voucher folder: the exchange with an ERP that imports files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.connectors.voucher_folder.target import VoucherFolder
from tieout.core.outbox.connection import Connection, Purpose, SettingSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFolderConnector:
    """Posts by writing voucher files."""

    system: str = "voucher_folder"
    purpose: Purpose = "posting"
    keeps_its_own: bool = False
    kinds: frozenset[str] = frozenset()
    settings: tuple[SettingSpec, ...] = (SettingSpec(name="folder", doc="the exchange folder"),)

    def target(self, connection: Connection, secret: str) -> VoucherFolder:  # noqa: ARG002  a folder has none
        """The folder, created if it does not exist. An existing one that is no exchange folder may be a share that is not mounted."""
        folder = VoucherFolder(Path(connection.settings["folder"]), queue=connection.queue)
        if not folder.places.root.exists():
            with suppress(OSError):  # the queue reports it when the folder is next used
                folder.prepare()
        return folder

    def source(self, connection: Connection, secret: str) -> None:
        """Nothing is pulled."""

    def reader(self, connection: Connection) -> None:
        """Nothing is pulled."""


CONNECTOR: Final = VoucherFolderConnector()
