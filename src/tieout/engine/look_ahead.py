"""What a change of policy would do, before it is in force: each claim's last dossier is judged under both sets. Nothing is written.

Both judgements are of the same documents at the same moment, so that what differs is the policy's doing and not time's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tieout.core.policy.policy import Policy, PolicySet
from tieout.core.tie_out.verdict import Verdict
from tieout.core.values.scope import Scope
from tieout.engine.explain import dossier_of
from tieout.engine.facts import Facts
from tieout.engine.plugged import Engine
from tieout.formats import canonical_json
from tieout.store import claims, verdicts
from tieout.store.claims import ClaimRow

NOPOLICY: Final = "GOV-NOPOLICY"
_FINAL: Final = frozenset({"superseded", "rejected"})
_BATCH: Final = 500
LOOKED_MAX: Final = 5000
"""Claims that a look-ahead judges; it says how many it left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A claim that the change would turn: its status now and then, the codes that block it then and not now, and missing rules."""

    claim: ClaimRow
    before: str
    after: str
    codes: tuple[str, ...]
    lacking: tuple[str, ...] = ()

    @property
    def posted(self) -> bool:
        """Whether it is posted: its status stays, only what a policy has to say about it would be missing."""
        return self.claim.status == "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAhead:
    """`turns` are the claims whose verdict would be another; `looked` were judged, `left` were not for their number."""

    turns: tuple[Turn, ...]
    looked: int
    left: int

    @property
    def unruled(self) -> tuple[Turn, ...]:
        """Claims, open and posted, for which a rule would be missing."""
        return tuple(turn for turn in self.turns if turn.lacking)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The rules that would be missing for them."""
        return tuple(sorted({name for turn in self.turns for name in turn.lacking}))

    def into(self, *statuses: str) -> tuple[Turn, ...]:
        """Open claims that would come into one of these statuses."""
        return tuple(
            turn for turn in self.turns if turn.after in statuses and turn.before != turn.after and not turn.posted
        )

    @property
    def codes(self) -> tuple[tuple[str, int], ...]:
        """The codes that would block open claims anew, with how many, most first."""
        counted = Counter(code for turn in self.turns if not turn.posted for code in turn.codes)
        return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def look_ahead(engine: Engine, scope: Scope, before: PolicySet, after: PolicySet, *, at: datetime) -> LookAhead:
    """What would become of open claims, and which posted ones would lack a rule, if `after` were in force instead of `before`."""
    turns: list[Turn] = []
    looked = left = 0
    for row in _claims(scope):
        stored = verdicts.last(scope, [row.id]).get(row.id) if looked < LOOKED_MAX else None
        if stored is None:
            left += 1
            continue
        dossier, wrong = dossier_of(engine, row, canonical_json.decode_as(Facts, stored.facts))
        if dossier is None or wrong:
            left += 1
            continue
        looked += 1
        judged = replace(dossier, at=at)
        pack = engine.packs[row.kind]
        turn = _turn(row, pack.tie_out(judged, before).verdict, pack.tie_out(judged, after).verdict)
        turns += [turn] if turn is not None else []
    return LookAhead(turns=tuple(turns), looked=looked, left=left)


def unset(policy: Policy, after: PolicySet, engine: Engine, *, on: date) -> dict[str, tuple[str, ...]]:
    """By process the rules that no policy would set where this one speaks, for processes of which it sets any rule."""
    own = {name for layer in policy.layers for name in layer.rules.values}
    packs = {pack.name: pack for pack in engine.packs.values()}
    shared = Counter(spec.name for pack in packs.values() for spec in pack.rules)
    day = max(on, policy.effective_from)
    missing = {}
    for name, pack in sorted(packs.items()):
        if policy.when.process not in {"", name} or not any(
            shared[spec.name] == 1 and spec.name in own for spec in pack.rules
        ):
            continue
        lacks = after.ruling(replace(policy.when, process=name), day).lacks(pack.rules)
        if lacks:
            missing[name] = lacks
    return missing


def _turn(row: ClaimRow, before: Verdict, after: Verdict) -> Turn | None:
    old, new = _blocking(before), _blocking(after)
    ruled = {name for finding in before.findings if finding.code == NOPOLICY for name in finding.actual.split(", ")}
    lacking = [name for finding in after.findings if finding.code == NOPOLICY for name in finding.actual.split(", ")]
    anew = tuple(sorted({name for name in lacking if name not in ruled}))
    codes = tuple(code for code in new if code not in old)
    if row.status == "posted":
        return Turn(claim=row, before="posted", after="posted", codes=(), lacking=anew) if anew else None
    if before.status == after.status and not codes and not anew:
        return None
    return Turn(claim=row, before=before.status, after=after.status, codes=codes, lacking=anew)


def _blocking(verdict: Verdict) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.code for finding in verdict.findings if finding.stage != "note"))


def _claims(scope: Scope) -> Iterator[ClaimRow]:
    after = UUID(int=0)
    while batch := claims.every(scope, after=after, limit=_BATCH):
        yield from (row for row in batch if row.status not in _FINAL)
        after = batch[-1].id
