"""The invoice folder as a target: find before create, complete files, and the answers of receiving sides."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from tieout.connectors.exchange_files import listing, sync_folder, write_durably
from tieout.connectors.invoice_folder.document import FORMS, Check, Outgoing, channel_of, outgoing, trace_of
from tieout.core.outbox.action import Action, Answer, Done, Rejected, Sent, Unknown
from tieout.core.values.sentence import Sentence
from tieout.formats.acknowledgement import answer

_ANSWERS: Final = "answers"
_READ: Final = "answers/read"
_MARKER: Final = "tieout-invoices"


class InvoiceFolder:
    """Invoices under `root`, one folder per channel. A missing folder is `Unknown`: it may not be mounted.

    `check` are the official rules: what breaks one is not written. None where they are not installed.
    """

    idempotent: Literal[True] = True

    def __init__(self, root: Path, *, queue: str = "delivery", check: Check | None = None) -> None:
        self.root, self.queue, self._check = root, queue, check

    def prepare(self) -> InvoiceFolder:
        """Makes the folders and, last, the marker. Raises OSError if the place cannot be written."""
        for name in (*FORMS, _ANSWERS, _READ):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / _MARKER).touch()
        return self

    def find(self, actions: Sequence[Action]) -> Sequence[Answer | None]:
        """The receiving side's answer to each, or that the file is written (or was taken); None if it was never written."""
        try:
            if not (self.root / _MARKER).exists():
                raise FileNotFoundError(f"{self.root} is not a prepared invoice folder")
            unread = listing(self.root / _ANSWERS, [str(action.id) for action in actions])
            return [self._looked_up(action, unread[str(action.id)]) for action in actions]
        except OSError as problem:
            return [
                Unknown(hint=Sentence("the invoice folder cannot be read: {problem}", problem=problem), down=True)
            ] * len(actions)

    def _looked_up(self, action: Action, unread: Sequence[Path]) -> Answer | None:
        reference = str(action.id)
        folder = self.root / _READ / reference[:2]
        read = listing(folder, [reference])[reference] if folder.is_dir() else []
        contents = [(f"{path.parent.name}/{path.name}", path.read_bytes()) for path in (*unread, *read)]
        reply = answer(reference, contents)
        if reply is not None:
            return reply
        channel = channel_of(action)
        written = channel in FORMS and (self.root / channel / f"{reference}.json").exists()
        return self._laid(action, channel) if written else None

    @staticmethod
    def _laid(action: Action, channel: str) -> Answer:
        trace = trace_of(action, channel)
        return Sent(trace=trace) if FORMS[channel].answered else Done(ref=trace)

    def perform(self, actions: Sequence[Action]) -> Sequence[Answer]:
        """Writes each invoice; each folder is synced once for all of them before any is reported as written."""
        made = [outgoing(action, self._check) for action in actions]
        try:
            for action, one in zip(actions, made, strict=True):
                if isinstance(one, Outgoing):
                    self._write(action, one)
            for channel in {one.channel for one in made if isinstance(one, Outgoing)}:
                sync_folder(self.root / channel)
        except OSError as problem:
            lost = Unknown(hint=Sentence("the invoice could not be written: {problem}", problem=problem), down=True)
            return [one if isinstance(one, Rejected) else lost for one in made]
        return [
            one if isinstance(one, Rejected) else self._laid(action, one.channel)
            for action, one in zip(actions, made, strict=True)
        ]

    def _write(self, action: Action, one: Outgoing) -> None:
        """The invoice first, then the envelope, which makes it a delivery."""
        folder = self.root / one.channel
        write_durably(folder / f"{action.id}.{one.form.suffix}", one.content)
        write_durably(folder / f"{action.id}.json", one.envelope)

    def settled(self, actions: Sequence[Action]) -> None:
        """Moves committed answers to the folder of read ones. What cannot be moved now is moved later."""
        with suppress(OSError):
            for reference, paths in listing(self.root / _ANSWERS, [str(action.id) for action in actions]).items():
                folder = self.root / _READ / reference[:2]
                folder.mkdir(exist_ok=True)
                for path in paths:
                    path.rename(folder / path.name)
