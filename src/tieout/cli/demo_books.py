"""The demo's organisation: takes in files, ties out, posts, with an ERP that answers; the business clock is advanced, not waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tieout.cli.demo_files import File
from tieout.cli.demo_progress import Advance
from tieout.core.access.source import Source
from tieout.core.outbox.target import Target
from tieout.core.values.scope import Scope
from tieout.engine.outcomes import ClaimsOfActions
from tieout.engine.perform import perform
from tieout.engine.plugged import Engine
from tieout.engine.receive import Incoming, Receipted, receive
from tieout.engine.tie_out import tie_out
from tieout.store import claims

if TYPE_CHECKING:
    from tieout.connectors.voucher_folder.importer import Importer

_RECEIVE: Final = 100
_TIE_OUT: Final = 60
_AN_ANSWER: Final = timedelta(seconds=6)  # the first look-up of an ERP's answer comes after five


@dataclass(slots=True, kw_only=True)
class Books:
    """One organisation while the demo runs. `at` is its business time: it advances with every step."""

    engine: Engine
    scope: Scope
    source: Source
    targets: Mapping[str, Target]
    erp: Importer
    at: datetime

    def take_in(self, files: Sequence[File], *, advance: Advance = lambda _: None) -> list[Receipted]:
        """Receive files; one answer for every file, in their order."""
        answers: list[Receipted] = []
        for start in range(0, len(files), _RECEIVE):
            batch = [Incoming(content=file.content, name=file.name) for file in files[start : start + _RECEIVE]]
            answers += receive(self.engine, self.scope, batch, source=self.source, at=self.at)
            advance(len(answers))
        assert len(answers) == len(files), f"{len(files)} files were given, {len(answers)} were received"
        return answers

    def dirty(self) -> int:
        """How many claims have to be tied out."""
        return claims.waiting(self.scope)[0]

    def to_post(self) -> int:
        """How many vouchers are going to be posted."""
        return claims.counts(self.scope).get("posting", 0)

    def tie_out(self, *, advance: Advance = lambda _: None) -> None:
        """Tie out until nothing is left to be tied out."""
        count = 0
        while done := tie_out(self.engine, self.scope, at=self.at, limit=_TIE_OUT):
            count += done.taken
            advance(count)

    def post(self, *, advance: Advance = lambda _: None) -> None:
        """Post all that ties out, let the ERP book it, and read its answers."""
        claims_of_actions = ClaimsOfActions(self.engine, self.scope)
        count = 0
        for queue, target in self.targets.items():
            owner = f"demo/{queue}"
            while perform(self.scope, target, "perform", owner=owner, at=self.at, claims=claims_of_actions):
                count += self.erp.run(at=self.at).booked
                advance(count)
            self.at += _AN_ANSWER
            while perform(self.scope, target, "look", owner=owner, at=self.at, claims=claims_of_actions):
                pass
