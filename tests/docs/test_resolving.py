"""The marks of the reference: codes that nothing raises, and resolutions that are only recorded, as the code defines."""

from __future__ import annotations

import re
from pathlib import Path

from tieout.app import catalogue, taxonomy
from tieout.core.access.role import BUILT_IN
from tieout.core.case.legal import ACCEPTS, MAY

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/reference"
NOTHING = "Nothing raises this code yet"
ONLY_RECORDED = "only recorded"


def sections(page: str) -> dict[str, str]:
    """The text under each heading of the third level, by its first word."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    parts = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    return {re.split(r"[:\s]", part, maxsplit=1)[0]: part for part in parts}


def test_what_scenarios_find_is_not_marked_and_what_has_no_pack_is() -> None:
    codes = sections("codes.md")
    assert codes.keys() == set(taxonomy())
    marked = {code for code, text in codes.items() if NOTHING in text}
    scenarios = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/scenarios").rglob("*.yaml"))
    expected = {code for code in codes if re.search(rf"(?<![\w-]){code}(?![\w-])", scenarios)}
    assert len(expected) > 50
    assert not marked & expected
    assert {"CSH-SHORT", "R2R-TASK", "DED-TAX", "TRE-STMT"} <= marked


def test_a_resolution_is_marked_where_it_does_nothing_and_nowhere_else() -> None:
    resolutions = sections("resolutions.md")
    catalogued = catalogue().resolutions
    assert resolutions.keys() == set(catalogued)
    assert {name for name, text in resolutions.items() if ONLY_RECORDED in text} == {
        name for name, resolution in catalogued.items() if resolution.effect == "elsewhere"
    }
    assert "`short_pay: true`" in resolutions["short_pay"]
    assert ONLY_RECORDED not in resolutions["short_pay"]


def test_who_may_choose_a_resolution_is_what_the_program_enforces() -> None:
    names = {role.name.lower(): role.id for role in BUILT_IN.values()}
    resolutions = sections("resolutions.md")
    for name, resolution in catalogue().resolutions.items():
        (who,) = re.findall(r"^\* Who may: (.+)\.$", resolutions[name], flags=re.MULTILINE)
        allowed = MAY[resolution.who]
        if resolution.effect in {"release", "pay_short"}:
            allowed &= ACCEPTS[resolution.who]
        if resolution.effect in {"ask", "reject"}:
            allowed -= {"engineer"}
        listed = {names[part] for part in who.rpartition(": ")[2].lower().split(", ") if part in names}
        assert listed == allowed, name
        assert ("two people" in who) == (resolution.who == "two_persons"), name
        assert (who == "the system alone") == (resolution.who == "system"), name
    assert "Who may: approver, controller." in resolutions["accept_variance"]


def test_every_refusal_of_the_reference_says_something() -> None:
    page = (REFERENCE / "cases.md").read_text(encoding="utf-8").partition("## Refusals")[2]
    rows = dict(re.findall(r"^\| `([A-Z-]+)` \|(.*)\|$", page, flags=re.MULTILINE))
    assert "needs one of these roles" in rows["CASE-ROLE"], "a function of the module returns the words"
    assert not [code for code, words in rows.items() if not words.strip()]
