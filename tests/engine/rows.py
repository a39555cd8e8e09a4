"""Rows for tests that need actions and claims without everything that leads to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.support.peek import peek
from tests.support.server import PEEK
from tieout.core.outbox.action import Action, Outcome
from tieout.core.values.ids import derive
from tieout.core.values.scope import Scope
from tieout.store.actions import Leased
from tieout.store.models import Action as ActionRow
from tieout.store.models import Claim

SCOPE = Scope(tenant="t")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class ClaimsStub:
    """Stands for the claims: remembers the outcomes."""

    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)

    def lock(self, leased: Sequence[Leased]) -> None:
        """Nothing to lock."""

    def notify(self, outcomes: Sequence[tuple[Leased, Outcome]], *, at: datetime) -> None:
        """Remember."""
        self.outcomes += [(leased.action.claim, outcome) for leased, outcome in outcomes]


def ask_for(number: str, *, queue: str = "erp", tenant: str = "t", at: datetime = AT) -> Action:
    """A claim and its posting, due now."""
    line = {"claim_line": "1", "kind": "goods", "net": "100.00", "tax": "20.00"}
    totals = {"net": "100.00", "tax": "20.00", "gross": "120.00"}
    content = {"version": 1, "kind": "invoice", "number": number, "currency": "EUR", "lines": [line]} | totals
    claim = derive("claim", tenant, number)
    action = Action(
        id=derive("posting", tenant, number),
        kind="post_voucher",
        claim=f"mail/invoice/{number}@1",
        queue=queue,
        payload=json.dumps(content),
        due_at=at,
    )
    Claim(
        tenant=tenant, id=claim, key=action.claim, kind="invoice", document=claim, sha256="", number=number, entity="",
        counterparty="", currency="EUR", received_at=at, status="posting", dirty=False, verdict_seq=1, verdict_sha256="",
        seq=1, head="", state=b"", changed_at=at,
    ).save(using=PEEK, force_insert=True)  # fmt: skip
    ActionRow(
        tenant=tenant, id=action.id, kind=action.kind, claim=action.claim, stream=claim, queue=queue, state="due",
        payload=action.payload, created_at=at, due_at=at,
    ).save(using=PEEK, force_insert=True)  # fmt: skip
    return action


def row_of(action: Action) -> ActionRow:
    """How the action stands in the table."""
    return peek(ActionRow).get(id=action.id)
