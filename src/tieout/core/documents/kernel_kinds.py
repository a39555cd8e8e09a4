"""The kinds that are the kernel's own: a person's acceptance, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tieout.core.documents.acceptance import Release
from tieout.core.documents.kind import DocumentKind, Kinds
from tieout.core.documents.sheet import Sheet, worded
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.key import ANY, Key
from tieout.core.values.sentence import Sentence, as_sentence, joined


def _of_its_claim(release: Release) -> Iterable[Key]:
    yield Key(ANY, "release", release.claim)


def _acceptance(release: Release) -> Sheet:
    return Sheet(
        title="Acceptance",
        number=release.number,
        fields=(
            ("Finding", f"{release.code} at {release.where}"),
            ("How", worded(release.resolution)),
            ("Why", release.reason),
            ("By", release.actor),
            ("Up to", release.limit),
            ("Granted", release.granted_at),
            ("Expires", release.expires_at),
        ),
    )


_PLACES: Final = {
    "line": "line {name}",
    "row": "row {name}",
    "column": "column {name}",
    "page": "page {name}",
    "byte": "byte {name}",
}


def _place(where: str) -> str:
    """A place in a file ("line 3, column 5") as a sentence of its parts; any other as it is."""
    parts = [part.partition(" ") for part in where.split(", ")]
    if not all(noun in _PLACES and number for noun, _, number in parts):
        return where
    return joined(", ", (Sentence(_PLACES[noun], name=number) for noun, _, number in parts))


def _unreadable(document: Unreadable) -> Sheet:
    return Sheet(
        title="Unreadable document",
        number=document.number,
        fields=(
            ("Sent by", document.sender),
            ("What is wrong", as_sentence(document.reason) if document.reason else ""),
            ("Expected", document.expected),
            ("Actual", document.actual),
            ("Where", _place(document.where)),
            ("What to do", as_sentence(document.remedy) if document.remedy else ""),
            ("Format", document.format),
        ),
    )


KERNEL_KINDS: Final = (
    DocumentKind(
        name="release", words="Acceptance", type=Release, role="authority", keys=_of_its_claim, sheet=_acceptance
    ),
    DocumentKind(
        name="unreadable",
        words="Unreadable document",
        type=Unreadable,
        role="claim",
        sheet=_unreadable,
        other_side="sender",
    ),
)


def kinds_of(brought: Iterable[Iterable[DocumentKind]]) -> Kinds:
    """The kernel's kinds and those that packs bring. Asserts that no two packs mean different things by one name."""
    return Kinds((*KERNEL_KINDS, *(kind for kinds in brought for kind in kinds)))
