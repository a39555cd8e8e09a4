"""From files of usage to booked invoices, over the real engine: S-26 (late usage) and S-27 (unmapped identifiers)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.engine.database_world import DatabaseSimulation
from tests.metering.test_counting import closings, event, in_force, lines, stated
from tests.sim.billing_random import line
from tests.support.access import granted
from tieout.app import catalogue, default_policy, pack_named
from tieout.core.case.commands import Resolve
from tieout.core.documents.kind import Document
from tieout.core.findings.finding import Finding
from tieout.core.findings.wording import sentence
from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import Layer, PolicySet, Rules
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.scope import Scope
from tieout.metering.core.usage import UsageEvent
from tieout.metering.engine.counting import ingest_usage
from tieout.metering.engine.owners import map_identifiers, mapping
from tieout.metering.engine.publish import publish, refresh
from tieout.scenario.filed import Filed
from tieout.store.over_tenants import pending
from tieout.trade.documents import (
    AccountingSetup,
    Amendment,
    Customer,
    ErpRecord,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    Meter,
    PriceList,
    ProductIds,
    RevenueAccount,
    Subscription,
    SubscriptionLine,
)
from tieout.trade.documents.contract import ContractLine
from tieout.worker.jobs import JOBS, Work

pytestmark = pytest.mark.usefixtures("empty_database")

AT = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
MAY = [date(2026, 5, day) for day in range(1, 32)]
METERED = SubscriptionLine(id="U", plan="api", basis="usage", price=Decimal("0.50"), meter="api")
SEATS = SubscriptionLine(id="L", plan="PRO", basis="recurring", price=Decimal(500))


def two_accounts() -> list[Document]:
    """Two accounts: acme is billed by a meter as well, bolt by the month alone."""
    customers = [
        Customer(
            number=name, name=name.title(), entity="DE01", erp=(ErpRecord(entity="DE01", number="1"),), tax_class="domestic",
            channel="email", address=f"ap@{name}.example", tier="A" if name == "acme" else "",
        )
        for name in ("acme", "bolt")
    ]  # fmt: skip
    return [
        *customers,
        AccountingSetup(
            number="DE01", revenue=(RevenueAccount(account="4400"),), tax_classes=("domestic",),
            periods=(date(2026, 5, 1), date(2026, 6, 1)),
        ),
        Meter(number="api", unit="EA", product="API"),
        PriceList(
            number="L1", currency="EUR",
            lines=(ContractLine(product=ProductIds(seller="API"), price=Decimal("0.50"), unit="EA"),),
        ),
        contract("acme", SEATS, METERED),
        contract("bolt", SEATS),
    ]  # fmt: skip


def contract(account: str, *contract_lines: SubscriptionLine) -> Subscription:
    return Subscription(
        number=f"SUB-{account}",
        account=account,
        currency="EUR",
        lines=contract_lines,
        entity="DE01",
        starts_on=date(2026, 5, 1),
    )


def new_run(rules: Rules | None = None) -> DatabaseSimulation:
    shipped = default_policy("subscription_billing")
    layers = (*shipped.layers, *([Layer(when=Facts(), rules=rules)] if rules else []))
    policies = PolicySet(policies=(replace(shipped, layers=layers),))
    here = DatabaseSimulation((pack_named("subscription_billing"),), policies, at=AT)
    for document in two_accounts():
        here.receive(document)
    return here


def feed(here: DatabaseSimulation, events: Iterable[UsageEvent], *, at: datetime = AT) -> None:
    """A feed sends a file; it is counted, statements are written, and what depends on them is tied out."""
    here.at = at
    ingest_usage(here.engine, here.scope, [lines(events)], at=at, feed="core")
    publish(here.engine, here.scope, at=at)
    here.run_until_stable()


def map_to(here: DatabaseSimulation, identifier: str, account: str, *, at: datetime) -> None:
    here.at = at
    map_identifiers(here.engine, here.scope, [mapping(identifier, account, by="priya", at=at)], at=at)
    refresh(here.scope, [identifier], engine=here.engine)
    publish(here.engine, here.scope, at=at)
    here.run_until_stable()


SELLER = Party(name="We AG", country="DE", identifiers=(Identifier(scheme="vat", value="DE999999999"),))


def bill(number: str, account: str, *charges: tuple[str, int]) -> Invoice:
    """A bill of May: (line of the contract, cents)."""
    rows = tuple(_line(account, to, minor) for to, minor in charges)
    net = Money(sum(row.net.minor for row in rows), "EUR")
    return Invoice(
        kind="billing_invoice", number=number, issue_date=date(2026, 6, 1), currency="EUR", supplier=SELLER,
        buyer=Party(name=account), lines=rows, entity="DE01", run="2026-05",
        totals=InvoiceTotals(lines=net, net=net, tax=Money(0, "EUR"), gross=net, payable=net),
    )  # fmt: skip


def _line(account: str, to: str, minor: int) -> InvoiceLine:
    made = line(to.lower(), to, minor, MAY)
    return replace(made, tax_category="Z", order=replace(made.order, document=f"SUB-{account}"))


def claim(here: DatabaseSimulation, number: str) -> Filed:
    """The last version of a claim."""
    versions = [filed for filed in here.claims.values() if filed.state.number == number]
    return next(filed for filed in versions if filed.state.status != "superseded")


def status(here: DatabaseSimulation, number: str) -> str:
    return claim(here, number).state.status


def findings(here: DatabaseSimulation, number: str, *, notes: bool = False) -> list[Finding]:
    last = claim(here, number).last
    assert last is not None
    return [finding for finding in last.verdict.findings if notes or finding.stage != "note"]


def codes(here: DatabaseSimulation, number: str) -> list[str]:
    return [finding.code for finding in findings(here, number)]


def booked(here: DatabaseSimulation) -> list[str]:
    """Number and net of every voucher, in the order of their numbers."""
    bookings = here.target.booked.values()
    vouchers = [booking.voucher for booking in bookings if booking.action.kind == "post_voucher"]
    return sorted(f"{voucher['number']} {sum(Decimal(row['net']) for row in voucher['lines'])}" for voucher in vouchers)


def approve(here: DatabaseSimulation, number: str) -> None:
    key = next(key for key, filed in here.claims.items() if filed is claim(here, number))
    by = Scope(tenant=here.scope.tenant, actor="olga", grants=granted("approver"))
    here.command(key, "approval", Resolve(resolution="approve_credit_note", note="late usage"), by)


USED = [event(n) for n in range(12)]  # 24 in the first two hours
LATE = event(99, occurred_at=datetime(2026, 5, 30, 14, 5, tzinfo=UTC))  # 2 more in hour 710


def final(rules: Rules | None = None) -> DatabaseSimulation:
    """The run of May, its late file, and both invoices booked."""
    here = new_run(rules)
    feed(here, [*USED, *closings(range(700))])
    here.receive(bill("B-1", "acme", ("L", 50000), ("U", 1300)))
    here.receive(bill("B-2", "bolt", ("L", 50000)))
    (finding,) = findings(here, "B-1")
    assert (finding.code, finding.where, finding.stage, finding.status) == ("BIL-USG-LATE", "u", "wait", "WAIT-USAGE")
    assert "hours 700-743 of 744 are missing" in sentence(finding, catalogue().codes)
    assert (finding.queue, finding.watchers) == ("product-data", ("revenue-operations",))
    assert (status(here, "B-1"), status(here, "B-2")) == ("part_posted", "posted")
    feed(here, [LATE, *closings(range(700, 744))], at=AT + timedelta(hours=9))
    assert stated(here.scope).quantity == Decimal(26)
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])
    (case,) = claim(here, "B-1").cases.values()
    assert (case.state, case.touches) == ("resolved", 0)
    assert len(here.target.booked) == len({*here.target.booked}) == 3
    return here


@pytest.mark.mission("ING-13", "MAT-26", "S-26")
def test_s26_a_late_file_completes_the_statement_and_releases_the_invoice_once() -> None:
    """S-26, ING-13, MAT-26: the missing hours are named, other accounts are released, and the late file releases the rest."""
    here = final()
    before = booked(here)
    feed(here, [LATE, *closings(range(700, 744))], at=AT + timedelta(days=1))
    assert booked(here) == before, "the same file again bills nothing"
    last = claim(here, "B-1").last
    assert last is not None
    assert (last.verdict.delivery, last.priority.weight) == ("email ap@acme.example", 4)


@pytest.mark.mission("MAT-26", "S-26")
def test_s26_usage_after_the_invoice_is_final_is_billed_by_the_next_one_once() -> None:
    """S-26, MAT-26: a true-up, by policy; a correction downwards is a credit note, which is approved."""
    here = final()
    more = event(100, occurred_at=datetime(2026, 5, 31, 3, 5, tzinfo=UTC), quantity="6")
    for day in (1, 2):
        feed(here, [more], at=AT + timedelta(days=day))
    assert stated(here.scope).late > 0
    assert status(here, "B-1-TUu") == "posted"
    assert [booking for booking in booked(here) if booking.startswith("B-1-")] == ["B-1-TUu 3.00"]
    (note,) = findings(here, "B-1", notes=True)
    assert (note.code, note.stage, note.variance) == ("BIL-USG-LATE", "note", "3.00 EUR")
    feed(here, [event(101, id="fix", corrects="e100", quantity="1")], at=AT + timedelta(days=3))
    (finding,) = findings(here, "B-1-TUu-TCu")
    assert (finding.code, finding.queue, finding.actual) == ("BIL-CM-APPR", "approver", "2.50 EUR")
    approve(here, "B-1-TUu-TCu")
    assert status(here, "B-1-TUu-TCu") == "posted"
    assert len([booking for booking in booked(here) if booking.startswith("B-1-")]) == 2


@pytest.mark.mission("MAT-26", "S-26")
def test_s26_usage_after_the_invoice_is_final_is_credited_and_billed_again_once() -> None:
    """S-26, MAT-26: by policy the line is credited and billed again; the new invoice waits for the approval, silently."""
    here = final(Rules.of(late_usage="credit_rebill"))
    more = event(100, occurred_at=datetime(2026, 5, 31, 3, 5, tzinfo=UTC), quantity="6")
    for day in (1, 2):
        feed(here, [more], at=AT + timedelta(days=day))
    assert codes(here, "B-1-CNu") == ["BIL-CM-APPR"]
    (finding,) = findings(here, "B-1-Ru")
    assert (finding.code, finding.stage, finding.status) == ("BIL-SANE", "wait", "WAIT-CREDIT")
    (case,) = claim(here, "B-1-Ru").cases.values()
    assert (case.state, case.queue) == ("waiting", ""), "no person is asked"
    approve(here, "B-1-CNu")
    assert (status(here, "B-1-CNu"), status(here, "B-1-Ru")) == ("posted", "posted")
    assert [booking for booking in booked(here) if booking.startswith("B-1-")] == ["B-1-CNu 13.00", "B-1-Ru 16.00"]


@pytest.mark.mission("ING-13", "S-27")
def test_s27_unmapped_usage_is_money_until_it_is_mapped_and_again_when_the_mapping_is_reversed() -> None:
    """S-27, ING-13: a mapping clears the finding and moves the usage to the account's statement; every mapping is reversible."""
    here = new_run()
    unmapped = [event(n, "ACME-prod") for n in range(20, 24)]
    feed(here, [*USED, *unmapped, *closings(range(744))])
    here.receive(bill("B-1", "acme", ("U", 1600)))
    name = "api/ACME-prod/2026-05"
    (finding,) = findings(here, name)
    assert (finding.code, finding.queue, finding.at_stake) == ("BIL-USG-MAP", "revenue-operations", Money(400, "EUR"))
    here.advance(AT + timedelta(hours=3))
    assert codes(here, "B-1") == ["BIL-PRC-CRM"], "of 32 that are billed 24 are the account's"
    map_to(here, "ACME-prod", "acme", at=AT + timedelta(hours=4))
    assert (findings(here, name), stated(here.scope).quantity) == ([], Decimal(32))
    assert (status(here, "B-1"), codes(here, "B-1")) == ("posted", [])
    map_to(here, "ACME-prod", "", at=AT + timedelta(hours=5))
    assert (codes(here, name), stated(here.scope).quantity) == (["BIL-USG-MAP"], Decimal(24))
    (finding,) = findings(here, "B-1-TCu")
    assert (finding.code, finding.at_stake) == ("BIL-CM-APPR", Money(400, "EUR"))


@pytest.mark.mission("S-27")
def test_s27_a_subscription_of_that_name_clears_unmapped_usage() -> None:
    """S-27: no mapping is needed where the account has exactly that name; nothing is left, and no person is asked."""
    here = new_run()
    feed(here, [event(1, "late-corp")])
    assert codes(here, "api/late-corp/2026-05") == ["BIL-USG-MAP"]
    here.receive(contract("late-corp", METERED))
    feed(here, [event(2)], at=AT + timedelta(hours=1))
    assert findings(here, "api/late-corp/2026-05") == []


@pytest.mark.mission("ING-13", "MAT-26")
@pytest.mark.parametrize("amended_first", [True, False])
def test_a_meter_that_comes_by_an_amendment_has_a_statement_of_nothing(amended_first: bool) -> None:
    """MAT-26, ING-13: an account that is billed by the meter from now on, and used nothing, has a statement of 0."""
    here = new_run()
    change = Amendment(number="A-1", subscription="SUB-later", effective_on=date(2026, 5, 1), lines=(METERED,))
    documents = [change, contract("later", SEATS)]
    for document in documents if amended_first else documents[::-1]:
        here.receive(document)
    feed(here, closings(range(744)), at=AT + timedelta(hours=2))
    assert in_force(here.scope, "usage_statement").keys() == {"api/acme/2026-05", "api/later/2026-05"}
    here.receive(bill("B-1", "later", ("U", 0), ("L", 50000)))
    assert codes(here, "B-1") == ["BIL-READY-CUST"], "its usage raises no finding"


@pytest.mark.mission("ING-13", "MAT-26")
def test_a_worker_writes_statements_again_when_contract_meter_price_or_mapping_comes() -> None:
    """ING-13, MAT-26: a document other than usage that changes statements starts a run by itself, once."""
    here, name = new_run(), "api/ghost/2026-05"
    work = Work(engine=here.engine, targets=lambda _: {}, owner="test")
    feed(here, [*USED, event(50, "ghost"), *closings(range(744))])
    job = ("usage_statements", here.scope.tenant, "")
    assert job not in pending(at=here.at)

    def come(document: Document, version: str = "1") -> None:
        here.receive(document, version=version)
        assert job in pending(at=here.at), f"{document.kind} starts a run"
        JOBS["usage_statements"](work, here.scope, here.at)
        assert job not in pending(at=here.at)
        here.run_until_stable()

    price = next(document for document in two_accounts() if isinstance(document, PriceList))
    come(replace(price, lines=(replace(price.lines[0], price=Decimal(2)),)), version="2")
    assert [finding.at_stake for finding in findings(here, name)] == [Money(400, "EUR")]
    come(Meter(number="api", unit="CALL", product="API"), version="2")
    assert stated(here.scope).unit == "CALL"
    come(contract("ghost", SEATS))
    assert findings(here, name) == []
    come(mapping("ghost", "acme", by="crm", at=here.at))
    assert stated(here.scope).quantity == Decimal(26)
    come(Amendment(number="A-2", subscription="SUB-bolt", effective_on=date(2026, 5, 1), lines=(METERED,)))
    assert stated(here.scope, "api/bolt/2026-05").quantity == Decimal(0)
    here.receive(bill("B-1", "acme", ("L", 50000)))
    assert job not in pending(at=here.at), "an invoice changes no statement"
