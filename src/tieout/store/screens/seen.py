"""What a scope may see of each table: its tenant's rows, and of those its entities'. Every screen starts here."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.store.models import Case, Claim, Document, SourceFile, Unread


def claims(scope: Scope) -> QuerySet[Claim]:
    """The claims of the scope's entities."""
    rows = Claim.objects.filter(tenant=scope.tenant)
    return rows.filter(entity__in=scope.entities) if scope.entities else rows


def cases(scope: Scope) -> QuerySet[Case]:
    """The cases of the scope's entities."""
    rows = Case.objects.filter(tenant=scope.tenant)
    return rows.filter(entity__in=scope.entities) if scope.entities else rows


def documents(scope: Scope) -> QuerySet[Document]:
    """The documents of the scope's entities; evidence that names no entity (receipts, master data) is the whole tenant's.

    A claim is an entity's own: one that names no entity is not everybody's.
    """
    rows = Document.objects.filter(tenant=scope.tenant)
    if not scope.entities:
        return rows
    its_claim = Claim.objects.filter(tenant=scope.tenant, id=OuterRef("id"))
    return rows.filter(Q(entity__in=scope.entities) | (Q(entity="") & ~Exists(its_claim)))


def unread(scope: Scope) -> QuerySet[Unread]:
    """The files that are still to be read; of a scope of some entities, those that came for one of them or from the actor."""
    rows = Unread.objects.filter(tenant=scope.tenant)
    if not scope.entities:
        return rows
    mine = SourceFile.objects.filter(tenant=scope.tenant).filter(
        Q(entity__in=scope.entities) | Q(handed_by=scope.actor)
    )
    return rows.filter(source_file__in=mine.values("id"))


def amount(minor: int | None, currency: str) -> Money | None:
    """Money from two columns; None where there is no amount."""
    return None if minor is None or not currency else Money(int(minor), currency)
