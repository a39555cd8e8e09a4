"""Pure: from an action of Tieout to an entry of the journal."""

from __future__ import annotations

import json

from tieout.core.outbox.action import Action
from tieout.core.outbox.payload import opened_payload
from tieout.core.values.errors import Malformed

KINDS = {"invoice": 1, "credit_note": -1}


def entry(action: Action) -> dict[str, str]:
    """The entry: its text and signed amounts as decimal text. Raises `Malformed` for what the journal has no entry for."""
    content = opened_payload(action)  # refuses text that is not JSON, and every unknown version
    kind = content.get("kind")
    if action.kind != "post_voucher" or kind not in KINDS:
        raise Malformed("the journal has no entry for {action} of {kind}", action=action.kind, kind=str(kind))
    sign = "-" if KINDS[kind] < 0 else ""
    return {
        "kind": kind,
        "number": content["number"],
        "entity": content["entity"],
        "currency": content["currency"],
        **{name: _signed(sign, content[name]) for name in ("net", "tax", "gross")},
        # how it is paid, whole: whether our payment run pays it, how much, and which prepayments are cleared with it
        "payment": json.dumps(content.get("payment") or {}, sort_keys=True),
    }


def _signed(sign: str, amount: str) -> str:
    """Amounts stay decimal text: a binary fraction would lose digits."""
    return amount.removeprefix("-") if sign and amount.startswith("-") else sign + amount
