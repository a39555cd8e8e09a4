"""Each source says only what it may, by every door: what is refused is kept, held, and no evidence; and nobody accepts his own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
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
from tieout.core.values.money import Money
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
    Invoice,
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


@settings(max_examples=1, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_no_kind_but_claims_is_a_persons_to_say(database: Database, choice: st.DataObject) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        for kind in sorted(set(type_of_kind) - INCOMING - {"unreadable"}):
            made.upload("ann", choice.draw(documents(kind), label=kind))
        kinds = {row.kind for row in made.rows(Stored)}
        assert kinds == {"unreadable"}
        assert made.held(), "some of them were sound, and are held because of their kind"


def table(document: Invoice) -> bytes:
    """The invoice as a CSV that calls itself what it likes."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["supplier_number", "supplier_name", "account", "account_approved_on"])
    rows.writerow(["S1", document.supplier.name, ELSEWHERE, "2020-01-01"])
    return out.getvalue().encode()


Door = Callable[[Company, Sequence[Document]], None]


def one_by_one(made: Company, sent: Sequence[Document]) -> None:
    """The API, a file a document."""
    made.upload("ann", *sent)


def all_in_one(made: Company, sent: Sequence[Document]) -> None:
    """The API, all of it in one file between two claims."""
    whole = [samples.invoice("FIRST"), *sent, samples.invoice("LAST")]
    content = b"[" + b",".join(canonical_json.encode(document) for document in whole) + b"]"
    made.upload("ann", files={"batch.json": content})


def as_table(made: Company, sent: Sequence[Document]) -> None:
    """The API, a table of suppliers beside the documents."""
    made.upload("ann", *sent)
    made.upload("ann", files={"suppliers.csv": table(samples.invoice())})


def by_mail(made: Company, sent: Sequence[Document]) -> None:
    """A mailbox that suppliers write to."""
    mailbox = Source(name="mailbox", kinds=INCOMING)
    files = [Incoming(content=canonical_json.encode(document), name=f"{k}.json") for k, document in enumerate(sent)]
    receive(made.application.engine, made.scope, files, source=mailbox, at=AT)
    made.tie_out()


def read_again(made: Company, sent: Sequence[Document]) -> None:
    """The API, and a replay of what was not taken."""
    made.upload("ann", *sent)
    replay(made.application.engine, made.scope, at=AT)
    made.tie_out()


@settings(max_examples=12, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_no_file_of_a_person_ends_a_finding_pays_elsewhere_or_proves_its_own_invoice(
    database: Database, choice: st.DataObject
) -> None:
    with company() as made:
        furnish(made)
        claim = made.claim("INV-1")
        before, evidence = findings(made, claim), made.evidence()
        assert ("MD-BANK-CONFLICT", "document", "hold") in before or any("BANK" in code for code, _, _ in before)
        kinds = sorted(type_of_kind)
        sent = choice.draw(
            st.lists(st.sampled_from(attacks(made)) | st.sampled_from(kinds).flatmap(documents), min_size=1, max_size=4)
        )
        door: Door = choice.draw(st.sampled_from([one_by_one, all_in_one, as_table, by_mail, read_again]))
        door(made, sent)
        after = findings(made, claim)
        held = {(code, where) for code, where, stage in before if stage == "hold"}
        assert {(code, where) for code, where, stage in after if stage == "hold"} >= held
        assert made.evidence() == evidence, "nothing that was handed in is evidence"


@settings(max_examples=8, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_nobody_accepts_what_he_made_changed_or_handed_in_or_above_his_limit(
    database: Database, choice: st.DataObject
) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        limit = choice.draw(st.sampled_from(["", "1199.99 EUR", "1200.00 EUR", "9000.00 USD"]))
        made.person("lena", "approver", "ap_analyst", limit=limit)
        hand = choice.draw(st.sampled_from(["none", "order", "receipt", "supplier", "invoice", "upload", "changed"]))
        name = choice.draw(
            st.sampled_from([made.login("lena"), str(made.users["lena"].pk), made.login("lena").upper()])
        )
        word = choice.draw(st.sampled_from(["made_by", "approved_by"]))
        sent: dict[str, Any] = {
            "supplier": samples.supplier(),
            "order": samples.order(),
            "receipt": samples.receipt(),
            "invoice": samples.invoice(price="11.00"),
        }
        if hand in sent:
            sent[hand] = replace(sent[hand], **{word: name})
        if hand == "changed":
            made.erp(replace(sent["order"], terms="old", **{word: name}))
        made.erp(*(sent[kind] for kind in ("supplier", "order", "receipt")))
        made.upload("lena" if hand == "upload" else "ann", sent["invoice"])
        status, answer = made.accept("lena", made.case("INV-1", "AP-PRC-OVER"))
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
