"""Files on their whole way: read, recorded in a real database, tied out, and the tables proved against the events."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.engine import samples
from tests.engine.bad_documents import good
from tests.engine.samples import AT, company, tie_out_all
from tests.support.access import SETUP
from tests.support.peek import peek
from tieout import app
from tieout.core.values.scope import Scope
from tieout.engine.plugged import Engine, packs_by_kind
from tieout.engine.prepare import FileToRead, Prepared, Reader, prepare
from tieout.engine.rebuild import differences
from tieout.engine.receive import Incoming, receive
from tieout.engine.rules import add_policy
from tieout.store.models import Claim, SourceFile, Unread

_BATCH: Final = 20
_BATCHES_OF_A_COMPANY: Final = 25
_SLOW_SECONDS: Final = 5.0


@dataclass
class Through:
    """What is tried and what came of it. `folder` keeps each file that did harm, under its hash."""

    folder: Path
    tried: int = 0
    stored: int = 0
    refused: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    lost: int = 0
    claims: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._kinds = app.kinds()
        self._read: dict[bytes, tuple[Prepared, ...]] = {}
        self._engine = _engine(self._prepared)
        self._numbers = 0
        self._begin()

    def _begin(self) -> None:
        self._scope: Scope = company(samples.engine())
        for pack, text in app.default_policy_texts().items():
            if pack != "payables":
                add_policy(self._scope, text, read=self._engine.read_policy, at=AT)
        self._kept: set[bytes] = set()
        self._batch: list[bytes] = []
        self._batches = 0

    def _prepared(self, files: list[FileToRead]) -> list[tuple[Prepared, ...]]:
        return [self._read.get(file.content) or prepare(self._kinds, file) for file in files]

    def __call__(self, content: bytes) -> None:
        """Read one file; of twenty, together with a sound one, record them; after some batches tie everything out."""
        self.tried += 1
        began = time.process_time()
        try:
            self._read[content] = prepare(self._kinds, FileToRead(content, "fuzz"))
        except Exception:  # noqa: BLE001  whatever it is, it is what is looked for
            self._harm("read", [content])
            return
        if time.process_time() - began > _SLOW_SECONDS:
            self.slow += 1
            self._keep("slow", content)
        self._batch.append(content)
        if len(self._batch) == _BATCH:
            self._record()

    def finish(self) -> None:
        """Record and tie out what is left."""
        if self._batch:
            self._record()
        self._end()

    def _record(self) -> None:
        batch, self._batch = self._batch, []
        self._numbers += 1
        sound = good(900_000_000 + self._numbers)
        began = time.process_time()
        try:
            answers = receive(
                self._engine,
                self._scope,
                [Incoming(content=content) for content in (*batch, sound)],
                source=SETUP,
                at=AT,
            )
        except Exception:  # noqa: BLE001  as above
            self._harm("record", batch)
            self._end(sound=False)
            return
        if time.process_time() - began > _SLOW_SECONDS:
            self.slow += 1
            self._keep("slow-batch", b"\n\n".join(batch))
        self._kept |= {*batch, sound}
        self._read.clear()
        for content, answer in zip((*batch, sound), answers, strict=True):
            self.stored += sum(not document.unreadable for document in answer.documents)
            self.refused += sum(document.unreadable for document in answer.documents)
            if not answer.documents and answer.fate != "known":
                self._lose("no document", content)
        if [document.kind for document in answers[-1].documents] != ["invoice"]:
            self._lose("the sound one", sound)
        self._batches += 1
        if self._batches == _BATCHES_OF_A_COMPANY:
            self._end()

    def _end(self, *, sound: bool = True) -> None:
        """Tie out the company's claims, prove its tables, and go on with another company."""
        if sound:
            began = time.process_time()
            try:
                for at in (AT, AT + timedelta(days=400)):
                    tie_out_all(self._engine, self._scope, at=at)
                wrong = list(differences(self._scope))
            except Exception:  # noqa: BLE001  as above
                self._harm("tie out", sorted(self._kept))
            else:
                tenant = self._scope.tenant
                if wrong or peek(Claim).filter(tenant=tenant, dirty=True).exists():
                    self._lose(f"not rebuilt: {wrong[:3]}", b"\n\n".join(sorted(self._kept)))
                if peek(Unread).filter(tenant=tenant).exists():
                    self._lose("unread", b"\n\n".join(sorted(self._kept)))
                if peek(SourceFile).filter(tenant=tenant).count() != len(self._kept) + 1:  # and the supplier's
                    self._lose("source file", b"\n\n".join(sorted(self._kept)))
                self.claims += peek(Claim).filter(tenant=tenant).count()
            if time.process_time() - began > 12 * _SLOW_SECONDS:
                self.slow += 1
                self._keep("slow-tie-out", b"\n\n".join(sorted(self._kept)))
        self._begin()

    def _harm(self, step: str, contents: list[bytes]) -> None:
        text = traceback.format_exc()
        ours = [line.strip() for line in text.splitlines() if line.lstrip().startswith("File ")]
        place = f"{step}: {text.strip().splitlines()[-1][:120]} at {ours[-1] if ours else ''}"
        self.faults[place] += 1
        if self.faults[place] <= 3:
            for content in contents:
                self._keep(step, content)
            (self.folder / f"{step}-{len(self.faults)}-{self.faults[place]}.txt").write_text(text)

    def _lose(self, what: str, content: bytes) -> None:
        self.lost += 1
        self._keep(f"lost-{what.split(':', maxsplit=1)[0]}", content)
        (self.folder / "lost.txt").open("a").write(f"{what}\n")

    def _keep(self, step: str, content: bytes) -> None:
        (self.folder / f"{step.replace(' ', '-')}-{sha256(content).hexdigest()[:16]}").write_bytes(content)

    def report(self) -> str:
        """The figures, one line each."""
        lines = [
            f"files tried: {self.tried}",
            f"documents stored: {self.stored}; refused with a place: {self.refused}; claims tied out: {self.claims}",
            f"exceptions: {sum(self.faults.values())}; slow: {self.slow}; lost: {self.lost}",
            *(f"  {count} x {place}" for place, count in self.faults.most_common()),
        ]
        return "\n".join(lines)


def _engine(read: Reader) -> Engine:
    """An engine with all packs, as the program has it, and this reader."""
    return replace(samples.engine(), packs=packs_by_kind(app.packs()), read=read)
