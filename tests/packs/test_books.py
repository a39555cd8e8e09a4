"""Whose evidence it is: what counts for a claim, what does not, and that what is left out is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.sisters import AT, documents, recorded
from tieout.app import catalogue, default_policies, kinds, packs
from tieout.core.documents.kind import Document
from tieout.core.findings.wording import sentence
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.evidence_index import EvidenceIndex
from tieout.core.tie_out.verdict import Verdict
from tieout.trade.documents import Supplier

SUPPLIER = {"number": "7", "name": "Contoso Parts", "vat": "DE100000001"}
GEARS = ("10: 10 EA GEAR @ 10.00",)


def made(company: str, **tree: Any) -> list[Document]:
    """Documents of a company, "" for those that name none."""
    tree_documents = documents({"supplier": SUPPLIER, **tree}, company)
    return [document for document in tree_documents if not isinstance(document, Supplier)]


def order(company: str, **more: Any) -> list[Document]:
    return made(company, order={"number": "1", "supplier": "7", "lines": GEARS, **more})


def receipt(company: str, number: str = "GR-1", **more: Any) -> list[Document]:
    return made(company, receipt={"number": number, "order": "1", "lines": ("10: 10 EA",), **more})


def invoice(company: str, number: str = "R-1") -> Document:
    lines = ("1: 10 EA GEAR @ 10.00 -> 10",)
    return made(company, invoice={"number": number, "supplier": "7", "order": "1", "lines": lines})[0]


def judged(claim: Document, *evidence: list[Document]) -> Verdict:
    """What becomes of a claim, with the supplier of record who sells to all companies."""
    (pack,) = [candidate for candidate in packs() if claim.kind in candidate.claims]
    master = replace(documents({"supplier": SUPPLIER}, "")[0], entity="")  # type: ignore[type-var]
    several = [document for given in ([master], *evidence) for document in given]
    index = EvidenceIndex(kinds(), (recorded(f"system-{k}", document) for k, document in enumerate(several)))
    dossier = index.gather(pack, recorded("inbox", claim), received_at=AT, at=AT)
    return pack.tie_out(dossier, PolicySet(policies=default_policies())).verdict


def messages(verdict: Verdict, code: str) -> str:
    return " ".join(sentence(finding, catalogue().codes) for finding in verdict.findings if finding.code == code)


@pytest.mark.parametrize("company", ["DE01", ""])
def test_an_invoice_is_of_the_company_that_has_the_order(company: str) -> None:
    verdict = judged(invoice(company), order("DE01"), receipt(company))
    assert verdict.status == "clear"
    assert [str(allocation.ledger) for allocation in verdict.allocations] == ["order@DE01/1"]


def test_where_two_companies_have_the_order_and_the_invoice_names_neither_nobody_has_it() -> None:
    verdict = judged(invoice(""), order("DE01"), order("AT01"), receipt("DE01"), receipt("AT01", "GR-2"))
    assert verdict.status == "held"
    assert "AT01, DE01" in messages(verdict, "AP-PO-INVALID")
    assert verdict.allocations == ()


def test_the_company_that_it_names_decides_whichever_came_first() -> None:
    for company in ("DE01", "AT01"):
        verdict = judged(invoice(company), order("AT01"), order("DE01"), receipt("AT01"), receipt("DE01", "GR-2"))
        assert verdict.status == "clear"
        assert {allocation.ledger.book for allocation in verdict.allocations} == {company}


def test_a_receipt_of_no_company_counts_for_nobody_where_two_have_the_order() -> None:
    verdict = judged(invoice("DE01"), order("DE01"), order("AT01"), receipt(""))
    assert verdict.status == "held"
    assert "GR-1: names no company, and order 1 is there in AT01, DE01" in messages(verdict, "INT-MAP")


def test_it_is_noted_and_holds_nothing_where_all_is_here_without_it() -> None:
    verdict = judged(invoice("DE01"), order("DE01"), order("AT01"), receipt("DE01"), receipt("", "GR-2"))
    assert verdict.status == "clear"
    assert [(finding.code, finding.stage) for finding in verdict.findings] == [("INT-MAP", "note")]


def test_a_return_of_no_company_may_be_ours_and_holds() -> None:
    back = made("", **{"return": {"number": "RT-1", "line": "1/10", "quantity": "4 EA"}})
    verdict = judged(invoice("DE01"), order("DE01"), order("AT01"), receipt("DE01"), back)
    assert verdict.status == "held"
    assert "RT-1" in messages(verdict, "INT-MAP")


def test_a_receipt_at_a_site_that_is_none_of_the_companys_order_counts_only_where_it_says_whose_it_is() -> None:
    here = order("DE01", site="BER")
    assert judged(invoice("DE01"), here, receipt("", site="VIE")).status == "held"
    assert judged(invoice("DE01"), here, receipt("DE01", site="VIE")).status == "clear"
    assert judged(invoice("DE01"), here, receipt("", site="BER")).status == "clear"


def test_the_only_order_is_reported_as_another_company_s() -> None:
    verdict = judged(invoice("DE01"), order("AT01"), receipt("AT01"))
    assert verdict.status == "held"
    assert "entity AT01" in messages(verdict, "AP-PO-INVALID")


def test_two_suppliers_of_one_number_are_nobody_where_neither_is_of_the_company() -> None:
    other = {**SUPPLIER, "name": "Fabrikam", "vat": "ATU10000002"}
    ours = documents({"supplier": {**SUPPLIER, "entities": ("DE01",)}}, "")
    theirs = documents({"supplier": {**other, "entities": ("AT01",)}}, "")
    claim = replace(invoice("DE01"), supplier=_by_number("7"))  # type: ignore[type-var]
    (pack,) = [candidate for candidate in packs() if claim.kind in candidate.claims]

    def blocked(*masters: Document) -> str:
        index = EvidenceIndex(
            kinds(),
            (recorded(f"erp-{k}", master) for k, master in enumerate([*masters, *order("DE01"), *receipt("DE01")])),
        )
        dossier = index.gather(pack, recorded("inbox", claim), received_at=AT, at=AT)
        return messages(pack.tie_out(dossier, PolicySet(policies=default_policies())).verdict, "MD-VEND-BLOCK")

    assert "Fabrikam" not in blocked(*ours, *theirs)
    assert "not in the supplier master" not in blocked(*ours, *theirs)
    nobody = [replace(master, entities=()) for master in (*ours, *theirs)]  # type: ignore[type-var]
    assert "not in the supplier master" in blocked(*nobody)


def _by_number(number: str) -> Any:
    from tieout.core.values.party import Identifier, Party

    return Party(identifiers=(Identifier(scheme="ours", value=number),))


def duplicates(*claims: Document) -> list[str]:
    """The codes of duplicates that the last of these claims is held for."""
    (pack,) = [candidate for candidate in packs() if claims[-1].kind in candidate.claims]
    index = EvidenceIndex(kinds(), (recorded(f"inbox-{k}", claim) for k, claim in enumerate(claims)))
    dossier = index.gather(pack, recorded(f"inbox-{len(claims) - 1}", claims[-1]), received_at=AT, at=AT)
    findings = pack.tie_out(dossier, PolicySet(policies=default_policies())).verdict.findings
    return [claim.code for claim in findings if claim.code.startswith("AP-DUP")]


def test_the_same_invoice_sent_to_both_companies_is_a_duplicate() -> None:
    assert duplicates(invoice("AT01"), invoice("DE01")) != []


def test_two_suppliers_that_share_only_our_number_in_two_companies_are_not_one() -> None:
    one = replace(invoice("AT01"), supplier=_by_number("7"))  # type: ignore[type-var]
    other = replace(invoice("DE01"), supplier=_by_number("7"))  # type: ignore[type-var]
    assert duplicates(one, other) == []
    assert duplicates(replace(one, entity="DE01"), other) != []  # type: ignore[type-var]
    assert duplicates(replace(one, entity=""), other) != [], "whose it is nobody says, so it may be the same"  # type: ignore[type-var]


def test_a_shipment_of_no_company_counts_for_nobody_where_two_have_the_sales_order() -> None:
    def sold(company: str, **tree: Any) -> list[Document]:
        tree_documents = documents({"customer": {"number": "7", "name": "Nord"}, **tree}, company)
        return [document for document in tree_documents if document.kind not in {"customer", "credit_standing"}]

    def to(company: str) -> list[Document]:
        return sold(company, sales_order={"number": "1", "customer": "7", "lines": ("10: 10 EA BOLT @ 10.00",)})

    sent = {"number": "SH-1", "order": "1", "lines": ("10: 10 EA",)}
    lines = ("1: 10 EA BOLT @ 10.00 -> 10",)
    billed = {"number": "INV-1", "customer": "7", "order": "1", "lines": lines}
    (claim,) = sold("DE01", customer_invoice=billed)
    customer = documents({"customer": {"number": "7", "name": "Nord"}}, "DE01")
    alone = judged(claim, customer, to("DE01"), sold("", shipment=sent))
    both = judged(claim, customer, to("DE01"), to("AT01"), sold("", shipment=sent))
    assert [allocation.ledger.book for allocation in alone.allocations] == ["DE01", "DE01", "DE01"]
    assert (both.status, both.allocations) == ("held", ())
    assert "SH-1: names no company, and sales order 1 is there in AT01, DE01" in messages(both, "AR-SHP-QTY")
    (nobodys,) = sold("", customer_invoice=billed)
    assert "is there in AT01, DE01" in messages(judged(nobodys, to("DE01"), to("AT01")), "AR-SHP-QTY")


def test_usage_of_no_company_bills_nobody_where_two_have_the_account() -> None:
    def contract(company: str, lines: tuple[str, ...] = ("L2: usage API @ 0.10",)) -> list[Document]:
        held = {"number": "1", "account": "7", "starts": "2026-03-01", "lines": lines, "entity": company}
        return documents(
            {
                "billing_account": {"number": "7", "name": company, "entity": company, "erp": (f"{company} 1",)},
                "books": {"entity": company, "periods": ("2026-03", "2026-04")},
                "meter": {"number": "API"},
                "subscription": held,
            },
            company,
        )

    used = documents({"usage": {"meter": "API", "account": "7", "month": "2026-03", "quantity": 100}}, "")
    bill = {"number": "R-1", "account": "7", "lines": ("1: 1/L2 2026-03 = 10.00",), "entity": "DE01"}
    (claim,) = documents({"bill": bill}, "DE01")
    assert judged(claim, contract("DE01"), used).status == "clear"
    both = judged(claim, contract("DE01"), contract("AT01"), used)
    assert both.status != "clear"
    assert "names no company, and customer 7 is there in AT01, DE01" in messages(both, "BIL-USG-LATE")
