"""A billing system over HTTP (ING-14, S-26): invoices are pulled, held as drafts, tied out and finalised, each once.

localstripe runs as a process of its own; `Front` adds its missing features and the faults of a network in front of it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.connectors.billing_pack import StandIn
from tests.connectors.stripe_shapes import GOLD, event, subscription
from tests.support.billing import KEY, Books, Fault, Front, localstripe
from tests.support.peek import peek
from tieout import app
from tieout.config.table import Settings
from tieout.connectors.stripe_billing import Access, NoAnswer, StripeBilling, Unreachable, accept, pull, readings
from tieout.connectors.stripe_billing.map import KINDS
from tieout.core.access.source import Source
from tieout.core.audit.signing import SecretKey
from tieout.core.outbox.action import Action, Done, Rejected, Unknown
from tieout.core.outbox.queue import Routing
from tieout.core.policy.policy import Policy
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.engine.due import due
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import mapped, reader_here
from tieout.engine.rebuild import differences
from tieout.engine.receive import Incoming, Receipted, receive
from tieout.engine.replay import Replayed, replay
from tieout.engine.tie_out import tie_out
from tieout.formats.signed_webhook import sign
from tieout.identity.sources import StoredSources
from tieout.store.models import Action as ActionTable
from tieout.store.models import Case, Claim, Document
from tieout.trade.intake import PACK as INTAKE

pytestmark = pytest.mark.usefixtures("empty_database")
STRIPE = Source(name="stripe", kinds=KINDS)
AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with localstripe(tmp_path_factory.mktemp("billing")) as address:
        yield address


def no_policy(text: bytes) -> Policy:
    raise AssertionError(f"there is no policy to read: {text!r}")


class Run:
    """The billing system, and an engine connected to it."""

    def __init__(self, address: str) -> None:
        self.front = Front(address)
        self.front.behind.delete("/_config/data")
        self.books = Books(self.front)
        self.access = Access("http://billing", KEY, transport=self.front)
        self.scope = Scope(tenant=f"t-{uuid4().hex[:12]}")
        self.target = StripeBilling(self.access, queue=f"stripe-{uuid4().hex[:12]}")
        self.at = AT
        self.engine = Engine(
            kinds=app.kinds(),
            packs=packs_by_kind((StandIn(), INTAKE)),
            read=reader_here(app.kinds()),
            read_policy=no_policy,
            signing_key=SecretKey(secret=b"a key"),
            maps={"stripe": mapped(app.kinds(), readings)},
            routing=Routing(own=(("stripe", self.target.queue),)),
            sources=StoredSources(
                uploads=frozenset(),
                connections=lambda _, name: STRIPE if name == STRIPE.name else Source(name=name, kinds=frozenset()),
            ),
        )
        self.customer = self.books.customer()
        self.books.plan()
        self.rate = self.books.rate()
        self.subscription = self.books.subscription(self.customer, quantity=3, rates=(self.rate,))

    def draft(self) -> str:
        return self.books.draft(self.customer, self.subscription)

    def pull(self) -> tuple[Receipted, ...]:
        incoming = [Incoming(content=m.content, name=m.name, source=m.source) for m in pull(self.access)]
        return receive(self.engine, self.scope, incoming, source=STRIPE, at=self.at)

    def tie_out(self) -> None:
        while tie_out(self.engine, self.scope, at=self.at):
            pass

    def release(self) -> None:
        """One round of a worker's jobs."""
        for job in ("perform", "look"):
            claims = ClaimsOfActions(self.engine, self.scope)
            perform(self.scope, self.target, job, owner="w", at=self.at, claims=claims)  # type: ignore[arg-type]
        due(self.engine, self.scope, at=self.at)
        self.tie_out()
        assert list(differences(self.scope)) == [], "rows are not what their events say"

    def later(self, **passed: float) -> None:
        self.at += timedelta(**passed)

    def claims(self, kind: str = "billing_invoice") -> dict[str, str]:
        return dict(peek(Claim).filter(tenant=self.scope.tenant, kind=kind).values_list("key", "status"))

    def status(self, invoice: str) -> str:
        return str(self.front.behind.get(f"/v1/invoices/{invoice}").json()["status"])


@pytest.fixture
def run(address: str) -> Iterator[Run]:
    made = Run(address)
    yield made
    made.access.close()
    made.front.behind.close()


@pytest.mark.mission("ING-14")
def test_what_is_pulled_twice_changes_nothing_and_drafts_are_held(run: Run) -> None:
    """ING-14: customers, subscriptions, invoices; a draft does not become final by itself while it is tied out."""
    name = run.draft()
    assert run.books.invoice(name)["auto_advance"] is True
    first = run.pull()
    assert [receipted.documents[0].kind for receipted in first] == ["customer", "subscription", "billing_invoice"]
    assert run.books.invoice(name)["auto_advance"] is False
    assert [receipted.fate for receipted in run.pull()] == ["known"] * 3
    assert run.claims() == {f"stripe/invoice/{name}@1": "received"}
    row = peek(Document).get(tenant=run.scope.tenant, kind="billing_invoice")
    assert (row.net, row.tax, row.payable, row.currency) == (14700, 2940, 17640, "EUR")


def test_a_draft_that_ties_out_is_finalised_once_and_pulled_again_it_is_the_same(run: Run) -> None:
    name = run.draft()
    run.pull()
    run.tie_out()
    assert run.status(name) == "draft", "nothing is released before it has tied out and a worker acts"
    run.release()
    assert (run.status(name), run.front.finalised) == ("open", [name])
    action = peek(ActionTable).get(tenant=run.scope.tenant)
    assert (action.state, action.ref, action.queue) == ("done", f"INV-{name[-6:].upper()}", run.target.queue)
    for _ in range(3):
        run.later(days=1)
        run.pull()
        run.tie_out()
        run.release()
    assert run.claims() == {f"stripe/invoice/{name}@1": "posted"}, "a final invoice is no new claim"
    assert run.front.finalised == [name]


@pytest.mark.mission("S-26")
def test_late_usage_within_the_grace_period_changes_the_draft_before_it_is_final(run: Run) -> None:
    """S-26: the draft is tied out again, and becomes final with the late usage."""
    name = run.draft()
    run.pull()
    run.tie_out()
    run.books.use_late(name, 1500)
    run.later(minutes=30)
    run.pull()
    assert run.claims() == {f"stripe/invoice/{name}@1": "superseded", f"stripe/invoice/{name}@2": "received"}
    run.tie_out()
    run.release()
    assert run.claims()[f"stripe/invoice/{name}@2"] == "posted"
    assert run.front.finalised == [name]
    row = peek(Document).get(tenant=run.scope.tenant, kind="billing_invoice", superseded_at=None)
    assert row.payable == 17640 + 1500


@pytest.mark.mission("S-26")
def test_a_draft_that_changed_since_it_was_tied_out_is_not_finalised(run: Run) -> None:
    """S-26: late usage between tie-out and release is not lost: the release refuses, the next pull ties out again."""
    name = run.draft()
    run.pull()
    run.tie_out()
    run.books.use_late(name, 1500)
    run.release()
    assert (run.status(name), run.front.finalised) == ("draft", [])
    case = peek(Case).get(tenant=run.scope.tenant)
    assert case.cause == "posting"
    run.later(minutes=10)
    run.pull()
    run.tie_out()
    run.release()
    assert run.claims() == {f"stripe/invoice/{name}@1": "superseded", f"stripe/invoice/{name}@2": "posted"}
    assert run.front.finalised == [name]
    case.refresh_from_db()
    assert case.closed_at is not None, "the case of the refused release is closed"


def test_what_does_not_tie_out_stays_a_draft_until_it_does(run: Run) -> None:
    """A held draft is left unchanged: after days the billing system has not finalised it by itself either."""
    name = run.draft()
    run.books.post(f"invoices/{name}", metadata={"run": "odd"})
    for _ in range(3):
        run.pull()
        run.tie_out()
        run.release()
        run.later(days=1)
    assert run.claims() == {f"stripe/invoice/{name}@1": "held"}
    assert (run.status(name), run.front.finalised, run.books.invoice(name)["auto_advance"]) == (
        "draft",
        [],
        False,
    )
    run.books.post(f"invoices/{name}", metadata={"run": "march"})
    run.pull()
    run.tie_out()
    run.release()
    assert run.claims()[f"stripe/invoice/{name}@2"] == "posted"
    assert run.books.invoice(name)["auto_advance"] is True, "its collection continues"


@pytest.mark.mission("S-35")
def test_a_notification_becomes_an_amendment_once(run: Run) -> None:
    """S-35: sent again within the tolerance it is the same document; the pack decides what follows."""
    content = event("customer.subscription.updated", subscription(GOLD), {"discount": None})
    for seconds in (0, 30):
        message = accept(content, sign(content, "secret", at=AT), "secret", at=AT + timedelta(seconds=seconds))
        assert message is not None
        incoming = Incoming(content=message.content, name=message.name, source=message.source)
        receive(run.engine, run.scope, [incoming], source=STRIPE, at=AT)
    row = peek(Document).get(tenant=run.scope.tenant)
    assert (row.kind, row.number, row.key) == ("amendment", "evt_1", "stripe/event/evt_1")


@pytest.mark.mission("S-32")
@pytest.mark.parametrize("fault", ["before", "after", "broken", "down"])
def test_a_call_without_an_answer_is_looked_up_and_nothing_is_finalised_twice(run: Run, fault: Fault) -> None:
    """S-32 for a billing system: it may have done it or not; either way it is done once in the end."""
    name = run.draft()
    run.pull()
    run.tie_out()
    run.front.fault = lambda method, path: fault if path.endswith("/finalize") else ""
    run.release()
    assert run.claims() == {f"stripe/invoice/{name}@1": "posting"}
    assert run.front.finalised == ([name] if fault == "after" else [])
    run.front.fault = lambda *_: ""
    run.later(minutes=10)
    run.release()
    assert run.claims() == {f"stripe/invoice/{name}@1": "posted"}
    assert run.front.finalised == [name]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_times_out_every_invoice_is_final_once_and_none_is_lost(run: Run, seed: int) -> None:
    chance = random.Random(seed)
    faults: list[Fault] = ["", "", "before", "after", "broken", "down"]
    names = {run.draft() for _ in range(6)}
    run.front.fault = lambda *_: chance.choice(faults)
    for _ in range(60):
        run.later(minutes=11)
        with suppress(Unreachable, NoAnswer):
            run.pull()
        run.tie_out()
        run.release()
    run.front.fault = lambda *_: ""
    for _ in range(5):
        run.later(minutes=11)
        run.pull()
        run.tie_out()
        run.release()
    assert sorted(run.front.finalised) == sorted(names)
    assert run.claims() == {f"stripe/invoice/{name}@1": "posted" for name in names}


def test_a_refusal_has_the_words_of_the_billing_system(run: Run) -> None:
    run.front.refusal = "The customer's location isn't recognized."
    run.draft()
    run.pull()
    run.tie_out()
    run.release()
    assert list(run.claims().values()) == ["posting_failed"]
    action = peek(ActionTable).get(tenant=run.scope.tenant)
    assert (action.state, action.last_error) == ("refused", "The customer's location isn't recognized.")


def test_bare_localstripe_cannot_finalise_and_says_so(run: Run, address: str) -> None:
    """A missing feature is a refusal, and the draft stays one."""
    name = run.draft()
    access = Access(address, KEY)
    bare = StripeBilling(access)
    run.pull()
    run.tie_out()
    action = wanted(run)
    assert bare.find([action]) == [None]
    assert bare.perform([action]) == [Rejected(reason="404: Not Found", code="HTTP-404")]
    assert run.status(name) == "draft"
    access.close()


def wanted(run: Run) -> Action:
    row = peek(ActionTable).get(tenant=run.scope.tenant)
    return Action(id=row.id, kind=row.kind, claim=row.claim, queue=row.queue, payload=row.payload, due_at=row.due_at)


def test_what_is_final_over_another_total_void_or_gone_is_not_taken_for_ours(run: Run) -> None:
    name = run.draft()
    run.pull()
    run.tie_out()
    action = wanted(run)
    run.front.behind.post(f"/v1/invoices/{name}/pay")
    assert run.target.find([action]) == [Done(ref=f"INV-{name[-6:].upper()}")]
    run.front.changed = lambda message: message.update(total=1)
    (answer,) = run.target.find([action])
    assert isinstance(answer, Rejected)
    assert (answer.code, "0.01 EUR" in answer.reason) == ("FINAL", True)
    run.front.changed = lambda message: message.update(status="void")
    assert run.target.find([action]) == [Rejected(reason=f"invoice {name} is void", code="VOID")]
    run.front.behind.delete("/_config/data")
    run.front.changed = lambda _: None
    assert run.target.find([action]) == [Rejected(reason="Not Found", code="HTTP-404")]


def test_a_part_or_another_systems_claim_is_no_release(run: Run) -> None:
    run.draft()
    run.pull()
    run.tie_out()
    action = wanted(run)
    for wrong in (
        {"claim": "file/billing_invoice/1@1"},
        {"payload": action.payload.replace('"final":true', '"final":false')},
        {"payload": action.payload.replace("billing_invoice", "billing_credit_note")},
        {"kind": "post_debit_note"},
        {"payload": "[]"},
    ):
        changed = Action(**{name: getattr(action, name) for name in Action.__slots__} | wrong)  # type: ignore[arg-type]
        (answer,) = run.target.perform([changed])
        assert isinstance(answer, Rejected), wrong
        assert answer.code == "MAP"
    assert run.front.finalised == []


def test_after_a_call_without_an_answer_the_rest_of_a_batch_is_not_asked(run: Run) -> None:
    run.draft()
    run.pull()
    run.tie_out()
    action = wanted(run)
    run.front.fault = lambda *_: "before"
    run.front.asked.clear()
    answers = run.target.find([action] * 5)
    assert len(run.front.asked) == 1
    assert all(isinstance(answer, Unknown) for answer in answers)
    assert [answer.down for answer in answers if isinstance(answer, Unknown)] == [False, True, True, True, True]


def test_a_rejected_key_stops_the_queue(address: str, run: Run) -> None:
    run.draft()
    run.pull()
    run.tie_out()
    access = Access(address, "wrong")
    (answer,) = StripeBilling(access).find([wanted(run)])
    access.close()
    assert answer == Unknown(hint="it rejects our key (HTTP 401)", down=True)


def test_long_lists_come_whole(run: Run) -> None:
    """Pages of customers, and all lines of an invoice of which a list shows only the first."""
    for k in range(104):
        run.books.customer(f"C{k}")
    for k in range(13):
        run.books.post("invoiceitems", customer=run.customer, amount=100 + k, currency="eur", description=f"I{k}")
    name = run.draft()
    messages = {message.source.external_id: message for message in pull(run.access)}
    assert sum(key.startswith("cus_") for key in messages) == 105
    (reading,) = readings(messages[name].content, "x")
    assert len(reading.document.lines) == 14  # type: ignore[union-attr]
    assert reading.remarks == ()


def test_since_leaves_out_what_is_older(run: Run) -> None:
    run.draft()
    kinds = [message.source.kind for message in pull(run.access, since=datetime.now(UTC) + timedelta(days=1))]
    assert kinds == ["customer", "subscription"]
    kinds = [message.source.kind for message in pull(run.access, since=datetime.now(UTC) - timedelta(days=1))]
    assert kinds == ["customer", "subscription", "invoice"]


def rename(message: dict, old: str, new: str) -> None:
    if old in message:
        message[new] = message.pop(old)


@pytest.mark.mission("MID-06", "MID-12", "S-31")
def test_a_renamed_field_parks_the_message_posts_nothing_and_is_replayed(run: Run) -> None:
    """S-31, MID-12, MID-06: INT-SCHEMA names what was agreed and what came; after the mapping is fixed everything continues."""
    names = [run.draft() for _ in range(3)]
    run.pull()
    run.tie_out()
    run.front.changed = lambda message: rename(message, "total_tax_amounts", "total_taxes")
    late = run.draft()
    run.books.use_late(names[0])
    run.later(minutes=5)
    run.pull()
    run.tie_out()
    parked = run.claims("unreadable")
    assert set(parked.values()) == {"held"}
    assert len(parked) == 4, "all four invoices came in the new shape"
    case = peek(Case).filter(tenant=run.scope.tenant, closed_at=None).first()
    assert case is not None
    assert (case.code, case.queue) == ("INT-SCHEMA", "integration")
    run.release()
    assert run.front.finalised == [], "no posting of a claim whose later version cannot be read"
    assert not peek(ActionTable).filter(tenant=run.scope.tenant).exclude(state="withdrawn").exists()

    assert replay(run.engine, run.scope, at=run.at) == Replayed(tried=4, read=0), "nothing is fixed yet"
    assert run.claims("unreadable") == parked

    def fixed(content: bytes, name: str) -> tuple:
        return readings(content.replace(b'"total_taxes"', b'"total_tax_amounts"'), name)

    run.engine.maps["stripe"] = mapped(app.kinds(), fixed)  # type: ignore[index]
    run.front.changed = lambda _: None
    run.later(minutes=5)
    assert replay(run.engine, run.scope, at=run.at) == Replayed(tried=4, read=4)
    assert replay(run.engine, run.scope, at=run.at) == Replayed()
    run.tie_out()
    run.release()
    assert set(run.claims("unreadable").values()) == {"superseded"}
    assert not peek(Case).filter(tenant=run.scope.tenant, closed_at=None).exists()
    assert sorted(run.front.finalised) == sorted([*names, late])
    run.later(minutes=5)
    run.pull()
    run.tie_out()
    run.release()
    assert len(run.front.finalised) == 4


def test_the_queue_is_chosen_by_the_claims_own_system() -> None:
    routing = Routing(own=(("stripe", "stripe"),))
    assert routing.of("stripe/invoice/in_1@2") == "stripe"
    assert routing.of("file/invoice/abc@1") == routing.of("stripes/x/1@1") == "erp"


def test_its_queue_has_a_target_where_it_is_connected_and_else_its_claims_wait(
    database: object, tmp_path: Path
) -> None:
    """A claim of the billing system is never posted to the ERP instead."""
    without = Settings(home=tmp_path, exchange=tmp_path / "exchange", secret_key="s")
    connected = without.model_copy(update={"stripe_url": "http://billing", "stripe_key": KEY})
    assert set(app.targets(without)) == {"erp", "supplier", "delivery"}
    assert set(app.targets(connected)) == {"erp", "supplier", "delivery", "stripe"}
    unconnected = Scope(tenant=f"t-{uuid4().hex[:12]}")
    assert app.engine(without).routing_for(unconnected).of("stripe/invoice/in_1@1") == "stripe"


def test_money_keeps_the_minor_units_of_its_currency(run: Run) -> None:
    run.books.plan("yen", 4900, "jpy")
    subscription = run.books.subscription(run.customer, "yen")
    name = run.books.draft(run.customer, subscription)
    message = next(pulled for pulled in pull(run.access) if pulled.source.external_id == name)
    (reading,) = readings(message.content, "x")
    assert reading.document.totals.payable == Money(4900, "JPY")  # type: ignore[union-attr]
    assert str(reading.document.lines[0].price) == "4900"  # type: ignore[union-attr]


class Killed(BaseException):
    """A worker dies at a step."""


@pytest.mark.parametrize("step", ["taken", "found", "begun", "performed", "settled", "committed"])
def test_a_worker_that_dies_between_two_steps_is_taken_over_and_nothing_is_finalised_twice(run: Run, step: str) -> None:
    def steps(reached: str, /) -> None:
        if reached == f"perform.{step}":
            raise Killed(step)

    name = run.draft()
    run.pull()
    run.tie_out()
    claims = ClaimsOfActions(run.engine, run.scope)
    with pytest.raises(Killed):
        perform(run.scope, run.target, "perform", owner="a", at=AT, claims=claims, steps=steps)
    for _ in range(3):
        run.later(minutes=11)
        run.pull()
        run.tie_out()
        run.release()
    assert run.claims() == {f"stripe/invoice/{name}@1": "posted"}
    assert run.front.finalised == [name]


def test_localstripe_is_imported_by_nothing_of_ours() -> None:
    """It is GPL-3: a process of its own, and never a part of us (decision 34)."""
    root = Path(__file__).parents[2]
    named = [
        str(path.relative_to(root))
        for folder in ("src", "tests", "docs", "examples")
        for path in sorted((root / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.split()[:2] in (["import", "localstripe"], ["from", "localstripe"])
    ]
    assert named == []
    assert "localstripe" not in sys.modules
