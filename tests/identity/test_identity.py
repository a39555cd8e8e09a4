"""Sign-in links are good once and for a while; a scope never gives a role where it was not granted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.server import Database
from tieout.core.values.errors import Refused
from tieout.identity.links import make_link, use_link
from tieout.identity.models import Entity, Grant, SignInLink, Tenant, User
from tieout.identity.roles import Role
from tieout.identity.scopes import scope_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def user(empty_database: Database) -> User:
    return User.objects.create_user("mira")


@pytest.fixture
def companies(empty_database: Database) -> dict[str, Entity]:
    tenant = Tenant.objects.create(code="acme", name="Acme")
    return {
        code: Entity.objects.create(tenant=tenant, code=code, name=code.upper(), currency="EUR")
        for code in ("de01", "at01")
    }


def test_a_link_signs_in_once(user: User) -> None:
    token = make_link(user, at=NOON, minutes=30)
    assert use_link(token, at=NOON + timedelta(minutes=29)) == user
    with pytest.raises(Refused, match="GOV-SIGN-IN"):
        use_link(token, at=NOON + timedelta(minutes=29))


def test_a_late_link_is_refused(user: User) -> None:
    token = make_link(user, at=NOON, minutes=30)
    with pytest.raises(Refused):
        use_link(token, at=NOON + timedelta(minutes=30))


def test_a_link_of_a_dismissed_user_is_refused(user: User) -> None:
    token = make_link(user, at=NOON, minutes=30)
    user.is_active = False
    user.save()
    with pytest.raises(Refused):
        use_link(token, at=NOON)


def test_a_guess_is_refused_in_the_same_words(user: User) -> None:
    token = make_link(user, at=NOON, minutes=30)
    use_link(token, at=NOON)
    said = []
    for wrong in (token, "guess", ""):
        with pytest.raises(Refused) as refusal:
            use_link(wrong, at=NOON)
        said.append(str(refusal.value))
    assert len(set(said)) == 1


def test_the_table_does_not_hold_the_token(user: User) -> None:
    token = make_link(user, at=NOON, minutes=30)
    row = SignInLink.objects.get()
    assert token.encode() not in bytes(row.token_hash)
    assert len(bytes(row.token_hash)) == 32


def test_of_many_who_bring_a_link_at_once_one_gets_in(user: User) -> None:
    token = make_link(user, at=NOON, minutes=30)

    def bring(_: int) -> bool:
        try:
            use_link(token, at=NOON)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(bring, range(16))) == 1


def test_a_grant_for_the_tenant_sees_all_entities(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", role=Role.CONTROLLER)
    scope = scope_of(user)
    assert (scope.tenant, scope.entities, scope.roles) == ("acme", frozenset(), {"controller"})
    assert scope.actor == str(user.pk)


def test_a_role_in_one_company_is_not_a_role_in_its_sister(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role=Role.APPROVER)
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role=Role.AP_ANALYST)
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["at01"], role=Role.AP_ANALYST)
    both = scope_of(user)
    assert (both.entities, both.roles) == ({"de01", "at01"}, {"ap_analyst"})
    assert scope_of(user, entity="de01").roles == {"approver", "ap_analyst"}
    assert scope_of(user, entity="at01").roles == {"ap_analyst"}


def test_without_a_grant_there_is_no_scope(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role=Role.BUYER)
    with pytest.raises(Refused):
        scope_of(user, entity="at01")
    with pytest.raises(Refused):
        scope_of(user, tenant="other")
    user.is_active = False
    with pytest.raises(Refused):
        scope_of(user)


def test_who_works_for_two_tenants_says_which(user: User, companies: dict[str, Entity]) -> None:
    other = Tenant.objects.create(code="bolt", name="Bolt")
    Grant.objects.create(user=user, tenant_id="acme", role=Role.BUYER)
    Grant.objects.create(user=user, tenant=other, role=Role.AUDITOR)
    with pytest.raises(Refused, match="acme, bolt"):
        scope_of(user)
    assert scope_of(user, tenant="bolt").roles == {"auditor"}


def test_the_list_of_roles_is_closed_in_the_table_too(user: User, companies: dict[str, Entity]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=user, tenant_id="acme", role="king")
    Grant.objects.create(user=user, tenant_id="acme", role=Role.BUYER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=user, tenant_id="acme", role=Role.BUYER)
