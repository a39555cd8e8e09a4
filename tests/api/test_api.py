"""The calls: who may, what comes back, how refusals and missing objects are answered."""

from __future__ import annotations

import json
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from tests.web.examples import Examples, RecordingApplication, person
from tieout import __version__
from tieout.core.case.commands import Note
from tieout.core.values.errors import Refused
from tieout.identity.models import User
from tieout.store import answering


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_health_needs_nobody(tenant: str) -> None:
    answer = Client().get("/api/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__, "database": True, "tables": None}
    answer = Client().get("/api/health/ready")
    assert (answer.status_code, answer.json()["tables"]) == (200, True)


@pytest.mark.mission("API-02")
def test_health_and_readiness_say_what_is_missing(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "_newest", lambda: frozenset({("store", "9999_of_a_later_release")}))
    assert Client().get("/api/health").status_code == 200
    answer = Client().get("/api/health/ready")
    assert (answer.status_code, answer.json()["status"], answer.json()["tables"]) == (503, "unavailable", False)
    given = {**connection.get_connection_params(), "port": "1"}
    monkeypatch.setattr(answering.connection, "get_connection_params", lambda: given)
    for address in ("/api/health", "/api/health/ready"):
        answer = Client().get(address)
        assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (503, "unavailable", False)


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), InterfaceError("closed"), psycopg.OperationalError("gone")]
)
def test_while_the_database_does_not_answer_nothing_is_a_fault_of_ours(
    analyst: User, examples: Examples, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    client = client_of(analyst)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    for address in ("/", "/queue/", "/api/claims"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), address
    assert client.get("/api/claims").json()["code"] == "UNAVAILABLE"
    assert "The database does not answer" in client.get("/").content.decode()


def test_a_fault_of_ours_is_still_one(analyst: User, examples: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    client = client_of(analyst)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    assert client.get("/").status_code == 500


def test_who_is_not_signed_in_gets_401(examples: Examples) -> None:
    for address in (
        "claims",
        "cases",
        f"cases/{examples.held}",
        f"claims/{examples.claim}",
        f"documents/{examples.document_id}",
        "openapi.json",
    ):
        assert Client().get(f"/api/{address}").status_code == 401, address


def test_what_a_tenant_holds(analyst: User, examples: Examples) -> None:
    client = client_of(analyst)
    listed = client.get("/api/claims?size=2").json()
    assert listed["total"] == 3
    assert len(listed["claims"]) == 2
    assert listed["following"]
    claim = client.get(f"/api/claims/{examples.claim}").json()
    assert claim["payable"] == {"amount": "15160.60", "currency": "EUR"}
    assert claim["verdict"] == "waiting"
    assert claim["findings"][0]["code"] == "AP-QTY-INSP"
    assert claim["worksheet"][0]["in_inspection"] == "50"
    german = client.get(
        f"/api/claims/{examples.claim}", headers={"Accept-Language": "fr, de-AT;q=0.8, en;q=0.5"}
    ).json()
    (here, there) = (found["findings"][0] for found in (claim, german))
    assert here["message"] != there["message"]
    assert "in Qualitätsprüfung" in there["message"]
    assert here | {"message": "", "clears": ""} == there | {"message": "", "clears": ""}
    assert {link["kind"] for link in claim["evidence"]} == {"order", "receipt"}
    case = client.get(f"/api/cases/{examples.held}").json()
    assert "note" in case["commands"]
    assert client.get("/api/cases?view=waiting").json()["cases"][0]["id"] == str(examples.waiting)
    document = client.get(f"/api/documents/{examples.order}").json()
    assert document["body"]["number"] == "4500017"
    assert client.get("/api/cases?size=9999").status_code == 422


def test_a_command_and_its_refusals(analyst: User, examples: Examples, recording: RecordingApplication) -> None:
    client = client_of(analyst)

    def ask(**body: object) -> tuple[int, dict[str, object]]:
        answer = client.post(f"/api/cases/{examples.held}/commands", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    assert ask(name="note", arguments={"text": "hello"}, seen=4)[0] == 200
    assert [command for _, _, command in recording.asked] == [Note(text="hello")]
    assert recording.versions == [4]
    status, body = ask(name="delete")
    assert status == 422
    assert "use one of assign" in str(body["message"])
    assert ask(name="note", arguments={"test": "x"})[0] == 422
    assert ask(name="note", arguments={"text": 5})[0] == 422
    recording.refusal = Refused("CASE-STATE", "not now")
    assert ask(name="note", arguments={"text": "x"}) == (409, {"code": "CASE-STATE", "message": "not now"})
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(analyst)
    assert strict.post(f"/api/cases/{examples.held}/commands", "{}", content_type="application/json").status_code == 403


def test_another_tenants_documents_get_404(examples: Examples, recording: RecordingApplication) -> None:
    client = client_of(person("t-other", "ap_analyst", "controller"))
    for address in (
        f"cases/{examples.held}",
        f"claims/{examples.claim}",
        f"documents/{examples.document_id}",
        f"cases/{uuid4()}",
    ):
        answer = client.get(f"/api/{address}")
        assert (answer.status_code, answer.json()["code"]) == (404, "MISSING")
    body = json.dumps({"name": "note", "arguments": {"text": "x"}})
    assert client.post(f"/api/cases/{examples.held}/commands", body, content_type="application/json").status_code == 404
    assert recording.asked == []


def test_documents_are_handed_in(analyst: User, tenant: str, recording: RecordingApplication) -> None:
    files = {"files": [SimpleUploadedFile("a.xml", b"<a/>"), SimpleUploadedFile("b.csv", b"x;y")]}
    answer = client_of(analyst).post("/api/files", files)
    assert [(file["name"], file["fate"]) for file in answer.json()] == [("a.xml", "accepted"), ("b.csv", "accepted")]
    assert [file.content for file in recording.received] == [b"<a/>", b"x;y"]
    files = {"files": [SimpleUploadedFile("a.xml", b"<a/>")]}
    assert client_of(person(tenant, "auditor")).post("/api/files", files).status_code == 409


def test_the_description_is_whole(analyst: User, examples: Examples) -> None:
    described = client_of(analyst).get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/health", "/api/health/ready", "/api/documents/{document_id}", "/api/claims", "/api/claims/{claim_id}", "/api/cases",
        "/api/cases/{case_id}", "/api/cases/{case_id}/letter", "/api/cases/{case_id}/commands", "/api/files",
        "/api/columns", "/api/columns/proposals",
    }  # fmt: skip
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
