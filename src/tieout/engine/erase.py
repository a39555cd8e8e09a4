"""Erasing the content of a document: the original, what was read from it, and what was derived from it for its own claim.

What stays is what an auditor needs to follow the money, and what keeps the same claim from being paid again: numbers, source keys, days,
amounts, statuses, who did what when. The log stays verifiable: each event keeps the digest that its hash covers, and an entry says what
was erased, by whom and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tieout.core.audit.chain import digest_of
from tieout.core.audit.records import erased_change
from tieout.core.case.erasing import without_content
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.errors import Malformed, Refused
from tieout.core.values.scope import Scope
from tieout.core.values.sentence import Sentence
from tieout.engine.facts import Facts
from tieout.engine.rebuild import fold_case, fold_claim
from tieout.formats import canonical_json
from tieout.store import cases, claims, documents, erasing, events, source_files, verdicts, watches
from tieout.store.cases import CaseRow
from tieout.store.claims import ClaimRow
from tieout.store.documents import DocumentRow
from tieout.store.events import EventRow
from tieout.store.link import note_written, transaction
from tieout.store.source_files import SourceFileRow
from tieout.store.verdicts import VerdictRow

AT_REST: Final = frozenset({"posted", "rejected", "superseded"})
"""Statuses of claims that are not tied out any more whatever comes."""
_NOT_PAID: Final = frozenset({"rejected", "superseded"})
REASON_MAX: Final = 500
_SHOWN: Final = 5
_NO_EVIDENCE: Final = frozenset({"unreadable", "release"})
"""Kinds of documents that no claim looks up, or that belong to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What is erased together. `acceptances` are documents that were made here for the claim; `others` the source keys of documents from
    the same files, which keep what was read from them; `former` counts events of an earlier release, which keep what they hold."""

    document: DocumentRow
    acceptances: tuple[DocumentRow, ...]
    files: tuple[SourceFileRow, ...]
    others: tuple[str, ...]
    claim: ClaimRow | None
    cases: tuple[CaseRow, ...]
    verdicts: tuple[VerdictRow, ...]
    events: tuple[EventRow, ...]

    @property
    def former(self) -> int:
        """Events whose hash covers their payload itself."""
        return sum(row.salt is None and row.digest is None for row in self.events)

    @property
    def paid(self) -> list[UUID]:
        """The document, if its claim was posted: it must not be posted again."""
        return [self.document.id] if self.claim is not None and self.claim.status not in _NOT_PAID else []

    @property
    def streams(self) -> list[UUID]:
        """The streams of events that belong to it."""
        return [*([self.claim.id] if self.claim else []), *(case.id for case in self.cases)]


def outlook(scope: Scope, named: str, *, in_force: bool = False) -> Together:
    """What would be erased with the document that a name means: its id, its source key with version, or its number.

    Raises `Refused`: ERASE-UNKNOWN, ERASE-SEVERAL, ERASE-AGAIN; ERASE-OPEN while something is left to do about its claim, ERASE-USED
    while another claim that is not finished rests on it; ERASE-IN-FORCE for evidence that later claims would look for, unless it is
    meant (`in_force`).
    """
    with transaction(scope):
        return _outlook(scope, _document(scope, named), in_force=in_force)


def before(scope: Scope, instant: datetime) -> list[UUID]:
    """The documents that were recorded before an instant and whose content is there, claims first."""
    return erasing.before(scope, instant)


def stated(reason: str) -> str:
    """The reason as the log keeps it. Raises `Malformed` for none, or one that is too long."""
    why = reason.strip()
    if not why or len(why) > REASON_MAX:
        raise Malformed(
            "the log needs a reason of 1 to {most} characters",
            where="reason",
            remedy="say why it is erased",
            most=REASON_MAX,
        )
    return why


def erase(scope: Scope, named: str, *, reason: str, at: datetime, in_force: bool = False) -> Together:
    """Erase it. Raises as `outlook` and `stated` do."""
    why = stated(reason)
    at = at.astimezone(UTC)
    with transaction(scope):
        document = _document(scope, named)
        claims.lock(scope, [document.id])
        together = _outlook(scope, document, in_force=in_force)
        rows = [document, *together.acceptances]
        erasing.overwrite_documents(scope, rows, at=at, paid=together.paid)
        erasing.overwrite_files(scope, together.files, at=at)
        if together.claim is not None:
            _erase_claim(scope, together, at=at)
        about = {"what": "content erased", "document": document.source_key, "reason": why}
        note_written(scope, None, change=erased_change([*together.streams, *(row.id for row in rows)], **about), at=at)
    return together


def _erase_claim(scope: Scope, together: Together, *, at: datetime) -> None:
    assert together.claim is not None
    left = [_left(row) for row in together.events]
    erasing.overwrite_events(scope, [row for row in left if row.digest is not None], at=at)
    by_stream: dict[UUID, list[EventRow]] = {}
    for row in left:
        by_stream.setdefault(row.stream, []).append(row)
    claim = _folded_claim(together.claim, by_stream[together.claim.id])
    erasing.overwrite_claim(scope, claim)
    folded = [_folded_case(case, by_stream[case.id], number=claim.number) for case in together.cases]
    erasing.overwrite_cases(scope, folded)
    erasing.overwrite_verdicts(scope, [_emptied(row) for row in together.verdicts], at=at)
    erasing.overwrite_actions(scope, together.claim.id, at=at)
    erasing.unwatch(scope, together.claim.id)


def _left(row: EventRow) -> EventRow:
    """The event without its content; one of an earlier release as it is, since its hash covers its payload itself."""
    if row.salt is None:
        return row
    left = without_content(row.type, row.version, row.payload)
    return row._replace(payload=left, salt=None, digest=bytes.fromhex(digest_of(row.payload, bytes(row.salt))))


def _folded_claim(row: ClaimRow, happened: Sequence[EventRow]) -> ClaimRow:
    folded = fold_claim(happened)
    assert folded is not None, "a claim has events"
    return row._replace(state=canonical_json.encode(folded), counterparty="", number=folded.number)


def _folded_case(row: CaseRow, happened: Sequence[EventRow], *, number: str) -> CaseRow:
    folded = fold_case(happened)
    assert folded is not None, "a case has events"
    return row._replace(state=canonical_json.encode(folded), counterparty="", number=number)


def _emptied(row: VerdictRow) -> VerdictRow:
    """The verdict with its status and what it allocates, without what it says about the document."""
    verdict = canonical_json.decode_as(Verdict, row.body)
    facts = canonical_json.decode_as(Facts, row.facts)
    left = replace(verdict, findings=(), postable=(), awaited=(), delivery="", silenced=())
    nothing = replace(facts, alike=(), looked_up=(), remarks=(), posted=())
    return row._replace(
        body=canonical_json.encode(left), rows=canonical_json.encode(()), facts=canonical_json.encode(nothing),
        looked_up=canonical_json.encode(()),
    )  # fmt: skip


# ---- what belongs together, and whether it may go ---------------------------------------------------------------------------


def _document(scope: Scope, named: str) -> DocumentRow:
    try:
        rows = documents.by_ids(scope, [UUID(named)])
    except ValueError:
        key, _, version = named.rpartition("@")
        rows = documents.by_versions(scope, [(key, version)]) or documents.by_number(scope, named)
    if not rows:
        raise Refused("ERASE-UNKNOWN", "there is no document {named!r}", named=named)
    if len(rows) > 1:
        keys = ", ".join(sorted(row.source_key for row in rows))
        raise Refused(
            "ERASE-SEVERAL", "several documents have the number {named!r}: name one of {keys}", named=named, keys=keys
        )
    (row,) = rows
    if row.erased_at is not None:
        raise Refused(
            "ERASE-AGAIN",
            "the content of {key} was erased on {day}",
            key=row.source_key,
            day=f"{row.erased_at:%Y-%m-%d}",
        )
    return row


def _outlook(scope: Scope, document: DocumentRow, *, in_force: bool) -> Together:
    claim = next(iter(claims.by_ids(scope, [document.id])), None)
    of_claim = tuple(cases.of_claims(scope, [claim.id])) if claim else ()
    acceptances = _acceptances(scope, claim) if claim else ()
    erased = {document.id, *(row.id for row in acceptances)}
    files = {row.source_file for row in (document, *acceptances) if row.source_file is not None}
    contents = [row for file in sorted(files) if (row := source_files.content(scope, file)) is not None]
    others = tuple(key for _, other, key in erasing.in_files(scope, files) if other not in erased)
    if claim is not None:
        for why in _left_to_do(scope, claim, of_claim):
            raise Refused("ERASE-OPEN", "{key} cannot be erased yet: {why}", key=document.source_key, why=why)
    _refuse_if_used(scope, document, in_force=in_force or claim is not None)
    streams = [claim.id, *(case.id for case in of_claim)] if claim else []
    happened = events.of_streams(scope, streams) if streams else {}
    return Together(
        document=document,
        acceptances=acceptances,
        files=tuple(row for row in contents if row.erased_at is None),
        others=others,
        claim=claim,
        cases=of_claim,
        verdicts=tuple(verdicts.of_claim(scope, claim.id)) if claim else (),
        events=tuple(row for stream in streams for row in happened.get(stream, ())),
    )


def _acceptances(scope: Scope, claim: ClaimRow) -> tuple[DocumentRow, ...]:
    """The acceptances of findings of the claim, which name who accepted what and why."""
    under = documents.find(scope, [f"release/{claim.key}"])
    rows = documents.by_ids(scope, [match.id for match in under]) if under else []
    return tuple(row for row in rows if row.erased_at is None)


def _left_to_do(scope: Scope, claim: ClaimRow, of_claim: Sequence[CaseRow]) -> Iterator[Sentence]:
    if claim.status not in AT_REST:  # a clear one is tied out again whenever a policy changes
        yield Sentence("its status is {status}", status=Sentence(claim.status.replace("_", " ")))
    if open_cases := [case for case in of_claim if case.closed_at is None]:
        yield Sentence("{count} of its cases are open", count=str(len(open_cases)))
    if claim.dirty or claim.due_at is not None:
        yield Sentence("it is still to be tied out again")
    if under_way := erasing.open_actions(scope, claim.id):
        yield Sentence("{count} actions in external systems have not ended", count=str(under_way))


def _refuse_if_used(scope: Scope, document: DocumentRow, *, in_force: bool) -> None:
    keys = {key for _, key in erasing.keys_of(scope, [document.id])}
    watching = {claim for _, claim in watches.watchers(scope, keys)} - {document.id} if keys else set()
    open_claims = [row.key for row in claims.by_ids(scope, watching) if row.status not in AT_REST] if watching else []
    if open_claims:
        named = ", ".join(sorted(open_claims)[:_SHOWN])
        raise Refused(
            "ERASE-USED", "{key} cannot be erased: {count} claims that are not finished look it up, such as {claims}",
            key=document.source_key, count=len(open_claims), claims=named,
        )  # fmt: skip
    if document.superseded_at is None and document.kind not in _NO_EVIDENCE and not in_force:
        raise Refused(
            "ERASE-IN-FORCE", "{key} is in force: claims that come later would not see it (--in-force erases it all the same)",
            key=document.source_key,
        )  # fmt: skip
