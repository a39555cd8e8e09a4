"""Bank accounts of master records: who sees their numbers, and what everybody else sees of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.grant import Grant
from tieout.trade.documents import Supplier
from tieout.trade.identifiers import account_form

SEEN_BY: Final = frozenset({"approver", "controller", "auditor"})
"""The roles whose holders compare, approve or audit accounts; to all others the ends of a number are enough."""
KINDS: Final = frozenset({"supplier"})
"""The kinds of documents whose files are shown to these roles only: a file of suppliers holds every supplier's accounts."""
_SHORT: Final = 6


def sees_accounts(grants: Iterable[Grant]) -> bool:
    """Whether a person with these grants sees account numbers in full."""
    return any(grant.role in SEEN_BY and not grant.queue for grant in grants)


def masked(document: Document) -> Document:
    """The document with the numbers of a supplier's accounts masked; any other as it is."""
    if not isinstance(document, Supplier):
        return document
    return replace(
        document, accounts=tuple(replace(account, number=mask(account.number)) for account in document.accounts)
    )


def mask(number: str) -> str:
    """Country and last four: enough to compare, too little to pay with."""
    stripped = account_form(number)
    return f"{stripped[:2]}…{stripped[-4:]}" if len(stripped) > _SHORT else stripped
