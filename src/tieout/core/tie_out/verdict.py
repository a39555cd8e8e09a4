"""The verdict: what follows from the findings, with everything that is needed to derive it again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tieout.core.findings.finding import Awaited, Finding
from tieout.core.findings.precedence import Silenced
from tieout.core.tie_out.key import dated
from tieout.core.values.clock import Hours
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.money import Money

Status = Literal["clear", "waiting", "held", "rejected"]


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How much of an order line this claim uses up: signed, in the order line's unit; `net` is the money billed for it.

    `ledger` is the order's key with its book: a line of a sister company's order of the same number is another line.
    """

    claim_line: str
    ledger: Key
    line: str
    quantity: Decimal
    unit: str
    net: Money

    @property
    def ledger_key(self) -> Key:
        """The ledger of which it is used."""
        return self.ledger

    @property
    def gives_back(self) -> bool:
        """Whether it gives back to the ledger, as a credit does."""
        return self.quantity < 0 or self.net.minor < 0

    @property
    def dated(self) -> tuple[Hashable, datetime] | None:
        """Where the ledger is kept by instants: the use without its own, and that."""
        of_ledger = dated(self.ledger, self.line)
        if of_ledger is None:
            return None
        whole, line, instant = of_ledger
        return (self.claim_line, whole, line, self.quantity, self.unit, self.net), instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is set against a claim of an amount that another claim, `number`, has posted in advance: with tax, and its `tax`.

    `claim` is that one's source key without the version. Less than nothing: it is open again.
    """

    claim: str
    number: str
    amount: Money
    tax: Money


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """What may be posted of one claim line now: all of it, or a part under split posting.

    `price` is money for goods that are billed already, more or less of it: it moves no goods, so it has no quantity.
    `prepayment` sets against the claim what was paid before (`settles`). Where `net` is 0, it lowers the amount to pay alone; else it is
    a line of the claim, and taken off its totals.
    """

    claim_line: str
    kind: Literal["goods", "price", "charge", "allowance", "variance", "rounding", "prepayment"]
    net: Money
    tax: Money
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    order: str = ""
    line: str = ""
    settles: Settled | None = None


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`postable` is what may be posted under this verdict: everything when clear; a part, under split posting, when not.

    `policies` are "name@version" of every policy that applied. `inputs` are (key, sha256) of every document version read.
    `hours` are the business hours that the findings' clocks run in. `delivery` is how what is posted goes to the customer:
    channel and address ("peppol 0088:7300010000001"), "" where it goes to nobody. `silenced` are findings that others explain
    or whose input is not up to date: nobody has to answer them, they hold nothing, and they are kept for display.
    """

    status: Status
    findings: tuple[Finding, ...]
    allocations: tuple[Allocation, ...]
    postable: tuple[PostingLine, ...]
    awaited: tuple[Awaited, ...]
    policies: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    code_version: str
    hours: Hours = Hours()
    delivery: str = ""
    silenced: tuple[Silenced, ...] = ()


def status_of(findings: Iterable[Finding]) -> Status:
    """The gravest stage decides: reject, then hold, then wait; notes and nothing are clear."""
    stages = {finding.stage for finding in findings}
    if "reject" in stages:
        return "rejected"
    if "hold" in stages:
        return "held"
    return "waiting" if "wait" in stages else "clear"
