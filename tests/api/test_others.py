"""Whoever asks for what is another organisation's, or a sister company's, at whatever address, gets nothing and changes nothing.

Every address is asked: the pages from Django's tables, the calls from the API's own description. What is asked for is
there, and the same calls succeed for its owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from django.test import Client

from tests.api.addresses import CALLS, LEFT_OUT, PAGES, Call, admin_addresses, encoded, operations, patterns
from tests.api.company import ERP
from tests.api.others import EVERYTHING, Books, everything, rows_of, three
from tests.engine.samples import AT
from tests.support.server import Database
from tieout.engine.receive import Incoming, receive
from tieout.identity.models import User


@pytest.fixture(scope="module")
def books(database: Database) -> Iterator[tuple[Books, Books, Books]]:
    """Own books, a sister's, another's."""
    with three() as made:
        yield made


def test_every_address_is_asked_or_left_out_with_a_reason(books: tuple[Books, Books, Books]) -> None:
    own = books[0]
    pages = {address for address in patterns() if not address.startswith(("admin/", "api/"))}
    described = operations(own.client.get("/api/openapi.json").json())
    undescribed = {
        address for address in patterns() if address.startswith("api/") and not _described(address, described)
    }
    assert pages | described | undescribed == PAGES.keys() | CALLS.keys() | LEFT_OUT.keys()
    assert not (PAGES.keys() | CALLS.keys()) & LEFT_OUT.keys()


def _described(pattern: str, described: set[str]) -> bool:
    path = "/" + pattern.replace("<", "{").replace(">", "}")
    return any(operation.partition(" ")[2] == path for operation in described)


def test_nobody_reaches_another_companys_books_but_its_own_people(books: tuple[Books, Books, Books]) -> None:
    """Each of the three is asked by the others: the sister by one's own people, and one's own by the sister's."""
    own, sister, other = books
    wide = own.company.person("carl", *EVERYTHING)
    faults: list[str] = []
    for theirs, askers in (
        (other, {"wide": (wide, own), "dora": (own.client, own)}),
        (sister, {"dora": (own.client, own), "olga": (other.client, other)}),
        (own, {"alma": (sister.client, sister), "olga": (other.client, other)}),
    ):
        for name, entry in {**PAGES, **CALLS}.items():
            for asker, (client, mine) in askers.items():
                calls = entry(theirs, mine)
                faults += [f"{asker}: {name}: {fault}" for fault in _outsider(client, calls, theirs, mine)]
            _, mine = next(iter(askers.values()))
            faults += [f"owner: {name}: {fault}" for call in entry(theirs, mine) for fault in _owner(call, theirs)]
    assert not faults, "\n".join(faults)


def _outsider(client: Client, calls: Iterable[Call], theirs: Books, own: Books) -> Iterator[str]:
    """What is wrong with the answers to somebody who is no owner."""
    apart = theirs.tenant != own.tenant
    theirs.company.tie_out()  # what their own people have done leads to what it leads to
    before, mine = rows_of(theirs, whole_tenant=apart), everything(own.tenant)
    looked = keeps = False
    for call in calls:
        answer = getattr(client, call.method)(call.address, **encoded(call))
        if answer.status_code not in call.answers:
            yield f"{call.address} answered {answer.status_code}"
        if shown := theirs.shown_in(answer.content.decode(errors="replace")):
            yield f"{call.address} shows {shown}"
        if call.keeps:
            own.company.tie_out()
            theirs.company.tie_out()
        keeps, looked = keeps or call.keeps, call.method == "get"
        if not looked and (after := rows_of(theirs, whole_tenant=apart)) != before:
            yield f"{call.address} changed rows of theirs: {sorted({row[0] for row in set(before) ^ set(after)})}"
    if looked and rows_of(theirs, whole_tenant=apart) != before:
        yield "looking changed rows of theirs"
    if not keeps and everything(own.tenant) != mine:
        yield "it changed rows of one's own"


def _owner(call: Call, theirs: Books) -> Iterator[str]:
    """What is wrong with the answer to the owner: if nothing, there was something to refuse."""
    if not call.owner:
        return
    writes = call.method == "post" and not call.keeps and call.address != "/tenant/"
    before = everything(theirs.tenant) if writes else []
    answer = getattr(theirs.client, call.method)(call.address, **encoded(call))
    if answer.status_code not in call.owner:
        yield f"{call.address} answered {answer.status_code}: {call.sent} {answer.content[:200]!r}"
    if call.shows and not theirs.shown_in(answer.content.decode(errors="replace")):
        yield f"{call.address} shows nothing of theirs"
    if writes and everything(theirs.tenant) == before:
        yield f"{call.address} changed nothing"


def test_the_admin_pages_are_for_nobody_who_only_holds_grants(books: tuple[Books, Books, Books]) -> None:
    own, sister, other = books
    machine = Client()
    machine.force_login(User.objects.create_superuser("machine"))
    for theirs in (sister, other):
        before = everything(theirs.tenant)
        client = Client()
        for pattern, address in admin_addresses(theirs).items():
            if "_auth_user_id" not in client.session:  # signing out is an address too
                client.force_login(own.company.users["dora"])
            for answer in (client.get(address), client.post(address, {"post": "yes"})):
                body = answer.content.decode(errors="replace")
                assert answer.status_code in {302, 403, 404} or pattern == "admin/login/", address
                assert not theirs.shown_in(body), address
        log = {"store_event", "store_waiting"}  # each sign-in is an entry, and waits to be sealed
        assert [row for row in everything(theirs.tenant) if row[0] not in log] == [
            row for row in before if row[0] not in log
        ]
        for pattern, address in admin_addresses(theirs).items():
            if pattern.endswith("<path:object_id>/change/") and "identity" in pattern:
                assert machine.get(address).status_code == 200, address


def test_files_that_are_still_to_be_read_are_counted_for_their_own_people(books: tuple[Books, Books, Books]) -> None:
    own, sister, _ = books
    left = Incoming(content=b"the reader died", name="left.csv", entity=sister.entity)
    engine = replace(sister.company.application.engine, steps=_dies)
    with pytest.raises(_Died):
        receive(engine, sister.company.scope, [left], source=replace(ERP, name="erp-Sisterly"), at=AT)
    wide = own.company.person("carl", *EVERYTHING)
    counted = {
        name: client.get("/").context["unread"]
        for name, client in {"own": own.client, "sister": sister.client, "wide": wide}.items()
    }
    assert counted == {"own": 0, "sister": 1, "wide": 1}


class _Died(Exception):
    """The reader of a file dies."""


def _dies(step: str) -> None:
    if step == "receive.accepted":
        raise _Died
