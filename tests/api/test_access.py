"""Who may, and how much, over HTTP alone: duties apart, limits, queues, companies. No test says who made what or up to how much:
documents and grants do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.api.company import Company, company
from tests.engine import samples
from tests.support.server import Database
from tieout.store.models import Case
from tieout.store.models import Document as Stored


@pytest.fixture
def acme(database: Database) -> Iterator[Company]:
    """One company whose order olga made; ann handed in an invoice that is dearer by 1,200.00 EUR."""
    with company() as made:
        made.person("ann", "ap_analyst")
        made.person("olga", "approver")
        made.person("lena", "approver", limit="5000 EUR")
        made.person("mia", "approver", limit="1000 EUR")
        made.person("rita", "receiver")
        made.person("bea", "buyer")
        order = replace(samples.order(), made_by=made.login("olga"))
        made.erp(samples.supplier(), order, samples.receipt())
        assert made.upload("ann", samples.invoice(price="11.00")).status_code == 200
        yield made


def dear(acme: Company) -> Case:
    return acme.case("INV-1", "AP-PRC-OVER")


@pytest.mark.mission("GOV-01", "WF-02", "WF-07")
def test_whoever_made_the_order_gets_wf_sod(acme: Company) -> None:
    status, answer = acme.accept("olga", dear(acme))
    assert (status, answer["code"]) == (409, "WF-SOD")
    status, answer = acme.command("olga", dear(acme), "resolve", resolution="accept_variance", note="fine")
    assert (status, answer["code"]) == (409, "WF-SOD"), "the other button is the same act"
    assert acme.accept("lena", dear(acme))[0] == 200


@pytest.mark.mission("GOV-01", "GOV-12", "GOV-15")
def test_an_approver_above_the_limit_gets_case_limit(acme: Company) -> None:
    status, answer = acme.accept("mia", dear(acme))
    assert (status, answer["code"]) == (409, "CASE-LIMIT")
    assert "1,000.00" in answer["message"] or "1000.00" in answer["message"]
    status, answer = acme.accept("lena", dear(acme), limit={"amount": "5000.01", "currency": "EUR"})
    assert status in {409, 422}, "nor by naming a limit of one's own"
    assert acme.accept("lena", dear(acme))[0] == 200


@pytest.mark.mission("WF-02")
def test_a_receiver_who_touches_a_buyers_case_is_refused_with_the_reason(acme: Company) -> None:
    case = dear(acme)
    assert case.queue == "buyer"
    for command, arguments in (
        ("note", {"text": "hello"}),
        ("assign", {"assignee": acme.login("rita")}),
        ("hand_off", {"queue": "receiving", "reason": "mine"}),
        ("resolve", {"resolution": "reject_to_supplier", "note": "no"}),
    ):
        status, answer = acme.command("rita", case, command, **arguments)
        assert (status, answer["code"]) == (409, "CASE-ROLE"), command
        assert "queue Buyer" in answer["message"]
        assert "Receiver" in answer["message"], "roles are called what people call them"
    assert acme.clients["rita"].get(f"/api/cases/{case.id}").json()["commands"] == []
    assert acme.command("bea", case, "note", text="looking into it")[0] == 200


def test_a_grant_for_the_queue_lets_the_receiver_in(acme: Company) -> None:
    acme.person("rita", "receiver", queue="buyer")
    assert acme.command("rita", dear(acme), "note", text="asked to help")[0] == 200


def test_a_hand_off_to_an_unknown_queue_is_refused(acme: Company) -> None:
    for queue in ("purchasing-dept", "receiving/"):
        status, answer = acme.command("ann", dear(acme), "hand_off", queue=queue, reason="theirs")
        assert (status, answer["code"]) == (409, "CASE-QUEUE")
        assert "receiving" in answer["message"], "it says which there are"
    assert acme.command("ann", dear(acme), "hand_off", queue="receiving/WMS-4", reason="theirs")[0] == 200


def test_a_case_is_given_to_people_who_work_on_it_alone(acme: Company) -> None:
    for nobody in ("somebody", acme.login("rita")):
        status, answer = acme.command("ann", dear(acme), "assign", assignee=nobody)
        assert (status, answer["code"]) == (409, "CASE-ASSIGNEE")
        assert acme.login("bea") in answer["message"]
    assert acme.command("ann", dear(acme), "assign", assignee=acme.login("bea"))[0] == 200
    assert dear(acme).actor == str(acme.users["bea"].pk)


@pytest.mark.parametrize("how", ["made_by", "approved_by"])
@pytest.mark.parametrize("what", ["order", "receipt", "supplier"])
def test_who_had_a_hand_in_the_evidence_accepts_nothing(database: Database, what: str, how: str) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        made.person("olga", "approver")
        evidence = {"order": samples.order(), "receipt": samples.receipt(), "supplier": samples.supplier()}
        evidence[what] = replace(evidence[what], **{how: str(made.users["olga"].pk)})  # type: ignore[type-var]
        made.erp(*evidence.values())
        made.upload("ann", samples.invoice(price="11.00"))
        assert made.accept("olga", dear(made))[1]["code"] == "WF-SOD"


def test_who_changed_the_order_before_accepts_nothing_either(database: Database) -> None:
    with company() as made:
        made.person("ann", "ap_analyst")
        made.person("olga", "approver")
        first = replace(samples.order(), made_by=made.login("olga"))
        made.erp(samples.supplier(), first, samples.receipt())
        made.erp(replace(first, made_by="erp-batch", terms="30 days"))
        made.upload("ann", samples.invoice(price="11.00"))
        assert made.accept("olga", dear(made))[1]["code"] == "WF-SOD"


def test_who_handed_the_invoice_in_accepts_nothing(acme: Company) -> None:
    acme.person("carl", "controller")
    acme.upload("carl", samples.invoice("INV-9", price="10.50"))
    assert acme.accept("carl", acme.case("INV-9", "AP-PRC-OVER"))[1]["code"] == "WF-SOD"


def test_who_handed_in_the_same_file_again_handed_it_in(acme: Company) -> None:
    acme.person("carl", "controller")
    acme.upload("carl", samples.invoice(price="11.00"))
    assert acme.accept("carl", dear(acme))[1]["code"] == "WF-SOD"


def test_two_companies_neither_read_nor_write_one_anothers(database: Database) -> None:
    with company("de01", "at01") as made:
        made.person("dora", "ap_analyst", entity="de01")
        made.person("dora", "approver", entity="de01")
        made.person("alma", "ap_analyst", entity="at01")
        orders = (replace(samples.order(), entity="de01"), replace(samples.order("4500013"), entity="at01"))
        made.erp(samples.supplier(), *orders, samples.receipt(), samples.receipt("R2", "4500013"))
        made.upload("dora", replace(samples.invoice(price="11.00"), entity="de01"))
        made.upload("alma", replace(samples.invoice("INV-2", "4500013", price="11.00"), entity="at01"))
        assert made.held() == []
        theirs = made.claim("INV-2")
        case = made.case("INV-2", "AP-PRC-OVER")
        dora, alma = made.clients["dora"], made.clients["alma"]
        order = next(row for row in documents(made, "order") if row.entity == "at01")
        addresses = [
            f"/api/claims/{theirs.id}",
            f"/api/cases/{case.id}",
            f"/api/documents/{theirs.document}",
            f"/api/documents/{order.id}",
            f"/claims/{theirs.id}/",
            f"/cases/{case.id}/",
            f"/documents/{theirs.document}/",
            f"/documents/{order.id}/",
            f"/documents/{theirs.document}/original/",
        ]
        for address in addresses:
            assert dora.get(address).status_code == 404, address
            assert alma.get(address).status_code in {200, 302}, address
        for address in ("/", "/queue/", "/claims/", "/api/claims", "/api/cases", "/measures/"):
            assert "INV-2" not in dora.get(address).content.decode(), address
        before = made.rows(Case, id=case.id)[0].seq
        assert made.command("dora", case, "note", text="x")[0] == 404
        assert dora.post(f"/cases/{case.id}/note/", {"text": "x"}).status_code == 404
        assert made.rows(Case, id=case.id)[0].seq == before
        made.upload("dora", replace(samples.invoice("INV-3"), entity="at01"))
        assert [record.number for record in made.held()] == ["INV-3"], "nor writes an invoice of the other company"


def test_an_approver_of_one_company_is_none_of_its_sister(database: Database) -> None:
    with company("de01", "at01") as made:
        made.person("ann", "ap_analyst")
        made.person("dora", "auditor")
        made.person("dora", "approver", entity="de01")
        orders = (replace(samples.order(), entity="de01"), replace(samples.order("4500013"), entity="at01"))
        made.erp(samples.supplier(), *orders, samples.receipt(), samples.receipt("R2", "4500013"))
        made.upload("ann", replace(samples.invoice(price="11.00"), entity="de01"))
        made.upload("ann", replace(samples.invoice("INV-2", "4500013", price="11.00"), entity="at01"))
        status, answer = made.accept("dora", made.case("INV-2", "AP-PRC-OVER"))
        assert (status, answer["code"]) == (409, "CASE-ROLE")
        assert made.accept("dora", dear(made))[0] == 200


def test_a_document_shows_who_had_a_hand_in_it(acme: Company) -> None:
    """A person by their name, a system as it is called, and nobody where no name is recorded."""

    def hands(document: object) -> dict[str, str]:
        page = acme.clients["ann"].get(f"/documents/{document}/").content.decode()
        [block] = re.findall(r"<h2>Origin</h2>(.*?)</section>", page, re.DOTALL)
        return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", block))

    assert hands(acme.claim("INV-1").document) == {"Handed in by": acme.login("ann")}
    [order] = documents(acme, "order")
    assert hands(order.id) == {"Source": "erp", "Created by": acme.login("olga")}  # type: ignore[attr-defined]
    receipt = replace(samples.receipt("R7"), made_by="wms", approved_by=str(acme.users["rita"].pk))
    acme.erp(receipt)
    [row] = acme.rows(Stored, kind="receipt", number="R7")
    assert hands(row.id) == {"Source": "erp", "Created by": "wms", "Approved by": acme.login("rita")}


def documents(made: Company, kind: str) -> list[object]:
    from tieout.store.models import Document

    return made.rows(Document, kind=kind)
