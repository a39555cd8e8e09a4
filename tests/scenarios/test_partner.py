"""The receiving side in scenarios: S-21 in memory, with the moods that a text may set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.access import granted
from tests.support.releasing import PACK
from tests.support.selling import bill, line
from tieout.core.case.commands import Resolve
from tieout.core.policy.policy import PolicySet
from tieout.core.values.errors import Malformed
from tieout.core.values.scope import Scope
from tieout.scenario.simulation import TENANT, Simulation

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ANNA = Scope(tenant=TENANT, actor="anna", grants=granted("ap_analyst"))
CLAIM = "scenario/customer_invoice/R-2026-0815"


def started() -> Simulation:
    return Simulation((PACK,), PolicySet(policies=()), at=AT)


@pytest.mark.mission("S-21")
def test_s21_what_the_partner_rejects_is_its_owners_and_sent_again_it_arrives() -> None:
    run = started()
    run.partner.behave("rejects: missing PO reference")
    run.receive(bill(line("1", "10", "10.00")))
    filed = run.claims[CLAIM]
    (case,) = filed.cases.values()
    assert (filed.state.status, case.code, case.queue) == ("posted", "AR-DLV-REJ", "customer-service")
    run.command(CLAIM, "dispatch", Resolve(resolution="send_again", reference="PO-1"), ANNA)
    assert run.claims[CLAIM].state.deliveries[0].state == "delivered"
    assert (len(run.target.booked), len(run.partner.booked), run.partner.attempts) == (1, 1, 2)


@pytest.mark.mission("S-32")
@pytest.mark.parametrize("mood", ["times out after accepting", "times out before accepting"])
def test_s32_a_partner_that_times_out_has_it_once(mood: str) -> None:
    run = started()
    run.partner.behave(mood)
    run.receive(bill(line("1", "10", "10.00")))
    run.advance(AT + timedelta(hours=1))
    assert run.claims[CLAIM].state.deliveries[0].state == "delivered"
    assert len(run.partner.booked) == 1


def test_a_mood_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Malformed, match="not a behaviour"):
        started().partner.behave("sulks: today")
