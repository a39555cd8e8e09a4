"""The record of an answer to what was never handed over: a held claim of its own, so that somebody asks what was done there."""

from __future__ import annotations

from typing import Final

from tieout.core.documents.kind import Kinds
from tieout.core.documents.reading import Reading
from tieout.core.documents.unreadable import Unreadable
from tieout.core.values.sentence import Sentence
from tieout.engine.prepare import Prepared, prepared
from tieout.store.source_files import SourceFileRow

ANSWERS: Final = "answers"
"""The kind in the source key of such a file; its system is the queue."""


def answers_nothing(kinds: Kinds, row: SourceFileRow) -> tuple[Prepared, ...]:
    """The record of an answer to what was never handed over."""
    reference = row.name.partition(".")[0]
    record = Unreadable(
        number=row.name,
        reason=Sentence(
            "nothing was handed over under {reference} over {queue}: what it reports is in the external system and not here",
            reference=reference,
            queue=row.system,
        ),
        where="file",
        remedy="ask whoever runs that system what it is, and have it reversed where it is ours",
        format="acknowledgement",
        code="INT-MAP",
        sender=row.system,
        expected=Sentence("an answer to what was handed over"),
        actual=Sentence("the answer {name}", name=row.name),
    )
    return (prepared(kinds, Reading(document=record, format="acknowledgement")),)
