"""Account numbers of suppliers: in full for who may see them, the ends for everybody else; only this record, not the whole file."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

IBANS = ("DE89370400440532013000", "FR1420041010050500013M02606")
TABLE = (
    "supplier_number,supplier_name,supplier_vat,account\n"
    f"70001,Brandt,DE123456789,{IBANS[0]}\n"
    f"70002,Lumen,FR12345678901,{IBANS[1]}\n"
)


def signed_in(tenant: str, *roles: str) -> Client:
    from django.test import Client

    from tests.web.examples import person

    client = Client()
    client.force_login(person(tenant, *roles, name=f"{'-'.join(roles)}-{tenant}"))
    return client


@pytest.fixture
def supplier(tenant: str, analyst: object, recording: object) -> str:
    """One of two suppliers that came in one file; its document's id."""
    from datetime import UTC, datetime

    from tieout import app
    from tieout.config.settings import TIEOUT
    from tieout.core.values.scope import Scope
    from tieout.engine.receive import Incoming, receive
    from tieout.store.link import transaction
    from tieout.store.models import Document

    at, scope = datetime.now(UTC), Scope(tenant=tenant)
    engine = app.engine(TIEOUT)
    source = engine.sources.named(scope, "setup", on=at.date())
    receive(engine, scope, [Incoming(content=TABLE.encode(), name="suppliers.csv")], source=source, at=at)
    with transaction(scope):
        return str(Document.objects.get(tenant=tenant, kind="supplier", number="70001").id)


@pytest.mark.parametrize("role", ["ap_analyst", "receiver", "buyer", "engineer"])
def test_others_see_the_ends_and_no_file(tenant: str, supplier: str, role: str) -> None:
    client = signed_in(tenant, role)
    shown = client.get(f"/documents/{supplier}/").content.decode()
    assert "DE…3000" in shown
    assert not any(iban in shown for iban in IBANS)
    assert client.get(f"/documents/{supplier}/original/?keep").status_code == 404
    answered = client.get(f"/api/documents/{supplier}").content.decode()
    assert "3000" in answered
    assert not any(iban in answered for iban in IBANS)


@pytest.mark.parametrize("role", ["approver", "controller", "auditor"])
def test_who_compares_them_sees_this_supplier_s_and_not_the_others(tenant: str, supplier: str, role: str) -> None:
    client = signed_in(tenant, role)
    shown = client.get(f"/documents/{supplier}/").content.decode()
    assert IBANS[0] in shown
    assert IBANS[1] not in shown
    assert client.get(f"/documents/{supplier}/original/?keep").status_code == 200
    assert IBANS[0] in client.get(f"/api/documents/{supplier}").content.decode()


def test_the_header_names_the_organisation_and_links_the_calls(tenant: str, analyst: object, recording: object) -> None:
    from tieout.identity.models import Tenant

    client = signed_in(tenant, "controller")
    Tenant.objects.filter(code=tenant).update(name="Harbour Supply & Co")
    for address in ("/", "/queue/", "/claims/", "/measures/", "/people/"):
        assert "Harbour Supply &amp; Co" in client.get(address).content.decode(), address
    assert '"/api/docs/"' in client.get("/").content.decode()
    described = client.get("/api/docs/").content.decode()
    assert "GET /api/documents/{document_id}" in described


def test_static_files_go_out_compressed_and_pages_do_not(tenant: str, analyst: object, recording: object) -> None:
    client = signed_in(tenant, "controller")
    style = client.get("/static/web/tieout.css", headers={"accept-encoding": "gzip"})
    assert style.headers["Content-Encoding"] == "gzip"
    plain = client.get("/static/web/tieout.css")
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(b"".join(style.streaming_content)) == b"".join(plain.streaming_content)  # type: ignore[attr-defined]
    style.close()
    plain.close()
    assert "Content-Encoding" not in client.get("/", headers={"accept-encoding": "gzip"}).headers
