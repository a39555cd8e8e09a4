"""The checks: each compares a claim with its card transactions and the policy, and gives findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from expenses_pack.codes import TAXONOMY
from expenses_pack.documents import CardTransaction, ExpenseClaim, ExpenseLine
from expenses_pack.kinds import card_key
from expenses_pack.rules import CARD_WINDOW, HOTEL_NIGHT, MEAL_DAY, RULES
from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.making import finding
from tieout.core.policy.policy import Ruling
from tieout.core.policy.rule import HOURS
from tieout.core.policy.tolerance import assess
from tieout.core.tie_out.dossier import Dossier
from tieout.core.tie_out.judging import DOCUMENT, no_policy
from tieout.core.values.calendar import add
from tieout.core.values.clock import Hours
from tieout.core.values.key import Key
from tieout.core.values.money import Money
from tieout.core.values.sentence import Sentence

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The claim with its evidence: card transactions by their key, and the policy that applies to it."""

    dossier: Dossier
    claim: ExpenseClaim
    cards: Mapping[Key, CardTransaction]
    ruling: Ruling

    def card_of(self, line: ExpenseLine) -> CardTransaction | None:
        """The card transaction that a line names, if it has arrived."""
        return self.cards.get(card_key(line.card)) if line.card else None


def unruled(side: Side) -> Iterator[Finding]:
    """GOV-NOPOLICY: a limit that no policy sets holds the claim."""
    lacking = side.ruling.lacks(RULES)
    if lacking:
        yield no_policy(TAXONOMY["GOV-NOPOLICY"], DOCUMENT, lacking, ruling=side.ruling, at_stake=side.claim.asked)


def negative(side: Side) -> Iterator[Finding]:
    """EXP-NEGATIVE for each line that asks for nothing or less."""
    for line in side.claim.lines:
        if line.amount.minor <= 0:
            yield finding(TAXONOMY["EXP-NEGATIVE"], line.id, ruling=side.ruling, actual=str(line.amount))


def limits(side: Side) -> Iterator[Finding]:
    """EXP-LIMIT for each day on which the hotel, or all meals together, cost more than policy allows."""
    spent: dict[tuple[str, object], Decimal] = {}
    reported: set[tuple[str, object]] = set()
    for line in side.claim.lines:
        rule = side.ruling.value(HOTEL_NIGHT if line.sort == "hotel" else MEAL_DAY)
        days = max(line.days, 1)
        for k in range(days):
            day = (line.sort, line.on + timedelta(days=k))
            spent[day] = spent.get(day, NOTHING) + line.amount.amount / days
            if rule is None or day in reported:
                continue
            met = assess(rule, expected=NOTHING, actual=spent[day], currency=side.claim.currency)
            if met.within or met.side != "over":
                continue
            reported.add(day)
            over = Money.rounded((spent[day] - (met.allowed or NOTHING)) * days, side.claim.currency)
            yield finding(
                TAXONOMY["EXP-LIMIT"],
                line.id,
                ruling=side.ruling,
                actual=str(Money.rounded(spent[day], side.claim.currency)),
                limit=met.limit,
                at_stake=over,
                what="The hotel" if line.sort == "hotel" else "Meals",
                day=line.on.isoformat(),
            )
            break


def proofs(side: Side) -> Iterator[Finding]:
    """EXP-PROOF while a line's card transaction is missing: it waits first, then it is held. EXP-AMOUNT where amount or
    employee differ."""
    window, hours = side.ruling.value(CARD_WINDOW), side.ruling.value(HOURS) or Hours()
    for line in side.claim.lines:
        card = side.card_of(line)
        if card is None:
            until = add(window, side.dossier.received_at, hours) if window and line.card else None
            waits = until is not None and side.dossier.at < until
            yield finding(
                TAXONOMY["EXP-PROOF"],
                line.id,
                ruling=side.ruling,
                stage="wait" if waits else "hold",
                status="WAIT-CARD" if waits else "",
                at_stake=line.amount,
                awaited=[Awaited(key=card_key(line.card), until=until if waits else None, label="WAIT-CARD")]
                if line.card
                else [],
                card=line.card or "is named",
                amount=str(line.amount),
            )
        elif (card.amount, card.employee) != (line.amount, side.claim.employee):
            yield finding(
                TAXONOMY["EXP-AMOUNT"],
                line.id,
                ruling=side.ruling,
                expected=Sentence("{amount} of {employee}", amount=card.amount, employee=card.employee),
                actual=Sentence("{amount} of {employee}", amount=line.amount, employee=side.claim.employee),
                at_stake=line.amount,
                card=card.number,
            )


def twice(side: Side) -> Iterator[Finding]:
    """EXP-TWICE where another claim, or another line of this one, has used the card transaction up."""
    used: dict[Key, str] = {
        Key("", allocation.ledger.kind, allocation.ledger.number): allocation.claim
        for allocation in side.dossier.allocated
    }
    for line in side.claim.lines:
        if not line.card:
            continue
        key = card_key(line.card)
        other = used.get(key)
        if other is not None:
            yield finding(
                TAXONOMY["EXP-TWICE"],
                line.id,
                ruling=side.ruling,
                at_stake=line.amount,
                card=line.card,
                other=other,
            )
        used[key] = Sentence("line {line} of this claim", line=line.id)


CHECKS = (unruled, negative, limits, proofs, twice)
