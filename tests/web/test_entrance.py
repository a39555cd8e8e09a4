"""In by a one-time link or a password, and out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.test import Client

from tieout.identity.links import make_link
from tieout.identity.models import User


def test_a_link_lets_in_once(analyst: User) -> None:
    token = make_link(analyst, at=datetime.now(UTC), minutes=5)
    client = Client()
    assert b"This link signs you in once" in client.get(f"/enter/{token}").content
    assert client.get("/").status_code == 302, "looking at a link does not use it"
    assert client.post(f"/enter/{token}").headers["Location"] == "/"
    assert client.get("/").status_code == 200
    second = Client().post(f"/enter/{token}")
    assert second.status_code == 410
    assert b"This link is not valid" in second.content


def test_a_link_that_is_too_old_says_so(analyst: User) -> None:
    token = make_link(analyst, at=datetime.now(UTC) - timedelta(hours=1), minutes=5)
    answer = Client().post(f"/enter/{token}")
    assert answer.status_code == 410
    assert b"Ask for another" in answer.content


def test_a_link_needs_its_form(analyst: User) -> None:
    token = make_link(analyst, at=datetime.now(UTC), minutes=5)
    assert Client(enforce_csrf_checks=True).post(f"/enter/{token}").status_code == 403


def test_a_password_and_out_again(analyst: User) -> None:
    analyst.set_password("correct horse")
    analyst.save()
    client = Client()
    wrong = client.post("/sign-in/", {"username": analyst.username, "password": "wrong"})
    assert b"Please enter a correct" in wrong.content
    assert client.post("/sign-in/", {"username": analyst.username, "password": "correct horse"}).status_code == 302
    assert client.get("/sign-out/").status_code == 405, "a link elsewhere must not sign anybody out"
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").status_code == 302


def test_several_tenants_are_chosen_from(analyst: User, tenant: str) -> None:
    from tieout.identity.models import Grant, Tenant

    other = Tenant.objects.create(code=f"{tenant}-b", name="Other tenant")
    Grant.objects.create(user=analyst, tenant=other, role="auditor")
    client = Client()
    client.force_login(analyst)
    assert b"Which organisation?" in client.get("/").content
    client.post("/tenant/", {"tenant": "somebody-elses"})
    assert client.get("/").status_code == 403
    client.post("/tenant/", {"tenant": other.code})
    assert client.get("/").status_code == 200
