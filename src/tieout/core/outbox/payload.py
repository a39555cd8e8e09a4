"""The payload of an action as a target reads it: a JSON object of a version that the target supports; anything else is malformed."""

from __future__ import annotations

import json
from typing import Any, Final

from tieout.core.outbox.action import Action
from tieout.core.values.errors import Malformed

VERSION: Final = 1
"""The version of payloads that this release writes; voucher, delivery, message and debit note share it."""


def opened_payload(action: Action, *, version: int = VERSION) -> dict[str, Any]:
    """The payload's names and values. Raises `Malformed` for what is no JSON object, or is of another version or of none.

    The same names may mean something else in another version, so nothing is guessed: the target answers `Rejected`.
    """
    where = f"action {action.id}"
    try:
        content = json.loads(action.payload)
    except ValueError as error:
        raise Malformed("the payload is no JSON", where=where) from error
    if not isinstance(content, dict):
        raise Malformed("the payload is no JSON object", where=where)
    stated = content.get("version")
    if stated != version or isinstance(stated, bool):
        raise Malformed(
            "the payload is of version {stated!r}, and version {version} is understood",
            where=where,
            remedy="install a connector for this release of Tieout",
            stated=stated,
            version=version,
        )
    return content
