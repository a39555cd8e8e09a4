"""Reading the files given to `tieout check`: an invoice and its evidence, as recorded documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from tieout import app
from tieout.core.documents.kind import Document
from tieout.core.documents.reading import Reading
from tieout.core.documents.remark import Remark
from tieout.core.documents.unreadable import Unreadable
from tieout.core.tie_out.dossier import RecordedDocument
from tieout.core.values.errors import Malformed
from tieout.core.values.ids import FILE
from tieout.core.values.sentence import Sentence
from tieout.formats import Limits, read
from tieout.formats.canonical_json import encode, fingerprint
from tieout.trade.systems import system_of

EVIDENCE: Final[Mapping[str, frozenset[str]]] = {
    "order": frozenset({"order"}),
    "receipt": frozenset({"receipt", "inspection_result", "supplier_return"}),
    "despatch": frozenset({"despatch_advice"}),
    "contract": frozenset({"contract"}),
    "supplier": frozenset({"supplier"}),
    "product": frozenset({"product"}),
    "evidence": frozenset(app.kinds()) - {"unreadable"},
}
"""What may be given under which flag, and the kinds of document that belong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One document from a file, with the remarks of its reader."""

    path: Path
    recorded: RecordedDocument[Document]
    remarks: tuple[Remark, ...]


def claims_in(path: Path, at: datetime, *, kinds: Collection[str], system: str = FILE) -> list[Given]:
    """Every document of an invoice file; what cannot be read is an `Unreadable` among them. Raises `OSError`, `Malformed`.

    `kinds` are those that some process judges. `system` keeps documents of different origin apart, even from the same file.
    """
    claims = list(_given(path, at, system))
    for given in claims:
        if given.recorded.document.kind not in kinds:
            kind = Sentence(given.recorded.document.kind.replace("_", " "))
            raise Malformed(
                "{path} is not a claim but of kind {kind}",
                remedy="give it as evidence: --{flag}",
                path=path,
                kind=kind,
                flag=_flag_of(given.recorded.document.kind),
            )
    return claims


def _flag_of(kind: str) -> str:
    return next(flag for flag, kinds in EVIDENCE.items() if kind in kinds)


def evidence_in(
    paths: Mapping[str, Iterable[Path]], at: datetime, *, systems: Mapping[Path, str] | None = None
) -> list[Given]:
    """Every document of the evidence files, each once. Raises `Malformed` for files that cannot be read or do not belong.

    Two different documents of one company, kind and number would be counted twice or picked at random: they are refused.
    Those of two source `systems` (by path) are two; where two files have an order of one number and no system was named,
    each file is one.
    """
    by_content: dict[tuple[str, str], Given] = {}
    by_number: dict[tuple[str, str, str, str, str], Given] = {}
    read = [(flag, one) for flag, files in paths.items() for path in files for one in _given(path, at, systems=systems)]
    for flag, given in _set_apart(read):
        document = given.recorded.document
        if isinstance(document, Unreadable):
            raise Malformed(
                "{path} cannot be read: {reason}",
                where=document.where,
                remedy=document.remedy,
                path=given.path,
                reason=document.reason,
            )
        if document.kind not in EVIDENCE[flag]:
            kind = Sentence(document.kind.replace("_", " "))
            raise Malformed(
                "{path} was given as --{flag} and contains a {kind}",
                remedy="give it under the option of its kind",
                path=given.path,
                flag=flag,
                kind=kind,
            )
        system = system_of(given.recorded)
        if (system, given.recorded.sha256) in by_content:
            continue
        name = (system, document.kind, document.number, given.recorded.book, _supplier_of(document))
        if name in by_number:
            first = by_number[name].path
            raise Malformed(
                "{first} and {path} are two different documents, both {kind} {number}",
                remedy="give only the valid one, or name the systems that they come from: --system NAME FILE …",
                first=first,
                path=given.path,
                kind=Sentence(document.kind.replace("_", " ")),
                number=document.number,
            )
        by_content[system, given.recorded.sha256] = by_number[name] = given
    return list(by_content.values())


def _set_apart(read: Sequence[tuple[str, Given]]) -> Iterator[tuple[str, Given]]:
    """The same documents; files with an order of a number that another file uses for another order become systems of their own."""
    orders: dict[tuple[str, str, str], dict[str, Path]] = {}
    for _, given in read:
        document, recorded = given.recorded.document, given.recorded
        if document.kind in _ORDERS and system_of(recorded) == FILE:
            orders.setdefault((document.kind, document.number, recorded.book), {}).setdefault(
                recorded.sha256, given.path
            )
    apart = {path for files in orders.values() if len(set(files.values())) > 1 for path in files.values()}
    for flag, given in read:
        yield flag, _of_system(given, ":".join(given.path.parts).removeprefix("/:")) if given.path in apart else given


_ORDERS: Final = frozenset({"order", "sales_order", "subscription"})


def _of_system(given: Given, system: str) -> Given:
    key = f"{system}/{given.recorded.key.partition('/')[2]}"
    return replace(given, recorded=replace(given.recorded, key=key))


def _supplier_of(document: Document) -> str:
    party = getattr(document, "supplier", None)
    return getattr(party, "name", "")


def _given(
    path: Path, at: datetime, system: str = FILE, *, systems: Mapping[Path, str] | None = None
) -> Iterator[Given]:
    system = (systems or {}).get(path, system)
    size, limit = path.stat().st_size, Limits().source_bytes_max
    if size > limit:
        raise Malformed(
            "{path} has {size} bytes, more than the limit of {limit}",
            remedy="split it",
            path=path,
            size=size,
            limit=limit,
        )
    for reading in read(path.read_bytes(), kinds=app.kinds(), name=path.name):
        yield Given(path=path, recorded=_recorded(path, reading, at, system), remarks=reading.remarks)


def _recorded(path: Path, reading: Reading, at: datetime, system: str) -> RecordedDocument[Document]:
    document = reading.document
    return RecordedDocument(
        key=f"{system}/{document.kind}/{path}#{reading.part}@1",
        sha256=fingerprint(encode(document)),
        recorded_at=at,
        document=document,
    )
