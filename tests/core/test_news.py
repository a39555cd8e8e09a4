"""What a change of one claim means for others: freed and moved ledgers, rejection and revival, release."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tieout.core.tie_out.news import News, is_posted, keys_of_claim, keys_of_ledgers, news_of, used_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    ledger: str
    quantity: int = 1
    at: int | None = None

    @property
    def dated(self) -> tuple[Hashable, datetime] | None:
        return None if self.at is None else ((self.ledger, self.quantity), datetime(2026, 5, self.at, tzinfo=UTC))

    @property
    def ledger_key(self) -> str:
        return self.ledger

    @property
    def gives_back(self) -> bool:
        return self.quantity < 0


def news(
    before: list[Use], after: list[Use], *, was: str = "held", now: str = "held", takes_back: bool = False
) -> News[str]:
    return news_of(
        before, after, was=was, now=now, is_watched=lambda ledger: ledger.startswith("watched"), takes_back=takes_back
    )


def test_nobody_is_notified_where_nothing_changed() -> None:
    assert not news([Use(ledger="a"), Use(ledger="b")], [Use(ledger="b"), Use(ledger="a")])


def test_who_uses_less_frees_and_who_uses_more_does_not() -> None:
    assert news([Use(ledger="a", quantity=2)], [Use(ledger="a")]).freed == {"a"}
    assert news([Use(ledger="a")], []).freed == {"a"}
    assert not news([], [Use(ledger="a")]).freed


@pytest.mark.parametrize("quantity", [1, -1])
def test_the_same_use_of_a_later_instant_notifies_nobody(quantity: int) -> None:
    """Two claims that wait to be posted are dated by their last tie-out: they would have notified one another without end."""
    earlier, later = (Use(ledger="watched-a", quantity=quantity, at=day) for day in (4, 5))
    assert not news([earlier], [later])
    assert news([later], [earlier]).freed == {"watched-a"}, "figures from in between contain it now"
    assert news([earlier], [later, Use(ledger="b", quantity=-1)]).freed == {"b"}


def test_another_amount_of_a_later_instant_is_news() -> None:
    assert news([Use(ledger="a", quantity=2, at=4)], [Use(ledger="a", quantity=1, at=5)]).freed == {"a"}
    assert news([Use(ledger="a", quantity=1, at=4)], []).freed == {"a"}
    assert news([Use(ledger="a", quantity=1, at=4)], [Use(ledger="b", quantity=1, at=5)]).freed == {"a"}


def test_what_is_given_back_frees_also_where_something_was_used_before() -> None:
    """A credit note that is approved: it used nothing while it was held, and then gives back."""
    assert news([], [Use(ledger="a", quantity=-1)]).freed == {"a"}
    assert news([Use(ledger="b")], [Use(ledger="b"), Use(ledger="a", quantity=-1)]).freed == {"a"}
    assert not news([Use(ledger="a", quantity=-1)], [Use(ledger="a", quantity=-1)])


@pytest.mark.parametrize("was", ["clear", "posting", "posting_failed", "posting_unknown"])
@pytest.mark.parametrize("now", ["posted", "part_posted"])
def test_what_is_given_back_frees_once_more_when_it_is_posted(was: str, now: str) -> None:
    uses = [Use(ledger="watched-a", quantity=-1), Use(ledger="b", quantity=2)]
    changed = news(uses, uses, was=was, now=now)
    assert changed.freed == changed.moved == {"watched-a"}
    assert not news(uses[1:], uses[1:], was=was, now=now).freed
    assert not news(uses, uses, was="posted", now=now)


def test_a_document_that_takes_back_is_reported_when_it_is_posted_also_where_it_uses_nothing() -> None:
    assert news([], [], was="posting", now="posted", takes_back=True).released
    assert not news([], [], was="posting", now="posted").released
    assert not news([], [], was="part_posted", now="posted", takes_back=True)
    assert not news([], [], was="posting_failed", now="posting_unknown", takes_back=True)


def test_what_a_dead_claim_still_gives_back_is_posted() -> None:
    assert [is_posted(state) for state in ("rejected", "superseded", "posted", "part_posted")] == [True] * 4
    assert not any(map(is_posted, ("received", "clear", "waiting", "held", "posting", "posting_failed")))


def test_watched_ledgers_are_moved_by_more_and_by_less() -> None:
    assert news([], [Use(ledger="watched-1")]).moved == {"watched-1"}
    assert news([Use(ledger="watched-1")], []).moved == {"watched-1"}
    assert not news([], [Use(ledger="a")]).moved


@pytest.mark.parametrize(
    ("was", "now", "turned", "released"),
    [
        ("held", "rejected", True, False),
        ("posting", "superseded", True, True),
        ("rejected", "held", True, False),
        ("rejected", "superseded", False, False),
        ("held", "clear", False, True),
        ("waiting", "posting", False, True),
        ("posting", "posted", False, False),
        ("posting", "posting_failed", False, True),
        ("received", "held", False, False),
    ],
)
def test_rejection_revival_and_release_are_reported(was: str, now: str, turned: bool, released: bool) -> None:
    changed = news([], [], was=was, now=now)
    assert (changed.turned, changed.released) == (turned, released)


def test_all_keys_of_a_claim_are_notified_when_it_is_rejected_and_shared_ones_of_look_alikes_when_it_is_released() -> (
    None
):
    keys = ("duplicate/1", "duplicate/2", "issued/1")

    def notified(changed: News[str]) -> frozenset[str]:
        return keys_of_claim(
            changed, keys, makes_room=lambda key: key.startswith("dup"), is_shared=lambda key: key != "duplicate/1"
        )

    assert notified(News(turned=True, released=True)) == set(keys)
    assert notified(News(released=True)) == {"duplicate/2"}
    assert notified(News(freed=frozenset({"a"}))) == set()


def test_ledgers_are_notified_under_the_keys_that_are_watched() -> None:
    changed = News(freed=frozenset({"a", "w"}), moved=frozenset({"w"}))
    keys = keys_of_ledgers(
        changed, freed=lambda ledger: (f"order/{ledger}",), moved=lambda ledger: (f"billed/{ledger}",)
    )
    assert keys == {"order/a", "order/w", "billed/w"}


def test_rejected_claims_use_up_nothing_unless_a_part_is_posted() -> None:
    uses = (Use(ledger="a"),)
    assert used_up(uses, state="held", posted=False) == uses
    assert used_up(uses, state="rejected", posted=False) == ()
    assert used_up(uses, state="superseded", posted=True) == uses
