"""Document views of subscription billing: contracts, amendments, and usage with the map of its hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from tieout.core.documents.sheet import HoursProven, InRole, Price, Sheet, Value, phrase, table, worded
from tieout.core.values.calendar import zone_of
from tieout.core.values.errors import Malformed
from tieout.core.values.quantity import plain
from tieout.core.values.sentence import Sentence
from tieout.trade.documents import Amendment, Subscription, SubscriptionLine, Tier, UsageStatement

_DAY: Final = 24
_LINES = (
    "Line | Plan | Charged | #Quantity | #Price | Every | Tiers | #Included | #Minimum | Meter | Milestone | #Discount | Approved by "
    "| From | To"
)


def subscription(document: Subscription) -> Sheet:
    """A subscription contract."""
    return Sheet(
        title="Subscription",
        number=document.number,
        fields=(
            ("Billing account", document.account),
            ("Entity", document.entity),
            ("Currency", document.currency),
            ("Starts", document.starts_on),
            ("Ends", document.ends_on),
            ("Periods begin on", document.anchor),
            ("Time zone", document.zone),
            (
                "Lines of one period",
                Sentence("on one invoice, released together")
                if document.together
                else Sentence("each as soon as it is ready"),
            ),
            (
                "Late usage accepted for",
                Sentence("{hours} h after the period", hours=document.grace_hours)
                if document.grace_hours
                else Sentence("not accepted"),
            ),
            ("Quotation", document.quote),
            ("Approved by", document.approved_by),
            ("Approved", document.approved_on),
        ),
        parties=(InRole(role="Customer", party=document.customer),),
        tables=(table("Lines", _LINES, [_line(line) for line in document.lines]),),
    )


def amendment(document: Amendment) -> Sheet:
    """A change of a subscription."""
    share = (
        phrase(document.intercompany, "\u00a0% ", Sentence("to {company}", company=document.counterpart))
        if document.intercompany is not None
        else ""
    )
    return Sheet(
        title="Amendment",
        number=document.number,
        fields=(
            ("Amended subscription", document.subscription),
            ("Effective from", document.effective_on),
            ("Effective at", document.effective_at),
            ("Signed", document.signed_at),
            ("Approved by", document.approved_by),
            ("Why", document.reason),
            ("Value", document.value),
            ("Entity", document.entity),
            ("Revenue is shared", share),
            ("Systems to be updated", ", ".join(document.systems)),
            ("Lines ended", ", ".join(document.ended)),
        ),
        tables=(table("Lines after the amendment", _LINES, [_line(line) for line in document.lines]),),
    )


def _line(line: SubscriptionLine) -> tuple[Value, ...]:
    return (
        line.id,
        line.plan,
        worded(line.basis),
        "" if line.basis == "usage" else phrase(line.quantity, "\u00a0", line.unit),
        Price(amount=line.price, per=line.price_per),
        "" if line.interval == "once" else Sentence(line.interval),
        "; ".join(map(_tier, line.tiers)),
        phrase(line.included, "\u00a0", line.unit) if line.included else "",
        "" if line.minimum is None else Price(amount=line.minimum),
        line.meter,
        line.milestone,
        _percent(line.discount_percent) if line.discount_percent else "",
        (line.discount_approved_by or Sentence("nobody")) if line.discount_percent else "",
        line.valid_from,
        line.valid_to,
    )


def _tier(tier: Tier) -> str:
    """ "0.08 to 5000 + 10.00"."""
    top = "" if tier.up_to is None else f" \u2264 {plain(tier.up_to)}"
    return f"{plain(tier.price)}{top}" + (f" + {plain(tier.flat)}" if tier.flat else "")


def _percent(value: Decimal) -> Value:
    return phrase(value, "\u00a0%")


def usage(document: UsageStatement) -> Sheet:
    """An account's usage, with which of its hours are proven."""
    missing = sum(hours.last - hours.first + 1 for hours in document.missing)
    return Sheet(
        title="Usage statement",
        number=document.number,
        fields=(
            ("Meter", document.meter),
            ("Billing account", document.account),
            ("Period", phrase(document.period_from, " ", Sentence("to"), " ", document.period_to)),
            ("Time zone", document.zone),
            ("Usage", phrase(document.quantity, "\u00a0", document.unit)),
            ("Events", Decimal(document.events)),
            (
                "Hours complete",
                phrase(
                    Decimal(document.hours - missing),
                    " ",
                    Sentence("of"),
                    " ",
                    Decimal(document.hours),
                    " ",
                    Sentence("hours"),
                ),
            ),
            ("Last event", document.last_event_at),
            ("Late events", Decimal(document.late) if document.late else ""),
            ("Corrected", Decimal(document.corrected) if document.corrected else ""),
            (
                "Unmapped, possibly this billing account's",
                phrase(document.unmatched, "\u00a0", document.unit) if document.unmatched else "",
            ),
            ("Sequence numbers missing", ", ".join(document.gaps)),
            ("Disputed", Sentence("yes") if document.disputed else ""),
            ("Confirmed by", document.confirmed_by),
        ),
        proven=proven(document),
        tables=(
            table(
                "Hours not complete",
                "From hour | To hour | From | #Hours",
                [
                    (
                        str(hours.first),
                        str(hours.last),
                        _hour(document, hours.first),
                        str(hours.last - hours.first + 1),
                    )
                    for hours in document.missing
                ],
            ),
            table(
                "Earlier periods, oldest first",
                "Period | #Usage",
                [
                    (
                        Sentence("{count} before", count=len(document.history) - k),
                        phrase(hours, "\u00a0", document.unit),
                    )
                    for k, hours in enumerate(document.history)
                ],
            ),
        ),
    )


def _hour(document: UsageStatement, hour: int) -> datetime:
    try:
        zone = zone_of(document.zone or "UTC")
    except Malformed:
        zone = zone_of("UTC")  # the tie-out says that nobody knows the stated one
    return datetime.combine(document.period_from, time(), tzinfo=zone).astimezone(UTC) + timedelta(hours=hour)


def proven(document: UsageStatement) -> HoursProven | None:
    """The hours of its period with those without proof; None where it has no hours, or more than a year of them."""
    if not 0 < document.hours <= 366 * _DAY:
        return None
    missing = {
        hour for hours in document.missing for hour in range(max(hours.first, 0), min(hours.last + 1, document.hours))
    }
    return HoursProven(first_day=document.period_from, hours=document.hours, missing=frozenset(missing))
