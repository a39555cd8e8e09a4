"""The evidence index: documents under their keys, newest version only, and gathering round by round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations

from tieout import app
from tieout.core.documents.kind import Document
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.tie_out.evidence_index import EvidenceIndex, Standing
from tieout.core.tie_out.verdict import Allocation
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.packs.payables import PACK
from tieout.trade.documents import (
    Contract,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderLine,
    Receipt,
    ReceiptLine,
)
from tieout.trade.keys import order_key

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
ACME = Party(name="Acme GmbH", identifiers=(Identifier(scheme="vat", value="DE123456789"),))


def recorded(key: str, document: Document) -> RecordedDocument[Document]:
    return RecordedDocument(key=key, sha256=key, recorded_at=AT, document=document)


def invoice(number: str = "R1", order: str = "4500012") -> Invoice:
    line = InvoiceLine(id="1", net=Money(1000, "EUR"), order=LineReference(document=order, line="10"))
    return Invoice(
        kind="invoice", number=number, issue_date=None, currency="EUR", supplier=ACME, buyer=Party(), lines=(line,),
        totals=InvoiceTotals(payable=Money(1000, "EUR")),
    )  # fmt: skip


ORDER = Order(
    number="4500012", issue_date=None, currency="EUR", supplier=ACME, buyer=Party(), contract="C-7",
    lines=(OrderLine(id="10", quantity=Quantity(Decimal(5), "EA")),),
)  # fmt: skip
RECEIPT = Receipt(
    number="GR1", occurred_at=AT, order_number="4500012",
    lines=(ReceiptLine(id="1", accepted=Quantity(Decimal(5), "EA"), order=LineReference(document="4500012", line="10")),),
)  # fmt: skip
CONTRACT = Contract(number="C-7", supplier=Party(name="Somebody else"), currency="EUR")
OTHER = replace(ORDER, number="9")
CLAIM = recorded("mail/invoice/R1@1", invoice())
EVIDENCE = [
    recorded("erp/order/4500012@1", ORDER),
    recorded("erp/receipt/GR1@1", RECEIPT),
    recorded("erp/contract/C-7@1", CONTRACT),
]


def gathered(index: EvidenceIndex, claim: RecordedDocument[Document] = CLAIM) -> list[str]:
    return [document.key for document in index.gather(PACK, claim, received_at=AT, at=AT).evidence]


def test_evidence_names_further_evidence_and_what_is_not_asked_for_stays():
    index = EvidenceIndex(app.kinds(), [*EVIDENCE, recorded("erp/order/9@1", OTHER)])
    assert gathered(index) == ["erp/contract/C-7@1", "erp/order/4500012@1", "erp/receipt/GR1@1"]


def test_what_was_asked_for_in_vain_is_remembered_sorted():
    dossier = EvidenceIndex(app.kinds()).gather(PACK, CLAIM, received_at=AT, at=AT)
    assert dossier.evidence == ()
    assert {"order/4500012", "movement/4500012", "supplier/vat/DE123456789"} <= set(dossier.looked_up)
    assert list(dossier.looked_up) == sorted(set(dossier.looked_up))


def test_documents_in_any_order_and_twice_give_the_same_dossier():
    dossiers = {
        repr(EvidenceIndex(app.kinds(), [*order, order[0]]).gather(PACK, CLAIM, received_at=AT, at=AT))
        for order in permutations(EVIDENCE)
    }
    assert len(dossiers) == 1


def test_a_later_version_takes_the_place_of_the_earlier_one_whichever_comes_first():
    ninth = recorded("erp/order/4500012@9", replace(ORDER, contract=""))
    tenth = recorded("erp/order/4500012@10", replace(ORDER, number="4500012", contract="C-9"))
    for first, second in ((ninth, tenth), (tenth, ninth)):
        assert gathered(EvidenceIndex(app.kinds(), [first, second])) == ["erp/order/4500012@10"]
    index = EvidenceIndex(app.kinds(), [tenth])
    assert index.add(ninth) is False
    assert index.add(tenth) is False
    assert [document.key for document in index] == ["erp/order/4500012@10"]


def test_a_new_version_is_not_indexed_under_the_keys_of_the_old_one():
    index = EvidenceIndex(app.kinds(), [EVIDENCE[0]])
    assert index.add(recorded("erp/order/4500012@2", replace(ORDER, number="4500013"))) is True
    assert index.find(order_key("4500012")) == ()
    assert len(index.find(order_key("4500013"))) == 1


def test_other_claims_are_likenesses_and_allocations_never_evidence_and_never_itself():
    earlier = replace(recorded("mail/invoice/older@1", invoice("r-1")), recorded_at=datetime(2026, 5, 1, tzinfo=UTC))
    index = EvidenceIndex(app.kinds(), [*EVIDENCE, earlier, CLAIM])
    used = Allocation(
        claim_line="1", ledger=order_key("4500012"), line="10", quantity=Decimal(2), unit="EA", net=Money(400, "EUR")
    )
    index.judged(earlier.key, Standing(state="posted", allocations=(used,)))
    index.judged(CLAIM.key, Standing(state="held", allocations=(used, used)))
    dossier = index.gather(PACK, CLAIM, received_at=AT, at=AT)
    (like,) = dossier.alike
    assert (like.key, like.state, like.earlier, like.payable) == (earlier.key, "posted", True, Money(1000, "EUR"))
    (allocated,) = dossier.allocated
    assert (allocated.ledger, allocated.line, allocated.quantity) == ("order/4500012", "10", Decimal(2))
    assert all(document.document.kind != "invoice" for document in dossier.evidence)
    (back,) = index.gather(PACK, earlier, received_at=AT, at=AT).alike
    assert back.earlier is False
