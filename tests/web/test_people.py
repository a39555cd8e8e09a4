"""The page of people: controllers grant and end roles where they may; and every page says that set-up is open while it is."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.examples import Examples, RecordingApplication, person
from tieout.identity.models import Entity, Grant, Tenant, User

GRANT = {"name": "lena", "role": "approver", "entity": "", "queue": "", "limit": "5000 EUR", "until": "2030-12-31"}


@pytest.fixture(autouse=True)
def nobody(tenant: str) -> None:
    """Lena works for nobody yet: other tests have granted roles to her elsewhere."""
    assert tenant
    Grant.objects.filter(user__username="lena").delete()


@pytest.fixture
def controller(tenant: str, recording: RecordingApplication) -> Client:
    """Somebody who may grant, in all of the tenant."""
    client = Client()
    client.force_login(person(tenant, "controller", name="carl"))
    return client


def test_a_controller_grants_and_ends_a_role(controller: Client, tenant: str) -> None:
    page = controller.post("/people/grant/", GRANT, follow=True).content.decode()
    assert "lena now has the role Approver." in page
    grant = Grant.objects.get(user__username="lena", tenant_id=tenant)
    assert (str(grant.limit), str(grant.until), grant.given_by[:4]) == ("5000.00 EUR", "2030-12-31", "carl")
    assert "31\u00a0Dec\u00a02030" in page
    controller.post("/people/end/", {"grant": str(grant.pk)})
    assert not Grant.objects.filter(user__username="lena").exists()


def test_what_is_refused_or_invalid_is_shown_and_nothing_is_lost(controller: Client, tenant: str) -> None:
    own = User.objects.get(grants__tenant_id=tenant).get_username()
    answer = controller.post("/people/grant/", {**GRANT, "name": own})
    assert (answer.status_code, "to yourself" in answer.content.decode()) == (409, True)
    answer = controller.post("/people/grant/", {**GRANT, "limit": "a lot"})
    assert answer.status_code == 422
    assert "a lot" in answer.content.decode()
    assert controller.post("/people/grant/", {**GRANT, "role": "king"}).status_code == 422
    assert controller.post("/people/end/", {"grant": "4711"}).status_code == 404
    assert controller.get("/people/grant/").status_code == 405
    assert Grant.objects.filter(tenant_id=tenant).count() == 1


def test_a_user_of_another_organisation_is_not_taken_without_being_asked(controller: Client, tenant: str) -> None:
    theirs = User.objects.get_or_create(username="otto-elsewhere")[0]
    other = Tenant.objects.create(code=f"{tenant}-other", name="Fabrikam")
    held = Grant.objects.create(user=theirs, tenant=other, role="approver")
    answer = controller.post("/people/grant/", {**GRANT, "name": " otto-elsewhere "})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "otto-elsewhere works for another organisation" in page
    assert "Fabrikam" not in page
    assert list(Grant.objects.filter(user=theirs)) == [held]
    held.delete()
    assert controller.post("/people/grant/", {**GRANT, "name": "otto-elsewhere"}).status_code == 302


def test_who_is_no_controller_has_no_such_page(tenant: str, recording: RecordingApplication) -> None:
    client = Client()
    client.force_login(person(tenant, "approver", "ap_analyst"))
    assert client.get("/people/").status_code == 404
    assert client.post("/people/grant/", GRANT).status_code == 404
    assert "/people/" not in client.get("/").content.decode()


def test_a_controller_of_one_company_grants_nothing_in_another(tenant: str, recording: RecordingApplication) -> None:
    organisation = Tenant.objects.create(code=tenant, name="T")
    de, at = (
        Entity.objects.create(tenant=organisation, code=code, name=code, currency="EUR") for code in ("de01", "at01")
    )
    client = Client()
    client.force_login(person(tenant, "controller", entity=de))
    other = Grant.objects.create(user=person(tenant, name="ola"), tenant=organisation, entity=at, role="buyer")
    assert "ola" not in client.get("/people/").content.decode()
    for entity in ("at01", ""):
        assert client.post("/people/grant/", {**GRANT, "entity": entity}).status_code in {404, 422}
    assert client.post("/people/end/", {"grant": str(other.pk)}).status_code == 404
    assert client.post("/people/grant/", {**GRANT, "entity": "de01"}).status_code == 302
    assert set(Grant.objects.filter(user__username="lena").values_list("entity__code", flat=True)) == {"de01"}


def test_every_page_says_that_set_up_is_open_and_how_it_is_closed(controller: Client, tenant: str) -> None:
    for address in ("/", "/queue/", "/claims/", "/measures/", "/people/"):
        page = controller.get(address).content.decode()
        assert "Initial set-up is open" in page, address
        assert f"tieout setup close --tenant {tenant}" in page
    controller.post("/people/grant/", GRANT)
    assert "Initial set-up is open" not in controller.get("/").content.decode(), "the second person's grant closes it"


def test_a_case_and_a_document_say_it_too(browser: Client, examples: Examples) -> None:
    for address in (f"/cases/{examples.held}/", f"/documents/{examples.document_id}/"):
        assert "Initial set-up is open" in browser.get(address).content.decode()
