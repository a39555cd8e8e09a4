"""The priority of a case in words: what another day of waiting costs."""

from __future__ import annotations

from datetime import date

from tieout.core.claim.priority import days_to_month_end
from tieout.core.tie_out.follows import Urgency
from tieout.core.values.money import Money
from tieout.web.words import day, money
from tieout.wording.catalogue import plural, text


def pressing(urgency: Urgency | None, stake: Money | None, *, on: date) -> str:
    """Sentences such as "1,190.00 EUR cannot be billed yet." and "7 days are left to bill this month."; "" for nothing."""
    urgency = urgency or Urgency()
    if urgency.ours:
        return " ".join(_ours(urgency, urgency.amount or stake, on))
    sentences = []
    if urgency.discount and urgency.last_day and on <= urgency.last_day:
        lost, last = money(urgency.discount), day(urgency.last_day)
        sentences.append(text("A discount of {amount} is lost after {day}.", amount=lost, day=last))
    if stake:
        sentences.append(text("{amount} at stake.", amount=money(abs(stake))))
    return " ".join(sentences)


def _ours(urgency: Urgency, unbilled: Money | None, on: date) -> list[str]:
    if not unbilled:
        return []
    sentences = [text("{amount} cannot be billed yet.", amount=money(abs(unbilled)))]
    if urgency.weight > 1:
        sentences.append(text("This customer's cases count {weight} times in the priority.", weight=urgency.weight))
    days = days_to_month_end(on)
    if days == 1:
        sentences.append(text("Today is the last day to bill this month."))
    else:
        sentences.append(
            plural("{count} day is left to bill this month.", "{count} days are left to bill this month.", days)
        )
    return sentences
