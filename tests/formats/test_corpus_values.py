"""No value of the real documents changes unseen: what is read is what is committed, and what changed since the last issue is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.formats.corpus_values import (
    CHANGES,
    COMMITTED,
    GROUPS,
    Rows,
    before,
    compared,
    rows_of,
    text_of,
    unlike,
    whole,
)

AGAIN = "look at each; then .venv/bin/python -m tests.formats.corpus_values FOLDER > tests/formats/corpus_values.txt"


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> Rows:
    return rows_of(shared_data)


def test_every_document_has_the_values_that_are_committed(rows: Rows) -> None:
    differences = unlike(rows, COMMITTED.read_text().splitlines())
    assert not differences, "\n".join([AGAIN, *differences[:40]])


def test_nothing_changed_since_the_build_before_but_what_is_named(rows: Rows) -> None:
    assert whole(before(rows)) == CHANGES["whole"], "name the change, with its reason, in corpus_changes.toml"


def test_a_change_that_is_not_named_is_seen(rows: Rows) -> None:
    key = next(key for key, row in rows.items() if row.kind == "invoice")
    for group in GROUPS[:-1]:  # the last are fields that there were not
        other = {**rows, key: replace(rows[key], digests={**rows[key].digests, group: "00000000"})}
        assert whole(before(other)) != CHANGES["whole"]
        assert len(unlike(other, text_of(rows))) == 1
    lost = {place: row for place, row in rows.items() if place != key}
    assert whole(before(lost)) != CHANGES["whole"]
    assert "not there now" in unlike(lost, text_of(rows))[0]


def test_every_change_has_a_reason_and_is_one(rows: Rows) -> None:
    for change in CHANGES["changed"]:
        assert change["reason"]
        assert change["documents"]
        for entry in change["documents"]:
            path, part, digest = entry.rsplit(" ", 2)
            assert rows[path, int(part)].digests[change["group"]] != digest, f"{entry} did not change"
    assert all(CHANGES["added"].values())
    assert all(one["reason"] for one in CHANGES["read_since"])


def test_the_reference_has_the_figures(rows: Rows) -> None:
    page = (REPOSITORY / "docs" / "reference" / "corpus.md").read_text()
    again = "python -m tests.formats.corpus_values FOLDER --page > docs/reference/corpus.md"
    assert page.endswith("\n".join(compared(rows)) + "\n"), f"write it again: {again}"
