"""Where a finding is, what it awaits and its percentages, as people read them."""

from __future__ import annotations

import pytest

from tieout.core.values.key import Key
from tieout.web.templatetags.words import awaited, depends
from tieout.wording import findings
from tieout.wording.chosen import written_in
from tieout.wording.values import written


@pytest.mark.parametrize(
    ("where", "english", "german"),
    [
        ("10", "line 10", "Position 10"),
        ("document", "the whole document", "der ganze Beleg"),
        ("totals", "the totals", "die Summen"),
    ],
)
def test_a_place_is_a_line_only_where_it_is_one(where: str, english: str, german: str) -> None:
    assert findings.place(where) == english
    with written_in("de"):
        assert findings.place(where) == german


def test_a_percentage_above_has_its_sign_and_the_figures_of_the_language() -> None:
    assert written("+8.02 %") == "+8.02\u00a0%"
    assert (written("365 days"), written("1 days")) == ("365 days", "1 day")
    with written_in("de"):
        assert written("+8.02 %") == "+8,02\u00a0%"
        assert written("-20.01 %") == "-20,01\u00a0%"


def test_what_is_awaited_is_named_as_people_name_it() -> None:
    assert awaited(Key("", "contract-of", "vat/NL100063352")) == "A contract with VAT ID NL100063352"
    assert awaited(Key("", "contract-of", "name/IRIS FASTENERS")) == "A contract with IRIS FASTENERS"
    billed = awaited(Key("DE01", "billed", "sales-order/SO-30021"))
    assert billed == "A further invoice for sales order SO-30021 in company DE01"


def test_what_a_line_of_a_billing_run_depends_on_is_read_in_german() -> None:
    with written_in("de"):
        assert depends("usage statement api/C-1/2026-10: complete") == "Verbrauchsnachweis api/C-1/2026-10: vollständig"
        assert depends("subscription SUB-1") == "Abonnement SUB-1"
        assert depends("no contract") == "kein Vertrag"
