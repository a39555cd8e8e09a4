"""From a posted invoice to the customer's own number for it, over a real database and a real receiving partner (S-21, S-32)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.engine.samples import AT, take, tie_out_all
from tests.engine.samples import engine as engine_of
from tests.support.access import granted
from tests.support.einvoice_partner import PartnerLine, partner
from tests.support.peek import peek
from tests.support.releasing import PACK, ReleaseAll
from tests.support.selling import ABROAD, bill, line
from tieout.connectors.invoice_folder import InvoiceFolder
from tieout.core.case.commands import Resolve
from tieout.core.claim.state import ClaimState
from tieout.core.outbox.action import Action, Answer, Done, Unknown
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine.due import due
from tieout.engine.intervene import retry
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine
from tieout.engine.rebuild import differences
from tieout.engine.submit import submit
from tieout.formats import canonical_json
from tieout.store.models import Action as ActionRow
from tieout.store.models import Case, Claim
from tieout.trade.documents import Invoice

pytestmark = pytest.mark.usefixtures("empty_database")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with partner() as url:
        yield url


@dataclass
class Erp:
    """Posts everything at once. `silent`: it posts, and its answer is lost."""

    queue: str = "erp"
    silent: bool = False
    booked: dict[UUID, str] = field(default_factory=dict)

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        return [Done(ref=self.booked[action.id]) if action.id in self.booked else None for action in actions]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        for action in actions:
            assert action.id not in self.booked, "booked twice"
            self.booked[action.id] = f"AR-{len(self.booked) + 1}"
        lost = Unknown(hint="timed out")
        return [lost if self.silent else Done(ref=self.booked[action.id]) for action in actions]


@dataclass
class Seller:
    """Our company: the engine, the ERP, and the line to the partner."""

    engine: Engine
    scope: Scope
    line: PartnerLine | InvoiceFolder
    erp: Erp = field(default_factory=Erp)

    def turn(self, at: datetime = AT) -> None:
        due(self.engine, self.scope, at=at)
        tie_out_all(self.engine, self.scope, at=at)
        claims = ClaimsOfActions(self.engine, self.scope)
        for target in (self.erp, self.line):
            perform(self.scope, target, "perform", owner="w", at=at, claims=claims)
            perform(self.scope, target, "look", owner="w", at=at, claims=claims)

    def state(self, number: str) -> ClaimState:
        return canonical_json.decode_as(ClaimState, bytes(peek(Claim).get(number=number).state))

    def sendings(self) -> list[tuple[str, str]]:
        return list(peek(ActionRow).filter(queue="delivery").order_by("created_at").values_list("state", "ref"))

    def case(self) -> Case:
        return peek(Case).get(cause="dispatch")

    def resolve(self, how: str, *, at: datetime, reference: str = "") -> None:
        submit(self.engine, self.scope, self.case().id, Resolve(resolution=how, reference=reference), at=at)


def seller(line_: PartnerLine | InvoiceFolder, pack: ReleaseAll = PACK) -> Seller:
    scope = Scope(tenant=f"t-{uuid4().hex[:12]}", actor="anna", grants=granted("ap_analyst"))
    return Seller(engine_of(pack=pack), scope, line_)


def own_invoice(*, customer_order: str = "PO-77231") -> Invoice:
    """An invoice with a number of its own, so that the tests share one partner."""
    made = bill(line("1", "10", "99.00", tax=("AE", "0")), buyer=ABROAD, number=f"R-{uuid4().hex[:8]}")
    return replace(made, customer_order=customer_order, buyer_reference="", order_number="")


def held(address: str, number: str) -> list[str]:
    return [one["verdict"] for one in PartnerLine(address).held() if one["number"] == number]


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def test_what_is_posted_reaches_the_partner_once(address: str) -> None:
    ours, invoice = seller(PartnerLine(address)), own_invoice()
    take(ours.engine, ours.scope, invoice)
    for minute in range(3):
        ours.turn(later(minute))
    state = ours.state(invoice.number)
    assert (state.status, state.deliveries[0].state) == ("posted", "delivered")
    assert held(address, invoice.number) == ["valid"]
    assert [how for how, _ in ours.sendings()] == ["done"]
    assert list(differences(ours.scope)) == []


@pytest.mark.mission("S-32")
def test_s32_though_every_call_times_out_it_is_posted_and_delivered_once(address: str) -> None:
    ours, invoice = seller(PartnerLine(address)), own_invoice()
    ours.erp.silent, ours.line.mood = True, "silent"
    take(ours.engine, ours.scope, invoice)
    for minute in range(0, 30, 3):
        ours.turn(later(minute))
    assert ours.state(invoice.number).deliveries[0].state == "delivered"
    assert held(address, invoice.number) == ["valid"]
    assert len(ours.erp.booked) == 1
    assert list(differences(ours.scope)) == []


@pytest.mark.mission("S-32")
def test_s32_what_never_arrived_is_sent_when_the_partner_is_back(address: str) -> None:
    ours, invoice = seller(PartnerLine(address)), own_invoice()
    ours.line.mood = "deaf"
    take(ours.engine, ours.scope, invoice)
    for minute in range(5):
        ours.turn(later(minute))
    assert (ours.state(invoice.number).status, held(address, invoice.number)) == ("posted", [])
    ours.line.mood = "works"
    for minute in (30, 60):
        ours.turn(later(minute))
    assert held(address, invoice.number) == ["valid"]


@pytest.mark.mission("S-21")
def test_s21_a_refusal_is_a_case_of_its_owner_and_sending_again_mends_it(address: str) -> None:
    """The partner refuses for lack of an order number; customer service finds the number; the posting is never touched."""
    ours, invoice = seller(PartnerLine(address)), own_invoice(customer_order="")
    take(ours.engine, ours.scope, invoice)
    for minute in range(3):
        ours.turn(later(minute))
    case, before = ours.case(), ours.state(invoice.number)
    assert (case.code, case.queue, case.status) == ("AR-DLV-REJ", "customer-service", "open")
    assert b"PEPPOL-EN16931-R003" in bytes(case.state)
    assert held(address, invoice.number) == []
    ours.resolve("send_again", at=later(10), reference="PO-9")
    with pytest.raises(Refused, match="sent already"):
        ours.resolve("send_again", at=later(10), reference="PO-9")
    ours.turn(later(11))
    after = ours.state(invoice.number)
    assert (ours.case().status, after.deliveries[0].attempt, after.deliveries[0].state) == ("resolved", 2, "delivered")
    assert (after.posted, after.status) == (before.posted, "posted")
    assert held(address, invoice.number) == ["valid"]
    assert [how for how, _ in ours.sendings()] == ["refused", "done"]
    assert len(ours.erp.booked) == 1
    assert list(differences(ours.scope)) == []


def test_retrying_a_refused_sending_sends_it_again_through_its_case(address: str) -> None:
    ours, invoice = seller(PartnerLine(address)), own_invoice(customer_order="")
    take(ours.engine, ours.scope, invoice)
    for minute in range(3):
        ours.turn(later(minute))
    refused = peek(ActionRow).get(queue="delivery")
    assert "asked for again by case" in retry(ours.engine, ours.scope, refused.id, at=later(5))
    ours.turn(later(6))
    assert [how for how, _ in ours.sendings()] == ["refused", "refused"]
    assert ours.case().status == "open"


def test_the_folder_waits_for_the_receiving_sides_answer(tmp_path: Path) -> None:
    folder = InvoiceFolder(tmp_path / "invoices").prepare()
    ours, invoice = seller(folder), own_invoice()
    take(ours.engine, ours.scope, invoice)
    for minute in range(3):
        ours.turn(later(minute))
    (envelope,) = (folder.root / "peppol").glob("*.json")
    assert ours.state(invoice.number).deliveries[0].state == "requested"
    answer = f'{{"reference": "{envelope.stem}", "status": "rejected", "reason": "unknown receiver", "code": "REC"}}'
    (folder.root / "answers" / envelope.name).write_text(answer)
    ours.turn(later(30))
    assert (ours.case().code, ours.case().queue) == ("AR-DLV-REJ", "customer-master")
    assert list((folder.root / "answers").glob("*.json")) == []
    ours.resolve("deliver_otherwise", at=later(40), reference="by letter")
    assert ours.state(invoice.number).deliveries[0].ref == "by letter"
    assert ours.case().status == "resolved"
    assert list(differences(ours.scope)) == []


def test_by_mail_it_is_a_pdf_and_done_when_it_lies_there(tmp_path: Path) -> None:
    folder = InvoiceFolder(tmp_path / "invoices").prepare()
    ours, invoice = seller(folder, ReleaseAll(to="email a@b.example")), own_invoice()
    take(ours.engine, ours.scope, invoice)
    for minute in range(3):
        ours.turn(later(minute))
    (delivery,) = ours.state(invoice.number).deliveries
    assert delivery.state == "delivered"
    assert (folder.root / delivery.ref).read_bytes().startswith(b"%PDF")


def test_what_goes_to_nobody_is_not_sent(tmp_path: Path) -> None:
    ours, invoice = seller(InvoiceFolder(tmp_path), ReleaseAll(to="")), own_invoice()
    take(ours.engine, ours.scope, invoice)
    ours.turn()
    assert (ours.state(invoice.number).status, ours.sendings()) == ("posted", [])
