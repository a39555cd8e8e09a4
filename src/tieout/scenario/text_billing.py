"""The documents of subscription billing in the language of scenarios."""

from __future__ import annotations

from datetime import date as Day  # noqa: N812  the fields are called date
from decimal import Decimal
from typing import Literal

from tieout.scenario.plain import DocumentText, Text, Word, Words
from tieout.scenario.text_sales import SellerText
from tieout.trade.documents.invoice import GivesBack


class SubscriptionText(DocumentText):
    """A subscription. Lines as in "L1: 10 EA TEAM @ 30.00 monthly", "L2: usage API @ 0.20 over 1000", "L3: once SETUP @ 500.00",
    "L4: milestone GO-LIVE @ 9000.00", "L5: prepaid CREDIT @ 1000.00"; "weekly", "monthly", "quarterly", "yearly"; with "over 1000"
    (included), "minimum 50.00", "less 15 % by V. Lindqvist", "from 2026-03-01", "to 2026-12-31". A part of a period costs its days'
    share, or all of it ("whole"), its seconds' share ("by seconds"), or that of months of 30 days ("by 30 days"). In tiers: "@ graduated
    0.10 to 1000, 0.08 to 5000 plus 10.00, 0.05", or "@ volume …". `anchor` is the day on which periods begin ("start", "calendar", 15,
    2026-02-15), `zone` the time zone of its days. `together`: its lines are released on one invoice, all or none. `grace_hours` is how
    long after the period late usage still counts. `quote` is the number of the quotation in which its discounts were approved; the
    explanation of the price names it.
    """

    number: Word
    account: Word
    lines: Words
    currency: str = "EUR"
    entity: str = "DE01"
    starts: Day | None = None
    ends: Day | None = None
    anchor: Word = ""
    zone: str = ""
    together: bool = False
    grace_hours: int = 1
    quote: str = ""
    tax: Decimal | None = Decimal(19)
    version: Word = "1"


class AmendmentText(DocumentText):
    """An amendment of a subscription from a day on; lines as a subscription has them, `ended` by their ids. `instant` is the moment
    on that day, where seconds are counted. `systems` are those that have to carry it out; each reports by an `amendment_effect`. `value`
    is what the amendment is worth ("12000.00 EUR"); `intercompany` is the share of it, in percent, that the company `counterpart` posts
    in its own ledger. That is reported for the system "intercompany", with the `amount` posted."""

    number: Word
    subscription: Word
    effective: Day
    instant: Word = ""
    lines: Words = ()
    ended: Words = ()
    signed: Word = ""
    approved_by: str = ""
    systems: Words = ()
    entity: str = ""
    counterpart: str = ""
    intercompany: Decimal | None = None
    value: Word = ""
    tax: Decimal | None = Decimal(19)
    version: Word = "1"


class EffectText(DocumentText):
    """What a system did with an amendment. `state` is `done`: it was carried out there; `failed`: it was not, for the `reason`; or
    `compensated`: it was reversed there."""

    amendment: Word
    system: str
    state: Literal["done", "failed", "compensated"] = "done"
    reason: str = ""
    reference: Word = ""
    amount: Word = ""
    occurred: Word = ""
    number: Word = ""
    version: Word = "1"
    entity: str = ""


class DiscountsText(DocumentText):
    """Discounts of earlier amendments, as quantiles: "95 %: 20", "99 %: 30"."""

    entity: str = ""
    as_of: Day
    amendments: int = 1000
    quantiles: Words = ()
    version: Word = "1"


class MeterText(DocumentText):
    """A meter."""

    number: Word
    unit: str = "EA"
    proof: Literal["hours", "closed", "none"] = "closed"
    hourly_max: Decimal | None = None
    version: Word = "1"
    entity: str = ""


class UsageText(DocumentText):
    """A usage statement of a month ("2026-03") or of other days, in a time `zone`. `missing` as hours: "700-743"; `history` oldest
    first."""

    meter: Word
    account: Word
    quantity: Decimal
    month: Word = ""
    first: Day | None = None
    last: Day | None = None
    unit: str = "EA"
    missing: Words = ()
    gaps: Words = ()
    late: int = 0
    history: tuple[Decimal, ...] = ()
    disputed: bool = False
    confirmed_by: str = ""
    zone: str = ""
    number: Word = ""
    version: Word = "1"
    entity: str = ""


class UnmappedText(DocumentText):
    """Unmapped usage."""

    meter: Word
    identifier: Word
    month: Word
    quantity: Decimal
    events: int = 1
    worth: Word = ""
    unit: str = "EA"
    version: Word = "1"
    entity: str = ""


class MappingText(DocumentText):
    """The mapping of an identifier to an account; account "" removes it."""

    identifier: Word
    account: Word = ""
    by: str
    reason: str = ""
    version: Word = "1"


class ProjectMilestoneText(DocumentText):
    """A milestone of a project that a subscription's line names ("L4: milestone GO-LIVE @ 9000.00"): its `number` or its `name` is that
    of the line (GO-LIVE). It is accepted once `accepted_by` is given; `percent` is how far the work is. Use it for subscriptions; for a
    sales order's line use `milestone`."""

    number: Word
    subscription: Word = ""
    name: str = ""
    percent: Decimal = Decimal(0)
    accepted_by: str = ""
    occurred: Word = ""
    version: Word = "1"


class AccountingSetupText(DocumentText):
    """The accounting setup of one of our companies. Revenue as "4400" for all plans, "TEAM 4410" for one; periods as months. `seller` is
    how its invoices have to state it, where they leave it out."""

    entity: str
    revenue: Words = ("4400",)
    tax_classes: Words = ("domestic",)
    periods: Words = ()
    seller: SellerText | None = None
    version: Word = "1"


class AccountText(DocumentText):
    """A customer as billing needs it: `erp` its record in the ledger as "DE01 10077". `tier` is how important the customer is: in the
    priority of cases, "A" counts four times and "B" twice as much as all others."""

    number: Word
    name: str = ""
    entity: str = "DE01"
    erp: Words = ()
    tax_class: str = "domestic"
    blocked: str = ""
    channel: Literal["", "peppol", "email", "portal", "print", "none"] = ""
    address: Word = ""
    form: Literal["", "xrechnung"] = ""
    buyer_reference: Word = ""
    tier: str = ""
    version: Word = "1"


class BillText(DocumentText):
    """An account's invoice or credit note of a billing run.

    Lines as "1: SUB-1/L1 2026-03 = 300.00" (a month, or days as "2026-03-01..2026-03-15", or nothing), with "10 EA @ 30.00"
    in place of "= 300.00", and "true-up" for a line that adds to what is billed already. `gives_back` says whether a credit
    note credits days ("days") or value only ("money"), or the UNTDID 4465 code `credit_reason` does.
    """

    number: Word
    account: Word
    lines: Words
    date: Day | None = None
    currency: str = "EUR"
    entity: str = "DE01"
    tax: Decimal | None = Decimal(19)
    run: Word = ""
    credits: Words = ()
    gives_back: GivesBack = ""
    credit_reason: Word = ""
    payable: Decimal | None = None
    seller: SellerText = SellerText()
    version: Word = "1"


class BillingDocuments(Text):
    """Documents of subscription billing; of each kind one document or a list."""

    subscription: SubscriptionText | tuple[SubscriptionText, ...] = ()
    amendment: AmendmentText | tuple[AmendmentText, ...] = ()
    amendment_effect: EffectText | tuple[EffectText, ...] = ()
    discounts: DiscountsText | tuple[DiscountsText, ...] = ()
    meter: MeterText | tuple[MeterText, ...] = ()
    usage: UsageText | tuple[UsageText, ...] = ()
    stray_usage: UnmappedText | tuple[UnmappedText, ...] = ()
    mapping: MappingText | tuple[MappingText, ...] = ()
    project_milestone: ProjectMilestoneText | tuple[ProjectMilestoneText, ...] = ()
    books: AccountingSetupText | tuple[AccountingSetupText, ...] = ()
    billing_account: AccountText | tuple[AccountText, ...] = ()
    bill: BillText | tuple[BillText, ...] = ()
    bill_credit: BillText | tuple[BillText, ...] = ()
