"""Pages in German: the language of the page, its figures, and no sentence of ours that stayed English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.test import Client, override_settings

from tests.web.examples import BRANDT, Examples, RecordingApplication
from tieout.app import catalogue, taxonomy
from tieout.config.table import read
from tieout.wording.catalogue import translated
from tieout.wording.chosen import written_in
from tieout.wording.letters import tongue

GERMAN = read({"TIEOUT_LANGUAGE": "de"})
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
    with override_settings(TIEOUT=GERMAN):
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
    "receiving/WMS-4",
    "Washer DIN 125",
    "2 % and 0.25",
)
"""Parts of what the fixtures hold."""


GERMAN = replace(BRANDT, language="de", ours="Wir GmbH", tongue=tongue("de"))
"""A letter is in the language of whom it goes to, not in the reader's."""


def addresses(examples: Examples) -> list[str]:
    return [
        "/", "/queue/", "/queue/?view=waiting", "/queue/?view=closed", "/queue/?text=nothing-like-it", "/claims/", "/measures/",
        "/people/", f"/cases/{examples.waiting}/", f"/cases/{examples.held}/", f"/documents/{examples.document_id}/", "/no-such-page/",
    ]  # fmt: skip


def test_a_page_in_german_has_no_english_sentence(
    browser: Client, examples: Examples, recording: RecordingApplication, in_german: None
) -> None:
    recording.other_side = GERMAN
    for address in addresses(examples):
        page = browser.get(address).content.decode()
        assert '<html lang="de">' in page, address
        assert english_in(page) == [], address


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
        "Lieferanten anfragen",
        "28,00",
    ):
        assert sentence in page


def test_a_form_answers_in_german(
    browser: Client, examples: Examples, recording: RecordingApplication, in_german: None
) -> None:
    recording.other_side = GERMAN
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
