"""A connection to a billing system with Stripe's interface: one account of it, for one company of ours or for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from tieout.connectors.stripe_billing.access import Access, NoAnswer, Unreachable
from tieout.connectors.stripe_billing.map import KINDS, readings
from tieout.connectors.stripe_billing.read import Message, pull
from tieout.connectors.stripe_billing.target import StripeBilling
from tieout.core.outbox.connection import Connection, ConnectionEnded, Purpose, ReadMessage, SettingSpec, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeConnector:
    """Pulls customers, subscriptions and invoices, and finalises drafts that tie out."""

    system: str = "stripe"
    purpose: Purpose = "posting"
    keeps_its_own: bool = True
    kinds: frozenset[str] = KINDS
    settings: tuple[SettingSpec, ...] = (SettingSpec(name="url", doc="its address, such as https://api.stripe.com"),)

    def target(self, connection: Connection, secret: str) -> StripeBilling:
        """The account as a target of actions."""
        access = Access(connection.settings["url"], secret)
        return StripeBilling(access, queue=connection.queue, name=connection.name)

    def source(self, connection: Connection, secret: str) -> Source:
        """The account as a source; each message's source key begins with the connection's name."""

        def read(since: datetime | None) -> Iterator[Message]:
            access = Access(connection.settings["url"], secret)
            try:
                for message in pull(access, since=since):
                    yield replace(message, source=replace(message.source, system=connection.name))
            except (Unreachable, NoAnswer) as trouble:
                raise ConnectionEnded(trouble.message) from trouble
            finally:
                access.close()

        return read

    def reader(self, connection: Connection) -> ReadMessage:
        """Messages become documents of the connection's entity."""
        return partial(readings, entity=connection.entity)


CONNECTOR: Final = StripeConnector()
