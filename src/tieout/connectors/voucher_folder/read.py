"""Looks up our references in the exchange: answers first, then vouchers that are still in the outbox or the archive."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tieout.connectors.exchange_files import listing
from tieout.connectors.voucher_folder.places import READ, Places
from tieout.core.outbox.action import Answer, Rejected, Sent, Unknown
from tieout.core.outbox.target import UnreadAnswer
from tieout.core.values.sentence import Sentence
from tieout.formats.acknowledgement import answer

_KEPT_BYTES_MAX: Final = 1_000_000


def look_up(places: Places, references: Sequence[str]) -> list[Answer | None]:
    """The answer to each reference, in order. If the folder cannot be read, every answer is `Unknown`."""
    try:
        places.check()
        unread = _unread(places, references)
        return [_one(places, reference, unread[reference]) for reference in references]
    except OSError as error:
        return [Unknown(hint=Sentence("the exchange folder cannot be read: {error}", error=error), down=True)] * len(
            references
        )


def move_read(places: Places, references: Sequence[str]) -> None:
    """Moves the answers to these references to the folder of read ones, once they are committed. May be repeated.

    The voucher of a rejection moves too, so that after a correction the same reference can be sent again.
    """
    made: set[Path] = set()
    for reference, paths in _unread(places, references).items():
        if isinstance(_answer(reference, paths), Rejected):
            _put_away(places, reference)
        folder = places.read_ack(reference)
        if folder not in made:
            folder.mkdir(exist_ok=True)
            made.add(folder)
        for path in paths:
            os.rename(path, f"{folder}/{path.name}")  # noqa: PTH104  strings: a path object costs more than the move


def _unread(places: Places, references: Sequence[str]) -> defaultdict[str, list[Path]]:
    """Answers that are not read, those put aside included: another queue over this folder may have known nothing of them."""
    files = listing(places.ack, references)
    if places.unknown_ack.is_dir():
        for reference, paths in listing(places.unknown_ack, references).items():
            files[reference] += paths
    return files


def unread(places: Places, limit: int) -> list[UnreadAnswer]:
    """Up to `limit` answers in the folder, the oldest first; of a long file the first million bytes. Raises OSError."""
    with os.scandir(places.ack) as entries:
        files = sorted(
            (entry.stat().st_mtime, entry.name)
            for entry in entries
            if entry.name.endswith(".json") and not entry.name.startswith(".") and entry.is_file()
        )
    answers = []
    for modified, name in files[:limit]:
        with suppress(FileNotFoundError), (places.ack / name).open("rb") as file:
            content, since = file.read(_KEPT_BYTES_MAX), datetime.fromtimestamp(modified, UTC)
            answers.append(UnreadAnswer(reference=name.partition(".")[0], name=name, content=content, since=since))
    return answers


def put_aside(places: Places, answers: Sequence[UnreadAnswer]) -> None:
    """Moves these answers to the folder of unknown ones. Raises OSError."""
    places.unknown_ack.mkdir(exist_ok=True)
    for answer_of in answers:
        with suppress(FileNotFoundError):
            (places.ack / answer_of.name).rename(places.unknown_ack / answer_of.name)


def _put_away(places: Places, reference: str) -> None:
    """The JSON last: while it is there, the voucher counts as sent. The ERP may be moving it at this moment."""
    for suffix in ("csv", "json"):
        name = f"{reference}.{suffix}"
        for folder in (places.outbox, places.archive):
            with suppress(FileNotFoundError):
                (folder / name).rename(places.refused / name)


def _one(places: Places, reference: str, unread: Sequence[Path]) -> Answer | None:
    # Texts and not path objects, which cost more than the look itself.
    read_folder = f"{places.root}/{READ}/{reference[:2]}"  # as `Places.read_ack` says
    read = listing(read_folder, [reference])[reference] if os.path.isdir(read_folder) else []  # noqa: PTH112
    # A rejection that was read has taken effect; what was booked stays booked.
    kept = [path for path in read if not isinstance(_answer(reference, [path]), Rejected)]
    reply = _answer(reference, [*unread, *kept])
    if reply is not None:
        return reply
    # The outbox first: a voucher moves from there to the archive, so that neither look-up can miss it.
    for folder in ("outbox", "archive"):
        if os.path.exists(f"{places.root}/{folder}/{reference}.json"):  # noqa: PTH110
            return Sent(trace=f"{folder}/{reference}.json")
    return None


def _answer(reference: str, paths: Sequence[Path]) -> Answer | None:
    return answer(reference, [(f"{path.parent.name}/{path.name}", path.read_bytes()) for path in paths])
