"""Papers of subscription billing laid out: contracts, amendments, and usage with the map of its hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from tieout.trade.documents import Amendment, Subscription, SubscriptionLine, UsageStatement
from tieout.web.sheets.layout import Sheet, columns, filled, party, table
from tieout.web.sheets.usage_map import hours_map
from tieout.web.words import day, figure, moment, money, price, sentence

_LINES = columns(
    "Line", "Plan", "Charged", "#Quantity", "#Price", "Every", "#Included", "Meter", "Milestone", "#Discount", "Approved by",
    "From", "To",
)  # fmt: skip


def subscription(paper: Subscription) -> Sheet:
    """A subscription contract."""
    return Sheet(
        kind="Subscription",
        number=paper.number,
        fields=filled(
            ("Account", paper.account),
            ("Entity", paper.entity),
            ("Currency", paper.currency),
            ("Starts", day(paper.starts_on)),
            ("Ends", day(paper.ends_on)),
            (
                "A period's lines",
                "on one invoice: what waits makes all wait" if paper.together else "each when it is ready",
            ),
            ("Late usage counts for", f"{paper.grace_hours} h after the period" if paper.grace_hours else "no time"),
            ("Offer", paper.quote),
            ("Approved by", paper.approved_by),
            ("Approved", day(paper.approved_on)),
        ),
        parties=party("Customer", paper.customer),
        tables=table("Lines", _LINES, [_line(line) for line in paper.lines]),
    )


def amendment(paper: Amendment) -> Sheet:
    """A change of a subscription."""
    share = f"{_percent(paper.intercompany)} to {paper.counterpart}" if paper.intercompany is not None else ""
    return Sheet(
        kind="Amendment",
        number=paper.number,
        fields=filled(
            ("Of subscription", paper.subscription),
            ("Holds from", day(paper.effective_on)),
            ("Signed", moment(paper.signed_at)),
            ("Approved by", paper.approved_by),
            ("Why", paper.reason),
            ("Worth", money(paper.value)),
            ("Entity", paper.entity),
            ("Revenue goes", share),
            ("Has to reach", ", ".join(paper.systems)),
            ("Lines that end", ", ".join(paper.ended)),
        ),
        tables=table("Lines from then on", _LINES, [_line(line) for line in paper.lines]),
    )


def _line(line: SubscriptionLine) -> tuple[str, ...]:
    return (
        line.id,
        line.plan,
        sentence(line.basis),
        "" if line.basis == "usage" else f"{figure(line.quantity)}\u00a0{line.unit}",
        price(line.price, line.price_per),
        "" if line.interval == "once" else line.interval,
        f"{figure(line.included)}\u00a0{line.unit}" if line.included else "",
        line.meter,
        line.milestone,
        _percent(line.discount_percent) if line.discount_percent else "",
        (line.discount_approved_by or "nobody") if line.discount_percent else "",
        day(line.valid_from).replace("–", ""),
        day(line.valid_to).replace("–", ""),
    )


def _percent(value: Decimal) -> str:
    return f"{figure(value)}\u00a0%"


def usage(paper: UsageStatement) -> Sheet:
    """An account's usage, with which of its hours are proven."""
    missing = sum(each.last - each.first + 1 for each in paper.missing)
    return Sheet(
        kind="Usage statement",
        number=paper.number,
        fields=filled(
            ("Meter", paper.meter),
            ("Account", paper.account),
            ("Period", f"{day(paper.period_from)} to {day(paper.period_to)}"),
            ("Usage", f"{figure(paper.quantity)}\u00a0{paper.unit}"),
            ("Events", figure(Decimal(paper.events))),
            ("Proven", f"{figure(Decimal(paper.hours - missing))} of {figure(Decimal(paper.hours))} hours"),
            ("Last event", moment(paper.last_event_at)),
            ("Came late", figure(Decimal(paper.late)) if paper.late else ""),
            ("Corrected", figure(Decimal(paper.corrected)) if paper.corrected else ""),
            ("May belong here too", f"{figure(paper.unmatched)}\u00a0{paper.unit}" if paper.unmatched else ""),
            ("Numbers that the feed skipped", ", ".join(paper.gaps)),
            ("Disputed", "yes" if paper.disputed else ""),
            ("Confirmed by", paper.confirmed_by),
        ),
        map=hours_map(paper),
        tables=(
            *table(
                "Hours without proof",
                columns("From hour", "To hour", "From", "#Hours"),
                [
                    (
                        str(each.first),
                        str(each.last),
                        _hour(paper, each.first),
                        str(each.last - each.first + 1),
                    )
                    for each in paper.missing
                ],
            ),
            *table(
                "Earlier periods, oldest first",
                columns("Period", "#Usage"),
                [
                    (f"{len(paper.history) - k} before", f"{figure(each)}\u00a0{paper.unit}")
                    for k, each in enumerate(paper.history)
                ],
            ),
        ),
    )


def _hour(paper: UsageStatement, hour: int) -> str:
    return moment(datetime.combine(paper.period_from, time(), tzinfo=UTC) + timedelta(hours=hour))
