"""Papers about goods laid out: receipts, despatch advices, inspection results, returns."""

from __future__ import annotations

from tieout.trade.documents import DespatchAdvice, InspectionResult, Receipt, SupplierReturn
from tieout.web.sheets.layout import Sheet, columns, filled, party, product, reference, table
from tieout.web.words import day, moment, quantity, sentence


def receipt(paper: Receipt) -> Sheet:
    """A goods receipt."""
    return Sheet(
        kind="Receipt",
        number=paper.number,
        fields=filled(
            ("Happened", moment(paper.occurred_at)),
            ("Issued", day(paper.issue_date)),
            ("Order", paper.order_number),
            ("Site", paper.site),
            ("Despatch advice", paper.despatch_number),
            ("Known from", "system of record" if paper.origin == "record" else "the site's own confirmation"),
        ),
        parties=party("Supplier", paper.supplier),
        tables=table(
            "Lines",
            columns("Line", "Description", "Product", "Order", "#Accepted", "#In inspection", "#Rejected", "Lot"),
            [
                (
                    line.id,
                    line.description,
                    product(line.product),
                    reference(line.order),
                    quantity(line.accepted),
                    quantity(line.in_inspection),
                    quantity(line.rejected),
                    line.lot,
                )
                for line in paper.lines
            ],
        ),
    )


def despatch(paper: DespatchAdvice) -> Sheet:
    """A despatch advice."""
    return Sheet(
        kind="Despatch advice",
        number=paper.number,
        fields=filled(
            ("Issued", day(paper.issue_date)),
            ("Expected", moment(paper.arrives_at)),
            ("Order", paper.order_number),
            ("Site", paper.site),
        ),
        parties=party("Supplier", paper.supplier) + party("Buyer", paper.buyer),
        tables=table(
            "Lines",
            columns("Line", "Description", "Product", "Order", "#Quantity"),
            [
                (line.id, line.description, product(line.product), reference(line.order), quantity(line.quantity))
                for line in paper.lines
            ],
        ),
    )


def inspection(paper: InspectionResult) -> Sheet:
    """A usage decision on an inspection lot."""
    return Sheet(
        kind="Inspection result",
        number=paper.number,
        fields=filled(
            ("Lot", paper.lot),
            ("Order", reference(paper.order)),
            ("Accepted", quantity(paper.accepted)),
            ("Rejected", quantity(paper.rejected)),
            ("Happened", moment(paper.occurred_at)),
            ("Reason", paper.reason),
        ),
    )


def returned(paper: SupplierReturn) -> Sheet:
    """Goods sent back."""
    return Sheet(
        kind="Return to supplier",
        number=paper.number,
        fields=filled(
            ("Happened", moment(paper.occurred_at)),
            ("Order", reference(paper.order)),
            ("Quantity", quantity(paper.quantity)),
            ("Taken from", sentence(paper.state)),
            ("Reason", paper.reason),
        ),
    )
