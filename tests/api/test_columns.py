"""Column mappings by their doors: API, pages and command line; who may, what becomes of files that waited, who is kept out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.company import Company, company
from tests.engine.samples import AT
from tests.support.server import Database
from tieout.cli import main
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.engine.receive import Incoming, Receipted, receive
from tieout.identity.column_mappings import keep, require_mapper
from tieout.identity.models import ColumnMapping, Entity
from tieout.identity.sources import allow
from tieout.store.models import Document as Stored

ORDERS = "EBELN;EBELP;BEDAT;LIFNR;MATNR;MENGE;MEINS;NETPR;PEINH;WAERS\n45001;10;04.05.2026;70012;B-8;1.200,000;ST;12,50;100;EUR\n"
MEANING = {
    "EBELN": "order_number", "EBELP": "line", "BEDAT": "order_date", "LIFNR": "supplier_number", "MATNR": "product",
    "MENGE": "quantity", "MEINS": "unit", "NETPR": "price", "PEINH": "price_per", "WAERS": "currency",
}  # fmt: skip


@pytest.fixture
def made(database: Database) -> Iterator[Company]:
    """A company with a controller, an analyst, and a source of ERP files."""
    with company() as one:
        one.person("carl", "controller")
        one.person("ann", "ap_analyst", "approver")
        by = Scope(tenant=one.tenant, actor="console:test")
        for name in ("sap", "oracle"):
            allow(by, name, kinds=["order", "receipt"], entities=[], possible=["order", "receipt"])
        yield one


def send(made: Company, text: str, name: str = "EKPO.txt", source: str = "sap") -> Receipted:
    """A file that the source hands in."""
    engine = made.application.engine
    files = [Incoming(content=text.encode("utf-16"), name=name)]
    (answer,) = receive(engine, made.scope, files, source=engine.sources.named(made.scope, source, on=AT.date()), at=AT)
    made.tie_out()
    return answer


def kinds(made: Company) -> list[str]:
    return sorted(row.kind for row in made.rows(Stored, superseded_at=None))


def put(client: Client, **mapping: Any) -> Any:
    return client.put("/api/columns", json.dumps(mapping), content_type="application/json")


def test_a_mapping_that_is_kept_reads_what_waited_and_what_comes(made: Company) -> None:
    send(made, ORDERS)
    assert kinds(made) == ["unreadable"]
    carl = made.clients["carl"]
    file = SimpleUploadedFile("EKPO.txt", ORDERS.encode())
    proposal = carl.post("/api/columns/proposals", {"file": file}).json()
    assert (proposal["kind"], proposal["columns"], proposal["missing"]) == ("order", MEANING, [])
    answer = put(carl, source="sap", kind=proposal["kind"], columns=proposal["columns"])
    assert answer.status_code == 200, answer.content
    assert {name: answer.json()[name] for name in ("version", "state", "tried", "read")} == {
        "version": 1, "state": "in_force", "tried": 1, "read": 1,
    }  # fmt: skip
    assert kinds(made) == ["order"]
    send(made, ORDERS.replace("45001", "45002"))
    assert kinds(made) == ["order", "order"]
    send(made, ORDERS.replace("45001", "45003"), source="oracle")
    assert kinds(made) == ["order", "order", "unreadable"], "another source means what it means"


def test_a_mapping_is_listed_versioned_replaced_and_removed(made: Company) -> None:
    carl = made.clients["carl"]
    for columns in (MEANING, MEANING, {**MEANING, "TXZ01": "description"}):
        put(carl, source="sap", kind="order", columns=columns)
    listed = [(row["version"], row["state"]) for row in carl.get("/api/columns").json()]
    assert listed == [(2, "in_force"), (1, "replaced")]
    assert carl.delete("/api/columns?source=sap&kind=order").json()["state"] == "removed"
    assert carl.delete("/api/columns?source=sap&kind=order").status_code == 422
    send(made, ORDERS)
    assert kinds(made) == ["unreadable"]
    assert put(carl, source="sap", kind="order", columns=MEANING).json()["version"] == 3


def test_who_has_not_the_role_makes_none(made: Company) -> None:
    ann = made.clients["ann"]
    assert ann.get("/api/columns").json()["code"] == "GOV-ROLE"
    assert put(ann, source="sap", kind="order", columns=MEANING).json()["code"] == "GOV-ROLE"
    assert ann.delete("/api/columns?source=sap&kind=order").json()["code"] == "GOV-ROLE"
    file = SimpleUploadedFile("EKPO.txt", ORDERS.encode())
    assert ann.post("/api/columns/proposals", {"file": file}).json()["code"] == "GOV-ROLE"
    assert ann.get("/columns/").status_code == 404
    assert ann.post("/columns/keep/", {"kind": "order"}).status_code == 404
    assert ann.post("/columns/remove/", {"source": "sap", "kind": "order"}).status_code == 404
    assert "/columns/" not in ann.get("/").content.decode()
    assert not ColumnMapping.objects.filter(tenant_id=made.tenant).exists()


def test_a_controller_of_one_company_makes_none_for_a_source_of_all(made: Company) -> None:
    for code in ("DE01", "AT01"):
        Entity.objects.create(tenant_id=made.tenant, code=code, name=code, currency="EUR")
    by = Scope(tenant=made.tenant, actor="console:test")
    allow(by, "sap-de", kinds=["order"], entities=["DE01"], possible=["order"])
    dora = made.person("dora", "controller", entity="DE01")
    assert put(dora, source="sap", kind="order", columns=MEANING).json()["code"] == "GOV-ROLE"
    assert put(dora, source="sap-de", kind="order", columns=MEANING).status_code == 200
    with pytest.raises(Refused):
        require_mapper(Scope(tenant=made.tenant, actor="nobody"), "sap", on=AT.date())


@pytest.mark.parametrize(
    "content",
    [
        b'{"kind": "column_mapping", "source": "sap", "columns": [["EBELN", "order_number"]]}',
        b"kind,source,columns\ncolumn_mapping,sap,EBELN=order_number\n",
    ],
)
def test_no_document_makes_a_mapping(made: Company, content: bytes) -> None:
    engine = made.application.engine
    receive(
        engine,
        made.scope,
        [Incoming(content=content, name="mapping")],
        source=engine.sources.named(made.scope, "setup", on=AT.date()),
        at=AT,
    )
    assert kinds(made) == ["unreadable"]
    assert not ColumnMapping.objects.filter(tenant_id=made.tenant).exists()


def test_what_cannot_be_kept_says_why(made: Company) -> None:
    carl = made.clients["carl"]
    for sent, says in (
        ({"source": "nowhere", "kind": "order", "columns": MEANING}, "no source"),
        (
            {"source": "sap", "kind": "order", "columns": {"EBELN": "order_number"}},
            "needs currency, line, quantity, unit",
        ),
        ({"source": "sap", "kind": "payslip", "columns": MEANING}, "no kind with tables"),
    ):
        answer = put(carl, **sent)
        assert (answer.status_code, says in answer.json()["message"]) == (422, True), answer.content


def test_another_organisation_sees_and_uses_none_of_it(made: Company) -> None:
    put(made.clients["carl"], source="sap", kind="order", columns=MEANING)
    taken = send(made, ORDERS.replace("WAERS", "Whatever"))
    with company() as other:
        oskar = other.person("oskar", "controller")
        assert oskar.get("/api/columns").json() == []
        assert oskar.get(f"/columns/?file={taken.source_file}").status_code == 404
        assert oskar.post("/columns/keep/", {"file": str(taken.source_file), "kind": "order"}).status_code == 404
        assert oskar.delete("/api/columns?source=sap&kind=order").status_code == 422
        by = Scope(tenant=other.tenant, actor="console:test")
        allow(by, "sap", kinds=["order"], entities=[], possible=["order"])
        send(other, ORDERS)
        assert kinds(other) == ["unreadable"]


def test_the_page_proposes_keeps_and_removes(made: Company) -> None:
    taken = send(made, ORDERS.replace(";WAERS", "").replace(";EUR", "").replace("LIFNR", "Vendor"))
    carl = made.clients["carl"]
    assert "EKPO.txt" in carl.get("/columns/").content.decode()
    page = carl.get(f"/columns/?file={taken.source_file}").content.decode()
    assert "to be chosen" in page
    assert "Required, and no heading is recognised for it: Currency" in page
    headings = ["EBELN", "EBELP", "BEDAT", "Vendor", "MATNR", "MENGE", "MEINS", "NETPR", "PEINH"]
    sent = {f"column-{k}": MEANING.get(name, "") for k, name in enumerate(headings)}
    sent |= {"file": str(taken.source_file), "kind": "order", "column-3": "supplier_number"}
    answer = carl.post("/columns/keep/", sent)
    assert (answer.status_code, "needs currency" in answer.content.decode()) == (422, True)
    page = carl.post("/columns/keep/", {**sent, "fixed-currency": "EUR"}, follow=True).content.decode()
    assert "1 of 1 files that could not be read are read now" in page
    assert kinds(made) == ["order"]
    page = carl.post("/columns/remove/", {"source": "sap", "kind": "order"}, follow=True).content.decode()
    assert "no longer in force" in page
    assert carl.get("/columns/?file=4711").status_code == 404
    assert carl.post("/columns/remove/", {"source": "sap", "kind": "order"}).status_code == 422


def test_the_command_line_keeps_lists_and_removes(
    made: Company,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.dsn)
    send(made, ORDERS)
    file = tmp_path / "EKPO.txt"
    file.write_text(ORDERS)

    def run(*words: str, ends: int = 0) -> str:
        code = main(["columns", *words, "--tenant", made.tenant])
        printed = capsys.readouterr()
        assert code == ends, printed.err + printed.out
        return printed.out + printed.err

    capsys.readouterr()
    assert "No column mapping is kept." in run("list")
    added = run("add", str(file), "--source", "sap")
    assert "order from sap: version 1 is in force." in added
    assert "1 of 1 files of this source that could not be read are read now." in added
    assert kinds(made) == ["order"]
    assert "no source 'nowhere' is active" in run("add", str(file), "--source", "nowhere", ends=69)
    run("add", str(file), "--source", "sap", "--map", "NETPR=", "--decimal", ",")
    assert "sap: order, version 1" in run("list")
    assert "no mapping is in force any more" in run("remove", "--source", "sap", "--kind", "order")
    assert "there is no mapping" in run("remove", "--source", "sap", "--kind", "order", ends=69)


def test_keeping_checks_the_source(made: Company) -> None:
    from tieout.core.documents.column_mapping import ColumnMapping as Mapping

    mapping = Mapping(kind="order", columns=tuple(MEANING.items()))
    with pytest.raises(Malformed):
        keep(Scope(tenant=made.tenant), "nowhere", mapping, at=AT)
