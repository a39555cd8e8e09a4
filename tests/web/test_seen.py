"""Until somebody says which kinds of documents are claims, each may be one: then nothing without a company is shown to one company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tieout.core.values.scope import Scope
from tieout.store.screens import seen


@pytest.fixture
def unsaid() -> Iterator[None]:
    before = list(seen._claims)
    seen._claims.clear()
    yield
    seen._claims[:] = before


def query(*entities: str) -> str:
    return str(seen.documents(Scope(tenant="t", entities=entities)).query)


def test_nobody_has_said_which_kinds_are_claims(unsaid: None) -> None:
    assert '"entity" IN (DE01)' in query("DE01")
    assert '"kind"' not in query("DE01").partition("WHERE")[2]
    assert '"entity" IN' not in query()


def test_evidence_of_no_company_is_everybodys_and_a_claim_of_none_is_not(unsaid: None) -> None:
    seen.claims_are(["expense_claim"])
    assert 'NOT ("documents"."kind" IN (expense_claim))' in query("DE01").replace("store_document", "documents")
