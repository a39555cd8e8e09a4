"""What a resolution asks for: given completely and readably, kept on the event, and refused otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.core.case.lives import APPROVER, MONDAY, SHORT, Life, verdict
from tieout.app import packs
from tieout.core.case.choosing import given_with
from tieout.core.case.commands import Resolve
from tieout.core.case.events import ResolutionChosen
from tieout.core.case.upcast import upcast
from tieout.core.findings.catalogue import catalogue_of
from tieout.core.findings.code import Code
from tieout.core.findings.resolution import REMARK, WHY, Field, Resolution
from tieout.core.values.errors import Refused

PROMISE = Resolution(
    id="promise", name="Promise", effect="elsewhere",
    fields=(
        REMARK, Field(name="until", label="Until when", kind="date", required=True),
        Field(name="amount", label="How much", kind="amount"), Field(name="protocol", label="Protocol number", kind="reference"),
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Brought:
    resolutions: tuple[Resolution, ...]
    codes: tuple[Code, ...] = ()
    silent_waits: frozenset[str] = frozenset()


def chosen(*fields: tuple[str, str], note: str = "") -> Resolve:
    return Resolve(resolution="promise", note=note, fields=fields)


def test_what_is_given_is_kept_in_the_order_of_the_fields_and_blanks_are_not() -> None:
    command = chosen(("amount", "12.50 EUR"), ("until", " 2026-05-01 "), ("protocol", " "))
    assert given_with(PROMISE, command) == (("until", "2026-05-01"), ("amount", "12.50 EUR"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ((), "Until when"),
        ((("until", "   "),), "Until when"),
        ((("until", "1.5.2026"),), "a date as 2026-01-31"),
        ((("until", "2026-05-01"), ("amount", "12.50")), "an amount as 12.50 EUR"),
        ((("until", "2026-05-01"), ("amount", "12.505 EUR")), "an amount as 12.50 EUR"),
        ((("until", "2026-05-01"), ("colour", "blue")), "does not ask for 'colour'"),
    ],
)
def test_what_is_missing_unreadable_or_not_asked_for_is_refused(fields: tuple[tuple[str, str], ...], why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        given_with(PROMISE, chosen(*fields))
    assert caught.value.code == "CASE-FIELD"


def test_a_required_note_is_required_whatever_the_effect() -> None:
    strict = replace(PROMISE, fields=(WHY,))
    with pytest.raises(Refused) as caught:
        given_with(strict, chosen(note=" "))
    assert caught.value.code == "CASE-TEXT"
    assert given_with(strict, chosen(note="because")) == ()


def test_it_stands_in_the_log_of_the_case() -> None:
    life = Life()
    life.catalogue = catalogue_of([*packs(), Brought(resolutions=(PROMISE,))])
    life.judged(verdict(*(replace(finding, resolutions=("promise",)) for finding in SHORT.findings)))
    life.commanded(chosen(("until", "2026-05-01"), note="by phone"), APPROVER, at=MONDAY)
    (event,) = [event for log in life.case_logs.values() for event in log if isinstance(event, ResolutionChosen)]
    assert (event.note, event.fields) == ("by phone", (("until", "2026-05-01"),))


def test_what_would_lose_its_fields_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="promise would lose"):
        catalogue_of([Brought(resolutions=(replace(PROMISE, effect="release"),))])


def test_a_choice_from_before_is_read() -> None:
    before = {"resolution": "amend_order", "note": "x", "final": True}
    assert upcast("ResolutionChosen", 1, before) == {**before, "fields": ()}
