"""Sign-in links are good once and for a while; a scope never gives a role where it was not granted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.server import Database
from tieout.core.access.authority import authority
from tieout.core.access.role import acting
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.identity.links import make_link, use_link
from tieout.identity.models import Entity, Grant, SignInLink, Source, Tenant, User
from tieout.identity.people import give, grants_of, take_back
from tieout.identity.scopes import scope_of
from tieout.identity.sources import StoredSources, allow, close, setup_is_open

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
    messages = []
    for wrong in (token, "guess", ""):
        with pytest.raises(Refused) as refusal:
            use_link(wrong, at=NOON)
        messages.append(str(refusal.value))
    assert len(set(messages)) == 1


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
    Grant.objects.create(user=user, tenant_id="acme", role="controller")
    scope = scope_of(user, on=NOON.date())
    assert (scope.tenant, scope.entities, roles(scope, "de01")) == ("acme", frozenset(), {"controller"})
    assert scope.actor == str(user.pk)


def roles(scope: Scope, entity: str, *, queue: str = "") -> frozenset[str]:
    return authority(scope.grants, entity=entity, queue=queue, on=NOON.date()).roles


def test_a_role_in_one_company_is_not_a_role_in_its_sister(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role="approver")
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role="ap_analyst")
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["at01"], role="ap_analyst")
    both = scope_of(user, on=NOON.date())
    assert both.entities == {"de01", "at01"}
    assert roles(both, "de01") == {"approver", "ap_analyst"}
    assert roles(both, "at01") == {"ap_analyst"}
    assert roles(both, "fr01") == roles(both, "") == set()
    assert scope_of(user, on=NOON.date(), entity="at01").entities == {"at01"}


def test_who_sees_all_companies_acts_only_where_a_grant_says_so(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", role="auditor")
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role="approver")
    scope = scope_of(user, on=NOON.date())
    assert scope.entities == frozenset()
    assert roles(scope, "at01") == {"auditor"}
    assert roles(scope, "de01") == {"auditor", "approver"}


def test_a_grant_for_a_queue_up_to_a_limit_until_a_day(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(
        user=user,
        tenant_id="acme",
        role="approver",
        queue="buyer",
        limit_minor=50000,
        limit_currency="EUR",
        until=NOON.date(),
    )
    scope = scope_of(user, on=NOON.date())
    assert roles(scope, "de01", queue="buyer") == {"approver"}
    assert roles(scope, "de01", queue="receiving") == set()
    held = authority(scope.grants, entity="de01", queue="buyer/0001", on=NOON.date())
    assert held.limit({"approver"}, "EUR") == Money.of(500, "EUR")
    assert held.limit({"approver"}, "USD") == Money.of(0, "USD")
    with pytest.raises(Refused, match="GOV-SCOPE"):
        scope_of(user, on=NOON.date() + timedelta(days=1))


def test_without_a_grant_there_is_no_scope(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role="buyer")
    with pytest.raises(Refused):
        scope_of(user, on=NOON.date(), entity="at01")
    with pytest.raises(Refused):
        scope_of(user, on=NOON.date(), tenant="other")
    user.is_active = False
    with pytest.raises(Refused):
        scope_of(user, on=NOON.date())


def test_who_works_for_two_tenants_says_which(user: User, companies: dict[str, Entity]) -> None:
    other = Tenant.objects.create(code="bolt", name="Bolt")
    Grant.objects.create(user=user, tenant_id="acme", role="buyer")
    Grant.objects.create(user=user, tenant=other, role="auditor")
    with pytest.raises(Refused, match="acme, bolt"):
        scope_of(user, on=NOON.date())
    assert scope_of(user, on=NOON.date(), tenant="bolt").grants[0].role == "auditor"


def test_a_grant_stands_once_and_names_a_currency_with_its_limit(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", role="buyer")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=user, tenant_id="acme", role="buyer")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=user, tenant_id="acme", role="approver", limit_minor=100)
    Grant.objects.create(user=user, tenant_id="acme", role="king")
    scope = scope_of(user, on=NOON.date())
    assert {grant.role for grant in acting(scope.grants)} == {"buyer"}, "a role that nobody brings gives nothing"


def giver(user: User) -> Scope:
    Grant.objects.create(user=user, tenant_id="acme", role="controller")
    return scope_of(user, on=NOON.date())


def test_grants_are_given_and_taken_back(user: User, companies: dict[str, Entity]) -> None:
    by = giver(user)
    give(by, "olga", "approver", entity="de01", limit=Money.of(500, "EUR"), at=NOON)
    again = give(by, "olga", "approver", entity="de01", limit=Money.of(900, "EUR"), at=NOON)
    olga = scope_of(User.objects.get(username="olga"), on=NOON.date())
    assert [grant.limit for grant in olga.grants] == [Money.of(900, "EUR")]
    assert again.given_by == "mira"
    with pytest.raises(Refused, match="GOV-SELF"):
        give(by, "mira", "approver", at=NOON)
    with pytest.raises(Malformed, match="king"):
        give(by, "olga", "king", at=NOON)
    with pytest.raises(Malformed, match="fr01"):
        give(by, "olga", "buyer", entity="fr01", at=NOON)
    take_back(by, again.pk)
    with pytest.raises(Refused, match="GOV-SCOPE"):
        scope_of(User.objects.get(username="olga"), on=NOON.date())


def test_nobody_is_taken_from_another_organisation_without_being_asked(
    user: User, companies: dict[str, Entity]
) -> None:
    """A name that is used elsewhere may be another person's: only who runs the installation knows, and grants it there."""
    by, theirs = giver(user), Tenant.objects.create(code="fabrikam", name="Fabrikam")
    olga = User.objects.create_user("olga")
    give(by, "olga", "buyer", entity="de01", at=NOON)
    held = Grant.objects.create(user=User.objects.create_user("otto"), tenant=theirs, role="approver")
    User.objects.create_superuser("machine")
    for name in ("otto", "machine"):
        for role, entity in (("buyer", ""), ("approver", "de01")):
            with pytest.raises(Refused, match="GOV-CONSENT"):
                give(by, name, role, entity=entity, at=NOON)
    assert list(Grant.objects.filter(user=held.user)) == [held]
    assert scope_of(held.user, on=NOON.date()).tenant == "fabrikam", "he still signs in to his own alone"
    give(by, "otto", "buyer", at=NOON, of_others=True)
    give(by, "otto", "approver", entity="de01", at=NOON)
    Grant.objects.create(user=olga, tenant=theirs, role="buyer")
    give(by, "olga", "approver", entity="de01", at=NOON)
    assert scope_of(olga, on=NOON.date(), tenant="acme").grants, "who works for both is granted roles by both"


def test_who_works_for_one_company_grants_nothing_in_another(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role="controller")
    by = scope_of(user, on=NOON.date())
    for entity in ("at01", ""):
        with pytest.raises((Refused, Malformed)):
            give(by, "olga", "approver", entity=entity, at=NOON)
    other = Grant.objects.create(
        user=User.objects.create_user("ola"), tenant_id="acme", entity=companies["at01"], role="buyer"
    )
    with pytest.raises(Refused, match="GOV-SCOPE"):
        take_back(by, other.pk)
    assert other not in grants_of(by)


def test_setup_is_open_until_a_second_person_holds_a_grant(user: User, companies: dict[str, Entity]) -> None:
    by = giver(user)
    sources = StoredSources(uploads=frozenset({"claim"}))
    assert setup_is_open("acme")
    assert sources.named(by, "setup", on=NOON.date()).says("supplier")
    give(by, "olga", "auditor", at=NOON)
    assert not setup_is_open("acme")
    assert not sources.named(by, "setup", on=NOON.date()).says("supplier")
    row = Source.objects.get(tenant_id="acme", name="setup")
    assert (row.closed_by, row.closed_at) == ("mira", NOON)


def test_setup_is_closed_by_a_command_and_stays_closed(user: User, companies: dict[str, Entity]) -> None:
    by = giver(user)
    assert close(by, "setup", at=NOON)
    assert not close(by, "setup", at=NOON), "a second time nothing changes"
    with pytest.raises(Malformed):
        allow(by, "setup", kinds=["*"], entities=[], possible=["order"])
    Tenant.objects.get(code="acme").save()
    assert not setup_is_open("acme")


def test_a_person_says_claims_and_what_was_allowed_beside(user: User, companies: dict[str, Entity]) -> None:
    Grant.objects.create(user=user, tenant_id="acme", entity=companies["de01"], role="ap_analyst")
    by = scope_of(user, on=NOON.date())
    sources = StoredSources(uploads=frozenset({"claim"}))
    person = sources.of(by, on=NOON.date())
    assert (person.kinds, person.entities) == ({"claim"}, {"de01"})
    allow(by, person.name, kinds=["receipt"], entities=["at01"], possible=["receipt"])
    wider = sources.of(by, on=NOON.date())
    assert (wider.kinds, wider.entities) == ({"claim", "receipt"}, {"de01"}), "never more companies than the grants"
    assert sources.named(by, person.name, on=NOON.date()) == wider
    Grant.objects.filter(user=user).update(role="buyer")
    with pytest.raises(Refused, match="GOV-ROLE"):
        sources.of(scope_of(user, on=NOON.date()), on=NOON.date())
    assert sources.named(by, person.name, on=NOON.date()).kinds == frozenset()


def test_no_source_says_what_commands_write(user: User, companies: dict[str, Entity]) -> None:
    by = giver(user)
    with pytest.raises(Malformed, match="commands only"):
        allow(by, "erp", kinds=["release"], entities=[], possible=["release"])
    assert not StoredSources(uploads=frozenset()).named(by, "setup", on=NOON.date()).says("release")
