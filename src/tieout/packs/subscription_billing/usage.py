"""How far an account's usage of a period can be relied on: what is counted, in which parts, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from tieout.core.values.quantity import exact
from tieout.core.values.sentence import Sentence, as_sentence, joined
from tieout.packs.subscription_billing.charges import Used
from tieout.trade.contract_periods import Days
from tieout.trade.contract_terms import Terms
from tieout.trade.documents import Meter, UsageStatement

_ADDS: Final = frozenset({"sum", "count"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """Usage of a meter by an account in some days. `lacking` describes what is missing, "" if nothing is.

    `parts` are the parts of the days in which usage costs differently, and what was used in each; `unstated` those of which
    nobody states it, although the whole is known.
    """

    meter: str
    account: str
    days: Days
    statement: UsageStatement | None
    meter_exists: Meter | None
    lacking: str
    parts: Mapping[Days, Decimal] = field(default_factory=dict)
    unstated: tuple[Days, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.statement is not None and not self.lacking

    @property
    def quantity(self) -> Decimal | None:
        """What was counted; None without a statement."""
        return self.statement.quantity if self.statement else None

    @property
    def used(self) -> Used | None:
        """What may be billed: by parts where they are stated; None while the usage is not complete."""
        if not self.is_complete:
            return None
        return self.parts if self.parts and not self.unstated else self.quantity


def reliance_on(
    terms: Terms, name: str, days: Days, statements: Sequence[UsageStatement], meters: Sequence[Meter]
) -> Reliance:
    """The statements of a line's days, and what they lack. Usage of a meter without proof lacks nothing.

    Where the terms change within the days, a statement of each part is needed: what is known of the whole says not which part cost
    what. One part that is missing follows from the whole and the others, where the meter adds up.
    """
    pieces = terms.segments(name, days)
    meter, account = pieces[0][0].meter if pieces else "", terms.subscription.account
    described = next((candidate for candidate in meters if candidate.number.strip() == meter.strip()), None)
    promised = described is None or described.proof != "none"
    mine = [
        statement
        for statement in statements
        if (statement.meter.strip(), statement.account.strip()) == (meter.strip(), account.strip())
    ]
    whole = _best(mine, days, terms.zone)
    reliance = Reliance(
        meter=meter,
        account=account,
        days=days,
        statement=whole,
        meter_exists=described,
        lacking=_lacking(whole, days, terms.zone, promised=promised),
    )
    if len(pieces) < 2:
        return reliance
    return _in_parts(reliance, [inside for _, inside in pieces], mine, terms.zone, promised=promised)


def _in_parts(
    whole: Reliance, parts: Sequence[Days], statements: Sequence[UsageStatement], zone: str, *, promised: bool
) -> Reliance:
    by_part = {part: statement for part in parts if (statement := _exact(statements, part, zone)) is not None}
    lacking = joined(
        " and ",
        (
            Sentence("of {part}, {words}", part=part.words, words=as_sentence(words))
            for part, statement in by_part.items()
            if (words := _lacking(statement, part, zone, promised=promised))
        ),
    )
    used = {part: statement.quantity for part, statement in by_part.items()}
    unstated = tuple(part for part in parts if part not in by_part)
    meter, stated = whole.meter_exists, whole.quantity if whole.is_complete else None
    adds = meter is None or meter.aggregation in _ADDS
    if not unstated and not whole.is_complete:
        return replace(whole, statement=_together(by_part.values(), whole.days), lacking=lacking, parts=used)
    so_far = sum(used.values(), Decimal(0))
    if stated is not None and adds and not unstated and so_far != stated:
        lacking = Sentence(
            "its parts come to {so_far}, and the whole to {stated}", so_far=exact(so_far), stated=exact(stated)
        )
    if stated is not None and adds and len(unstated) == 1 and stated >= so_far:
        used, unstated = used | {unstated[0]: stated - so_far}, ()
    return replace(whole, lacking=lacking or whole.lacking, parts=used, unstated=unstated)


def _together(statements: Iterable[UsageStatement], days: Days) -> UsageStatement:
    """The statements of all parts as one of the whole."""
    parts = tuple(statements)
    return replace(
        parts[0],
        number=", ".join(part.number for part in parts),
        period_to=days.last,
        quantity=sum((part.quantity for part in parts), Decimal(0)),
        events=sum(part.events for part in parts),
        hours=sum(part.hours for part in parts),
        late=sum(part.late for part in parts),
        history=(),
        disputed=any(part.disputed for part in parts),
        confirmed_by=parts[0].confirmed_by if all(part.confirmed_by for part in parts) else "",
        last_event_at=max((part.last_event_at for part in parts if part.last_event_at), default=None),
    )


def _best(statements: Sequence[UsageStatement], days: Days, zone: str) -> UsageStatement | None:
    """The statement of just these days; where there is none, the latest that begins with them."""
    begun = [statement for statement in statements if statement.period_from == days.first]
    return _exact(statements, days, zone) or max(begun, key=_lateness, default=None)


def _exact(statements: Sequence[UsageStatement], days: Days, zone: str) -> UsageStatement | None:
    """The latest statement of just these days, one that counts them in their time zone before others."""
    same = [
        statement for statement in statements if (statement.period_from, statement.period_to) == (days.first, days.last)
    ]
    return max(same, key=lambda statement: (_zone(statement.zone) == _zone(zone), _lateness(statement)), default=None)


def _zone(name: str) -> str:
    return name.strip() or "UTC"


def _lateness(statement: UsageStatement) -> tuple[str, int, str]:
    return str(statement.last_event_at or ""), statement.events, statement.number


def _lacking(statement: UsageStatement | None, days: Days, zone: str, *, promised: bool) -> str:
    if statement is None:
        return "there is no statement"
    lacking = []
    if statement.period_to != days.last:
        lacking.append(
            Sentence(
                "the statement is for {days}", days=Days(first=statement.period_from, last=statement.period_to).words
            )
        )
    if _zone(statement.zone) != _zone(zone):
        lacking.append(
            Sentence(
                "the statement counts days of {zone}, the contract of {other}",
                zone=_zone(statement.zone),
                other=_zone(zone),
            )
        )
    if promised and statement.missing:
        ranges = ", ".join(
            f"{gap.first}-{gap.last}" if gap.last > gap.first else f"{gap.first}" for gap in statement.missing
        )
        lacking.append(Sentence("hours {ranges} of {hours} are missing", ranges=ranges, hours=statement.hours))
    if promised and statement.gaps:
        lacking.append(Sentence("the feed skipped {gaps}", gaps=", ".join(statement.gaps)))
    return joined(" and ", lacking)
