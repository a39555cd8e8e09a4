"""Exception codes: the governed taxonomy as data. A code is one named sort of exception with its owner, time limit and resolutions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from tieout.core.values.clock import Clock

CodeClass = Literal["policy", "timing", "master", "commercial", "integration", "control"]
Level = Literal["line", "header"]
Stage = Literal["note", "wait", "hold", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One row of the taxonomy.

    `stage` is what a finding of it does by default (note, wait, hold, reject). `cause` groups codes that are symptoms of
    one problem: a case is one cause of one claim, and with `by_site` of one site. `message` is a template over the
    finding's numbers, `messages_by_cause` what stands in its place where a finding of the code belongs to another cause,
    `short` a shorter one for headlines ("" where the message's first sentence serves; `place` is the
    line or the whole document). `letter` is what the other side reads of it: no limits, nothing that is ours alone; "" for what is not
    told. `to_record`: what is asked about it goes to an address in our own record and to no other, because the document itself
    is in doubt; a control's always does. `replaces` and `suppresses` are the precedence rules: an explanatory code takes the
    symptom's place, a stale input silences it.
    """

    id: str
    name: str
    domain: str
    detects: str
    queue: str
    sla: Clock
    clears: str
    evidence: str
    cause: str
    by_site: bool = False
    kind: CodeClass = "commercial"
    level: Level = "line"
    stage: Stage = "hold"
    control: bool = False
    releasable: bool = True
    message: str = ""
    messages_by_cause: tuple[tuple[str, str], ...] = ()
    short: str = ""
    letter: str = ""
    to_record: bool = False
    resolutions: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    suppresses: tuple[str, ...] = ()
    peppol: str = ""


class Taxonomy(Mapping[str, Code]):
    """All codes by id. Raises `AssertionError` on a code given twice: a taxonomy has one row per code."""

    def __init__(self, rows: Iterable[Code]) -> None:
        rows = tuple(rows)
        by_id = {row.id: row for row in rows}
        assert len(by_id) == len(rows), "a code is twice in the taxonomy"
        self._by_id = MappingProxyType(by_id)

    def __getitem__(self, key: str) -> Code:
        if key not in self._by_id:
            raise KeyError(f"there is no code {key}: give it a row in the taxonomy of its pack")
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)
