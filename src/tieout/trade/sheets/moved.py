"""Document views of goods movements: receipts, despatch advices, inspection results, returns."""

from __future__ import annotations

from tieout.core.documents.sheet import InRole, Sheet, table, worded
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import DespatchAdvice, InspectionResult, Receipt, SupplierReturn
from tieout.trade.sheets.names import product, reference


def receipt(document: Receipt) -> Sheet:
    """A goods receipt."""
    return Sheet(
        title="Receipt",
        number=document.number,
        fields=(
            ("Occurred", document.occurred_at),
            ("Issued", document.issue_date),
            ("Order", document.order_number),
            ("Site", document.site),
            ("Despatch advice", document.despatch_number),
            (
                "Recorded by",
                Sentence("system of record")
                if document.origin == "record"
                else Sentence("the site's own confirmation"),
            ),
        ),
        parties=(InRole(role="Supplier", party=document.supplier),),
        tables=(
            table(
                "Lines",
                "Line | Description | Product | Order | #Accepted | #In inspection | #Rejected | Inspection lot",
                [
                    (
                        line.id,
                        line.description,
                        product(line.product),
                        reference(line.order),
                        line.accepted,
                        line.in_inspection,
                        line.rejected,
                        line.lot,
                    )
                    for line in document.lines
                ],
            ),
        ),
    )


def despatch(document: DespatchAdvice) -> Sheet:
    """A despatch advice."""
    return Sheet(
        title="Despatch advice",
        number=document.number,
        fields=(
            ("Issued", document.issue_date),
            ("Expected arrival", document.arrives_at),
            ("Order", document.order_number),
            ("Site", document.site),
        ),
        parties=(
            InRole(role="Supplier", party=document.supplier),
            InRole(role="Buying company", party=document.buyer),
        ),
        tables=(
            table(
                "Lines",
                "Line | Description | Product | Order | #Quantity",
                [
                    (line.id, line.description, product(line.product), reference(line.order), line.quantity)
                    for line in document.lines
                ],
            ),
        ),
    )


def inspection(document: InspectionResult) -> Sheet:
    """A usage decision on an inspection lot."""
    return Sheet(
        title="Inspection result",
        number=document.number,
        fields=(
            ("Inspection lot", document.lot),
            ("Order", reference(document.order)),
            ("Accepted", document.accepted),
            ("Rejected", document.rejected),
            ("Occurred", document.occurred_at),
            ("Reason", document.reason),
        ),
    )


def returned(document: SupplierReturn) -> Sheet:
    """Goods sent back."""
    return Sheet(
        title="Return to supplier",
        number=document.number,
        fields=(
            ("Occurred", document.occurred_at),
            ("Order", reference(document.order)),
            ("Quantity", document.quantity),
            ("Returned from", worded(document.state)),
            ("Reason", document.reason),
        ),
    )
