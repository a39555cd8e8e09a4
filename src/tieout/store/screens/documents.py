"""Documents for screens: lists of claims, one document with the documents connected to it, the original bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tieout.core.documents.kind import Document, Kinds
from tieout.core.documents.remark import Remark
from tieout.core.values.key import ANY, Key
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.formats import canonical_json
from tieout.store.link import scoped
from tieout.store.models import Allocation, Claim, Lookup, SourceFile
from tieout.store.models import Document as Stored
from tieout.store.screens import seen
from tieout.store.screens.resting_on import resting_on

PAGE: Final = 50
CHAIN_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLink:
    """Enough of a document to name it and link to it. `key` is its source key without the version."""

    id: UUID
    kind: str
    number: str
    key: str
    version: str
    issue_date: date | None
    recorded_at: datetime
    superseded: bool
    counterparty: str = ""
    payable: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """One document: its content, the remarks of the reader, its source, and its claim if it is one. `document` is None where the content
    was erased, since `erased_at`.

    `origin` is the source that its file came from, `handed_by` the actor who handed that in; "" where it was not recorded.
    """

    link: DocumentLink
    document: Document | None
    format: str
    sha256: str
    remarks: tuple[Remark, ...]
    source_file: UUID | None
    source_file_name: str
    source_file_size: int
    part: int
    claim: UUID | None
    versions: tuple[DocumentLink, ...]
    origin: str = ""
    handed_by: str = ""
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The bytes as they came; `kinds` are those of the documents in them, in their order."""

    id: UUID
    name: str
    media_type: str
    content: bytes
    sha256: str
    received_at: datetime
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A claim in a list."""

    id: UUID
    document: UUID
    kind: str
    number: str
    counterparty: str
    status: str
    payable: Money | None
    issue_date: date | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimList:
    """A page of claims, latest first. `following` is the cursor of the next page, "" at the end."""

    lines: tuple[ClaimLine, ...]
    following: str
    total: int


@scoped
def claims(
    scope: Scope,
    *,
    statuses: Collection[str] = (),
    text: str = "",
    sorts: Collection[str] = (),
    after: str = "",
    size: int = PAGE,
) -> ClaimList:
    """Claims in any of some statuses (none given: all) and by words (number, counterparty, number of an order), latest first.

    A damaged cursor is the first page.
    """
    matching = seen.claims(scope)
    if statuses:
        matching = matching.filter(status__in=statuses)
    if text:
        matching = matching.filter(
            Q(number__icontains=text) | Q(counterparty__icontains=text) | Q(resting_on(scope, text, sorts, claim="id"))
        )
    page = matching.order_by("-received_at", "-id")
    if place := _place(after):
        page = page.filter(Q(received_at__lt=place[0]) | Q(received_at=place[0], id__lt=place[1]))
    rows = list(page[: size + 1])
    following = f"{rows[size - 1].received_at.isoformat()}~{rows[size - 1].id}" if len(rows) > size else ""
    return ClaimList(lines=tuple(_claim_line(row) for row in rows[:size]), following=following, total=matching.count())


@scoped
def claim_line(scope: Scope, claim: UUID) -> ClaimLine | None:
    """One claim as in the list; None if there is none that the scope may see."""
    row = seen.claims(scope).filter(id=claim).first()
    return _claim_line(row) if row else None


@scoped
def document(scope: Scope, document: UUID, *, kinds: Kinds) -> DocumentPage | None:
    """A document by its id; None if there is none that the scope may see."""
    row = seen.documents(scope).filter(id=document).first()
    if row is None:
        return None
    source_file = _whole_file(scope, row.source_file) if row.source_file else None
    origin, handed_by = _hands(scope, row.source_file) if row.source_file else ("", "")
    versions = seen.documents(scope).filter(key=row.key).exclude(id=row.id).order_by("recorded_at")
    mine = Q(document=row.id) | Q(key=f"{row.key}@{row.version}")
    claim = seen.claims(scope).filter(mine).values_list("id", flat=True).first()
    return DocumentPage(
        link=link_of(row),
        document=None if row.erased_at else canonical_json.decode(kinds, row.kind, bytes(row.body)),
        format=row.format,
        sha256=row.sha256,
        remarks=canonical_json.decode_as(tuple[Remark, ...], bytes(row.remarks)) if row.remarks else (),
        source_file=source_file.id if source_file else None,
        source_file_name=source_file.name if source_file else "",
        source_file_size=source_file.size if source_file else 0,
        part=row.part,
        claim=claim,
        versions=tuple(link_of(version) for version in versions[:CHAIN_MAX]),
        origin=origin,
        handed_by=handed_by,
        erased_at=row.erased_at,
    )


@scoped
def original(scope: Scope, document: UUID) -> Original | None:
    """The bytes that a document was read from; None if there is none that the scope may see, or they were erased.

    A file of several documents is seen only by who may see all of them: its bytes cannot be shown in part.
    """
    row = seen.documents(scope).filter(id=document, source_file__isnull=False).only("source_file").first()
    source_file = _whole_file(scope, row.source_file) if row and row.source_file else None
    if source_file is None or source_file.erased_at is not None:
        return None
    return Original(
        id=source_file.id,
        name=source_file.name,
        media_type=source_file.media_type,
        content=bytes(source_file.content),
        sha256=source_file.sha256,
        received_at=source_file.received_at,
        kinds=_kinds_in(scope, source_file.id),
    )


def _kinds_in(scope: Scope, file_id: UUID) -> tuple[str, ...]:
    inside = Stored.objects.filter(tenant=scope.tenant, source_file=file_id).order_by("part")
    return tuple(inside.values_list("kind", flat=True))


def _hands(scope: Scope, file_id: UUID) -> tuple[str, str]:
    row = SourceFile.objects.filter(tenant=scope.tenant, id=file_id).values_list("origin", "handed_by").first()
    return row or ("", "")


def _whole_file(scope: Scope, file_id: UUID) -> SourceFile | None:
    inside = Stored.objects.filter(tenant=scope.tenant, source_file=file_id)
    if inside.count() != seen.documents(scope).filter(source_file=file_id).count():
        return None
    return SourceFile.objects.filter(tenant=scope.tenant, id=file_id).first()


@scoped
def under_keys(scope: Scope, keys: Iterable[Key], *, book: str = ANY) -> tuple[DocumentLink, ...]:
    """The present documents found under look-up keys, by kind and number; for a company, those of its `book` and of none."""
    ids = Lookup.objects.filter(tenant=scope.tenant, key__in=[key.bare for key in keys]).values_list(
        "document", flat=True
    )
    present = seen.documents(scope).filter(id__in=ids, superseded_at__isnull=True)
    return _links(present.filter(book__in=[ANY, book]) if book else present)


@scoped
def hanging(scope: Scope, keys: Iterable[Key], ledgers: Iterable[Key], *, book: str = ANY) -> tuple[DocumentLink, ...]:
    """The documents under look-up keys, and the claims that use up these ledgers, in a company's `book` or in none."""
    evidence = under_keys(scope, keys, book=book)
    rows = Allocation.objects.filter(tenant=scope.tenant, ledger__in=[ledger.bare for ledger in ledgers])
    used = (rows.filter(book__in=[ANY, book]) if book else rows).values_list("claim", flat=True)
    billed = seen.claims(scope).filter(id__in=used).values_list("document", flat=True)
    listed = {link.id for link in evidence}
    return evidence + tuple(
        link for link in _links(seen.documents(scope).filter(id__in=billed)) if link.id not in listed
    )


def link_of(row: Stored) -> DocumentLink:
    """A row of the table as a link."""
    return DocumentLink(
        id=row.id,
        kind=row.kind,
        number=row.number,
        key=row.key,
        version=row.version,
        issue_date=row.issue_date,
        recorded_at=row.recorded_at,
        superseded=row.superseded_at is not None,
        counterparty=row.counterparty,
        payable=seen.amount(row.payable, row.currency),
    )


def _links(documents: QuerySet[Stored]) -> tuple[DocumentLink, ...]:
    listed = documents.defer("body", "remarks").order_by("kind", "number", "recorded_at")
    return tuple(link_of(row) for row in listed[:CHAIN_MAX])


def _claim_line(row: Claim) -> ClaimLine:
    return ClaimLine(
        id=row.id,
        document=row.document,
        kind=row.kind,
        number=row.number,
        counterparty=row.counterparty,
        status=row.status,
        payable=seen.amount(row.payable, row.currency),
        issue_date=row.issue_date,
        received_at=row.received_at,
    )


def _place(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _, last = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return None
