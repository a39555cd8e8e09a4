"""The language of scenarios as typed text: what is allowed where. Its JSON Schema is published from here."""

from __future__ import annotations

from datetime import date as Day  # noqa: N812  the fields are called date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from tieout.scenario.plain import DocumentText, Text, Word, Words
from tieout.scenario.text_billing import BillingDocuments
from tieout.scenario.text_history import AlertText, BreachesText, DelayText, HistoryText, PlaceText
from tieout.scenario.text_sales import SalesDocuments
from tieout.trade.documents.invoice import GivesBack


class SupplierText(DocumentText):
    """A supplier of record."""

    number: Word
    name: str
    vat: str = ""
    country: str = ""
    iban: Words | Word = ()
    approved: Day | None = None
    verified: bool = True
    blocked: str = ""
    entities: Words = ()
    terms: Word = ""
    category: str = ""
    order_required: bool | None = None
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    email: str = ""
    electronic_address: Word = ""
    language: str = ""
    version: Word = "1"


class OrderText(DocumentText):
    """An order. Lines as "10: 1200 EA BOLT-M8 @ 10.00", "20: 3 BX SCREW @ 4.00 per 100 EA", "30: 10 EA NUT @ 1.00 less 10 % less 0.50"
    (or plus); charges as "freight 40.00", allowances on the whole order as "discount 100.00"."""

    number: Word
    supplier: Word
    lines: Words
    date: Day | None = None
    currency: str = "EUR"
    site: str = ""
    entity: str = ""
    status: Literal["unreleased", "open", "closed", "cancelled"] = "open"
    terms: Word = ""
    incoterm: str = ""
    contract: Word = ""
    charges: Words = ()
    allowances: Words = ()
    tax: Decimal | None = Decimal(19)
    category: str = ""
    version: Word = "1"
    made_by: str = ""
    approved_by: str = ""


class DespatchText(DocumentText):
    """A despatch advice. Lines as "10: 1200 EA" (order line: quantity)."""

    number: Word
    order: Word
    lines: Words
    arrives: Word = ""
    site: str = ""
    version: Word = "1"
    entity: str = ""


class ReceiptText(DocumentText):
    """A receipt. Lines as "10: 1150 EA, 50 EA in inspection, 5 EA rejected, lot IL-77". `origin` confirmation: the WMS only."""

    number: Word
    order: Word
    lines: Words
    site: str = ""
    origin: Literal["record", "confirmation"] = "record"
    occurred: Word = ""
    version: Word = "1"
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""


class InspectionText(DocumentText):
    """A usage decision on a lot of an order line ("4500012/10")."""

    number: Word
    line: Word
    lot: str = ""
    accepted: Word = ""
    rejected: Word = ""
    version: Word = "1"
    entity: str = ""


class ReturnText(DocumentText):
    """Goods sent back, of an order line ("4500012/10")."""

    number: Word
    line: Word
    quantity: Word
    state: Literal["accepted", "in_inspection", "rejected"] = "accepted"
    entity: str = ""


class ContractText(DocumentText):
    """A contract. Prices as "BOLT-M8 4.20 per EA from 2026-05-01"."""

    number: Word
    supplier: Word
    prices: Words = ()
    currency: str = "EUR"
    incoterm: str = ""
    freight_included: bool | None = None
    terms: Word = ""
    version: Word = "1"
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""


class ProductText(DocumentText):
    """A product with its units: conversions as "1 BX = 12 EA"."""

    number: Word
    gtin: Word = ""
    conversions: Words = ()
    entity: str = ""


class InvoiceText(DocumentText):
    """An invoice or credit note. Lines as "1: 1200 EA BOLT-M8 @ 10.00 -> 10" (order line) or "-> 4500012/10".

    Totals are calculated from the lines unless they are given. `third_parties` are amounts collected for others, written
    like charges; `prepayments` are the parts of `prepaid`, as "A-1 714.00 tax 114.00"; `means` are codes of UNTDID 4461, `split` says
    that the tax goes to the Italian treasury. `type` is the type code ("384"), `corrects` the invoices that it corrects, `payee` who
    is to be paid in the supplier's place. `gives_back` says whether a credit note credits quantity ("quantity") or value only
    ("money"), or the UNTDID 4465 code `credit_reason` does.
    """

    number: Word
    supplier: Word
    lines: Words
    order: Word = ""
    date: Day | None = None
    delivered: Day | None = None
    currency: str = "EUR"
    charges: Words = ()
    allowances: Words = ()
    tax: Decimal | None = Decimal(19)
    tax_total: Decimal | None = None
    net: Decimal | None = None
    payable: Decimal | None = None
    prepaid: Decimal | None = None
    prepayments: Words = ()
    rounding: Decimal | None = None
    withheld: Decimal | None = None
    third_parties: Words = ()
    means: Words | Word = ()
    process: Word = ""
    split: bool = False
    terms: Word = ""
    iban: Words | Word = ()
    contract: Word = ""
    credits: Words = ()
    gives_back: GivesBack = ""
    credit_reason: Word = ""
    corrects: Words = ()
    type: Word = ""
    payee: str = ""
    entity: str = ""
    version: Word = "1"
    from_name: str = ""
    made_by: str = ""
    approved_by: str = ""


class UnreadableText(DocumentText):
    """A file, or a message of another system (`sender`), that could not be read, or that its source may not
    send; `process` is the process that it is for."""

    name: str
    reason: str
    code: Literal["DOC-UNREAD", "INT-SCHEMA", "INT-MAP", "GOV-SOURCE"] = "DOC-UNREAD"
    sender: str = ""
    expected: str = ""
    actual: str = ""
    process: str = ""


class DocumentsText(SalesDocuments, BillingDocuments):
    """Documents of every kind; of each kind one document or a list."""

    supplier: SupplierText | tuple[SupplierText, ...] = ()
    order: OrderText | tuple[OrderText, ...] = ()
    despatch: DespatchText | tuple[DespatchText, ...] = ()
    receipt: ReceiptText | tuple[ReceiptText, ...] = ()
    inspection: InspectionText | tuple[InspectionText, ...] = ()
    supplier_return: ReturnText | tuple[ReturnText, ...] = Field(default=(), alias="return")
    contract: ContractText | tuple[ContractText, ...] = ()
    product: ProductText | tuple[ProductText, ...] = ()
    invoice: InvoiceText | tuple[InvoiceText, ...] = ()
    credit_note: InvoiceText | tuple[InvoiceText, ...] = ()
    unreadable: UnreadableText | tuple[UnreadableText, ...] = ()


class PersonText(Text):
    """A grant to a person: a role (also one of a pack), in a company, for a queue, up to a limit on one claim, until a day."""

    role: Word
    entity: str = ""
    queue: str = ""
    limit: Word = ""
    until: Day | None = None


class DoText(Text):
    """A command of a person: its name, the cause of its case, and the actor with a role ("anna, buyer").

    `ask_supplier` is the former name of `ask_counterparty` and still valid.
    `fields` are the inputs of a resolution other than its note (`reason`) and its `reference`. Where the counterparty is written to,
    `text` is the whole letter (left out: as it is proposed) and `to` the address (left out: the first one on record).
    """

    command: Literal[
        "assign", "note", "ask_counterparty", "ask_supplier", "record_answer", "accept_variance", "revoke_release", "resolve", "escalate",
        "hand_off", "reopen",
    ]  # fmt: skip
    case: str
    by: str
    claim: Word = ""
    reason: str = ""
    text: str = ""
    to: str = ""
    resolution: str = ""
    queue: str = ""
    reference: Word = ""
    fields: dict[str, Word] = Field(default_factory=dict)
    limit: Word = ""
    expires: Word = ""


class FindingText(Text):
    """An expected finding; only what is given is compared. `says` is a part of its message."""

    code: str
    where: Word | None = None
    stage: Literal["note", "wait", "hold", "reject"] | None = None
    queue: str | None = None
    expected: Word | None = None
    actual: Word | None = None
    variance: Word | None = None
    limit: Word | None = None
    at_stake: Word | None = None
    status: str | None = None
    until: Word | None = None
    watchers: Words | None = None
    says: Words | Word | None = None


class CaseText(Text):
    """An expected case; only what is given is compared. `letter` are parts of the text that is out, or drafted.

    `resolved_by` is "evidence" where the documents cleared it (stored as "world", which is still read), else the person who closed it."""

    cause: str
    state: str | None = None
    code: str | None = None
    queue: str | None = None
    resolution: str | None = None
    resolved_by: str | None = None
    touches: int | None = None
    reopened: int | None = None
    watchers: Words | None = None
    drafted: Words | None = None
    asked: Words | None = None
    letter: Words | Word | None = None


class VoucherText(Text):
    """A voucher that the target has posted; only what is given is compared. `settles` are the prepayments cleared, as "A-1 714.00 EUR"."""

    claim: Word | None = None
    kind: str | None = None
    net: Word | None = None
    tax: Word | None = None
    gross: Word | None = None
    lines: int | None = None
    blocked: bool | None = None
    to_pay: Word | None = None
    settles: Words | None = None


class ExpectText(Text):
    """The expectation now. Lists of findings, cases and vouchers are complete: anything else is a failure.

    `ranking` are claims with open cases, highest priority first; `value_at_stake` is what waiting would lose on a claim.
    `messages` is how many letters have gone out, drafts not counted.
    `alerts`, `concentration`, `delay` and `breaches` are found in the history; their lists are complete and in order.
    """

    claim: Word = ""
    verdict: Literal["clear", "waiting", "held", "rejected"] | None = None
    status: str | None = None
    findings: tuple[FindingText | str, ...] | None = None
    notes: tuple[FindingText | str, ...] | None = None
    cases: tuple[CaseText, ...] | None = None
    human_tasks: int | None = None
    vouchers: tuple[VoucherText, ...] | int | None = None
    debit_notes: int | None = None
    delivered: int | None = None
    messages: int | None = None
    allocated: dict[str, Word] | None = None
    refused: str | None = None
    ranking: Words | None = None
    value_at_stake: Word | None = None
    variance: Word | None = None
    alerts: tuple[AlertText, ...] | None = None
    concentration: tuple[PlaceText, ...] | None = None
    delay: DelayText | None = None
    breaches: BreachesText | None = None


class StepText(DocumentsText):
    """One moment: documents that arrive, a command of a person, how the target behaves from now on, and what is expected then.

    `target` posts vouchers, `partner` receives our invoices; both keep the given behaviour for the following steps.
    """

    at: Word = ""
    again: Words | Word = ()
    do: DoText | None = None
    target: str = ""
    partner: str = ""
    expect: ExpectText | tuple[ExpectText, ...] = ()
    say: str = ""


class ScenarioText(Text):
    """A scenario: what it shows, its policy, what is given, and what happens.

    `people` are the grants of every person; a person without an entry has the role that `by` names, everywhere and without a
    limit. `pack` is the process whose policy `policy` changes; claims of every process are tied out in any case. `history` is
    the time before the start, for expectations about what the measures find in it.
    """

    scenario: str
    start: Word
    shows: Words = ()
    pack: str = "payables"
    story: str = ""
    policy: dict[str, Any] = Field(default_factory=dict)
    people: dict[str, PersonText | tuple[PersonText, ...]] = Field(default_factory=dict)
    given: DocumentsText = DocumentsText()
    history: HistoryText | None = None
    steps: tuple[StepText, ...]
