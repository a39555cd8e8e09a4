"""The connection: its settings, and the target that it makes. The entry point names `CONNECTOR`."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx

from tieout.core.outbox.connection import Connection, Purpose, SettingSpec
from tieout_journal.target import JournalTarget

SECONDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalConnector:
    """Posts to a journal. Nothing is pulled from it."""

    system: str = "journal"
    purpose: Purpose = "posting"
    keeps_its_own: bool = False
    kinds: frozenset[str] = frozenset()
    settings: tuple[SettingSpec, ...] = (
        SettingSpec(name="url", doc="its address, such as https://journal.example"),
        SettingSpec(name="company", doc="the company's code there"),
    )

    def target(self, connection: Connection, secret: str) -> JournalTarget:
        """The company's journal. Nothing is called yet: whether it can be reached shows when there is work."""
        client = httpx.Client(
            base_url=connection.settings["url"],
            headers={"Authorization": f"Bearer {secret}"},
            timeout=SECONDS,
            verify=_trusted(),
        )
        return JournalTarget(client, company=connection.settings["company"], queue=connection.queue)

    def source(self, connection: Connection, secret: str) -> None:
        """Nothing is pulled."""

    def reader(self, connection: Connection) -> None:
        """Nothing is pulled."""


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes longer than a call."""
    return httpx.create_ssl_context()


CONNECTOR: Final = JournalConnector()
