"""Actions for the connectors' tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tieout.core.outbox.action import Action
from tieout.core.values.ids import derive

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def action(number: str, *, net: str = "100.00", tax: str = "20.00", gross: str = "120.00") -> Action:
    """An action that posts one line."""
    line = {
        "claim_line": "1",
        "kind": "goods",
        "net": net,
        "tax": tax,
        "description": 'Bolts, "M8"; 40 mm',
        "order": "45",
    }
    supplier = {"name": "Acme", "country": "DE", "identifiers": [{"scheme": "vat", "value": "DE1"}]}
    totals = {"net": net, "tax": tax, "gross": gross, "payment": {"blocked": False, "amount": gross}}
    header = {"version": 1, "kind": "invoice", "part": 1, "number": number, "currency": "EUR", "supplier": supplier}
    content = header | totals | {"lines": [line]}
    return Action(
        id=derive("test", number),
        kind="post_voucher",
        claim=f"mail/invoice/{number}@1",
        queue="erp",
        payload=json.dumps(content),
        due_at=AT,
    )
