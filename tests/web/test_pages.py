"""Every address: who may see it, which headers it sends, whose documents it shows, and that third parties' text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.peek import peek
from tests.web.books import Books, finding, invoice
from tests.web.examples import Examples, RecordingApplication, person
from tieout.identity.models import User
from tieout.store import models
from tieout.store.screens import documents
from tieout.store.watches import short
from tieout.web.security import PAGE_POLICY

OPEN = {"sign-in/", "enter/<str:token>", "api/health", "api/health/ready", "admin/login/"}
"""Addresses that anybody may ask for."""


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address there is, as a pattern."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        else:
            yield here


ALL = sorted(set(addresses(get_resolver().url_patterns)))


def filled(address: str) -> str:
    """A pattern with something in each hole."""
    simple = re.sub(r"<uuid:[^>]+>", str(uuid4()), address)
    simple = re.sub(r"<path:[^>]+>", "1", simple)
    simple = re.sub(r"<(?:str|slug):[^>]+>", "note", simple)
    simple = re.sub(r"<[a-z_]+>", "note", simple)
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)|[\^$]", "identity", simple) if "(?P" in simple else "/" + simple


@pytest.mark.parametrize("address", [address for address in ALL if address not in OPEN])
def test_who_is_not_signed_in_sees_nothing(address: str, tenant: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(filled(address))
        if address.startswith("api/") and address != "api/docs/":  # that one is a page for people
            assert answer.status_code in {401, 405} or address == "api/", answer
        elif address.startswith("admin/"):
            assert answer.status_code in {302, 404}, answer
            assert not answer.content
        else:
            assert answer.status_code == 302, answer
            assert answer.headers["Location"].startswith("/sign-in/")


def pages(examples: Examples) -> list[str]:
    """One address of each page."""
    return [
        "/", "/queue/", "/queue/?view=waiting", "/queue/?view=closed", "/queue/?text=nothing-like-it", "/claims/",
        "/claims/?group=held&text=INV", f"/cases/{examples.waiting}/", f"/cases/{examples.held}/", f"/documents/{examples.document_id}/",
        f"/documents/{examples.order}/", f"/documents/{examples.receipt}/",
    ]  # fmt: skip


class Inline(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag if tag in {"script", "style"} else ""
        for name, value in attrs:
            if (
                name == "style"
                or name.startswith(("on", "hx-on"))
                or str(value).strip().lower().startswith("javascript:")
            ):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.found.append(f"<{self.inside}>{data}")


def test_every_page_stands_and_has_nothing_inline(browser: Client, examples: Examples) -> None:
    for address in [*pages(examples), f"/documents/{uuid4()}/"]:
        answer = browser.get(address)
        assert answer.status_code == (
            404 if address.startswith("/documents/") and address not in pages(examples) else 200
        )
        seen = Inline()
        seen.feed(answer.content.decode())
        assert seen.found == [], address
        assert answer.headers["Content-Security-Policy"] == PAGE_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_policy_lets_nothing_inline_or_foreign_in() -> None:
    assert "unsafe" not in PAGE_POLICY
    assert "*" not in PAGE_POLICY
    assert "http" not in PAGE_POLICY
    assert "frame-ancestors 'none'" in PAGE_POLICY
    assert PAGE_POLICY.startswith("default-src 'none'")


def test_another_tenants_documents_get_404(examples: Examples, recording: RecordingApplication) -> None:
    other = person("t-other", "ap_analyst", "controller")
    outsider = Client()
    outsider.force_login(other)
    for address in pages(examples):
        if examples.books.tenant and any(
            str(id_) in address
            for id_ in (examples.waiting, examples.held, examples.document_id, examples.order, examples.receipt)
        ):
            assert outsider.get(address).status_code == 404, address
        else:
            assert b"INV-2026" not in outsider.get(address).content
    assert outsider.get(f"/documents/{examples.document_id}/original/").status_code == 404
    assert outsider.get(f"/claims/{examples.claim}/").status_code == 404
    assert outsider.post(f"/cases/{examples.held}/note/", {"text": "hello"}).status_code == 404
    assert recording.asked == []


def test_another_companys_documents_get_404(tenant: str, examples: Examples, recording: RecordingApplication) -> None:
    from tieout.identity.models import Entity, Tenant

    company, _ = Tenant.objects.get_or_create(code=tenant, defaults={"name": tenant})
    elsewhere = Entity.objects.create(tenant=company, code="FR01", name="Elsewhere", currency="EUR")
    inside = Client()
    inside.force_login(person(tenant, "ap_analyst", entity=elsewhere))
    for address in (f"/cases/{examples.waiting}/", f"/documents/{examples.document_id}/", f"/claims/{examples.claim}/"):
        assert inside.get(address).status_code == 404
    assert inside.post(f"/cases/{examples.held}/note/", {"text": "hello"}).status_code == 404
    assert recording.asked == []
    assert b"INV-2026" not in inside.get("/claims/").content
    assert inside.get(f"/documents/{examples.order}/").status_code == 200, (
        "evidence without an entity is the whole tenant's"
    )


ATTACK = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def test_text_of_third_parties_stays_text(browser: Client, examples: Examples) -> None:
    books: Books = examples.books
    priced = finding("AP-PRC-OVER", "", queue=f"buyers{ATTACK}", expected="1.00 EUR", actual=f"Too much {ATTACK}")
    content = f"<?xml version='1.0'?><Invoice><Name>{ATTACK.replace('=x ', '=')}</Name></Invoice>".encode()
    claim = books.claim(
        invoice(f"N{ATTACK}", f"Evil {ATTACK}"), "held", (priced,), content=content, name=f"{ATTACK}.xml"
    )
    case = books.case(claim, (priced,), books.routed("AP-PRC-OVER", f"buyers{ATTACK}", hours=1))
    from tieout.store.models import Claim

    document = peek(Claim).get(tenant=books.tenant, id=claim).document
    for address in ("/", "/queue/", "/claims/", f"/cases/{case}/", f"/documents/{document}/"):
        text = browser.get(address, follow=True).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text
        if address != "/":
            assert "&lt;script&gt;" in text
        seen = Inline()
        seen.feed(text)
        assert seen.found == []


def test_an_original_is_never_served_as_a_page(browser: Client, examples: Examples) -> None:
    page = b"<html><script>alert(1)</script></html>"
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>"
    ids = {
        name: examples.books.document_id(invoice(name), content=content, name=name)
        for name, content in {"evil.html": page, "a.pdf": pdf}.items()
    }
    answer = browser.get(f"/documents/{ids['evil.html']}/original/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.content == page, "the bytes as they came"
    answer = browser.get(f"/documents/{ids['a.pdf']}/original/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (
        browser.get(f"/documents/{ids['a.pdf']}/original/?keep").headers["Content-Disposition"].startswith("attachment")
    )
    assert b"<iframe" in browser.get(f"/documents/{ids['a.pdf']}/").content
    assert browser.get(f"/documents/{examples.order}/original/").status_code == 404


def test_the_first_page_counts(browser: Client, examples: Examples) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/").content.decode()))
    assert "Received 3" in text
    assert "Posted 1" in text
    assert "Waiting 1 for evidence" in text
    assert "Held 1" in text
    assert "AP-QTY-INSP" in text
    assert "Receiving/WMS-4" in text
    assert "500.00\u00a0EUR" in browser.get("/").content.decode()


@pytest.mark.parametrize(
    ("key", "typed", "shown"),
    [
        ("order/4711", "4711", True), ("order/PO4711", "po 4711", True), ("sales-order/SO-9", "so-9", True),
        ("contract-of/ours/70009", " 70009 ", True), ("order/4711", "471", False), ("duplicate/4711", "4711", False),
    ],
)  # fmt: skip
def test_the_number_of_what_a_claim_rests_on_finds_it(
    browser: Client, examples: Examples, key: str, typed: str, shown: bool
) -> None:
    of = peek(models.Case).get(id=examples.held).claim
    peek(models.Watch).create(tenant=examples.books.tenant, key=short(examples.books.tenant, key), claim=of, seen=0)
    other = peek(models.Watch).create(tenant="another", key=short("another", "order/815"), claim=of, seen=0)
    for address in ("/queue/", "/claims/"):
        assert (b"INV-2026-1190" in browser.get(address, {"text": typed}).content) == shown, address
        assert b"INV-2026-1190" not in browser.get(address, {"text": "815"}).content, other


def test_what_waits_for_evidence_has_a_list_of_its_own(browser: Client, examples: Examples) -> None:
    someone, waiting = browser.get("/queue/").content.decode(), browser.get("/queue/?view=waiting").content.decode()
    assert "AP-PRC-OVER" in someone
    assert "overdue by" in someone
    assert f"/cases/{examples.waiting}/" not in someone
    assert f"/cases/{examples.waiting}/" in waiting
    assert f"/cases/{examples.held}/" not in waiting
    assert "No case matches" in browser.get("/queue/?code=NOT-ONE").content.decode()


def test_a_person_without_a_role_sees_why(database: object) -> None:
    client = Client()
    client.force_login(User.objects.create_user(f"new-{uuid4().hex[:8]}"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert b"You are signed in, but have no role yet" in answer.content


def test_pages_by_keyset_miss_nothing(tenant: str, examples: Examples) -> None:
    from tieout.core.values.scope import Scope
    from tieout.store.screens.worklist import Filter, worklist

    books = examples.books
    for k in range(25):
        priced = finding("AP-PRC-OVER", f"number {k}", queue="purchasing")
        claim = books.claim(invoice(f"K-{k}"), "held", (priced,))
        books.case(claim, (priced,), books.routed("AP-PRC-OVER", "purchasing", hours=k // 5))
    scope, seen, after = Scope(tenant=tenant), [], ""
    while True:
        page = worklist(scope, Filter(by="due"), on=date(2026, 3, 2), after=after, size=7)
        assert page.total == 26
        seen += [(line.due_at, line.id) for line in page.lines]
        if not (after := page.following):
            break
    assert len(set(seen)) == 26
    assert seen == sorted(seen)
    claims, after = [], ""
    while True:
        listed = documents.claims(scope, after=after, size=4)
        claims += [line.id for line in listed.lines]
        if not (after := listed.following):
            break
    assert len(claims) == len(set(claims)) == 28
    assert worklist(scope, Filter(), on=date(2026, 3, 2), after="damaged~cursor").total == 26
