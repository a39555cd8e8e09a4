"""The advisor: it applies the rules, and measures how often answers of the same sort were right in the past.

The most specific rule answers. The sort of an answer is that rule, and whether it or another rule proposes further
accounts. Every past correction is answered once by rules that were learnt without it (five parts, each held out in
turn), so that each sort has a share of right answers, and a bound of how often it is wrong at worst. Where that is at most once
in a hundred, the answer alone is the set that holds the right account in 99 of 100 cases; else all accounts that any rule
proposes are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Final

from tieout.advice.past_mappings.bound import error_bound
from tieout.advice.past_mappings.rules import Learnt, Proposal, learn
from tieout.trade.mapping_advice import ERROR_MAX, Correction, Suggestion

_PARTS: Final = 5
_WORDS: Final = {
    "namesake": "an account has this name, apart from punctuation and capitals",
    "same": "the same identifier, apart from punctuation and capitals, was mapped before",
    "affix": "the text around the account's name was seen in other identifiers",
    "domain": "addresses of this domain were mapped before",
    "stem": "identifiers that differ only in the number at their end were mapped before",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMappings:
    """Stateless: its suggestions follow from the corrections that it is given."""

    name: str = "past_mappings"

    def suggest(
        self, unmapped: Sequence[str], past: Sequence[Correction], accounts: Collection[str]
    ) -> tuple[Suggestion, ...]:
        """One suggestion for each unmapped identifier for which any rule proposes an account."""
        right, asked = calibrated(past, accounts)
        learnt = learn(past, accounts)
        suggestions = []
        for identifier in unmapped:
            proposals = learnt.proposals(identifier)
            if not proposals:
                continue
            answer, sort = _answer(proposals)
            error_max = error_bound(asked[sort] - right[sort], asked[sort])
            suggestions.append(
                Suggestion(
                    identifier=identifier,
                    account=answer,
                    confidence=_share(right[sort], asked[sort]),
                    evidence=asked[sort],
                    error_max=error_max,
                    rule=sort,
                    reason=_WORDS[proposals[0].rule],
                    others=() if error_max <= ERROR_MAX else _rivals(proposals, answer),
                )
            )
        return tuple(suggestions)


def calibrated(past: Sequence[Correction], accounts: Collection[str]) -> tuple[Counter[str], Counter[str]]:
    """By sort of answer: how many were right, and how many there were, of answers to held-out corrections."""
    parts: dict[int, list[Correction]] = defaultdict(list)
    for correction in past:
        parts[_part(correction.identifier)].append(correction)
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for held_out, corrections in parts.items():
        learnt = learn([one for part, others in parts.items() if part != held_out for one in others], accounts)
        for correction in corrections:
            _ask(learnt, correction, right, asked)
    return right, asked


def _ask(learnt: Learnt, correction: Correction, right: Counter[str], asked: Counter[str]) -> None:
    proposals = learnt.proposals(correction.identifier)
    if proposals:
        answer, sort = _answer(proposals)
        asked[sort] += 1
        right[sort] += answer == correction.account


def _answer(proposals: Sequence[Proposal]) -> tuple[str, str]:
    """The first rule's answer, and its sort."""
    first = proposals[0]
    answer = first.answer
    undecided = " (undecided)" if len(first.accounts) > 1 else ""
    closer = [proposal for proposal in proposals[1:] if proposal.rule != "stem"]  # the weakest rule disputes nothing
    disputed = " (disputed)" if any(answer not in proposal.accounts for proposal in closer) else ""
    return answer, first.rule + undecided + disputed


def _rivals(proposals: Sequence[Proposal], answer: str) -> tuple[str, ...]:
    """All other accounts that any rule proposes, the most frequent first."""
    votes: Counter[str] = Counter()
    for proposal in proposals:
        votes += proposal.accounts
    return tuple(sorted(votes.keys() - {answer}, key=lambda account: (-votes[account], account)))


def _share(right: int, of: int) -> Decimal:
    return (Decimal(right) / of).quantize(Decimal("0.0001")) if of else Decimal(0)


def _part(identifier: str) -> int:
    return sha256(identifier.encode("utf-8", "surrogatepass")).digest()[0] % _PARTS


ADVISOR: Final = PastMappings()
