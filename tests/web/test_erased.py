"""What was erased, on its pages and by the API: the letter that went to the wrong mailbox, and an invoice after its retention period."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tests.support.access import granted
from tests.support.peek import peek
from tests.web import chrome
from tests.web.chrome import Chrome, Driver
from tests.web.test_browser import come_in, driver, keep, site  # noqa: F401
from tests.web.test_german import IN_GERMAN, english_in
from tests.web.test_story import Company, company, the_invoice, words  # noqa: F401
from tieout.cli import main
from tieout.core.case.apply_verdict import outcome
from tieout.core.case.commands import Resolve
from tieout.core.outbox.action import Action, Done
from tieout.core.values.errors import Refused
from tieout.engine.apply import apply
from tieout.engine.claim_record import claim_records
from tieout.engine.erase import erase
from tieout.engine.submit import submit
from tieout.identity.models import Tenant, User
from tieout.store import claims
from tieout.store.link import transaction
from tieout.store.models import Case, Claim, Document

NAME: Final = "Zwirbelmann"
LETTER: Final = b"%PDF-1.4\nFrau " + NAME.encode() + b", wir kuendigen Ihnen.\n%%EOF\n"
INVOICE: Final = "INV-2026-1187"
REASON: Final = "a private letter"


def uploaded(browser: Client, company: Company, name: str, content: bytes) -> Claim:
    """A file that comes in by the call, tied out."""
    browser.handler.enforce_csrf_checks = False
    answer = browser.post("/api/files", {"files": [SimpleUploadedFile(name, content)]})
    assert answer.status_code == 200, answer.content
    company.tie_out()
    return peek(Claim).get(tenant=company.scope.tenant)


def rejected_on_its_page(browser: Client, company: Company, claim: Claim, note: str) -> None:
    case = peek(Case).get(claim=claim.id)
    address = f"/cases/{case.id}/"
    assert NAME in words(browser, f"/documents/{claim.document}/")
    fields = {"resolution": "reject_to_supplier", "note": note, "seen": str(case.seq)}
    page = browser.post(f"{address}resolve/", fields)
    assert page.status_code in {200, 302}, page.content
    company.tie_out()


def everywhere(browser: Client, claim: Claim, case: Case) -> dict[str, Any]:
    """Each address at which it is shown, with the answer."""
    search = f"/claims/?text={INVOICE}"
    addresses = [
        "/", "/queue/", "/queue/?view=closed", "/claims/", search, f"/documents/{claim.document}/", f"/cases/{case.id}/", "/measures/",
        f"/api/documents/{claim.document}", f"/api/claims/{claim.id}", f"/api/cases/{case.id}", "/api/claims", "/api/cases",
    ]  # fmt: skip
    return {address: browser.get(address) for address in addresses}


def test_the_letter_that_went_to_the_wrong_mailbox(
    browser: Client, company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = uploaded(browser, company, f"Kuendigung {NAME}.pdf", LETTER)
    rejected_on_its_page(browser, company, claim, f"a letter to {NAME}")
    claim, case = peek(Claim).get(id=claim.id), peek(Case).get(claim=claim.id)
    assert claim.status == "rejected"
    Tenant.objects.get_or_create(code=company.scope.tenant, defaults={"name": "T"})
    id_ = str(claim.id)
    assert main(["erase", id_, "--reason", REASON, "--yes", "--tenant", company.scope.tenant]) == 0
    capsys.readouterr()
    for address, answer in everywhere(browser, claim, case).items():
        assert answer.status_code == 200, address
        assert NAME not in answer.content.decode(), address
    page = words(browser, f"/cases/{case.id}/")
    assert "content erased" in page
    for untrue in (
        "the latest evidence has cleared this case",
        "Your roles allow no action here",
        "No other document was",
    ):
        assert untrue not in page
    text = words(browser, f"/documents/{claim.document}/")
    assert "content erased" in text
    assert "Its content and its original were erased for good" in text
    assert "Rejected" in text or "rejected" in text
    assert browser.get(f"/documents/{claim.document}/original/").status_code == 404


def test_an_invoice_that_was_erased(browser: Client, company: Company) -> None:
    claim = uploaded(browser, company, "INV-2026-1187.xml", the_invoice())
    case = peek(Case).get(claim=claim.id)
    resolution = browser.post(
        f"/cases/{case.id}/resolve/",
        {"resolution": "reject_to_supplier", "note": f"{NAME} says no", "seen": str(case.seq), "text": "No.", "to": ""},
    )
    assert resolution.status_code in {200, 302}
    company.tie_out()
    assert peek(Claim).get(id=claim.id).status == "rejected", resolution.content.decode()
    before = browser.get(f"/api/documents/{claim.document}").json()
    assert before["erased_at"] is None
    assert before["body"]["number"] == INVOICE
    erase(company.scope, str(claim.id), reason="r", at=datetime.now(UTC))
    for address, answer in everywhere(browser, claim, case).items():
        assert answer.status_code == 200, address
        if "claims" in address or "documents" in address:
            assert INVOICE in answer.content.decode().replace(f'value="{INVOICE}"', ""), address
        assert NAME not in answer.content.decode(), address
    after = browser.get(f"/api/documents/{claim.document}").json()
    assert (after["body"], after["remarks"]) == ({}, [])
    assert after["erased_at"] is not None
    kept = ("id", "kind", "number", "key", "version", "issue_date", "sha256", "claim")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert browser.get(f"/documents/{claim.document}/original/").status_code == 404
    assert browser.get(f"/documents/{claim.document}/original/?keep").status_code == 404
    page = words(browser, f"/documents/{claim.document}/")
    assert re.search(r"Supplier invoice INV-2026-1187|Invoice INV-2026-1187", page)
    assert "content erased" in page
    refused = browser.post(f"/cases/{case.id}/note/", {"text": "too late"})
    assert refused.status_code == 409
    assert "was erased: nothing more can be done about it" in refused.content.decode()
    with override_settings(TIEOUT=IN_GERMAN):
        german = browser.get(f"/documents/{claim.document}/").content.decode()
    assert "gelöscht" in german
    assert english_in(german) == []


def test_a_contradiction_about_an_invoice_that_was_erased_is_a_case_that_people_see_and_end(
    browser: Client, company: Company
) -> None:
    claim = uploaded(browser, company, "INV-2026-1187.xml", the_invoice())
    held = peek(Case).get(claim=claim.id)
    browser.post(
        f"/cases/{held.id}/resolve/",
        {"resolution": "reject_to_supplier", "note": "no", "seen": str(held.seq), "text": "No.", "to": ""},
    )
    company.tie_out()
    at = datetime.now(UTC)
    erase(company.scope, str(claim.id), reason="r", at=at)
    with transaction(company.scope):
        (record,) = claim_records(company.scope, claims.lock(company.scope, [claim.id]))
        action = Action(id=uuid4(), kind="post_voucher", claim=claim.key, queue="erp", payload="{}", due_at=at)
        change = outcome(
            record.claim,
            record.cases,
            action,
            Done(ref="5105600009"),
            at=at,
            actions=company.engine.engine.packs["invoice"].actions,
        )
        apply(company.engine.engine, company.scope, [(record, change)], at=at)
    case = peek(Case).get(claim=claim.id, code="ERP-POST-TWICE")
    page = words(browser, f"/cases/{case.id}/")
    for said in ("content erased", "What you can do", "Confirm: one posting remains", "5105600009 was posted although"):
        assert said in page, said
    assert "Reject to" not in page
    with override_settings(TIEOUT=IN_GERMAN):
        assert english_in(browser.get(f"/cases/{case.id}/").content.decode()) == []
    chosen = {"resolution": "confirm_one_stands", "reference": "5105600009", "seen": str(case.seq)}
    assert browser.post(f"/cases/{case.id}/resolve/", chosen).status_code in {200, 302}
    second = replace(company.scope, actor="bert", grants=granted("approver", "ap_analyst"))
    submit(
        company.engine.engine,
        second,
        case.id,
        Resolve(resolution="confirm_one_stands", reference="5105600009"),
        at=datetime.now(UTC),
    )
    assert "What you can do" not in words(browser, f"/cases/{case.id}/")
    assert peek(Case).get(id=case.id).status == "resolved"


def test_an_order_that_was_erased_is_a_page_too(browser: Client, company: Company) -> None:
    claim = uploaded(browser, company, "INV-2026-1187.xml", the_invoice())
    receipt = peek(Document).filter(tenant=company.scope.tenant, kind="receipt").get()
    with pytest.raises(Refused, match="ERASE-USED"):
        erase(company.scope, str(receipt.id), reason="r", at=datetime.now(UTC), in_force=True)
    supplier = peek(Document).filter(tenant=company.scope.tenant, kind="supplier").get()
    case = peek(Case).get(claim=claim.id)
    browser.post(
        f"/cases/{case.id}/resolve/",
        {"resolution": "reject_to_supplier", "note": "no", "seen": str(case.seq), "text": "No.", "to": ""},
    )
    company.tie_out()
    for document in (receipt, supplier):
        erase(company.scope, str(document.id), reason="r", at=datetime.now(UTC), in_force=True)
        assert "content erased" in words(browser, f"/documents/{document.id}/")
        assert browser.get(f"/api/documents/{document.id}").json()["body"] == {}
    text = words(browser, f"/documents/{claim.document}/")
    assert INVOICE in text


@pytest.fixture
def examples(company: Company) -> Company:
    """What the site shows: the company's own engine answers."""
    return company


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not chrome.installed(), reason="no chromium is installed")
@pytest.mark.parametrize("width", [390, 1440])
def test_its_page_is_read_wide_and_narrow(
    browser: Client, company: Company, analyst: User, driver: Driver, site: str, width: int
) -> None:
    claim = uploaded(browser, company, f"Kuendigung {NAME}.pdf", LETTER)
    rejected_on_its_page(browser, company, claim, f"a letter to {NAME}")
    erase(company.scope, str(claim.id), reason=REASON, at=datetime.now(UTC))
    window = Chrome(driver, width=width)
    come_in(window, site, analyst)
    for address in (
        f"/documents/{claim.document}/",
        f"/cases/{peek(Case).get(claim=claim.id).id}/",
        "/queue/?view=closed",
        "/claims/",
    ):
        window.go(f"{site}{address}")
        assert NAME not in window.text()
        over = window.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{address} is {over} px too wide at {width}"
        assert window.complaints() == []
        keep(window, f"erased-{width}-{address.split('/')[1]}")
    window.close()
