"""Two companies of one tenant under colliding numbers, through the engine: each gets the verdicts that it would get alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import sisters
from tests.support.access import SETUP, Open
from tests.support.sisters import AT, Company, Stands, of
from tieout.app import default_policies, kinds, packs
from tieout.core.access.source import ANY, Source
from tieout.core.audit.signing import SecretKey
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.ids import SourceKey
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import reader_here
from tieout.engine.receive import Incoming, receive
from tieout.engine.rules import add_policy
from tieout.engine.tie_out import tie_out
from tieout.formats import canonical_json, json_documents
from tieout.store import claims, documents, verdicts

PROCESSES = ("payables", "order_to_cash", "subscription_billing")


def _engine() -> Engine:
    policies = default_policies()
    return Engine(
        kinds=kinds(),
        packs=packs_by_kind(packs()),
        read=reader_here(kinds()),
        read_policy=lambda text: policies[int(text)],
        signing_key=SecretKey(secret=b"sister companies"),
        sources=Open(),
    )


def stands(companies: Sequence[Company]) -> Stands:
    """The verdict of every claim in a new tenant that has received what these companies' systems sent."""
    policies = default_policies()
    engine = _engine()
    scope = Scope(tenant=f"t-{uuid4().hex[:12]}")
    for k in range(len(policies)):
        add_policy(scope, str(k).encode(), read=engine.read_policy, at=AT)
    write = json_documents.FORMAT.write
    assert write is not None
    for company in companies:
        files = [
            Incoming(
                content=write(document),
                name=f"{document.number}.json",
                source=SourceKey(system=company.name, kind=document.kind, external_id=document.number, version="1"),
                entity=company.name if company.by_source else "",
            )
            for document in company.stated()
        ]
        receive(engine, scope, files, source=Source(name=company.name, kinds=frozenset({ANY})), at=AT)
    while tie_out(engine, scope, at=AT).taken:
        pass
    rows = claims.every(scope, after=UUID(int=0), limit=1000)
    last = verdicts.last(scope, [row.id for row in rows])
    statuses: Stands = {}
    for row in rows:
        verdict = canonical_json.decode_as(Verdict, last[row.id].body)
        used = sorted((one.ledger.bare, one.line, one.quantity) for one in verdict.allocations)
        statuses[row.key] = (verdict.status, tuple(used))
    return statuses


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("process", PROCESSES)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_of_one_company_never_clears_or_uses_up_anything_of_the_other(
    process: str, data: st.DataObject
) -> None:
    one, other = data.draw(st.composite(sisters.companies)(process))
    both = stands([one, other])
    assert of(one.name, both) == stands([one])
    assert of(other.name, both) == stands([other])


@pytest.mark.usefixtures("empty_database")
def test_a_document_is_in_the_book_of_its_source_where_it_names_no_company() -> None:
    (order,) = sisters.documents(
        {"order": {"number": "1", "supplier": "7", "lines": ("10: 5 EA GEAR @ 1.00",)}}, "AT01"
    )
    company = Company(name="AT01", documents=(order,), by_source=True)
    engine = _engine()
    scope = Scope(tenant=f"t-{uuid4().hex[:12]}")
    write = json_documents.FORMAT.write
    assert write is not None
    (received,) = receive(
        engine,
        scope,
        [Incoming(content=write(company.stated()[0]), name="order.json", entity="AT01")],
        source=SETUP,
        at=AT,
    )
    (row,) = documents.by_ids(scope, [received.documents[0].document])
    assert (row.entity, row.book) == ("", "AT01")
    (match,) = documents.find(scope, ["order/1"])
    assert match.book == "AT01"
