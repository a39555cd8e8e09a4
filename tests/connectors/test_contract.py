"""The contract of a target: a ledger that keeps it passes, and each way to break it is detected by its check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connectors import ledgers
from tests.connectors.ledgers import LedgerCounterpart, LedgerTarget
from tieout.connectors.contract import CHECKS, SORTS, Fault, broken_promises, sample_of

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-connector.md"


def appends_twice() -> LedgerCounterpart:
    """A ledger that books a reference as often as it arrives, which no other side may do."""
    return LedgerCounterpart(strict=False)


def over(target: type[LedgerTarget]) -> Callable[[], LedgerCounterpart]:
    return lambda: LedgerCounterpart(target)


WAYS: list[tuple[str, Callable[[], LedgerCounterpart], str]] = [
    ("appends twice", appends_twice, "the same action again changes nothing"),
    ("appends twice", appends_twice, "the same action again before the other side works changes nothing"),
    ("appends twice", appends_twice, "two processes at once do it once"),
    ("appends twice", appends_twice, "an answer that was lost is looked up and nothing is done twice"),
    ("loses refusals", over(ledgers.LosesRefusals), "a refusal is reported in words and leaves nothing"),
    ("silence is no", over(ledgers.TakesSilenceForRefusal), "a request that was lost is sent again and done once"),
    ("silence is no", over(ledgers.TakesSilenceForRefusal), "trouble of its own is no refusal"),
    ("silence is no", over(ledgers.TakesSilenceForRefusal), "out of reach is neither unsent nor refused"),
    ("silence is yes", over(ledgers.TakesSilenceForDone), "a request that was lost is sent again and done once"),
    ("blind when down", over(ledgers.SeesNothingWhenItIsDown), "out of reach is neither unsent nor refused"),
    ("blind when down", over(ledgers.SeesNothingWhenItIsDown), "an answer that cannot be read is no answer"),
    ("first of two", over(ledgers.TakesTheFirstOfTwo), "two documents under one reference are for a person"),
    ("fractions", over(ledgers.CountsInFractions), "what is sent arrives to the cent"),
    ("added up", over(ledgers.AddsUpLines), "what is sent arrives to the cent"),
    ("no sign", over(ledgers.ForgetsTheSign), "what is sent arrives to the cent"),
    ("credit is debit", over(ledgers.BooksCreditsAsInvoices), "what is sent arrives to the cent"),
    ("payment dropped", over(ledgers.DropsThePayment), "what is sent arrives to the cent"),
    ("pays it all", over(ledgers.PaysItAll), "what is sent arrives to the cent"),
    ("mandate lost", over(ledgers.LosesTheMandate), "what is sent arrives to the cent"),
    ("creditor cut", over(ledgers.KeepsAnotherCreditor), "what is sent arrives to the cent"),
    ("card lost", over(ledgers.LosesTheCard), "what is sent arrives to the cent"),
    ("prepayment without its tax", over(ledgers.ClearsWithoutTax), "what is sent arrives to the cent"),
    ("one company", over(ledgers.HasOneCompany), "two companies do not mix"),
    ("one queue", over(ledgers.HasOneQueue), "two companies do not mix"),
    ("by number", over(ledgers.LooksForTheNumber), "two companies do not mix"),
    ("by number", over(ledgers.LooksForTheNumber), "two actions of one claim keep their order"),
    ("shifted", over(ledgers.ShiftsAnswers), "a batch is answered in the order of the question"),
    ("two names", over(ledgers.NamesItAnew), "what is handed over arrives once under its reference"),
    ("any version", over(ledgers.AsksNoVersion), "a payload of an unknown version is refused"),
    ("all or none", over(ledgers.GivesUpABatch), "what is refused does not hold up the rest of its batch"),
    ("books by asking", over(ledgers.BooksByAsking), "what was never sent is unknown"),
    ("swallows", over(ledgers.SwallowsMessages), "an action of another purpose is refused"),
    ("swallows", over(ledgers.SwallowsMessages), "a payload that cannot be read is refused"),
]


def test_a_ledger_that_keeps_the_contract_passes() -> None:
    assert broken_promises(LedgerCounterpart) == {}
    assert all(check.applies(LedgerCounterpart()) for check in CHECKS)


@pytest.mark.parametrize(("way", "make", "promise"), WAYS, ids=[f"{way}: {promise}" for way, _, promise in WAYS])
def test_a_broken_promise_is_seen(way: str, make: Callable[[], LedgerCounterpart], promise: str) -> None:
    assert promise in broken_promises(make), way


def test_a_sort_that_is_not_taken_must_be_refused() -> None:
    class NoCredits(LedgerCounterpart):
        takes = frozenset(SORTS["posting"]) - {"credit"}

    (complaint,) = broken_promises(NoCredits).items()
    assert complaint[0] == "what the other side does not take is refused"
    assert "(credit) must be refused" in complaint[1], "its sort is named, as `takes` names it"


def test_a_fault_that_cannot_be_simulated_leaves_out_only_its_check() -> None:
    class Sturdy(LedgerCounterpart):
        suffers = frozenset()

    assert {check.needs for check in CHECKS if not check.applies(Sturdy())} == set(LedgerCounterpart.suffers)


@pytest.mark.parametrize("fault", ["request lost", "answer lost", "nonsense"])
def test_a_fault_that_was_not_simulated_is_named(fault: str) -> None:
    class NothingHappens(LedgerCounterpart):
        def suffer(self, fault: Fault | None) -> None:
            pass

    complaints = [complaint for complaint in broken_promises(NothingHappens).values() if repr(fault) in complaint]
    assert len(complaints) == 1
    assert f"does `suffer({fault!r})` spoil" in complaints[0]


@pytest.mark.parametrize("purpose", SORTS)
def test_samples_are_what_the_engine_sends(purpose: str) -> None:
    """Each has its reference in its payload, and no two sorts share one."""
    samples = [sample_of(purpose, "1", sort, place="N1") for sort in SORTS[purpose]]  # type: ignore[index, arg-type]
    assert len({sample.reference for sample in samples}) == len(samples)
    assert all(f'"reference":"{sample.reference}"' in sample.action.payload for sample in samples)


def test_every_promise_can_be_broken_and_is_in_the_guide() -> None:
    guide = " ".join(GUIDE.read_text(encoding="utf-8").split())
    assert [check.name for check in CHECKS if f"{check.name}." not in guide.lower()] == []
    shown = {promise for _, _, promise in WAYS} | {"what the other side does not take is refused"}
    seldom = {
        "once an outcome is stored temporary files may be removed and the posting looked up",
        "the connector says what it needs",
    }
    assert {check.name for check in CHECKS} - shown == seldom
