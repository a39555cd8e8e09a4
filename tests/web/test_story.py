"""S-01 as people see it: real files in by a call, tied out by the engine, on the pages, a command, the clearing receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support.access import SETUP
from tests.support.peek import peek
from tests.web import books
from tieout import app
from tieout.config.settings import TIEOUT
from tieout.core.values.quantity import Quantity
from tieout.core.values.scope import Scope
from tieout.engine import application
from tieout.engine.prepare import FileToRead, Prepared, prepared, reader_here
from tieout.engine.receive import Incoming, receive
from tieout.engine.rules import add_policy
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json
from tieout.formats.ubl.write import write
from tieout.identity.models import User
from tieout.store.models import Case, Claim
from tieout.trade.documents import InspectionResult, LineReference, Receipt, Supplier, SupplierAccount

NOW = datetime.now(UTC)


def readable(files: list[FileToRead]) -> list[tuple[Prepared, ...]]:
    """Reads as the product does, and canonical papers by their kind in the name (records that no format carries)."""
    return [
        _canonical(file.content, file.name) if file.name.endswith(".canonical") else reader_here(app.kinds())([file])[0]
        for file in files
    ]


def _canonical(content: bytes, name: str) -> tuple[Prepared, ...]:
    from tieout.core.documents.reading import Reading

    kind = name.partition(".")[0]
    return (
        prepared(app.kinds(), Reading(document=canonical_json.decode(app.kinds(), kind, content), format="canonical")),
    )


def record(document: Receipt | InspectionResult | Supplier) -> Incoming:
    """A paper of the system of record."""
    return Incoming(content=canonical_json.encode(document), name=f"{document.kind}.{document.number}.canonical")


@dataclass
class Company:
    """A tenant with its engine."""

    engine: application.EngineApplication
    scope: Scope

    def take(self, *incoming: Incoming) -> None:
        """Receives and ties out until nothing changes."""
        receive(self.engine.engine, self.scope, incoming, source=SETUP, at=datetime.now(UTC))
        self.tie_out()

    def tie_out(self) -> None:
        """Ties out until nothing changes."""
        while tie_out(self.engine.engine, self.scope, at=datetime.now(UTC)):
            pass


@pytest.fixture
def company(tenant: str, analyst: User) -> Iterator[Company]:
    """The shipped policy, a supplier, the order and 1,150 of 1,200 accepted; the analyst's client posts to it."""
    made = application.EngineApplication(engine=replace(app.engine(TIEOUT), read=readable), codes=app.taxonomy())
    before = list(application._open)
    application.open_application(made)
    company = Company(engine=made, scope=Scope(tenant=tenant))
    add_policy(company.scope, app.default_policy_text(), read=made.engine.read_policy, at=NOW - timedelta(days=300))
    who = books.seller("Brandt Fasteners GmbH")
    account = SupplierAccount(number="DE89370400440532013000", approved_on=date(2024, 1, 1))
    supplier = Supplier(
        number="100234",
        name=who.name,
        country="DE",
        identifiers=who.identifiers,
        accounts=(account,),
        terms="30 days net",
    )
    order = replace(books.order(), issue_date=(NOW - timedelta(days=20)).date())
    receipt = replace(books.receipt(), supplier=who, occurred_at=NOW - timedelta(days=2))
    company.take(record(supplier), Incoming(content=write(order), name="4500017.xml"), record(receipt))
    yield company
    application._open[:] = before


def the_invoice() -> bytes:
    """1,200 billed, yesterday, as UBL."""
    return write(
        replace(books.invoice(), issue_date=(NOW - timedelta(days=1)).date(), due_on=(NOW + timedelta(days=29)).date())
    )


def inspected() -> Incoming:
    """The lot of 50 is accepted."""
    result = InspectionResult(
        number="UD-1", lot="IL-77", order=LineReference(document="4500017", line="1"), accepted=Quantity.of(50, "EA"),
        rejected=Quantity.of(0, "EA"), occurred_at=datetime.now(UTC),
    )  # fmt: skip
    return record(result)


def arrive(browser: Client, company: Company) -> Case:
    """The invoice comes in by the call and is tied out."""
    browser.handler.enforce_csrf_checks = False
    answer = browser.post("/api/files", {"files": [SimpleUploadedFile("INV-2026-1187.xml", the_invoice())]})
    assert [taken["fate"] for taken in answer.json()] == ["accepted"], answer.content
    company.tie_out()
    return peek(Case).get(tenant=company.scope.tenant)


def words(browser: Client, address: str) -> str:
    """The text of a page."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_inspection_clears_what_was_waiting(browser: Client, company: Company) -> None:
    case = arrive(browser, company)
    address = f"/cases/{case.id}/"
    text = words(browser, address)
    assert "AP-QTY-INSP" in text
    assert "50 EA of line 1 are in quality inspection: waiting until" in text
    assert "WMS-4" in text
    assert "1,150" in text
    assert "Ties out" in text
    assert str(case.id) in browser.get("/queue/?view=waiting").content.decode()
    document = peek(Claim).get(tenant=company.scope.tenant).document
    text = words(browser, f"/documents/{document}/")
    assert "Related documents" in text
    assert "Verdict and its basis" in text
    assert "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" in text

    late = browser.post(f"{address}assign/", {"seen": "1"})
    assert late.status_code == 409
    assert "has changed since you looked" in late.content.decode()
    assert browser.post(f"{address}note/", {"text": "Lot IL-77 is on the bench"}).status_code == 302
    assert "Lot IL-77 is on the bench" in words(browser, address)

    company.take(inspected())
    text = words(browser, address)
    assert "cleared by the evidence" in text
    assert "Posting requested" in text
    assert peek(Claim).get(tenant=company.scope.tenant).status == "posting"
    assert "Cleared 1" in words(browser, "/")
    assert str(case.id) in browser.get("/queue/?view=closed").content.decode()
