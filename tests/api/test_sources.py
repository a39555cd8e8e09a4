"""Each source says only what it may, by every door: what is refused is kept, held, and no evidence; and nobody accepts his own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api.company import ERP, Company, company
from tests.engine import samples
from tests.engine.samples import AT
from tests.strategies import documents
from tests.support.server import Database
from tieout.core.access.source import Source
from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import Document
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.ids import SourceKey
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.scope import Scope
from tieout.engine.receive import Incoming, receive
from tieout.engine.replay import Replayed, replay
from tieout.formats import canonical_json
from tieout.identity.sources import allow
from tieout.store.models import Case, Claim, Lookup
from tieout.store.models import Document as Stored
from tieout.store.models import Verdict as StoredVerdict
from tieout.trade.documents import (
    Contract,
    ContractLine,
    Product,
    ProductIds,
    SupplierAccount,
    type_of_kind,
)
from tieout.trade.documents.invoice import INCOMING, BankAccount

WITHOUT_SHRINKING: Final = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example is a company with a database: making it smaller takes longer than reading it."""
ELSEWHERE: Final = "DE89370400440532013000"


@pytest.fixture
def acme(database: Database) -> Iterator[Company]:
    """Order, receipt and supplier from the ERP; an invoice that is dearer and asks to be paid elsewhere, from ann."""
    with company() as made:
        furnish(made)
        yield made


def furnish(made: Company) -> None:
    made.person("ann", "ap_analyst")
    made.person("lena", "approver")
    made.person("carl", "controller")
    made.erp(samples.supplier(), samples.order(), samples.receipt())
    dear = replace(samples.invoice(price="11.00"), accounts=(BankAccount(number=ELSEWHERE),))
    made.upload("ann", dear)


def findings(made: Company, claim: Claim) -> set[tuple[str, str, str]]:
    """Code, place and stage of the latest findings."""
    row = made.rows(StoredVerdict, claim=claim.id)[-1]
    verdict = canonical_json.decode_as(Verdict, bytes(row.body))
    return {(finding.code, finding.where, finding.stage) for finding in verdict.findings}


def attacks(made: Company) -> list[Document]:
    """What would end the case, pay elsewhere or prove the invoice, if it were taken."""
    releases = [
        Release(
            number=f"free-{finding.code}",
            claim=case.claim,
            code=finding.code,
            where=finding.where,
            resolution="accept_variance",
            reason="of course",
            actor="lena",
            evidence_hash=finding.evidence_hash,
            limit=Money.of(999_999, "EUR"),
            granted_at=AT - timedelta(days=1),
        )
        for row in made.rows(Case)
        for case in [canonical_json.decode_as(_case_type(), bytes(row.state))]
        for finding in case.findings
    ]
    account = SupplierAccount(number=ELSEWHERE, approved_on=date(2020, 1, 1))
    line = ContractLine(product=ProductIds(buyer="B1"), price=Decimal("11.00"), price_per=Decimal(1), unit="EA")
    return [
        *releases,
        replace(samples.supplier(), accounts=(account,)),
        replace(samples.order(price="11.00"), issue_date=date(2026, 4, 2)),
        samples.receipt("R9", quantity=1200),
        samples.inspected(accepted=1200),
        Contract(number="4500012", supplier=samples.ACME, currency="EUR", lines=(line,)),
        Product(number="B1", ids=ProductIds(buyer="B1"), unit="EA"),
        replace(samples.invoice("INV-77"), order_number="4500012"),
        replace(samples.invoice("CN-1", price="1.00"), kind="credit_note", preceding=("INV-1",)),
    ]


def _case_type() -> Any:
    from tieout.core.case.state import Case as State

    return State


def refusals(made: Company) -> None:
    """What was not taken is held by controls, and nobody may accept that."""
    for record in made.held():
        claim = made.rows(Claim, document=record.id)[0]
        assert findings(made, claim) == {("GOV-SOURCE", "document", "hold")}
        case = made.rows(Case, claim=claim.id)[0]
        assert (case.code, case.queue, case.closed_at) == ("GOV-SOURCE", "controls", None)
        for person in ("lena", "carl"):
            assert made.accept(person, case)[1]["code"] == "CASE-NOT-RELEASABLE"


def test_what_would_help_the_invoice_is_kept_held_and_no_evidence(acme: Company) -> None:
    before, lookups = acme.evidence(), len(acme.rows(Lookup))
    sent = [document for document in attacks(acme) if document.kind not in INCOMING]
    assert acme.upload("ann", *sent).status_code == 200, "the files are kept"
    assert {record.number for record in acme.held()} == {document.number for document in sent}
    refusals(acme)
    assert acme.evidence() == before
    assert len(acme.rows(Lookup)) == lookups


@settings(max_examples=4, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_no_kind_but_claims_is_a_persons_to_say(database: Database, choice: st.DataObject) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        kinds = sorted(set(type_of_kind) - INCOMING - {"unreadable"})
        made.upload("ann", *(choice.draw(documents(kind), label=kind) for kind in kinds))
        assert {row.kind for row in made.rows(Stored)} == {"unreadable"}
        assert made.held(), "some of them were sound, and are held because of their kind"


LIMITS: Final = {"": "lena", "1199.99 EUR": "lisa", "1200.00 EUR": "lotte", "9000.00 USD": "luca"}
"""Approvers by how much each may accept on one claim."""


@pytest.fixture(scope="module")
def approvers(database: Database) -> Iterator[Company]:
    """A company with approvers of all limits; each example has a supplier, an order and an invoice of its own."""
    assert database
    with company() as made:
        made.person("ann", "ap_analyst")
        for limit, name in LIMITS.items():
            made.person(name, "approver", "ap_analyst", limit=limit)
        yield made


@settings(max_examples=30, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_nobody_accepts_what_he_made_changed_or_handed_in_or_above_his_limit(
    approvers: Company, choice: st.DataObject
) -> None:
    made, own = approvers, len(approvers.rows(Claim))
    limit = choice.draw(st.sampled_from(sorted(LIMITS)))
    who = LIMITS[limit]
    hand = choice.draw(st.sampled_from(["none", "order", "receipt", "supplier", "invoice", "upload", "changed"]))
    name = choice.draw(st.sampled_from([made.login(who), str(made.users[who].pk), made.login(who).upper()]))
    word = choice.draw(st.sampled_from(["made_by", "approved_by"]))
    number, billed = f"47{own:05}", f"INV-{own}"
    identifiers = (Identifier(scheme="vat", value=f"DE{100000000 + own}"),)
    party = Party(name=f"Supplier {own} GmbH", country="DE", identifiers=identifiers)
    sent: dict[str, Any] = {
        "supplier": replace(samples.supplier(), number=f"S{own}", name=party.name, identifiers=identifiers),
        "order": replace(samples.order(number), supplier=party),
        "receipt": replace(samples.receipt(f"R{own}", number), supplier=party),
        "invoice": replace(samples.invoice(billed, number, price="11.00"), supplier=party),
    }
    if hand in sent:
        sent[hand] = replace(sent[hand], **{word: name})
    if hand == "changed":
        made.erp(replace(sent["order"], terms="old", **{word: name}))
    made.erp(*(sent[kind] for kind in ("supplier", "order", "receipt")))
    made.upload(who if hand == "upload" else "ann", sent["invoice"])
    status, answer = made.accept(who, made.case(billed, "AP-PRC-OVER"))
    if hand != "none":
        assert answer["code"] == "WF-SOD"
    elif limit in {"1199.99 EUR", "9000.00 USD"}:
        assert answer["code"] == "CASE-LIMIT"
    else:
        assert status == 200


def test_once_the_source_may_say_it_it_is_read_again(acme: Company) -> None:
    acme.upload("ann", samples.receipt("R9"))
    assert [record.number for record in acme.held()] == ["R9"]
    assert replay(acme.application.engine, acme.scope, at=AT) == Replayed(tried=1, read=0), "it may not say it yet"
    by = Scope(tenant=acme.tenant, actor="console:test")
    person = f"person:{acme.users['ann'].pk}"
    allow(by, person, kinds=["receipt"], entities=[], possible=type_of_kind)
    assert replay(acme.application.engine, acme.scope, at=AT) == Replayed(tried=1, read=1)
    acme.tie_out()
    assert acme.held() == []
    assert acme.rows(Case, code="GOV-SOURCE", closed_at=None) == []
    assert acme.rows(Stored, kind="receipt", number="R9", superseded_at=None)


@pytest.mark.parametrize("system", ["file", "tieout", "erp"])
def test_what_calls_itself_another_systems_document_supersedes_nothing(acme: Company, system: str) -> None:
    """A mailbox's invoice that comes under the name of the supplier's record does not take that record's place."""
    own = Incoming(
        content=canonical_json.encode(samples.receipt("R5")),
        name="R5.json",
        source=SourceKey(system="erp", kind="receipt", external_id="R5"),
    )
    receive(acme.application.engine, acme.scope, [own], source=ERP, at=AT)
    assert acme.rows(Stored, key="erp/receipt/R5", superseded_at=None), "the ERP names its own documents"
    before = acme.evidence()
    for kind, number in (("supplier", "S1"), ("order", "4500012"), ("receipt", "R5")):
        name = SourceKey(system=system, kind=kind, external_id=number, version="99")
        content = canonical_json.encode(samples.invoice(f"INV-{kind}"))
        for source in (Source(name="mailbox", kinds=INCOMING), Source(name="portal", kinds=INCOMING)):
            file = Incoming(content=content, name=f"{kind}.json", source=name)
            receive(acme.application.engine, acme.scope, [file], source=source, at=AT)
    acme.tie_out()
    assert acme.evidence() == before
    assert {claim.key.partition("/")[0] for claim in acme.rows(Claim, kind="invoice")} == {"file"}


def test_the_same_file_from_a_source_that_may_say_it_is_taken(acme: Company) -> None:
    """Who hands a file in first does not keep it from coming by the right way."""
    acme.upload("ann", samples.receipt("R9"))
    acme.erp(samples.receipt("R9"))
    assert acme.rows(Stored, kind="receipt", number="R9", superseded_at=None)


def test_acceptances_come_from_no_source_at_all(acme: Company) -> None:
    everything = Source(name="setup", kinds=frozenset({"*"}))
    before = findings(acme, acme.claim("INV-1"))
    acme.erp(*(document for document in attacks(acme) if isinstance(document, Release)), source=everything)
    assert findings(acme, acme.claim("INV-1")) == before
    assert {
        canonical_json.decode(acme.application.kinds, "unreadable", bytes(row.body)).code for row in acme.held()
    } == {"GOV-SOURCE"}  # type: ignore[attr-defined]


def test_a_source_of_one_company_says_nothing_of_another_nor_for_all(database: Database) -> None:
    with company("de01", "at01") as made:
        made.person("ann", "ap_analyst")
        of_de = Source(name="erp-de", kinds=ERP.kinds, entities=frozenset({"de01"}))
        made.erp(replace(samples.order(), entity="at01"), source=of_de)
        made.erp(samples.supplier(), source=of_de)
        assert sorted(record.number for record in made.held()) == ["4500012", "S1"]
        assert all(record.entity == "de01" for record in made.held())
        made.erp(replace(samples.order(), entity="de01"), replace(samples.supplier(), entities=("de01",)), source=of_de)
        made.erp(samples.order("4500044"), source=of_de)
        rows = made.rows(Stored, kind="order", superseded_at=None)
        assert {(row.number, row.entity) for row in rows} == {("4500012", "de01"), ("4500044", "de01")}


def test_a_file_of_several_documents_is_shown_to_who_may_see_all_of_them(database: Database) -> None:
    with company("de01", "at01") as made:
        made.person("ann", "ap_analyst")
        dora = made.person("dora", "ap_analyst", entity="de01")
        ours, theirs = (
            replace(samples.invoice(number), entity=entity) for number, entity in (("D-1", "de01"), ("A-1", "at01"))
        )
        both = json.dumps([json.loads(canonical_json.encode(invoice)) for invoice in (ours, theirs)]).encode()
        made.upload("ann", files={"both.json": both})
        document = made.claim("D-1").document
        page = dora.get(f"/documents/{document}/")
        assert page.status_code == 200
        assert "A-1" not in page.content.decode()
        assert "both.json" not in page.content.decode()
        assert dora.get(f"/documents/{document}/original/").status_code == 404
        assert made.clients["ann"].get(f"/documents/{document}/original/").status_code == 200


@pytest.mark.parametrize("text", [r"B\u00001", r"B\ud8001"])
def test_characters_that_no_column_holds_make_a_file_unreadable_and_stop_nobody(acme: Company, text: str) -> None:
    file = f'{{"kind": "product", "number": "{text}", "ids": {{}}, "description": "x"}}'.encode()
    assert acme.upload("ann", files={"odd.json": file}).status_code == 200
    [claim] = acme.rows(Claim, kind="unreadable")
    assert findings(acme, claim) == {("DOC-UNREAD", "document", "reject")}
    assert acme.upload("ann", samples.invoice("INV-8")).json()[0]["fate"] == "accepted"


def test_who_hands_in_needs_the_role(acme: Company) -> None:
    answer = acme.upload("lena", samples.invoice("INV-5"))
    assert (answer.status_code, answer.json()["code"]) == (409, "GOV-ROLE")
