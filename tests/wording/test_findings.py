"""A finding's sentence in the language of its reader: values from their canonical spelling, references as they are."""

from __future__ import annotations

from typing import Any

import pytest

from tieout.app import catalogue
from tieout.core.findings.finding import Accepted, Finding
from tieout.core.findings.wording import first_sentence, sentence
from tieout.core.values.sentence import Sentence, wordings
from tieout.wording import findings, values
from tieout.wording.chosen import written_in
from tieout.wording.figures import NO_BREAK, Language

CODES = catalogue().codes


def shown(value: str, language: Language) -> str:
    with written_in(language):
        return values.written(value).replace(NO_BREAK, " ")


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        ("1150 EA", "1,150 EA", "1.150 EA"),
        ("0 EA", "0 EA", "0 EA"),
        ("-50 EA", "-50 EA", "-50 EA"),
        ("0.5 KGM", "0.5 KGM", "0,5 KGM"),
        ("-1234.50 EUR", "-1,234.50 EUR", "-1.234,50 EUR"),
        ("10.80 EUR per EA", "10.80 EUR per EA", "10,80 EUR je EA"),
        ("5 %", "5 %", "5 %"),
        ("the stricter of 2 % and 50.00", "the stricter of 2 % and 50.00", "das Strengere von 2 % und 50,00"),
        (
            "the stricter of 2 % and 50.00 EUR",
            "the stricter of 2 % and 50.00 EUR",
            "das Strengere von 2 % und 50,00 EUR",
        ),
        (
            "2 % or 1050.00 EUR (not comparable with KWD)",
            "2 % or 1,050.00 EUR (not comparable with KWD)",
            "2 % oder 1.050,00 EUR (nicht vergleichbar mit KWD)",
        ),
        ("5 EUR (not comparable with KWD)", "5 EUR (not comparable with KWD)", "5 EUR (nicht vergleichbar mit KWD)"),
        ("2.5 % or 1000.00", "2.5 % or 1,000.00", "2,5 % oder 1.000,00"),
        ("2026-12-02 14:00 UTC", "2 Dec 2026 14:00 UTC", "2. Dez. 2026 14:00 UTC"),
        ("2026-12-02", "2 Dec 2026", "2. Dez. 2026"),
        ("2026-13-45", "2026-13-45", "2026-13-45"),
        ("order 4500012", "order 4500012", "Bestellung 4500012"),
        ("no lot number", "no inspection lot number", "ohne Prüflosnummer"),
        ("4500012", "4500012", "4500012"),
        ("", "", ""),
    ],
)
def test_a_value_is_written_as_people_of_a_language_write_it(value: str, english: str, german: str) -> None:
    assert (shown(value, "en"), shown(value, "de")) == (english, german)


def over(**more: Any) -> Finding:
    return Finding(
        code="AP-QTY-NOREC",
        where="1",
        stage="hold",
        queue="receiving",
        cause="quantity",
        expected="0 EA",
        actual="1200 EA",
        numbers=(("billed", "1200 EA"), ("order", "2026-12-02"), ("ordered", "1200 EA")),
        **more,
    )


def test_a_sentence_is_made_from_code_and_values() -> None:
    assert sentence(over(), CODES).startswith(
        "Billed 1200 EA of 1200 EA on order 2026-12-02, and nothing has been received."
    )
    with written_in("de"):
        german = findings.message(over(), CODES).replace(NO_BREAK, " ")
    assert "1.200 EA" in german
    assert "2026-12-02" in german, "an order's number is no day"
    assert german != sentence(over(), CODES)


def test_who_accepted_it_is_said_with_the_reason() -> None:
    accepted = over(accepted=Accepted(actor="berta", resolution="accept_variance", reason="agreed"))
    assert sentence(accepted, CODES).endswith(" Accepted by berta (accept_variance): agreed")
    assert findings.message(accepted, CODES).endswith(" Accepted by berta (Accept the difference): agreed")
    with written_in("de"):
        assert findings.message(accepted, CODES).endswith(" berta (Differenz akzeptieren): agreed")
    gone = over(accepted=Accepted(actor="berta", resolution="of_a_pack_removed", reason="agreed"))
    assert findings.message(gone, CODES).endswith("(of a pack removed): agreed")


def test_a_code_that_is_not_installed_is_shown_by_its_name() -> None:
    strange = Finding(code="XX-NEW", where="1", stage="hold", queue="q", cause="c")
    assert findings.message(strange, CODES) == sentence(strange, CODES) == findings.in_short(strange, CODES) == "XX-NEW"
    assert findings.clears("XX-NEW", CODES) == ""


@pytest.mark.parametrize(
    ("template", "first"),
    [
        ("Billed {a}. At stake: {b}.", "Billed {a}"),
        ("Billed {a}.[ At stake: {b}.]", "Billed {a}"),
        ("Billed {a}[, until {b}. We wait].", "Billed {a}[, until {b}]"),
        ("No full stop", "No full stop"),
        ("Version 1.5 of {a} is late.", "Version 1.5 of {a} is late"),
    ],
)
def test_the_first_sentence_ends_where_the_template_says(template: str, first: str) -> None:
    assert first_sentence(template) == first


def test_what_was_expected_and_what_is_there_are_said_in_the_language_of_the_reader() -> None:
    actual = Sentence("order {number} {reason}", number="94500083", reason=Sentence("is not known"))
    one = Finding(
        code="AP-PO-INVALID", where="document", stage="hold", queue="buyer", cause="order", actual=str(actual),
        expected="an open order with this supplier", words=wordings(actual=actual),
    )  # fmt: skip
    with written_in("de"):
        assert findings.value(one, "actual") == "Bestellung 94500083 ist nicht bekannt"
        assert findings.value(one, "expected") == "eine offene Bestellung bei diesem Lieferanten"
    assert findings.value(one, "actual") == "order 94500083 is not known"
