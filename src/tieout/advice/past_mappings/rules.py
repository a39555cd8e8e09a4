"""Rules learnt from past corrections: each proposes accounts for an identifier, or none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.core.values.party import normal_id
from tieout.trade.mapping_advice import Correction

_SEEN_MIN: Final = 3
_STEM_MIN: Final = 4
_DOUBTS_MAX: Final = 50
_TAIL: Final = re.compile(r"[\W_]*\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Accounts that a rule proposes, each with its count."""

    rule: str
    accounts: Counter[str]

    @property
    def answer(self) -> str:
        """The account with the highest count."""
        return min(self.accounts, key=lambda account: (-self.accounts[account], account))


Counts = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was learnt from a set of corrections, and the accounts that exist."""

    accounts: Counts = field(default_factory=lambda: defaultdict(Counter))
    same: Counts = field(default_factory=lambda: defaultdict(Counter))
    affixes: frozenset[tuple[str, str]] = frozenset()
    domains: Counts = field(default_factory=lambda: defaultdict(Counter))
    stems: Counts = field(default_factory=lambda: defaultdict(Counter))

    def proposals(self, identifier: str) -> list[Proposal]:
        """The proposals of all rules that have one, the most specific rule first."""
        proposals = [
            *self._counted("same", self.same.get(normal_id(identifier))),
            *self._counted("namesake", self.accounts.get(normal_id(identifier))),
            *self._stripped(identifier.lower()),
            *self._counted("domain", self.domains.get(domain_of(identifier))),
            *self._counted("stem", self.stems.get(stem_of(identifier))),
        ]
        return [proposal for proposal in proposals if proposal.accounts]

    def _counted(self, rule: str, accounts: Counter[str] | None) -> list[Proposal]:
        if not accounts:
            return []
        return [Proposal(rule=rule, accounts=accounts)]

    def _stripped(self, identifier: str) -> list[Proposal]:
        proposals = []
        for prefix, suffix in sorted(self.affixes, key=lambda affix: (-len(affix[0]) - len(affix[1]), affix)):
            if identifier.startswith(prefix) and identifier.endswith(suffix):
                middle = identifier[len(prefix) : len(identifier) - len(suffix)]
                accounts = self.accounts.get(normal_id(middle)) if middle else None
                if accounts:
                    proposals.append(Proposal(rule="affix", accounts=accounts))
        return proposals


def learn(past: Sequence[Correction], accounts: Collection[str]) -> Learnt:
    """Learn the rules from these corrections."""
    counted: Counter[tuple[str, str]] = Counter()
    learnt = Learnt()
    for account in accounts:
        learnt.accounts[normal_id(account)][account] = 1
    for correction in past:
        identifier, account = correction.identifier, correction.account
        learnt.same[normal_id(identifier)][account] += 1
        if domain := domain_of(identifier):
            learnt.domains[domain][account] += 1
        if stem := stem_of(identifier):
            learnt.stems[stem][account] += 1
        before, named, after = identifier.lower().partition(account.lower())
        if named and (before or after):
            counted[before, after] += 1
    kept = frozenset(affix for affix, count in counted.items() if count >= _SEEN_MIN)
    return Learnt(accounts=learnt.accounts, same=learnt.same, affixes=kept, domains=learnt.domains, stems=learnt.stems)


def domain_of(identifier: str) -> str:
    """The domain of an e-mail address, in small letters; "" where it is none."""
    name, at, domain = identifier.rpartition("@")
    return domain.strip().lower() if at and name and "." in domain else ""


def stem_of(identifier: str) -> str:
    """The identifier without its trailing number, for comparison; "" where there is no number or too little is left."""
    stem = _TAIL.sub("", identifier)
    normal = normal_id(stem)
    return normal if stem != identifier and len(normal) >= _STEM_MIN else ""
