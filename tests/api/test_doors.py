"""The doors over HTTP: files that cannot be stored take no other with them, and odd requests are answered, not failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.company import Company, company
from tests.engine.bad_documents import BAD, good
from tests.support.soak import spread
from tieout.store.models import Case, Claim

if TYPE_CHECKING:
    from tests.support.server import Database


@pytest.fixture(scope="module")
def acme(database: Database) -> Iterator[Company]:
    """A company with somebody who hands files in."""
    with company() as made:
        made.person("ann", "ap_analyst")
        yield made


def send(made: Company, files: dict[str, bytes]) -> Any:
    """The answer to files in one call."""
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return made.clients["ann"].post("/api/files", {"files": sent})


def test_one_bad_file_takes_no_other_of_its_call_with_it(acme: Company) -> None:
    for k, (name, bad) in enumerate(spread(BAD.items(), one_of=3)):
        files = {f"{n}.json": good(1000 * k + n) for n in range(20)}
        answer = send(acme, {**files, "bad.json": bad})
        assert answer.status_code == 200, name
        assert [(file["fate"], file["read"], len(file["documents"])) for file in answer.json()] == [
            ("accepted", "now", 1)
        ] * 21
        assert len(acme.rows(Claim, kind="invoice")) == 20 * (k + 1), name
        assert len(acme.rows(Claim, kind="unreadable")) == k + 1, name


def test_every_bad_file_is_a_case(acme: Company) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        send(made, {f"{k}.json": bad for k, bad in enumerate(BAD.values())})
        made.tie_out()
        assert len(made.rows(Case, code="DOC-UNREAD")) == len(BAD)


@pytest.mark.parametrize("name", ["a" * 300 + ".json", "a\x7f\u202eb.json", "%00.json", "ä" * 255])
def test_a_file_of_any_name_is_taken(acme: Company, name: str) -> None:
    assert send(acme, {name: b"no document: " + name.encode()}).status_code == 200
