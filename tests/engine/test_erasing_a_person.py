"""A person is erased: nothing of them is left in the database but the id, nobody can try addresses against the log, and it verifies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

import psycopg
import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY, authenticate
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.transaction import atomic
from django.test import Client
from psycopg import sql

from tests.engine import samples
from tests.engine.samples import AT, company, engine, take, tie_out_all
from tests.support.access import granted
from tests.support.peek import peek
from tests.support.server import Database
from tieout.cli import main
from tieout.cli.table import Exit
from tieout.config.postgres.place import ADMIN
from tieout.core.audit.records import INSTALLATION, RECORDS, records_of
from tieout.core.case.commands import Assign
from tieout.core.values.errors import Refused
from tieout.core.values.scope import Scope
from tieout.engine import erase_person
from tieout.engine.submit import submit
from tieout.engine.verify_all import ALL_FORMS
from tieout.identity.forms import FORMS
from tieout.identity.links import make_link, use_link
from tieout.identity.models import Grant, SignInLink, Source, User
from tieout.identity.people import add_entity, give
from tieout.identity.sources import allow
from tieout.identity.tenants import make_tenant
from tieout.store.link import execute, transaction
from tieout.store.log import INSERT, UPGRADE, adopted
from tieout.store.models import Event
from tieout.store.screens.worklist import Filter, worklist

MAIL: Final = "berta.schmidt@nordwind.example"
FIRST, LAST, PASSWORD = "Berta-Luise", "Schmidt-Nordwind", "a long pass phrase"
LOG: Final = Scope(tenant=INSTALLATION)
Tieout = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tieout(empty_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tieout:
    """A command: its exit, what it printed, and what it reported."""
    monkeypatch.setenv("DATABASE_URL", empty_database.dsn)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def berta(tieout: Tieout) -> User:
    """A user of an upgraded installation with names and mail address, who has signed in, given a grant and named a source."""
    make_tenant("nordwind")
    ops = Scope(tenant="nordwind", actor="console:ops")
    give(ops, "carla", "controller", at=AT)
    user = give(ops, "berta", "approver", at=AT).user
    user.first_name, user.last_name, user.email = FIRST, LAST, MAIL
    user.is_staff = True
    user.set_password(PASSWORD)
    user.save()
    with transaction(LOG), connection.cursor() as reading:
        for values in list(adopted(reading, INSTALLATION, FORMS[User], at=AT)):
            execute(LOG, INSERT, values)
    browser = Client()
    assert browser.login(username="berta", password=PASSWORD)
    make_link(user, at=AT, minutes=30)
    by = Scope(tenant="nordwind", actor=str(user.pk), name="berta")
    give(by, "dora", "ap_analyst", at=AT)
    allow(by, "wms", kinds=["receipt"], entities=[], possible=["receipt"])
    LogEntry.objects.create(
        user=user, object_id=str(user.pk), object_repr="berta", action_flag=CHANGE, change_message="",
        content_type=ContentType.objects.get_for_model(User),
    )  # fmt: skip
    return User.objects.get(pk=user.pk)


def where(database: Database, word: str) -> set[str]:
    """table.column of all columns in which the word stands, and of packed entries of the log."""
    spots = set()
    with psycopg.connect(database.dsn, user=ADMIN, autocommit=True) as past:
        columns = past.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
        ).fetchall()
        for table, column, kind in columns:
            inside = "position(%s::bytea in {c}) > 0" if kind == "bytea" else "position(%s in {c}::text) > 0"
            statement = sql.SQL("select count(*) from {t} where " + inside).format(
                t=sql.Identifier(table), c=sql.Identifier(column)
            )
            if past.execute(statement, [word.encode() if kind == "bytea" else word]).fetchone() != (0,):
                spots.add(f"{table}.{column}")
    if any(word.encode() in bytes(row.payload) for row in peek(Event).all()):
        spots.add("the log")
    return spots


def entries(tenant: str) -> Iterator[Any]:
    """(row, entry) of the log of a tenant that names rows, in their order."""
    for row in peek(Event).filter(tenant=tenant, type=RECORDS).order_by("position"):
        yield row, records_of(bytes(row.payload), ALL_FORMS)


def guessed(tenant: str, form: str, column: str, guess: str) -> int:
    """In how many entries somebody with the salts recognises a value, by the digest of the column."""
    cell = len(guess.encode()).to_bytes(4, "big") + guess.encode()
    hits = 0
    for row, entry in entries(tenant):
        for part in entry.written:
            if part.form == form and len(part.keys) == 1 and row.salt is not None:
                place = ALL_FORMS[form].columns.index(column)
                digest = sha256(bytes(row.salt) + column.encode() + b"\x00" + cell).digest()[:8]
                hits += part.columns[place * 8 : place * 8 + 8] == digest
    return hits


def salts(tenant: str) -> dict[Any, bytes | None]:
    return dict(peek(Event).filter(tenant=tenant, type=RECORDS).values_list("stream", "salt"))


def test_an_erased_person_is_nowhere_and_the_log_is_whole(
    tieout: Tieout, berta: User, empty_database: Database
) -> None:
    assert where(empty_database, MAIL) == {"identity_user.email"}
    assert guessed(INSTALLATION, "user/1", "email", MAIL) >= 2
    assert tieout("audit", "verify", "--all")[0] == 0
    code, said, _ = tieout("people", "erase", "berta", "--yes")
    assert code == 0
    assert "the grant Approver in every company of nordwind" in said
    assert "sign-in links: 1, sessions: 1" in said
    assert "Nobody else has the role Approver in nordwind" in said
    assert "who gave or changed a grant, source or column mapping (2) (--rename NEW" in said
    for word in (MAIL, FIRST, LAST):
        assert where(empty_database, word) == set()
    assert guessed(INSTALLATION, "user/1", "email", MAIL) == guessed(INSTALLATION, "user/1", "last_name", LAST) == 0
    code, said, _ = tieout("audit", "verify", "--all")
    assert (code, "nordwind: " in said, "*: " in said) == (0, True, True), said


def test_an_erased_person_holds_nothing_and_cannot_sign_in(tieout: Tieout, berta: User) -> None:
    token = make_link(berta, at=AT, minutes=30)
    assert tieout("people", "erase", "berta", "--yes")[0] == 0
    user = User.objects.get(pk=berta.pk)
    assert (user.is_active, user.is_staff, user.has_usable_password()) == (False, False, False)
    assert authenticate(None, username="berta", password=PASSWORD) is None
    with pytest.raises(Refused, match="GOV-SIGN-IN"):
        use_link(token, at=AT)
    assert not Grant.objects.filter(user=user).exists()
    assert not SignInLink.objects.filter(user=user).exists()
    assert [row for row in Session.objects.all() if row.get_decoded().get(SESSION_KEY) == str(user.pk)] == []
    assert "berta" not in tieout("people", "list")[1]
    code, _, reported = tieout("people", "grant", "berta", "approver", "--tenant", "nordwind")
    assert (code, "The account 'berta' is closed" in reported) == (Exit.CANNOT, True)


def test_the_log_says_who_erased_whom_by_ids_alone(tieout: Tieout, berta: User) -> None:
    tieout("people", "erase", "berta", "--yes")
    stated = [
        (row.actor, change) for row, entry in entries(INSTALLATION) for change in entry.changes if "person" in change
    ]
    ((who, change),) = stated
    assert who.startswith("console:")
    assert change == {"person": "erased", "user": str(berta.pk)}


def test_only_entries_that_judge_nothing_any_more_lose_their_salt(tieout: Tieout, berta: User) -> None:
    tieout("people", "erase", "berta", "--yes")
    last: dict[Any, Any] = {}
    for row, entry in entries(INSTALLATION):
        for part in entry.written:
            last |= {(part.form, key): row.stream for key in part.keys}
            for key in part.gone:
                last.pop((part.form, key), None)
    kept = salts(INSTALLATION)
    assert all(kept[stream] is not None for stream in last.values())
    about = [
        row.stream
        for row, entry in entries(INSTALLATION)
        if any(part.form == "user/1" and (str(berta.pk),) in part.keys for part in entry.written)
    ]
    assert [stream for stream in about if kept[stream] is not None] == [last["user/1", (str(berta.pk),)]]
    assert [row for row, _ in entries(INSTALLATION) if row.actor == UPGRADE and row.salt is None], "also of an upgrade"
    assert None not in salts("nordwind").values()


def test_a_salt_that_is_missing_where_a_row_is_judged_is_named(tieout: Tieout, berta: User) -> None:
    tieout("people", "erase", "berta", "--yes")
    judging = [
        row.stream
        for row, entry in entries(INSTALLATION)
        if row.salt is not None and any((str(berta.pk),) in part.keys for part in entry.written)
    ]
    without_rows = next(row.stream for row, entry in entries("nordwind") if not entry.written)
    for stream in (judging[-1], without_rows):
        before = peek(Event).get(stream=stream).salt
        peek(Event).filter(stream=stream).update(salt=None)
        code, said, _ = tieout("audit", "verify", "--all")
        assert code == 1
        assert f"store_event 1 of {stream}: salt is not the one that the entry was written with" in said
        peek(Event).filter(stream=stream).update(salt=before)
    assert tieout("audit", "verify", "--all")[0] == 0


def test_a_salt_of_documents_is_needed_for_good(tieout: Tieout, berta: User) -> None:
    motor = engine()
    scope = company(motor)
    take(motor, scope, samples.order())
    make_tenant(scope.tenant)
    stream = next(
        row.stream
        for row, entry in entries(scope.tenant)
        if any(part.form == "document/2" and part.keys for part in entry.written)
    )
    peek(Event).filter(stream=stream).update(salt=None)
    code, said, _ = tieout("audit", "verify", "--all", "--tenant", scope.tenant)
    assert (code, f"1 of {stream}: salt" in said) == (1, True)


@pytest.mark.parametrize(
    ("column", "value"), [("email", MAIL), ("is_active", True), ("username", "x"), ("last_name", "x")]
)
def test_a_row_that_is_changed_after_erasing_is_named(tieout: Tieout, berta: User, column: str, value: Any) -> None:
    tieout("people", "erase", "berta", "--yes")
    peek(User).filter(pk=berta.pk).update(**{column: value})
    code, said, _ = tieout("audit", "verify", "--all")
    assert code == 1
    assert any(f"identity_user {berta.pk}" in line and column in line for line in said.splitlines()), said


def test_a_row_of_somebody_else_that_was_changed_past_tieout_is_not_taken_for_correct(
    tieout: Tieout, berta: User
) -> None:
    """The entry of an upgrade names all users: Carla's row is noted anew, and would be as somebody has changed it."""
    carla = User.objects.get(username="carla")
    peek(User).filter(pk=carla.pk).update(is_superuser=True)
    code, _, reported = tieout("people", "erase", "berta", "--yes")
    assert code == Exit.CANNOT
    assert f"identity_user {carla.pk} is not what the log says" in reported
    assert User.objects.get(pk=berta.pk).email == MAIL, "nothing was done"
    code, said, _ = tieout("audit", "verify", "--all")
    assert code == 1
    assert any(f"identity_user {carla.pk}" in line and "is_superuser" in line for line in said.splitlines())


def test_a_row_that_somebody_else_is_writing_is_noted_as_they_write_it(tieout: Tieout, berta: User) -> None:
    """Carla's row is noted anew for the entry of the upgrade: not as it was before a transaction that has not ended yet."""
    carla = User.objects.get(username="carla")

    def erasing() -> None:
        try:
            erase_person.erase(Scope(tenant=INSTALLATION, actor="console:ops"), "berta", at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with atomic():
            carla.email = "carla@nordwind.example"
            carla.save()
            erased = threads.submit(erasing)
            while not erased.done() and not _is_waiting():
                time.sleep(0.01)
        erased.result()
    assert User.objects.get(pk=berta.pk).email == ""
    assert tieout("audit", "verify", "--all")[0] == 0


def _is_waiting() -> bool:
    with connection.cursor() as looking:
        looking.execute("select exists (select from pg_locks where not granted)")
        return bool(looking.fetchone()[0])


def test_a_second_time_it_says_so_and_nothing_is_written(tieout: Tieout, berta: User) -> None:
    tieout("people", "erase", "berta", "--yes")
    written = peek(Event).count()
    code, said, _ = tieout("people", "erase", "berta", "--yes")
    assert (code, said) == (0, "berta is already erased: nothing of the person is left but the user name.\n")
    assert peek(Event).count() == written


def test_names_that_were_emptied_by_hand_are_not_yet_erased(tieout: Tieout, berta: User) -> None:
    berta.grants.all().delete()
    berta.sign_in_links.all().delete()
    Session.objects.all().delete()
    berta.first_name = berta.last_name = berta.email = ""
    berta.is_active = berta.is_staff = False
    berta.set_unusable_password()
    berta.save()
    assert guessed(INSTALLATION, "user/1", "email", MAIL), "who has the salts can try addresses"
    assert "berta is erased" in tieout("people", "erase", "berta", "--yes")[1]
    assert not guessed(INSTALLATION, "user/1", "email", MAIL)
    assert tieout("audit", "verify", "--all")[0] == 0


def test_without_yes_nothing_is_erased(tieout: Tieout, berta: User) -> None:
    code, said, _ = tieout("people", "erase", "berta")
    assert (code, said.splitlines()[-1]) == (Exit.CANNOT, "Nothing was erased. Add --yes to erase it.")
    assert User.objects.get(pk=berta.pk).email == MAIL
    assert tieout("people", "erase", "nobody", "--yes")[2].count("There is no user 'nobody'") == 1


def test_a_user_name_is_replaced_everywhere(tieout: Tieout, berta: User, empty_database: Database) -> None:
    assert where(empty_database, "berta") >= {
        "identity_user.username", "identity_grant.given_by", "identity_source.named_by", "django_admin_log.object_repr",
    }  # fmt: skip
    assert guessed("nordwind", "grant/1", "given_by", "berta") == 1
    berta_was = Grant.objects.get(user__username="dora")
    code, _, _ = tieout("people", "erase", "berta", "--rename", "former-7", "--yes")
    assert code == 0
    assert where(empty_database, "berta") == set()
    assert User.objects.get(pk=berta.pk).username == "former-7"
    assert Grant.objects.get(pk=berta_was.pk).given_by == "former-7"
    assert Source.objects.get(name="wms").named_by == "former-7"
    assert guessed("nordwind", "grant/1", "given_by", "berta") == 0
    assert guessed("nordwind", "source/1", "named_by", "berta") == 0
    code, said, _ = tieout("audit", "verify", "--all")
    assert code == 0, said


def test_what_an_entry_names_as_gone_is_gone_without_its_salt_too(tieout: Tieout, berta: User) -> None:
    nordwind = Scope(tenant="nordwind", actor="console:ops")
    company_ = add_entity(nordwind, "DE01", name="Nordwind Berlin", currency="EUR")
    with transaction(nordwind):  # one entry about both
        company_.delete()
        Source.objects.get(name="wms").save()
    assert tieout("audit", "verify", "--all")[0] == 0
    tieout("people", "erase", "berta", "--rename", "former-7", "--yes")
    ((row, _),) = [
        (row, entry)
        for row, entry in entries("nordwind")
        if {part.form for part in entry.written} == {"entity/1", "source/1"}
    ]
    assert row.salt is None
    code, said, _ = tieout("audit", "verify", "--all")
    assert code == 0, said


def test_a_grant_that_ended_before_holds_no_guessable_name(tieout: Tieout, berta: User) -> None:
    Grant.objects.get(user__username="dora").delete()
    assert guessed("nordwind", "grant/1", "given_by", "berta") == 1
    tieout("people", "erase", "berta", "--rename", "former-7", "--yes")
    assert guessed("nordwind", "grant/1", "given_by", "berta") == 0
    assert tieout("audit", "verify", "--all")[0] == 0


def test_an_erased_person_can_be_renamed_later(tieout: Tieout, berta: User, empty_database: Database) -> None:
    tieout("people", "erase", "berta", "--yes")
    assert tieout("people", "erase", "berta", "--rename", "former-7", "--yes")[0] == 0
    assert where(empty_database, "berta") == set()
    assert tieout("audit", "verify", "--all")[0] == 0


def test_an_address_does_not_stay_as_the_user_name(tieout: Tieout, berta: User) -> None:
    berta.username = MAIL
    berta.save()
    code, _, reported = tieout("people", "erase", MAIL, "--yes")
    assert (code, "is an address itself" in reported) == (Exit.CANNOT, True)
    assert "there is a user 'carla' already" in tieout("people", "erase", MAIL, "--rename", "carla", "--yes")[2]
    assert tieout("people", "erase", MAIL, "--rename", "no blank", "--yes")[0] == Exit.CANNOT
    assert User.objects.get(pk=berta.pk).email == MAIL


def test_cases_of_an_erased_person_are_named_and_can_be_taken_over(tieout: Tieout, berta: User) -> None:
    motor = engine()
    scope = company(motor)
    make_tenant(scope.tenant)
    take(motor, scope, samples.supplier(), samples.order(), samples.receipt(quantity=1150), samples.invoice())
    tie_out_all(motor, scope)
    line = worklist(scope, Filter(), on=AT.date()).lines[0]

    def take_over(user: User) -> None:
        by = replace(
            scope, actor=str(user.pk), name=user.username, grants=granted("controller", "ap_analyst", "receiver")
        )
        submit(motor, by, line.id, Assign(assignee=str(user.pk)), at=AT)

    take_over(berta)
    said = tieout("people", "erase", "berta", "--yes")[1]
    assert f"In {scope.tenant} 1 open case stays assigned to berta until a colleague takes it over" in said
    assert line.number in said
    take_over(User.objects.get(username="carla"))
    assert tieout("audit", "verify", "--all")[0] == 0
