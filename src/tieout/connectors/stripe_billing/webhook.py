"""Notifications of the billing system: accepted if their signature is valid and recent, else refused with a code and a log line.

Only changes of subscriptions are kept: they are amendments, and no other message says when one was made. Everything
else comes with the next pull.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from tieout.connectors.stripe_billing.amendment import CHANGES
from tieout.connectors.stripe_billing.read import Message
from tieout.core.values.errors import Refused
from tieout.core.values.ids import SourceKey
from tieout.formats.agreed_shape import Drift, opened
from tieout.formats.signed_webhook import signed_at

_log = structlog.get_logger("tieout.webhook")


def accept(content: bytes, header: str, secret: str, *, at: datetime, connection: str = "stripe") -> Message | None:
    """The notification as a message to be received, or None where nothing has to be kept of it.

    Its key is the event's id, with the name of the `connection` whose secret it was signed with: sent again, it is the same
    message, and another account's is another. Raises `Refused` (WEBHOOK-UNSIGNED, WEBHOOK-SIGNATURE,
    WEBHOOK-STALE, WEBHOOK-CONTENT), after writing the code to the log.
    """
    try:
        signed_at(content, header, secret, at=at)
        name, kind = _event(content)
    except Refused as refusal:
        _log.warning("webhook.refused", system=connection, code=refusal.code, bytes=len(content))
        raise
    if kind not in CHANGES:
        _log.info("webhook.passed_over", system=connection, id=name, type=kind)
        return None
    _log.info("webhook.accepted", system=connection, id=name, type=kind)
    source = SourceKey(system=connection, kind="event", external_id=name, version="1")
    return Message(source=source, name=f"{name}.json", content=content)


def _event(content: bytes) -> tuple[str, str]:
    try:
        message = opened(content)
    except Drift as drift:
        raise Refused(
            "WEBHOOK-CONTENT", "the notification is signed but cannot be read: {drift}", drift=drift
        ) from drift
    name, kind = (message.get("id"), message.get("type")) if isinstance(message, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(kind, str) or not name:
        raise Refused("WEBHOOK-CONTENT", "the notification names no event")
    return name, kind
