"""Connections are rows: each tenant has its own, each with its queue, whoever made them and whatever the settings say today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.peek import peek
from tieout.core.outbox.action import Action, Answer, Done, Unknown
from tieout.core.outbox.connection import Connection, Purpose, SettingSpec, routing_of
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.engine.connected import Connected, change, connect
from tieout.engine.plugged import Engine
from tieout.store.models import Action as ActionRow
from tieout.store.models import Claim, Queue
from tieout.worker.jobs import Work, do_batch, waiting_now

pytestmark = pytest.mark.usefixtures("empty_database")


@dataclass
class Ledger:
    """A general ledger at an address, which may be down."""

    queue: str
    address: str
    secret: str
    down: bool = False
    booked: list[str] = field(default_factory=list)

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        return [Unknown(hint="503", down=True) if self.down else None for _ in actions]

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        self.booked += [action.claim for action in actions]
        return [Done(ref=action.claim) for action in actions]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerConnector:
    """Makes ledgers, and remembers them by address."""

    made: dict[str, Ledger]
    system: str = "ledger"
    purpose: Purpose = "posting"
    keeps_its_own: bool = False
    settings: tuple[SettingSpec, ...] = (SettingSpec(name="address", doc="where it is"),)

    def target(self, connection: Connection, secret: str) -> Ledger:
        made = Ledger(queue=connection.queue, address=connection.settings["address"], secret=secret)
        assert made.address not in self.made, "a target is made once"
        self.made[made.address] = made
        return made

    def source(self, connection: Connection, secret: str) -> None:
        """Nothing."""

    def reader(self, connection: Connection) -> None:
        """Nothing."""


def ledger(name: str, entity: str = "", **more: str) -> Connection:
    return Connection(
        name=name, system="ledger", queue=f"{name}-queue", entity=entity, settings={"address": name} | more
    )


@pytest.fixture
def made() -> dict[str, Ledger]:
    return {}


@pytest.fixture
def motor(made: dict[str, Ledger]) -> Engine:
    secrets = {"env:KEY": "s3cret", "env:GONE": None}
    connected = Connected(
        connectors={"ledger": LedgerConnector(made=made)},
        first=(ledger("main"),),
        look_up=lambda text: secrets.get(text, text),
    )
    return replace(engine(), connected=connected)


def clear(motor: Engine, scope: Scope, number: str = "INV-1", entity: str = "") -> None:
    order = samples.order(f"45{number}")
    take(
        motor,
        scope,
        order,
        samples.receipt(f"R-{number}", order.number),
        replace(samples.invoice(number, order.number), entity=entity),
    )
    tie_out_all(motor, scope)


def work(motor: Engine, *, at: int = 0) -> None:
    """Every job that waits, once, so many minutes later."""
    given = Work(engine=motor, targets=motor.connected.targets, owner="w")
    moment = AT + timedelta(minutes=at)
    for job, tenant, queue in waiting_now(given, at=moment):
        do_batch(given, job, Scope(tenant=tenant), queue, clock=lambda: moment)


def queues() -> set[tuple[str, str]]:
    return set(peek(ActionRow).filter(kind="post_voucher").values_list("claim", "queue"))


def test_what_the_settings_name_becomes_rows_and_then_the_rows_count(motor: Engine, made: dict[str, Ledger]) -> None:
    scope = company(motor)
    assert [connection.name for connection in motor.connected.of(scope)] == ["main"]
    other = replace(motor, connected=Connected(connectors=motor.connected.connectors, first=(ledger("other"),)))
    assert [connection.name for connection in other.connected.of(scope)] == ["main"], (
        "other settings do not change a tenant's"
    )
    clear(other, scope)
    assert {queue for _, queue in queues()} == {"main-queue"}


def test_two_connections_of_one_system_serve_two_entities(motor: Engine, made: dict[str, Ledger]) -> None:
    scope = company(motor)
    connect(motor.connected, scope, ledger("north", "N1"))
    connect(motor.connected, scope, ledger("south", "S1"))
    routing = motor.routing_for(scope)
    assert routing.of("mail/invoice/1@1", "N1") == "north-queue"
    assert routing.of("mail/invoice/1@1", "S1") == "south-queue"
    assert routing.of("mail/invoice/1@1", "X9") == routing.of("mail/invoice/1@1") == "main-queue"


def test_two_tenants_with_two_connections_one_is_down_and_the_other_posts(
    motor: Engine, made: dict[str, Ledger]
) -> None:
    scopes = company(motor), company(motor)
    for scope, name in zip(scopes, ("one", "two"), strict=True):
        motor.connected.of(scope)
        change(motor.connected, scope, replace(ledger("main"), settings={"address": name}))
        motor.connected.targets(scope)
        clear(motor, scope)
    made["one"].down = True
    for minute in range(0, 30, 1):
        work(motor, at=minute)
    assert made["one"].booked == []
    assert len(made["two"].booked) == 1
    first, second = (peek(Queue).get(tenant=scope.tenant, name="main-queue") for scope in scopes)
    assert (first.trouble, first.open_until is not None) == ("503", True)
    assert (second.trouble, second.failures) == ("", 0)
    assert [peek(Claim).get(tenant=scope.tenant, kind="invoice").status for scope in scopes] == ["posting", "posted"]
    made["one"].down = False
    work(motor, at=60)
    assert len(made["one"].booked) == 1, "what waited is posted when its system is up again"


def test_a_secret_is_looked_up_and_never_kept_and_without_it_nothing_is_tried(
    motor: Engine, made: dict[str, Ledger]
) -> None:
    scope = company(motor)
    connect(motor.connected, scope, replace(ledger("paid", "P1"), secret="env:KEY"))
    connect(motor.connected, scope, replace(ledger("lost", "L1"), secret="env:GONE"))
    assert set(motor.connected.targets(scope)) == {"main-queue", "paid-queue"}
    assert made["paid"].secret == "s3cret"
    assert [connection.secret for connection in motor.connected.of(scope)] == ["env:GONE", "", "env:KEY"]
    assert motor.routing_for(scope).of("mail/invoice/1@1", "L1") == "lost-queue", "its claims wait for it"


def test_what_a_connector_does_not_understand_is_refused(motor: Engine) -> None:
    scope = company(motor)
    with pytest.raises(Malformed, match="no connector 'sap'"):
        connect(motor.connected, scope, replace(ledger("a"), system="sap"))
    with pytest.raises(Malformed, match="the setting address is missing"):
        connect(motor.connected, scope, replace(ledger("a"), settings={}))
    with pytest.raises(Malformed, match="knows no setting 'colour'"):
        connect(motor.connected, scope, ledger("a", colour="red"))
    connect(motor.connected, scope, ledger("a"))
    for taken in (ledger("a"), replace(ledger("b"), queue="a-queue")):
        with pytest.raises(Refused, match="CONNECTION-TAKEN"):
            connect(motor.connected, scope, taken)
    with pytest.raises(Refused, match="CONNECTION-UNKNOWN"):
        change(motor.connected, scope, ledger("nobody"))


def test_what_came_from_a_system_that_keeps_its_own_goes_nowhere_else() -> None:
    """Also while that system is not connected; and nothing else goes there."""
    connectors = {"billing": replace(LedgerConnector(made={}), system="billing", keeps_its_own=True)}
    connectors["ledger"] = LedgerConnector(made={})
    without = routing_of([ledger("main")], connectors)
    assert without.of("billing/invoice/1@1", "E") == "billing"
    two = [replace(ledger(name, name[-1]), system="billing") for name in ("billing-a", "billing-b")]
    routing = routing_of([ledger("main"), *two], connectors)
    assert routing.of("billing-a/invoice/1@1", "a") == "billing-a-queue"
    assert routing.of("billing-b/invoice/1@1", "b") == "billing-b-queue"
    assert routing.of("mail/invoice/1@1", "a") == "main-queue"
    assert routing.message("a") == "supplier"
