"""The doors over HTTP: files that cannot be stored take no other with them, and odd requests are answered, not failed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tests.api.company import Company, company
from tests.engine import samples
from tests.engine.bad_documents import BAD, good
from tests.support.soak import spread
from tieout.cli import main
from tieout.config.logs import logging_settings
from tieout.config.requests import Allowance
from tieout.core.values.party import Party
from tieout.formats import canonical_json
from tieout.store.models import Case, Claim
from tieout.web.unseen import _marked
from tieout.wording.unseen import shown

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


@pytest.mark.parametrize(("files", "status"), [(1_000, 200), (1_001, 422)])
def test_too_many_files_in_one_call_are_refused_with_the_limit(database: Database, files: int, status: int) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        answer = send(made, {f"{k}.txt": b"no document" for k in range(files)})
        assert answer.status_code == status
        if status == 422:
            assert answer.json()["code"] == "MALFORMED"
            assert "at most 1000 at a time" in answer.json()["message"]


def test_parts_that_cannot_be_read_are_refused_with_what_to_send(acme: Company) -> None:
    answer = acme.clients["ann"].post("/api/files", b"no parts", content_type="multipart/form-data; boundary=\x7f")
    assert answer.status_code == 400
    assert answer.json()["code"] == "UNREADABLE"
    assert "multipart/form-data" in answer.json()["message"]


def test_a_form_or_call_beyond_a_limit_is_refused_with_the_limit(acme: Company) -> None:
    fields = {f"field-{k}": "" for k in range(1_001)}
    page = Client().post("/sign-in/", fields)
    assert page.status_code == 422
    assert "at most 1000" in page.content.decode()
    call = acme.clients["ann"].post(
        f"/api/cases/{UUID(int=1)}/commands", b" " * 10_000_001, content_type="application/json"
    )
    assert call.status_code == 422, call.content
    assert "at most 10000000 bytes" in call.json()["message"]


@pytest.mark.parametrize("name", ["a" * 300 + ".json", "a\x7f\u202eb.json", "%00.json", "ä" * 255])
def test_a_file_of_any_name_is_taken(acme: Company, name: str) -> None:
    assert send(acme, {name: b"no document: " + name.encode()}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/claims?text=a%00b", "/queue/?text=%00", "/a%00b", "/sign-in/?next=%00", "/api/a%00"]
)
def test_a_nul_in_the_address_is_a_400(acme: Company, address: str) -> None:
    for client in (Client(), acme.clients["ann"]):
        answer = client.get(address)
        assert answer.status_code == 400
        if address.startswith("/api/"):
            assert answer.json()["code"] == "UNREADABLE"


@pytest.mark.parametrize(
    "address",
    ["/", "/queue/", "/sign-in/", "/api/claims", "/api/health", "/static/web/tieout.css", "/nowhere", "/enter/x"],
)
def test_head_is_get_without_the_body(acme: Company, address: str) -> None:
    for client in (Client(), acme.clients["ann"]):
        whole, head = client.get(address), client.head(address)
        assert head.status_code == whole.status_code
        assert b"".join(head) == b""
        assert {*head.headers} == {*whole.headers}
        whole.close()
        head.close()


def test_who_asks_too_often_is_told_when_to_ask_again() -> None:
    clock = [0.0]
    allowance = Allowance(60, lambda: clock[0])
    assert [allowance.wait_seconds("ann") for _ in range(61)] == [0] * 60 + [1]
    assert allowance.wait_seconds("bob") == 0
    clock[0] = 0.9
    assert allowance.wait_seconds("ann") == 1
    clock[0] = 1.0
    assert [allowance.wait_seconds("ann"), allowance.wait_seconds("ann")] == [0, 1]
    clock[0] = 1000.0
    assert [allowance.wait_seconds("ann") for _ in range(61)] == [0] * 60 + [1], "what was not used is not saved up"
    assert [Allowance(60, lambda: 0.0).wait_seconds("eve", 20.0) for _ in range(1)] == [0]
    assert {Allowance(0).wait_seconds("ann") for _ in range(1000)} == {0}
    guesses = Allowance(60, lambda: 0.0)
    assert [guesses.wait_seconds("eve", 20.0) for _ in range(4)] == [0, 0, 0, 20]


@pytest.mark.parametrize("limit", ["requests_per_person", "requests_per_address"])
def test_a_person_and_an_address_have_a_limit_each(acme: Company, limit: str) -> None:
    with override_settings(TIEOUT=settings.TIEOUT.model_copy(update={limit: 3})):
        ann = Client()
        ann.force_login(acme.users["ann"])
        answers = [
            ann.get("/api/claims") for _ in range(4)
        ]  # a client has the middleware that is set when it first asks
        page = ann.get("/queue/")
        again = Client().get("/sign-in/")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["code"] == "RATE"
    assert int(answers[3].headers["Retry-After"]) > 0
    assert page.status_code == 429
    assert "try again in" in page.content.decode()
    assert again.status_code == 200


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_tokens_of_links_are_in_no_log(log_format: str) -> None:
    given = dict(logging_settings(log_format=log_format, level="info")["formatters"]["tieout"])
    formatter = given.pop("()")(**given)
    token = "s3cret-token-of_a-link"
    for message, values in (
        ("Internal Server Error: %s", (f"/enter/{token}",)),
        (f"asked for http://127.0.0.1/enter/{token}?next=/", ()),
        ({"event": "asked", "address": f"/enter/{token}"}, ()),
    ):
        record = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, message, values, None)
        line = formatter.format(record)
        assert token not in line
        assert "/enter/" in line


def test_what_is_not_seen_is_shown_on_pages_and_by_commands(
    acme: Company,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    party = Party(name="Ac\u202eme\u200b GmbH", country="DE")
    content = canonical_json.encode(replace(samples.invoice("U\u2066NSEEN"), supplier=party))
    assert send(acme, {"unseen.json": content}).status_code == 200
    client = acme.clients["ann"]
    page = client.get("/claims/", {"text": "U\u2066NSEEN"}).content.decode()
    assert "U⟨U+2066⟩NSEEN" in page
    assert "Ac⟨U+202E⟩me⟨U+200B⟩ GmbH" in page
    assert 'value="U\u2066NSEEN"' in page, "what a field holds goes back as it came"
    file = tmp_path / "unseen.json"
    file.write_bytes(content)
    assert main(["check", str(file)]) == 1
    printed = capsys.readouterr().out
    assert "U⟨U+2066⟩NSEEN" in printed
    assert main(["read", "--jsonl", str(file)]) == 0
    assert "U\u2066NSEEN" in capsys.readouterr().out, "what programs read stays as it is"


def test_only_text_is_marked() -> None:
    page = '<p title="a\u202e>b">x\u202e<b>y</b></p><textarea name="t">z\u200b</textarea>\ufeff<!-- c -->é'
    assert _marked(page) == (
        '<p title="a\u202e>b">x⟨U+202E⟩<b>y</b></p><textarea name="t">z\u200b</textarea>⟨U+FEFF⟩<!-- c -->é'
    )
    assert shown("Größe 1\u00a0000 日本") == "Größe 1\u00a0000 日本"
