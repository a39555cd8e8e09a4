"""Document views of master data: suppliers and products."""

from __future__ import annotations

from tieout.core.documents.sheet import InRole, Sheet, table
from tieout.core.values.party import Party
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Product, Supplier
from tieout.trade.sheets.names import product as names_of


def supplier(document: Supplier) -> Sheet:
    """A supplier of record."""
    required = {True: Sentence("required"), False: Sentence("not required"), None: Sentence("as policy says")}[
        document.order_required
    ]
    who = Party(name=document.name, country=document.country, identifiers=document.identifiers)
    return Sheet(
        title="Supplier",
        number=document.number,
        fields=(
            ("Blocked", document.block_reason or Sentence("yes") if document.blocked else ""),
            ("Category", document.category),
            ("Terms", document.terms),
            ("Order", required),
            ("Companies", ", ".join(document.entities)),
            ("E-mail", document.email),
            ("Electronic address", document.electronic_address),
            ("Language", document.language),
        ),
        parties=(InRole(role="Supplier", party=who),),
        tables=(
            table(
                "Bank accounts",
                "Account | Approved | Verified",
                [
                    (
                        account.number,
                        account.approved_on or "–",
                        Sentence("yes") if account.verified else Sentence("no"),
                    )
                    for account in document.accounts
                ],
            ),
        ),
    )


def product(document: Product) -> Sheet:
    """A product of record."""
    return Sheet(
        title="Product",
        number=document.number,
        fields=(
            ("Description", document.description),
            ("Identifiers", names_of(document.ids)),
            ("Unit", document.unit),
            ("Category", document.category),
        ),
        tables=(
            table(
                "Conversions",
                "One | #Is | Unit",
                [(conversion.unit, str(conversion.factor), conversion.into) for conversion in document.conversions],
            ),
        ),
    )
