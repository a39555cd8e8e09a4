"""A connection to a message folder: messages to suppliers, for a mail gateway or an access point."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tieout.connectors.exchange_files import is_exchange
from tieout.connectors.message_folder.target import MessageFolder
from tieout.core.outbox.connection import Connection, Purpose, SettingSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFolderConnector:
    """Writes messages as files."""

    system: str = "message_folder"
    purpose: Purpose = "message"
    keeps_its_own: bool = False
    kinds: frozenset[str] = frozenset()
    settings: tuple[SettingSpec, ...] = (SettingSpec(name="folder", doc="the folder messages of an exchange folder"),)

    def target(self, connection: Connection, secret: str) -> MessageFolder:  # noqa: ARG002  a folder has none
        """The folder; it is created only inside an existing exchange folder."""
        folder = MessageFolder(Path(connection.settings["folder"]), queue=connection.queue)
        if is_exchange(folder.root.parent):
            with suppress(OSError):  # the queue reports it when the folder is next used
                folder.prepare()
        return folder

    def source(self, connection: Connection, secret: str) -> None:
        """Nothing is pulled."""

    def reader(self, connection: Connection) -> None:
        """Nothing is pulled."""


CONNECTOR: Final = MessageFolderConnector()
