"""Master papers laid out: suppliers and products."""

from __future__ import annotations

from tieout.core.values.party import Party
from tieout.trade.documents import Product, Supplier
from tieout.web.sheets.layout import Sheet, columns, filled, party, table
from tieout.web.sheets.layout import product as names_of
from tieout.web.words import day


def supplier(paper: Supplier) -> Sheet:
    """A supplier of record."""
    required = {True: "required", False: "not required", None: "as policy says"}[paper.order_required]
    who = Party(name=paper.name, country=paper.country, identifiers=paper.identifiers)
    return Sheet(
        kind="Supplier",
        number=paper.number,
        fields=filled(
            ("Blocked", paper.block_reason or "yes" if paper.blocked else ""),
            ("Category", paper.category),
            ("Terms", paper.terms),
            ("Order", required),
            ("Entities", ", ".join(paper.entities)),
        ),
        parties=party("Supplier", who),
        tables=table(
            "Bank accounts",
            columns("Account", "Approved", "Verified"),
            [
                (account.number, day(account.approved_on), "yes" if account.verified else "no")
                for account in paper.accounts
            ],
        ),
    )


def product(paper: Product) -> Sheet:
    """A product of record."""
    return Sheet(
        kind="Product",
        number=paper.number,
        fields=filled(
            ("Description", paper.description),
            ("Names", names_of(paper.ids)),
            ("Unit", paper.unit),
            ("Category", paper.category),
        ),
        tables=table(
            "Conversions",
            columns("One", "#Is", "Unit"),
            [(each.unit, str(each.factor), each.into) for each in paper.conversions],
        ),
    )
