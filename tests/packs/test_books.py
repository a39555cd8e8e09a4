"""Whose evidence it is: what counts for a claim, what does not, and that nothing is left out without a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.sisters import AT, documents, paper
from tieout.app import catalogue, default_policies, kinds, packs
from tieout.core.documents.kind import Document
from tieout.core.findings.wording import sentence
from tieout.core.policy.policy import PolicySet
from tieout.core.tie_out.evidence_index import Shelf
from tieout.core.tie_out.verdict import Verdict
from tieout.trade.documents import Supplier

SUPPLIER = {"number": "7", "name": "Contoso Parts", "vat": "DE100000001"}
GEARS = ("10: 10 EA GEAR @ 10.00",)


def made(company: str, **tree: Any) -> list[Document]:
    """Documents of a company, "" for those that name none."""
    found = documents({"supplier": SUPPLIER, **tree}, company)
    return [each for each in found if not isinstance(each, Supplier)]


def order(company: str, **more: Any) -> list[Document]:
    return made(company, order={"number": "1", "supplier": "7", "lines": GEARS, **more})


def receipt(company: str, number: str = "GR-1", **more: Any) -> list[Document]:
    return made(company, receipt={"number": number, "order": "1", "lines": ("10: 10 EA",), **more})


def invoice(company: str, number: str = "R-1") -> Document:
    lines = ("1: 10 EA GEAR @ 10.00 -> 10",)
    return made(company, invoice={"number": number, "supplier": "7", "order": "1", "lines": lines})[0]


def judged(claim: Document, *evidence: list[Document]) -> Verdict:
    """What becomes of a claim, with the supplier of record who sells to all companies."""
    (pack,) = [each for each in packs() if claim.kind in each.claims]
    master = replace(documents({"supplier": SUPPLIER}, "")[0], entity="")  # type: ignore[type-var]
    several = [each for given in ([master], *evidence) for each in given]
    shelf = Shelf(kinds(), (paper(f"system-{k}", each) for k, each in enumerate(several)))
    dossier = shelf.gather(pack, paper("inbox", claim), received_at=AT, at=AT)
    return pack.tie_out(dossier, PolicySet(policies=default_policies())).verdict


def said(verdict: Verdict, code: str) -> str:
    return " ".join(sentence(each, catalogue().codes) for each in verdict.findings if each.code == code)


@pytest.mark.parametrize("company", ["DE01", ""])
def test_an_invoice_is_of_the_company_that_has_the_order(company: str) -> None:
    verdict = judged(invoice(company), order("DE01"), receipt(company))
    assert verdict.status == "clear"
    assert [str(each.ledger) for each in verdict.allocations] == ["order@DE01/1"]


def test_where_two_companies_have_the_order_and_the_invoice_names_neither_nobody_has_it() -> None:
    verdict = judged(invoice(""), order("DE01"), order("AT01"), receipt("DE01"), receipt("AT01", "GR-2"))
    assert verdict.status == "held"
    assert "AT01, DE01" in said(verdict, "AP-PO-INVALID")
    assert verdict.allocations == ()


def test_the_company_that_it_names_decides_whichever_came_first() -> None:
    for company in ("DE01", "AT01"):
        verdict = judged(invoice(company), order("AT01"), order("DE01"), receipt("AT01"), receipt("DE01", "GR-2"))
        assert verdict.status == "clear"
        assert {each.ledger.book for each in verdict.allocations} == {company}


def test_a_receipt_of_no_company_counts_for_nobody_where_two_have_the_order() -> None:
    verdict = judged(invoice("DE01"), order("DE01"), order("AT01"), receipt(""))
    assert verdict.status == "held"
    assert "GR-1: names no company, and order 1 is there in AT01, DE01" in said(verdict, "INT-MAP")


def test_it_is_told_and_holds_nothing_where_all_is_here_without_it() -> None:
    verdict = judged(invoice("DE01"), order("DE01"), order("AT01"), receipt("DE01"), receipt("", "GR-2"))
    assert verdict.status == "clear"
    assert [(each.code, each.stage) for each in verdict.findings] == [("INT-MAP", "note")]


def test_a_return_of_no_company_may_be_ours_and_holds() -> None:
    back = made("", **{"return": {"number": "RT-1", "line": "1/10", "quantity": "4 EA"}})
    verdict = judged(invoice("DE01"), order("DE01"), order("AT01"), receipt("DE01"), back)
    assert verdict.status == "held"
    assert "RT-1" in said(verdict, "INT-MAP")


def test_a_receipt_at_a_site_that_is_none_of_the_companys_order_counts_only_where_it_says_whose_it_is() -> None:
    here = order("DE01", site="BER")
    assert judged(invoice("DE01"), here, receipt("", site="VIE")).status == "held"
    assert judged(invoice("DE01"), here, receipt("DE01", site="VIE")).status == "clear"
    assert judged(invoice("DE01"), here, receipt("", site="BER")).status == "clear"


def test_an_order_of_another_company_alone_is_said_to_be_its() -> None:
    verdict = judged(invoice("DE01"), order("AT01"), receipt("AT01"))
    assert verdict.status == "held"
    assert "entity AT01" in said(verdict, "AP-PO-INVALID")


def test_two_suppliers_of_one_number_are_nobody_where_neither_is_of_the_company() -> None:
    other = {**SUPPLIER, "name": "Fabrikam", "vat": "ATU10000002"}
    ours = documents({"supplier": {**SUPPLIER, "entities": ("DE01",)}}, "")
    theirs = documents({"supplier": {**other, "entities": ("AT01",)}}, "")
    claim = replace(invoice("DE01"), supplier=_by_number("7"))  # type: ignore[type-var]
    (pack,) = [each for each in packs() if claim.kind in each.claims]

    def blocked(*masters: Document) -> str:
        shelf = Shelf(
            kinds(), (paper(f"erp-{k}", each) for k, each in enumerate([*masters, *order("DE01"), *receipt("DE01")]))
        )
        dossier = shelf.gather(pack, paper("inbox", claim), received_at=AT, at=AT)
        return said(pack.tie_out(dossier, PolicySet(policies=default_policies())).verdict, "MD-VEND-BLOCK")

    assert "Fabrikam" not in blocked(*ours, *theirs)
    assert "not in the supplier master" not in blocked(*ours, *theirs)
    nobody = [replace(each, entities=()) for each in (*ours, *theirs)]  # type: ignore[type-var]
    assert "not in the supplier master" in blocked(*nobody)


def _by_number(number: str) -> Any:
    from tieout.core.values.party import Identifier, Party

    return Party(identifiers=(Identifier(scheme="ours", value=number),))


def duplicates(*claims: Document) -> list[str]:
    """The codes of duplicates that the last of these claims is held for."""
    (pack,) = [each for each in packs() if claims[-1].kind in each.claims]
    shelf = Shelf(kinds(), (paper(f"inbox-{k}", each) for k, each in enumerate(claims)))
    dossier = shelf.gather(pack, paper(f"inbox-{len(claims) - 1}", claims[-1]), received_at=AT, at=AT)
    found = pack.tie_out(dossier, PolicySet(policies=default_policies())).verdict.findings
    return [each.code for each in found if each.code.startswith("AP-DUP")]


def test_the_same_paper_handed_to_both_companies_is_found_as_a_duplicate() -> None:
    assert duplicates(invoice("AT01"), invoice("DE01")) != []


def test_two_suppliers_that_share_but_our_number_for_them_in_two_books_are_not_one() -> None:
    one = replace(invoice("AT01"), supplier=_by_number("7"))  # type: ignore[type-var]
    other = replace(invoice("DE01"), supplier=_by_number("7"))  # type: ignore[type-var]
    assert duplicates(one, other) == []
    assert duplicates(replace(one, entity="DE01"), other) != []  # type: ignore[type-var]
    assert duplicates(replace(one, entity=""), other) != [], "whose it is nobody says, so it may be the same"  # type: ignore[type-var]


def test_a_shipment_of_no_company_counts_for_nobody_where_two_have_the_sales_order() -> None:
    def sold(company: str, **tree: Any) -> list[Document]:
        found = documents({"customer": {"number": "7", "name": "Nord"}, **tree}, company)
        return [each for each in found if each.kind not in {"customer", "credit_standing"}]

    def to(company: str) -> list[Document]:
        return sold(company, sales_order={"number": "1", "customer": "7", "lines": ("10: 10 EA BOLT @ 10.00",)})

    sent = {"number": "SH-1", "order": "1", "lines": ("10: 10 EA",)}
    lines = ("1: 10 EA BOLT @ 10.00 -> 10",)
    billed = {"number": "INV-1", "customer": "7", "order": "1", "lines": lines}
    (claim,) = sold("DE01", customer_invoice=billed)
    known = documents({"customer": {"number": "7", "name": "Nord"}}, "DE01")
    alone = judged(claim, known, to("DE01"), sold("", shipment=sent))
    both = judged(claim, known, to("DE01"), to("AT01"), sold("", shipment=sent))
    assert [each.ledger.book for each in alone.allocations] == ["DE01", "DE01"]
    assert (both.status, both.allocations) == ("held", ())
    assert "SH-1: names no company, and sales order 1 is there in AT01, DE01" in said(both, "AR-SHP-QTY")
    (nobodys,) = sold("", customer_invoice=billed)
    assert "is there in AT01, DE01" in said(judged(nobodys, to("DE01"), to("AT01")), "AR-SHP-QTY")


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
    assert "names no company, and customer 7 is there in AT01, DE01" in said(both, "BIL-USG-LATE")
