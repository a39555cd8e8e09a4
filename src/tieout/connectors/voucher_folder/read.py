"""Looks up our references in the exchange: answers first, then vouchers that are still in the outbox or the archive."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tieout.connectors.exchange_files import listing
from tieout.connectors.voucher_folder.places import Places
from tieout.core.outbox.action import Answer, Rejected, Sent, Unknown
from tieout.core.values.sentence import Sentence
from tieout.formats.acknowledgement import answer


def look_up(places: Places, references: Sequence[str]) -> list[Answer | None]:
    """The answer to each reference, in order. If the folder cannot be read, every answer is `Unknown`."""
    try:
        places.check()
        unread = listing(places.ack, references)
        return [_one(places, reference, unread[reference]) for reference in references]
    except OSError as error:
        return [Unknown(hint=Sentence("the exchange folder cannot be read: {error}", error=error), down=True)] * len(
            references
        )


def move_read(places: Places, references: Sequence[str]) -> None:
    """Moves the answers to these references to the folder of read ones, once they are committed. May be repeated.

    The voucher of a rejection moves too, so that after a correction the same reference can be sent again.
    """
    for reference, paths in listing(places.ack, references).items():
        if isinstance(_answer(reference, paths), Rejected):
            _put_away(places, reference)
        folder = places.read_ack(reference)
        folder.mkdir(exist_ok=True)
        for path in paths:
            path.rename(folder / path.name)


def _put_away(places: Places, reference: str) -> None:
    """The JSON last: while it is there, the voucher counts as sent. The ERP may be moving it at this moment."""
    for suffix in ("csv", "json"):
        name = f"{reference}.{suffix}"
        for folder in (places.outbox, places.archive):
            with suppress(FileNotFoundError):
                (folder / name).rename(places.refused / name)


def _one(places: Places, reference: str, unread: Sequence[Path]) -> Answer | None:
    # Texts and not path objects, which cost more than the look itself.
    read_folder = os.fspath(places.read_ack(reference))
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
