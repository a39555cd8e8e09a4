"""The catalogue: one place says what is a control and what a resolution does; what it does not list is never harmless."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.core.case.lives import APPROVER, CLEAR, MONDAY, SHORT, Life, verdict
from tieout.app import catalogue, packs
from tieout.core.case.commands import AcceptVariance, Circumstances, Resolve
from tieout.core.case.decide import decide
from tieout.core.findings.catalogue import KERNEL, Catalogue, catalogue_of
from tieout.core.findings.code import Code
from tieout.core.findings.resolution import Resolution, fields_of
from tieout.core.values.clock import Clock
from tieout.core.values.errors import Refused

ALL = catalogue()
WAIVE = Resolution(id="waive", name="Waive", effect="pay_short", fields=fields_of("pay_short"))
LOOSE = Resolution(id="waive", name="Waive", effect="release", fields=fields_of("release"))


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a pack from outside might bring."""

    codes: tuple[Code, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    silent_waits: frozenset[str] = frozenset()


def row(code: str, *, control: bool = False) -> Code:
    return Code(
        id=code, name="n", domain="d", detects="", queue="q", sla=Clock(amount=1), clears="c", evidence="e", cause="x", control=control,
    )  # fmt: skip


def test_a_codes_row_says_whether_it_is_a_control_and_a_code_without_a_row_is_one() -> None:
    assert {code for code in ALL.codes if ALL.is_control(code)} == {
        code for code, row in ALL.codes.items() if row.control
    }
    assert ALL.is_control("MD-SANC")
    assert not ALL.is_control("AP-PRC-OVER")
    assert KERNEL.is_control("AP-PRC-OVER"), "no pack that has it is installed"
    assert catalogue_of([Brought(codes=(row("EXP-1"), row("EXP-2", control=True)))]).is_control("EXP-2")
    assert not catalogue_of([Brought(codes=(row("EXP-1"),))]).is_control("EXP-1")


def test_an_unknown_resolution_does_nothing_and_is_nobodys_to_choose() -> None:
    unknown = ALL.resolution("paint_it_blue")
    assert (unknown.effect, unknown.who, unknown.name) == ("elsewhere", "system", "Paint it blue")
    assert not ALL.pays_short("paint_it_blue")


def test_rows_that_disagree_are_our_mistake() -> None:
    assert catalogue_of([Brought(resolutions=(WAIVE,)), Brought(resolutions=(WAIVE,))]).resolution("waive") == WAIVE
    with pytest.raises(AssertionError, match="waive"):
        catalogue_of([Brought(resolutions=(WAIVE,)), Brought(resolutions=(LOOSE,))])
    with pytest.raises(AssertionError, match="EXP-1"):
        catalogue_of([Brought(codes=(row("EXP-1"),)), Brought(codes=(row("EXP-1", control=True),))])


def test_waits_of_a_pack_are_silent_only_where_it_is_installed() -> None:
    assert KERNEL.silent_waits == {"WAIT-LOOKUP"}
    assert catalogue_of([Brought(silent_waits=frozenset({"WAIT-X"}))]).silent_waits == {"WAIT-LOOKUP", "WAIT-X"}
    assert {"WAIT-TAX", "WAIT-SYNC", "WAIT-GRACE"} <= ALL.silent_waits


def test_every_code_names_resolutions_that_its_pack_or_the_kernel_has() -> None:
    for pack in packs():
        own = {resolution.id for resolution in pack.resolutions} | set(KERNEL.resolutions)
        for code in pack.codes:
            assert set(code.resolutions) <= own, f"{pack.name}: {code.id}"


@pytest.mark.parametrize(("brought", "debited"), [(WAIVE, True), (LOOSE, False)])
def test_what_follows_comes_from_the_effect_and_not_from_the_name(brought: Resolution, debited: bool) -> None:
    extended = catalogue_of([*packs(), Brought(resolutions=(brought,))])
    life = Life()
    life.catalogue = extended
    life.judged(verdict(*(replace(finding, resolutions=("waive",)) for finding in SHORT.findings)))
    life.commanded(Resolve(resolution="waive", note="x"), APPROVER)
    life.judged(CLEAR)
    life.posted("5100")
    assert life.case().resolution == "waive"
    assert bool([action for action in life.actions.values() if action.kind == "post_debit_note"]) is debited


@pytest.mark.parametrize(
    "incomplete", [KERNEL, Catalogue(codes={}, resolutions=ALL.resolutions, silent_waits=frozenset())]
)
def test_a_code_that_nobody_brings_cannot_be_accepted(incomplete: Catalogue) -> None:
    life = Life()
    life.judged(SHORT)
    case = life.case()
    finding = case.findings[0]
    wish = AcceptVariance(code=finding.code, where=finding.where, evidence_hash=finding.evidence_hash, reason="x")
    with pytest.raises(Refused, match="cannot be accepted by anyone") as caught:
        decide(case, wish, at=MONDAY, by=APPROVER, given=Circumstances(catalogue=incomplete))
    assert caught.value.code == "CASE-NOT-RELEASABLE"
