"""Administration and access in the log: who gave which grant, who signed in and who could not, what of a connection was changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take
from tests.support.peek import peek
from tests.support.server import Database
from tieout.config.seal_witness import SealWitness
from tieout.core.audit.records import INSTALLATION, RECORDS
from tieout.core.audit.witness import Note
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.core.values.who import acting
from tieout.engine import application, audit
from tieout.engine.intervene import set_pace
from tieout.engine.verify_all import Counted, verified
from tieout.identity.links import make_link, use_link
from tieout.identity.models import Grant, Tenant, User
from tieout.identity.people import give, take_back
from tieout.identity.tenants import make_tenant, remove_tenant
from tieout.store.models import Document, Event, Lookup, PolicyVersion, Seal, SourceFile
from tieout.store.queues import lock_queue
from tieout.store.tenants import holdings

pytestmark = pytest.mark.usefixtures("empty_database")
HOUSE = Scope(tenant="nordwind", actor="console:ops")


def changes(tenant: str) -> list[tuple[str, dict[str, Any]]]:
    """(actor, what was stated in plain) of the log of an organisation."""
    rows = peek(Event).filter(tenant=tenant, type=RECORDS).order_by("position")
    return [(row.actor, change) for row in rows for change in json.loads(bytes(row.payload)).get("changes", ())]


def wrong(*tenants: str) -> list[str]:
    motor = engine()
    return [
        line
        for tenant in tenants
        for line in verified(Scope(tenant=tenant), motor.kinds, motor.signing_key, (), Counted())
    ]


def test_a_grant_is_in_the_log_with_its_giver_before_and_after(database: Database) -> None:
    make_tenant("nordwind")
    grant = give(HOUSE, "berta", "approver", at=AT)
    take_back(Scope(tenant="nordwind", actor="console:other"), grant.pk)
    given, ended = [change for change in changes("nordwind") if change[1]["table"] == "identity_grant"]
    assert (given[0], given[1]["before"], given[1]["after"]["role"]) == ("console:ops", {}, "approver")
    assert (ended[0], ended[1]["before"]["user_id"], ended[1]["after"]) == ("console:other", str(grant.user_id), {})
    assert wrong("nordwind", INSTALLATION) == []
    assert "berta" not in json.dumps([change for _, change in changes(INSTALLATION)]), "names are digests alone"


def test_a_grant_that_nobody_gave_through_tieout_is_named(database: Database) -> None:
    make_tenant("nordwind")
    given = give(HOUSE, "berta", "approver", at=AT)
    peek(Grant).filter(pk=given.pk).update(role="controller")
    assert [line for line in wrong("nordwind") if str(given.pk) in line] == [
        f"identity_grant {given.pk}: role is not what was written"
    ]
    peek(Grant).filter(pk=given.pk).update(role="approver")
    peek(Grant).bulk_create([Grant(user_id=given.user_id, tenant_id="nordwind", role="engineer")])
    assert any("was not written by Tieout" in line for line in wrong("nordwind"))
    peek(Grant).filter(role="engineer").delete()
    peek(Grant).filter(pk=given.pk).delete()
    assert any(f"identity_grant {given.pk}: is missing" in line for line in wrong("nordwind"))


def test_sign_ins_are_in_the_log_also_those_that_failed(database: Database) -> None:
    make_tenant("nordwind")
    user = give(HOUSE, "berta", "approver", at=AT).user
    user.set_password("a long pass phrase")
    user.save()
    browser = Client()
    assert browser.login(username="berta", password="a long pass phrase")
    assert authenticate(None, username="berta", password="a guess") is None
    assert authenticate(None, username="my pass phrase by mistake", password="berta") is None
    token = make_link(user, at=AT, minutes=30)
    browser.post(f"/enter/{token}")
    for _ in range(2):
        with pytest.raises(Refused):
            use_link(token, at=AT + timedelta(hours=1))
    stated = [change for _, change in changes("nordwind") if "sign_in" in change]
    assert stated[0] == {"sign_in": "succeeded", "user": str(user.pk)}
    assert [change["sign_in"] for change in stated].count("failed") >= 3
    assert {"sign_in": "failed", "user": ""} in [change for _, change in changes(INSTALLATION)]
    everything = b"".join(bytes(row.payload) for row in peek(Event).all())
    assert b"pass phrase" not in everything
    assert wrong("nordwind", INSTALLATION) == []


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "_open", [application.EngineApplication(engine=engine(), codes={})])


@pytest.mark.usefixtures("opened")
def test_what_a_request_changes_is_changed_by_its_person(database: Database) -> None:
    make_tenant("nordwind")
    controller = give(HOUSE, "carla", "controller", at=AT).user
    browser = Client()
    browser.force_login(controller)
    with acting(lambda: "nobody"):
        browser.post("/people/grant/", {"name": "dora", "role": "ap_analyst", "entity": ""})
    assert User.objects.filter(username="dora").exists()
    given = [who for who, change in changes("nordwind") if change.get("table") == "identity_grant"]
    assert given == ["console:ops", str(controller.pk)]


def test_a_paused_queue_and_its_pace_are_in_the_log(database: Database) -> None:
    motor = engine()
    scope = company(motor)
    lock_queue(scope, "erp")
    set_pace(scope, "erp", per_minute=30)
    ((who, change),) = [entry for entry in changes(scope.tenant) if entry[1]["table"] == "store_queue"]
    assert (who, change["before"]["per_minute"], change["after"]["per_minute"]) == (scope.actor, None, 30)
    assert wrong(scope.tenant) == []


@pytest.mark.parametrize("model", [Document, PolicyVersion])
def test_rows_put_in_or_taken_out_past_tieout_are_named(database: Database, model: Any) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order())
    audit.seal(motor, scope, at=AT)
    assert wrong(scope.tenant) == []
    row = peek(model).filter(tenant=scope.tenant).first()
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    other: dict[str, Callable[[], Any]] = {"Document": _a_document, "PolicyVersion": lambda: {"version": "9999"}}
    peek(model).bulk_create([model(**values | other[model.__name__]())])
    assert [line for line in wrong(scope.tenant) if "was not written by Tieout" in line]
    peek(model).filter(tenant=scope.tenant).delete()
    assert [line for line in wrong(scope.tenant) if "is missing" in line]


def _a_document() -> dict[str, Any]:
    return {"id": "00000000-0000-7000-8000-000000000001", "key": "file/order/forged"}


def test_an_organisation_that_holds_nothing_is_removed_and_its_log_stays(database: Database) -> None:
    make_tenant("suedwind")
    give(Scope(tenant="suedwind", actor="console:ops"), "berta", "approver", at=AT)
    remove_tenant("suedwind", holds=holdings(Scope(tenant="suedwind")))
    assert not Tenant.objects.filter(code="suedwind").exists()
    gone = [change["table"] for _, change in changes("suedwind") if change["after"] == {}]
    assert set(gone) >= {"identity_tenant", "identity_grant"}
    assert wrong("suedwind") == []


def test_a_tail_that_was_cut_off_in_the_database_is_named(database: Database, tmp_path: Path) -> None:
    """Everything after the first seal is gone, its rows and its seal too: what is left is whole, and the witness knows better."""
    witness = SealWitness(tmp_path / "seals.witness")
    motor = replace(engine(), witness=witness)
    scope = company(motor)
    audit.seal(motor, scope, at=AT)
    first = peek(Seal).get(tenant=scope.tenant).upto
    take(motor, scope, samples.order())
    audit.seal(motor, scope, at=AT + timedelta(hours=1))
    peek(Event).filter(tenant=scope.tenant, position__gt=first).delete()
    order = peek(Document).get(tenant=scope.tenant, kind="order")
    for rows in (Lookup, "document", order.id), (SourceFile, "id", order.source_file), (Document, "id", order.id):
        model, column, value = rows
        peek(model).filter(**{column: value}).delete()
    peek(Seal).filter(tenant=scope.tenant, number=2).delete()

    def lines(notes: list[Note]) -> list[str]:
        return list(verified(scope, motor.kinds, motor.signing_key, notes, Counted()))

    assert lines([]) == []
    assert [line for line in lines(witness.notes()) if line.startswith("store_seal 2: ") and "witness" in line]
