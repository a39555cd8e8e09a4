"""What is measured: one frozen value a claim and one a case, derived from events and documents, so that every figure can be traced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout.core.findings.code import CodeClass
from tieout.core.values.money import Money

Driver = Literal["policy", "error"]
"""Why a case is open: a rule that the company wants ("policy"), or something that need not have happened ("error")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a claim is about, by its documents; "" and None where they do not say.

    `site` is the warehouse, `feed` whose messages its evidence comes by (a carrier, a meter), `billable_at` the confirmed
    shipment, or the end of the period that is billed. `credits` are the numbers of the invoices that a credit note gives money
    back for, `for_error` whether it does so because of us: not for goods that came back, and not for a true-up.
    """

    process: str = ""
    kind: str = ""
    number: str = ""
    entity: str = ""
    site: str = ""
    party: str = ""
    segment: str = ""
    feed: str = ""
    amount: Money | None = None
    shipped_at: datetime | None = None
    billable_at: datetime | None = None
    credits: tuple[str, ...] = ()
    for_error: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """For how long a case was about one code, in one queue; `until` None: still."""

    code: str
    kind: CodeClass
    source: str
    queue: str
    since: datetime
    until: datetime | None = None

    @property
    def driver(self) -> Driver:
        """Whether policy or an error makes it wait."""
        return "policy" if self.kind == "policy" else "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact:
    """One case as measured. `code` is what it is, or was last, about; `touches` how often people had to act.

    `due_at` is by when it was, or is, to be answered. `reopened` counts how often it came back.
    """

    id: str
    claim: str
    about: About
    cause: str
    stretches: tuple[Stretch, ...]
    opened_at: datetime
    closed_at: datetime | None = None
    due_at: datetime | None = None
    at_stake: Money | None = None
    touches: int = 0
    reopened: int = 0
    ended_by: str = ""

    @property
    def last(self) -> Stretch:
        """What it is about now, or was at its end."""
        return self.stretches[-1]

    @property
    def code(self) -> str:
        """The code of `last`."""
        return self.last.code

    @property
    def driver(self) -> Driver:
        """Policy or error, by `last`."""
        return self.last.driver


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFact:
    """One claim as measured. `released_at`: when all of it had gone out to the external system; None: not yet.

    `asked`, `refused` and `unknown` count its postings by how they were answered. `waited`: a verdict or a case waited for
    evidence first. `unbilled` is money that its last verdict says could have been billed.
    """

    id: str
    about: About
    received_at: datetime
    released_at: datetime | None = None
    over: bool = False
    waited: bool = False
    asked: int = 0
    refused: int = 0
    unknown: int = 0
    unbilled: Money | None = None
    cases: tuple[CaseFact, ...] = ()

    @property
    def touches(self) -> int:
        """How often people had to act on it."""
        return sum(case.touches for case in self.cases)
