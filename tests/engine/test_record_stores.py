"""Whatever `prepare` gives, `record` stores, with no halving: documents of every kind with values at their bounds and beyond."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.engine.samples import AT, company, engine
from tests.soak.damage import at_a_bound, damaged, nearly_sound
from tests.soak.seeds import documents, seeds
from tests.support.peek import peek
from tests.support.soak import SOAKING
from tieout import app
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import FileToRead, Prepared, prepare
from tieout.engine.record import Arrival, record
from tieout.formats import canonical_json
from tieout.store.link import transaction
from tieout.store.models import Document

if TYPE_CHECKING:
    from tests.support.server import Database

OF_A_BATCH = 30


@cache
def files() -> tuple[tuple[bytes, ...], ...]:
    """Sound files, those of one kind together: so that a kind of which there are many is not the only one that is tried."""
    by_kind: dict[str, list[bytes]] = {}
    for document in documents():
        by_kind.setdefault(document.kind, []).append(canonical_json.encode(document))
    sorts = (tuple(seeds()), *(tuple(contents) for contents in by_kind.values()))
    return (
        *sorts,
        *(tuple(by_kind["invoice"]) for _ in sorts),
    )  # half of all that is tried has amounts in columns of their own


@cache
def motor() -> Engine:
    """With all packs: each kind that is a claim is one."""
    return replace(engine(), packs=packs_by_kind(app.packs()))


def read(random: Random) -> tuple[Prepared, ...]:
    """What `prepare` gives of a file that is damaged a little, or more."""
    damage = random.choice((at_a_bound, at_a_bound, at_a_bound, nearly_sound, damaged))
    return prepare(app.kinds(), FileToRead(damage(random.choice(random.choice(files())), random), "a file"))


# Not shrunk: each try writes to a database, and the refusal names the column.
@settings(max_examples=300 if SOAKING else 12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(numbers=st.lists(st.integers(0, 2**32), min_size=OF_A_BATCH, max_size=OF_A_BATCH, unique=True))
def test_whatever_is_prepared_is_recorded(database: Database, numbers: list[int]) -> None:
    scope = company(engine())
    given_ = [prepared for number in numbers for prepared in read(Random(number))]
    with transaction(scope):
        answers = record(motor(), scope, [Arrival(prepared=prepared, source_file=None) for prepared in given_], at=AT)
    kept = {row.id: bytes(row.body) for row in peek(Document).filter(tenant=scope.tenant)}
    assert [kept[answer.document] for answer in answers] == [prepared.body for prepared in given_]
