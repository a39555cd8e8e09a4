"""What a scope may see of each table: its tenant's rows, and of those its entities'. Every screen starts here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.store.models import Case, Claim, Document

_claims: list[frozenset[str]] = []


def claims_are(kinds: Iterable[str]) -> None:
    """Says which kinds of documents ask for money: they are a company's own, and one that names no company is not everybody's."""
    _claims[:] = [frozenset(kinds)]


def claims(scope: Scope) -> QuerySet[Claim]:
    """The claims of the scope's entities."""
    found = Claim.objects.filter(tenant=scope.tenant)
    return found.filter(entity__in=scope.entities) if scope.entities else found


def cases(scope: Scope) -> QuerySet[Case]:
    """The cases of the scope's entities."""
    found = Case.objects.filter(tenant=scope.tenant)
    return found.filter(entity__in=scope.entities) if scope.entities else found


def documents(scope: Scope) -> QuerySet[Document]:
    """The papers of the scope's entities; evidence that names no entity (receipts, master data) is the whole tenant's."""
    found = Document.objects.filter(tenant=scope.tenant)
    if not scope.entities:
        return found
    own = Q(entity__in=scope.entities)
    if not _claims:  # nobody has said which kinds are claims: then each may be one
        return found.filter(own)
    return found.filter(own | (Q(entity="") & ~Q(kind__in=_claims[0])))


def amount(minor: int | None, currency: str) -> Money | None:
    """Money from two columns; None where there is no amount."""
    return None if minor is None or not currency else Money(int(minor), currency)
