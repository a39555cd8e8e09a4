"""What `tieout ingest` says of files that were refused, and its exit code: 0 none, 1 some of them, 3 all of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from tieout.wording.catalogue import plural, text
from tieout.wording.sentences import place, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tieout.cli.ingest import Taken
    from tieout.core.documents.unreadable import Unreadable
    from tieout.core.values.scope import Scope
    from tieout.engine.receive import Receipted

SOME: Final = 1
ALL: Final = 3
_SHOWN: Final = 20


def refused(scope: Scope, receipted: Sequence[Receipted], *, what: Taken = "files") -> int:
    """Say on standard error what was refused and why, also of files that were handed in before. Returns the exit code."""
    from tieout.core.documents.unreadable import Unreadable
    from tieout.formats import canonical_json
    from tieout.store import documents

    files = list(dict.fromkeys(receipt.source_file for receipt in receipted))
    rows = documents.refused(scope, files)
    if not rows:
        return 0
    gone = {file for file, _ in rows}
    print(_counted(what, len(gone), len(files)), file=sys.stderr)
    for _, body in rows[:_SHOWN]:
        print(f"  {_line(canonical_json.decode_as(Unreadable, body))}", file=sys.stderr)
    if len(rows) > _SHOWN:
        print(text("  … and {count} more", count=len(rows) - _SHOWN), file=sys.stderr)
    remedy = (
        text("Each of them is a case (see Needs action); once it is corrected, hand it in again.")
        if what == "files"
        else text("Each of them is a case (see Needs action); once it can be read: tieout replay")
    )
    print(remedy, file=sys.stderr)
    return ALL if gone - documents.files_read(scope, files) >= set(files) else SOME


def _counted(what: Taken, gone: int, count: int) -> str:
    if what == "files":
        return plural(
            "Refused: {refused} of {count} file.", "Refused: {refused} of {count} files.", count, refused=gone
        )
    return plural(
        "Refused: {refused} of {count} message.", "Refused: {refused} of {count} messages.", count, refused=gone
    )


def _line(document: Unreadable) -> str:
    where = f" ({place(document.where)})" if document.where else ""
    remedy = f"; {sentence(document.remedy)}" if document.remedy else ""
    return f"{document.number}{where}: {sentence(document.reason)}{remedy}"
