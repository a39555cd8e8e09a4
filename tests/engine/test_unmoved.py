"""Keys under which no news can change a verdict are looked up and not watched: a claim is not tied out again for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.engine.database_world import DatabaseSimulation
from tieout.app import default_policy, pack_named
from tieout.core.documents.kind import Document
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.pack import TieOut
from tieout.scenario.simulation import Simulation
from tieout.store.link import transaction
from tieout.store.watches import watchers
from tieout.trade.documents import Meter, Milestone, Subscription, SubscriptionLine

AT = datetime(2026, 6, 15, 9, tzinfo=UTC)
SEATS = SubscriptionLine(id="L", plan="PRO", basis="recurring", price=Decimal(500))
METERED = SubscriptionLine(id="U", plan="api", basis="usage", price=Decimal("0.50"), meter="api")
ONCE = SubscriptionLine(id="M", plan="SETUP", basis="milestone", price=Decimal(900), milestone="M-1")
REACHED = Milestone(number="M-1", order="SUB-1", percent=Decimal(100), occurred_at=datetime(2026, 5, 2, tzinfo=UTC))
POLICIES = PolicySet(policies=(default_policy("subscription_billing"),))


def contract(*lines: SubscriptionLine) -> Subscription:
    return Subscription(number="SUB-1", account="C-1", currency="EUR", lines=lines, starts_on=date(2026, 5, 1))


def tied_out(*documents: Document) -> TieOut:
    """The tie-out of the subscription among these documents."""
    run = Simulation((pack_named("subscription_billing"),), POLICIES, at=AT)
    for document in documents:
        run.receive(document)
    last = run.claims["scenario/subscription/SUB-1"].last
    assert last is not None
    return last


@pytest.mark.parametrize(
    ("lines", "others", "moved"),
    [
        ((SEATS,), (), False),
        ((SEATS, METERED), (Meter(number="api", unit="EA"),), True),  # nobody has stated the usage of May
        ((SEATS, ONCE), (), False),
        ((SEATS, ONCE), (REACHED,), True),
        ((SEATS, ONCE), (replace(REACHED, accepted=True),), False),
        ((SEATS, ONCE), (replace(REACHED, percent=Decimal(99)),), False),
        ((SEATS, ONCE), (replace(REACHED, occurred_at=AT),), False),  # billing has had no time yet
    ],
)
def test_invoices_move_a_subscription_only_where_they_ask_for_what_is_not_known(
    lines: tuple[SubscriptionLine, ...], others: tuple[Document, ...], moved: bool
) -> None:
    result = tied_out(contract(*lines), *others)
    assert {key.kind for key in result.unmoved} == (set() if moved else {"invoiced", "duplicate"})
    codes = {found.code for found in result.verdict.findings}
    assert bool(codes & {"BIL-USG-LATE", "BIL-MILE"}) == moved


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize(("lines", "watched"), [((SEATS,), False), ((SEATS, METERED), True)])
def test_the_engine_watches_only_what_moves_a_verdict(lines: tuple[SubscriptionLine, ...], watched: bool) -> None:
    run = DatabaseSimulation((pack_named("subscription_billing"),), POLICIES, at=AT)
    run.receive(Meter(number="api", unit="EA"))
    run.receive(contract(*lines))
    with transaction(run.scope):
        keys = {key for key, _ in watchers(run.scope, {"invoiced/SUB-1", "billed/subscription/SUB-1"})}
    assert ("invoiced/SUB-1" in keys) == watched
    assert "billed/subscription/SUB-1" in keys
