"""Two workers at once on one sales order or subscription: each is notified of what the other uses up (MAT-24, NFR exactly once)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from tests.engine import samples
from tests.engine.samples import AT as SENT_AT
from tests.engine.samples import file
from tests.engine.test_incremental import Gate, aside
from tests.sim.selling import AT, NORD, Terms, invoice, order, shipment, simulation
from tests.support.access import SETUP
from tests.support.peek import peek
from tests.support.server import Database
from tieout import app
from tieout.core.audit.signing import SecretKey
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.receive import receive
from tieout.engine.rules import add_policy
from tieout.engine.steps import Steps, onward
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json
from tieout.store import verdicts
from tieout.store.models import Claim


def motor(steps: Steps = onward) -> Engine:
    made = simulation(Terms())
    packs = tuple({id(pack): pack for pack in made.packs.values()}.values())
    return Engine(
        kinds=app.kinds(),
        packs=packs_by_kind(packs),
        read_policy=lambda text: made.policies.policies[int(text)],
        signing_key=SecretKey(secret=b"a key"),
        read=samples.read,
        steps=steps,
    )


def company() -> Scope:
    here, scope = motor(), Scope(tenant=f"t-{uuid4().hex[:12]}")
    for k in range(len(simulation(Terms()).policies.policies)):
        add_policy(scope, str(k).encode(), read=here.read_policy, at=SENT_AT)
    return scope


def leaks(scope: Scope) -> list[str]:
    claim = peek(Claim).get(tenant=scope.tenant, kind="sales_order")
    body = verdicts.last(scope, [claim.id])[claim.id].body
    findings = canonical_json.decode_as(Verdict, body).findings
    return [finding.variance for finding in findings if finding.code == "BIL-LEAK"]


def test_an_order_that_is_tied_out_together_with_its_first_invoice_is_notified(database: Database) -> None:
    scope = company()
    for document in (NORD, order("SO-1", {"10": 10}, Terms()), shipment("S-1", "SO-1", {"10": 10}, at=AT)):
        receive(motor(), scope, [file(document)], source=SETUP, at=SENT_AT)
    gate = Gate("tie_out.judged")
    first, wrong = aside(lambda: tie_out(motor(gate), scope, at=SENT_AT, limit=1))
    assert gate.there.wait(20)
    receive(motor(), scope, [file(invoice("I-1", "SO-1", {"10": Decimal(10)}))], source=SETUP, at=SENT_AT)
    second, wrong_too = aside(lambda: tie_out(motor(), scope, at=SENT_AT))
    second.join(2)
    gate.go.set()
    first.join(20)
    second.join(20)
    assert not wrong + wrong_too
    while tie_out(motor(), scope, at=SENT_AT):
        pass
    assert peek(Claim).get(tenant=scope.tenant, kind="customer_invoice").status == "posting"
    assert leaks(scope) == []


def test_two_invoices_of_one_customer_that_wait_to_be_posted_do_not_notify_one_another_for_ever(
    database: Database,
) -> None:
    scope = company()
    for document in (
        NORD,
        *(order(f"SO-{k}", {"10": 10}, Terms()) for k in range(2)),
        *(shipment(f"S-{k}", f"SO-{k}", {"10": 10}, at=AT) for k in range(2)),
        *(invoice(f"I-{k}", f"SO-{k}", {"10": Decimal(10)}) for k in range(2)),
    ):
        receive(motor(), scope, [file(document)], source=SETUP, at=SENT_AT)
    rounds = 0
    while tie_out(motor(), scope, at=SENT_AT + timedelta(seconds=rounds)):
        rounds += 1
        assert rounds < 20, "the claims notify one another for as long as they wait"
    waiting = peek(Claim).filter(tenant=scope.tenant, kind="customer_invoice")
    assert [claim.status for claim in waiting] == ["posting"] * 2
    # a later delivery concerns the order alone; its invoice is judged again, later, and the other one need not be
    standing = {claim.number: claim.verdict_seq for claim in waiting}
    receive(motor(), scope, [file(shipment("S-9", "SO-0", {"10": 1}, at=AT))], source=SETUP, at=SENT_AT)
    later = SENT_AT + timedelta(hours=1)
    while tie_out(motor(), scope, at=later):
        later += timedelta(seconds=1)
        assert later < SENT_AT + timedelta(hours=2)
    again = {claim.number: claim.verdict_seq for claim in waiting.all()}
    assert again["I-0"] > standing["I-0"]
    assert again["I-1"] == standing["I-1"]
