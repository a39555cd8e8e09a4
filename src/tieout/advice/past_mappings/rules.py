"""Rules that past corrections teach: each proposes accounts for an identifier, or none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from tieout.core.advice import Correction
from tieout.core.party import normal_id

_SEEN_MIN: Final = 3
_STEM_MIN: Final = 4
_TAIL: Final = re.compile(r"[\W_]*\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a set of corrections teaches, together with the accounts that exist."""

    accounts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    same: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    affixes: frozenset[tuple[str, str]] = frozenset()
    domains: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stems: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def proposals(self, identifier: str) -> dict[str, set[str]]:
        """Accounts by rule, for the rules that have any."""
        known = {
            "namesake": self.accounts.get(normal_id(identifier), set()),
            "same": self.same.get(normal_id(identifier), set()),
            "affix": self._stripped(identifier.lower()),
            "domain": self.domains.get(domain_of(identifier), set()),
            "stem": self.stems.get(stem_of(identifier), set()),
        }
        return {rule: accounts for rule, accounts in known.items() if accounts}

    def _stripped(self, identifier: str) -> set[str]:
        found = set()
        for prefix, suffix in self.affixes:
            if identifier.startswith(prefix) and identifier.endswith(suffix):
                middle = identifier[len(prefix) : len(identifier) - len(suffix)]
                if middle:
                    found |= self.accounts.get(normal_id(middle), set())
        return found


def learn(past: Sequence[Correction], accounts: Collection[str]) -> Learnt:
    """What these corrections teach."""
    counted: Counter[tuple[str, str]] = Counter()
    learnt = Learnt()
    for account in accounts:
        learnt.accounts[normal_id(account)].add(account)
    for correction in past:
        identifier, account = correction.identifier, correction.account
        learnt.same[normal_id(identifier)].add(account)
        if domain := domain_of(identifier):
            learnt.domains[domain].add(account)
        if stem := stem_of(identifier):
            learnt.stems[stem].add(account)
        before, found, after = identifier.lower().partition(account.lower())
        if found and (before or after):
            counted[before, after] += 1
    kept = frozenset(affix for affix, count in counted.items() if count >= _SEEN_MIN)
    return Learnt(accounts=learnt.accounts, same=learnt.same, affixes=kept, domains=learnt.domains, stems=learnt.stems)


def domain_of(identifier: str) -> str:
    """The domain of an e-mail address, in small letters; "" where it is none."""
    name, at, domain = identifier.rpartition("@")
    return domain.strip().lower() if at and name and "." in domain else ""


def stem_of(identifier: str) -> str:
    """The identifier without the number at its end, for comparison; "" where there is no number or too little is left."""
    stem = _TAIL.sub("", identifier)
    known = normal_id(stem)
    return known if stem != identifier and len(known) >= _STEM_MIN else ""
