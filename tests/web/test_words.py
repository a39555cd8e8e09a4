"""Figures and moments in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings

from tieout.config.language import FiguresInLanguage
from tieout.config.table import read
from tieout.core.values.money import Money
from tieout.web import charts, words
from tieout.web.original import form_of, shown
from tieout.wording.chosen import language, written_in

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (3, "due in 3\u00a0h"),
        (0.5, "due in 30\u00a0min"),
        (47, "due in 47\u00a0h"),
        (49, "due in 2\u00a0d"),
        (-26, "overdue by 26\u00a0h"),
        (-80, "overdue by 3\u00a0d"),
    ],
)
def test_due_times(hours: float, sentence: str) -> None:
    assert words.due(AT + timedelta(hours=hours), at=AT) == sentence


def test_figures() -> None:
    assert words.money(Money.of("-1234567.5", "EUR")) == "-1,234,567.50\u00a0EUR"
    assert words.money(Money.of(1200, "JPY")) == "1,200\u00a0JPY"
    assert words.figure(Decimal("1200.500")) == "1,200.5"
    assert words.figure(Decimal("-0.050")) == "-0.05"
    assert words.figure(Decimal("1E+3")) == "1,000"
    assert words.price(Decimal("10.8")) == "10.80"
    assert words.price(Decimal("0.04255"), Decimal(100)) == "0.04255 per 100"
    assert words.moneys((Money.of(1, "EUR"), Money.of(5, "USD"))) == "5.00\u00a0USD + 1.00\u00a0EUR"
    assert words.moneys(()) == "–"


def test_a_bar_is_never_wider_than_its_plot() -> None:
    errors = charts.Group(
        caption="Errors", look="error", rows=(("A", Decimal(10), "10", ""), ("B", Decimal(0), "0", ""))
    )
    policy = charts.Group(caption="Wanted by policy", look="policy", rows=(("C", Decimal(5), "5", ""),))
    plot = charts.grouped([errors, charts.Group(caption="None", look="x", rows=()), policy])
    assert [bar.width for bar in plot.bars] == [320, 2, 160], "one scale for all groups"
    assert [bar.look for bar in plot.bars] == ["error", "error", "policy"]
    assert [caption.text for caption in plot.captions] == ["Errors", "Wanted by policy"]
    assert plot.height > max(bar.y for bar in plot.bars)
    assert len({bar.y for bar in plot.bars}) == 3
    assert charts.grouped([]).bars == ()


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"%PDF-1.7 ...", "pdf"), (b"\xef\xbb\xbf<a/>", "xml"), ("<a>ü</a>".encode("utf-16"), "xml"), (b'{"a": 1}', "json"),
        (b"a;b\n1;2\n", "text"), (b"PK\x03\x04\x00\x00", "binary"), (b"", "text"),
    ],
)  # fmt: skip
def test_originals_are_recognised_by_their_bytes(content: bytes, form: str) -> None:
    assert form_of(content) == form


def test_shown_xml_resolves_nothing() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yyyy">]><a><b>&x;&y;</b></a>'
    text = shown(bomb).text
    assert "root:" not in text
    assert "&y;" in text
    assert shown(b"<a><b>broken").text == "<a><b>broken"
    assert shown(b"\xfc;\xdf").text == "ü;ß"


def test_a_page_in_german_has_german_figures_and_dates() -> None:
    with written_in("de"):
        assert words.money(Money.of("1234567.5", "EUR")) == "1.234.567,50\u00a0EUR"
        assert words.day(date(2026, 12, 2)) == "2.\u00a0Dez.\u00a02026"
    assert words.money(Money.of("1234567.5", "EUR")) == "1,234,567.50\u00a0EUR"


def test_the_setting_chooses_the_language_of_a_request() -> None:
    with override_settings(TIEOUT=read({"TIEOUT_LANGUAGE": "de"})):
        assert FiguresInLanguage(lambda _: HttpResponse(language()))(HttpRequest()).getvalue() == b"de"
    assert language() == "en"


def test_what_is_refused_before_any_page_is_refused_in_the_language_of_the_installation() -> None:
    with override_settings(TIEOUT=read({"TIEOUT_LANGUAGE": "de"})):
        answer = Client().get("/queue/?text=%00")
    assert answer.status_code == 400
    assert "Diese Anfrage kann nicht beantwortet werden" in answer.content.decode()
    assert "die Adresse enthält ein NUL-Zeichen" in answer.content.decode()
