"""Pages in German: the language of the page, its figures, and no sentence of ours that stayed English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from tests.support.peek import peek
from tests.web.examples import BRANDT, Examples, RecordingApplication
from tieout.app import catalogue, taxonomy
from tieout.config.table import read
from tieout.core.documents.unreadable import Unreadable
from tieout.core.outbox.action import Action, Done, Rejected, Sent, Unknown
from tieout.core.outbox.queue import Queue
from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.engine.answers import follow, gone, looked_for, put_off, watched
from tieout.formats.acknowledgement import answer
from tieout.formats.csv_columns import TABLES
from tieout.formats.csv_headings import KINDS
from tieout.store import models
from tieout.store.actions import Leased
from tieout.store.sentences import words_text
from tieout.web import column_names
from tieout.wording.catalogue import translated
from tieout.wording.chosen import written_in
from tieout.wording.letters import tongue

IN_GERMAN = read({"TIEOUT_LANGUAGE": "de"})
SPOKEN = ("aria-label", "title", "placeholder", "alt")
"""Attributes that people read or hear."""
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|to|with|by|for|from|no|not|this|that|until|waiting|due|case|cases|document|evidence|finding|"
    r"received|posted|held|closed|show|open|back|you|your|line|order|supplier|customer|price|owner|reason|policy|error|errors)\b",
    re.IGNORECASE,
)
"""Words that no German sentence has."""


class Sentences(HTMLParser):
    """Collects what people read or hear on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read += [str(value) for name, value in attrs if name in SPOKEN]

    def handle_data(self, data: str) -> None:
        self.read.append(" ".join(data.split()))


@pytest.fixture
def in_german() -> Iterator[None]:
    """The setting, read by the real middleware."""
    with override_settings(TIEOUT=IN_GERMAN):
        yield


def english_in(page: str) -> list[str]:
    """The English sentences of a page that are ours; what tables of packs bring is left out as long as it has no German at all."""
    reader = Sentences()
    reader.feed(page)
    brought = {part for row in taxonomy().values() for part in (row.name, row.clears)} | {
        part
        for row in catalogue().resolutions.values()
        for part in (row.name, row.words, *(field.label for field in row.fields))
    }
    with written_in("de"):
        brought = {part for part in brought if translated(part) == part}
    return [
        sentence
        for sentence in reader.read
        if ENGLISH.search(sentence) and sentence not in brought and not any(part in sentence for part in TEST_DATA)
    ]


TEST_DATA = (
    "Washer DIN 125",
    "2 % and 0.25",
    "unreleased (nicht freigegeben)",
    "record (führendes System)",
    "invoice (Rechnung)",
)
"""Parts of what the fixtures hold, and words that people type into a table."""


BRANDT_IN_GERMAN = replace(BRANDT, language="de", ours="Wir GmbH", tongue=tongue("de"))
"""A letter is in the language of whom it goes to, not in the reader's."""


QUEUE = Queue(name="erp")


def troubles() -> dict[str, str]:
    """What an action may say of its last try: by the state it is in, made as the engine and the targets make it."""
    at = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    action = Action(id=uuid4(), kind="post_voucher", claim="k", queue="erp", payload="{}", due_at=at)
    lease = Leased(
        action=action, stream=uuid4(), state="leased", attempts=0, attempt=1, created_at=at, tried_at=at, sent_at=at,
        handed_at=at, ref="5100000001",
    )  # fmt: skip
    late = at + timedelta(days=2)
    unmapped = Sentence("cannot be turned into a voucher: {problem}", problem=Malformed("the payload is no JSON"))
    watched_lease = replace(lease, state="watched", done_at=at)
    changes = [
        put_off(QUEUE, lease, Sentence("its claim has to be tied out first"), at=at),
        looked_for(QUEUE, lease, late, at=at),
        follow(QUEUE, lease, gone(lease), at=at)[0],
        follow(QUEUE, lease, Sent(trace="outbox/7.json"), at=late)[0],
        follow(QUEUE, lease, Rejected(reason=unmapped, code="MAP"), at=at)[0],
        watched(QUEUE, watched_lease, Done(ref="5100000002"), at=at)[0],
        watched(QUEUE, watched_lease, Rejected(reason=Sentence("no reason given")), at=at)[0],
        follow(QUEUE, lease, Unknown(hint=Sentence("{folder} does not exist", folder="/var/erp"), down=True), at=at)[0],
        *(
            follow(QUEUE, lease, answer("r", [("r.json", content)]) or Sent(), at=at)[0]
            for content in (
                b"no JSON", b"{}", b'{"reference": "r", "status": "rejected"}', b'{"reference": "r", "status": "odd", "document": 1}'
            )
        ),
    ]  # fmt: skip
    return {f"{k} {change.state}": change.error for k, change in enumerate(changes)}


def with_troubles(examples: Examples) -> None:
    """The claim gets an action with each sort of trouble; one is of a former release, without its words."""
    for words_kept in (True, False):
        for name, error in troubles().items():
            if words_kept or name.startswith("0 "):
                peek(models.Action).create(
                    tenant=examples.books.tenant, id=uuid4(), kind="post_voucher", claim="k", stream=examples.claim, queue="erp",
                    payload="{}", state=name.partition(" ")[2], created_at=examples.books.at, due_at=examples.books.at,
                    last_error=str(error), words=words_text(last_error=error) if words_kept else "",
                )  # fmt: skip


def waiting_table(examples: Examples) -> str:
    """A file that waits for a column mapping; its document's id."""
    unread = Unreadable(
        number="bestellung.csv", reason=Sentence("no heading says what is listed"), remedy="name the columns"
    )
    document = examples.books.document_id(
        unread, content=b"EBELN;EBELP;MATNR;Menge\n1;10;M-1;5\n", name="bestellung.csv"
    )
    return str(peek(models.Document).get(id=document).source_file)


def addresses(examples: Examples) -> list[str]:
    return [
        "/", "/queue/", "/queue/?view=waiting", "/queue/?view=closed", "/queue/?text=nothing-like-it", "/claims/", "/measures/",
        "/people/", "/columns/", f"/cases/{examples.waiting}/", f"/cases/{examples.held}/",
        f"/documents/{examples.document_id}/", "/no-such-page/",
    ]  # fmt: skip


def test_a_page_in_german_has_no_english_sentence(
    browser: Client, examples: Examples, recording: RecordingApplication, in_german: None
) -> None:
    recording.other_side = BRANDT_IN_GERMAN
    for address in addresses(examples):
        page = browser.get(address).content.decode()
        assert '<html lang="de">' in page, address
        assert (english_in(page), address) == ([], address)


def test_every_trouble_and_every_column_is_german(
    browser: Client, examples: Examples, recording: RecordingApplication, in_german: None
) -> None:
    recording.other_side = BRANDT_IN_GERMAN
    with_troubles(examples)
    file = waiting_table(examples)
    kinds = [f"/columns/?file={file}&kind={kind}" for kind in KINDS]
    for address in (f"/documents/{examples.document_id}/", f"/cases/{examples.waiting}/", "/columns/", *kinds):
        page = browser.get(address).content.decode()
        assert (english_in(page), address) == ([], address)
    shown = browser.get(f"/cases/{examples.waiting}/").content.decode().replace("\u00a0", " ")
    assert "bis 19. Nov. 2026 09:00 UTC wird nur im Fremdsystem nachgesehen" in shown
    form = browser.get(kinds[2]).content.decode()
    assert "Bestellnummer" in form
    assert ">order_number<" not in form


def test_every_column_has_a_name_for_people() -> None:
    assert {column.name for table in TABLES for column in table.columns} == set(column_names.NAMES)


def test_the_same_pages_in_english_are_full_of_them(browser: Client, examples: Examples) -> None:
    for address in addresses(examples):
        page = browser.get(address).content.decode()
        assert '<html lang="en">' in page, address
        assert len(english_in(page)) >= 3, address


def test_a_case_is_german_and_its_figures_too(browser: Client, examples: Examples, in_german: None) -> None:
    page = browser.get(f"/cases/{examples.held}/").content.decode()
    for sentence in (
        "Was Sie tun können",
        "Feststellungen",
        "Verlauf",
        "überfällig seit",
        "Den Lieferanten etwas anderes fragen",
        "28,00",
    ):
        assert sentence in page


def test_a_form_answers_in_german(
    browser: Client, examples: Examples, recording: RecordingApplication, in_german: None
) -> None:
    recording.other_side = BRANDT_IN_GERMAN
    page = browser.get(f"/cases/{examples.held}/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    fields = {"csrfmiddlewaretoken": token[1], "finding": "cafe|AP-PRC-OVER|2", "reason": "", "limit": "viel"}
    answer = browser.post(f"/cases/{examples.held}/accept_variance/", fields)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "ist kein Betrag mit Währung" in text
    assert "Dieses Feld ist zwingend erforderlich" in text
    assert english_in(text) == []
    fields = {"csrfmiddlewaretoken": token[1], "reason": "jetzt"}
    answer = browser.post(f"/cases/{examples.held}/escalate/", fields, follow=True)
    assert "Der Klärfall ist eskaliert." in answer.content.decode()


@pytest.mark.parametrize("template", ["500.html", "403_csrf.html", "400.html"])
def test_pages_of_errors_are_german(template: str) -> None:
    from django.template.loader import render_to_string
    from django.utils import translation

    with translation.override("de"):
        page = render_to_string(template)
    assert '<html lang="de">' in page
    assert english_in(page) == []
