"""The advisor: it asks the rules, and asks itself how often rules that agree in this way were right.

Every past correction is answered once by rules that were learnt without it (five parts, each held out in turn). So each sort
of answer - the set of rules that gave it - has a share of right ones, and a bound of how often it is wrong at worst. An answer
that has no rival and whose sort is wrong at most once in a hundred may be carried out without asking.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Final

from tieout.advice.past_mappings.bound import error_bound
from tieout.advice.past_mappings.rules import Learnt, learn
from tieout.core.advice import Correction, Suggestion

_PARTS: Final = 5
_WORDS: Final = {
    "namesake": "an account has this name, but for signs and capitals",
    "same": "the same identifier, but for signs and capitals, was mapped before",
    "affix": "what stands around the account's name was seen in other identifiers",
    "domain": "addresses of this domain were mapped before",
    "stem": "identifiers that differ only in the number at their end were mapped before",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMappings:
    """Stateless: what it says follows from the corrections that it is given."""

    name: str = "past_mappings"

    def suggest(
        self, strays: Sequence[str], past: Sequence[Correction], accounts: Collection[str]
    ) -> tuple[Suggestion, ...]:
        """One suggestion for each stray that any rule knows something of."""
        right, asked = calibrated(past, accounts)
        learnt = learn(past, accounts)
        found = []
        for identifier in strays:
            proposals = learnt.proposals(identifier)
            ranked = _ranked(proposals)
            if not ranked:
                continue
            sort = _sort(proposals)
            evidence = asked[sort]
            found.append(
                Suggestion(
                    identifier=identifier,
                    account=ranked[0],
                    confidence=_share(right[sort], evidence),
                    evidence=evidence,
                    error_max=error_bound(evidence - right[sort], evidence),
                    rule=sort,
                    reason="; ".join(_WORDS[rule] for rule in sort.split("+")),
                    others=tuple(ranked[1:]),
                )
            )
        return tuple(found)


def calibrated(past: Sequence[Correction], accounts: Collection[str]) -> tuple[Counter[str], Counter[str]]:
    """By sort of answer: how many were right, and how many there were, of answers without a rival to held-out corrections."""
    parts: dict[int, list[Correction]] = defaultdict(list)
    for correction in past:
        parts[_part(correction.identifier)].append(correction)
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for held_out, corrections in parts.items():
        learnt = learn([each for part, known in parts.items() if part != held_out for each in known], accounts)
        for correction in corrections:
            _ask(learnt, correction, right, asked)
    return right, asked


def _ask(learnt: Learnt, correction: Correction, right: Counter[str], asked: Counter[str]) -> None:
    proposals = learnt.proposals(correction.identifier)
    ranked = _ranked(proposals)
    if len(ranked) == 1:
        sort = _sort(proposals)
        asked[sort] += 1
        right[sort] += ranked[0] == correction.account


def _ranked(proposals: dict[str, set[str]]) -> list[str]:
    """All accounts that any rule proposes: those first that most rules propose."""
    votes = Counter(account for accounts in proposals.values() for account in accounts)
    return sorted(votes, key=lambda account: (-votes[account], account))


def _sort(proposals: dict[str, set[str]]) -> str:
    return "+".join(sorted(proposals))


def _share(right: int, of: int) -> Decimal:
    return (Decimal(right) / of).quantize(Decimal("0.0001")) if of else Decimal(0)


def _part(identifier: str) -> int:
    return sha256(identifier.encode("utf-8", "surrogatepass")).digest()[0] % _PARTS


ADVISOR: Final = PastMappings()
