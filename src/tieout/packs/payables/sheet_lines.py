"""The lines of the match sheet: each part of an invoice line matched to one order line, with what every check reads of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.policy.facts import Facts
from tieout.core.policy.policy import PolicySet, Ruling
from tieout.core.policy.tolerance import Assessment, assess
from tieout.core.tie_out.dossier import Dossier
from tieout.core.values.key import Key
from tieout.core.values.made import made_often
from tieout.core.values.money import Money, extend
from tieout.packs.payables.discounts import Discounts, discount_on, price_as_discounted
from tieout.packs.payables.reading import read, returned, usable
from tieout.packs.payables.rules import MATCH
from tieout.trade.conversions import Factors
from tieout.trade.credit_reasons import Reading
from tieout.trade.documents import Contract, Invoice, InvoiceLine, Order, OrderLine
from tieout.trade.facts import with_partner
from tieout.trade.gives_back import Asked
from tieout.trade.ledger import Ledger, LedgerLine
from tieout.trade.matching import WHOLE, Match, Placed, Share
from tieout.trade.posting_lines import CRUMB
from tieout.trade.pricing import (
    NO_DISCOUNT,
    billed_price,
    contract_price,
    contradicts_itself,
    is_gratis,
    price_before_allowances,
    source_in_order,
)
from tieout.trade.rules import UNIT_PRICE

ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_NOTHING: Final = (ZERO, 0)
_BILLED: Final = "what was billed"


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One part of an invoice line, matched to one order line. Quantities and prices are for the order line's unit.

    `billed` is signed: negative on a credit note. `billed_before` is what other claims, and earlier lines of this invoice, have
    used up; where all of `billed` is `posted`, what claims recorded later have used up is left out (`later`, in both cases): what is
    missing then is missing once, from the last of them. `free` is the part of `billed` that costs nothing and goes beyond
    the order. `discount` is
    the part that allowances on the whole invoice take off, where the order agrees any. `billed` None:
    no conversion between the two units. `share` counts the parts of one invoice line.
    `reading` is what it gives back, or that it bills a difference alone; None where it bills goods. A value-only line has
    `billed` 0 (`is_money`). `named` is the quantity that it names, whatever it moves; `money` its money, less its share of a discount on
    the whole invoice; both signed. `to_pay` is what of `billed` has to be ordered, received and paid for: all but what is free; zero
    without a conversion. `available` is how much of the order line may be billed by now under its match level, None where receipts do
    not count. `is_comparable`: same currency, a conversion, and an order line that does not contradict itself. `assessment` compares the
    billed price with the expected one; None where one of the two, or the rule, is missing.
    """

    invoice_line: InvoiceLine
    order: Order
    order_line: OrderLine
    ledger: LedgerLine
    ruling: Ruling
    matched_by: str
    billed: Decimal | None
    part: Fraction
    share: int
    billed_before: Decimal
    billed_minor_before: int
    posted: Decimal
    later: Decimal
    free: Decimal
    price: Decimal | None
    discount: Fraction
    price_expected: Decimal | None
    price_source: str
    contract_price: Decimal | None
    contract: Contract | None
    named: Decimal | None
    money: Money
    to_pay: Decimal
    is_comparable: bool
    assessment: Assessment | None
    available: Decimal | None
    is_money: bool = False
    reading: Reading | None = None

    @property
    def where(self) -> str:
        """The place that findings name: the invoice line's id."""
        return self.invoice_line.id

    @property
    def site(self) -> str:
        """The receiving site, or ""."""
        return self.ledger.site or self.order.site


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Builds the match sheet's lines in the order of the invoice, so that two lines on one order line add up.

    `ruling` is what holds for `facts`, those of the invoice.
    """

    dossier: Dossier
    invoice: Invoice
    policies: PolicySet
    facts: Facts
    ruling: Ruling
    ledger: Ledger
    contracts: tuple[Contract, ...]
    factor: Factors
    posted: Placed
    ledgers: Mapping[str, Key]
    discounts: Discounts
    rulings: dict[tuple[str, str, str], Ruling] = field(default_factory=dict)

    def lines(self, matches: Sequence[Match]) -> list[SheetLine]:
        """The lines in the order of the invoice. What is free comes after what is paid for: it never takes its place."""
        used: dict[tuple[str, str], tuple[Decimal, int]] = {}
        built: dict[tuple[int, int], SheetLine] = {}
        numbered = [(n, k, match) for n, match in enumerate(matches) for k in range(len(match.shares))]
        free = {n for n, match in enumerate(matches) if is_gratis(match.line)}
        if free:
            numbered.sort(key=lambda entry: entry[0] in free)
        for n, k, match in numbered:
            share = match.shares[k]
            key = (share.order.number, share.line.id)
            quantity, sum_ = own = used.get(key, _NOTHING)
            line = built[n, k] = self._line(match, k, self.ledger.lines[key], own, gratis=n in free)
            used[key] = (quantity + line.to_pay, sum_ + line.money.minor)
        return [built[place] for place in sorted(built)] if free else list(built.values())

    def _line(self, match: Match, k: int, ledger: LedgerLine, own: tuple[Decimal, int], *, gratis: bool) -> SheetLine:
        """The line of one share; `own` is what other lines of this invoice have used up before it."""
        invoice, line, share = self.invoice, match.line, match.shares[k]
        order, order_line, currency = share.order, share.line, invoice.currency
        agreed = None
        if self.contracts:
            on = invoice.delivered_on or invoice.issue_date or self.dossier.at.date()
            agreed = contract_price(self.contracts, order_line, on, currency=currency, factor=self.factor)
        billed = None if share.quantity is None else share.quantity * invoice.sign
        posted, ruling = self._posted(line, share), self._ruling(order, order_line, ledger)
        whole = bool(posted) and billed is not None and abs(billed - posted) < CRUMB
        ordered = self.discounts.agreed(share, whole=whole)
        discount = discount_on(invoice, order, order_line)
        asked = self._asked(
            line, share, ledger, own, whole=whole, ruling=ruling, ordered=ordered, agreed=agreed and agreed[0],
            discount=discount,
        )  # fmt: skip
        reading, expected = read(self.dossier, invoice, asked)
        is_money = reading is not None and reading.is_money
        moved, free = ZERO if is_money else billed, ZERO
        if gratis and not invoice.is_credit and billed is not None:
            # a credit makes no paid goods of free ones
            free = max(ZERO, min(asked.before + ledger.credited + billed - ledger.ordered, billed))
        to_pay = (moved or ZERO) - free
        source = _BILLED
        if expected == asked.agreed:
            of_order = ordered is not None or agreed is None
            source = source_in_order(order, order_line, self.factor) if of_order else _named(agreed)
        return SheetLine(
            invoice_line=line,
            order=order,
            order_line=order_line,
            ledger=ledger,
            ruling=ruling,
            matched_by=match.by,
            billed=moved,
            part=share.part,
            share=k,
            billed_before=asked.before,
            billed_minor_before=asked.minor,
            posted=posted,
            later=ledger.billed_later,
            free=free,
            price=asked.price,
            discount=discount,
            price_expected=expected,
            price_source=source,
            contract_price=agreed and agreed[0],
            contract=agreed and agreed[1],
            named=billed,
            money=asked.net,
            to_pay=to_pay,
            is_comparable=moved is not None
            and (not order.currency or order.currency == currency)
            and not contradicts_itself(order_line),
            assessment=_assessed(asked, share, expected, to_pay, source),
            available=_available(ledger, ruling),
            is_money=is_money,
            reading=reading,
        )

    def _posted(self, line: InvoiceLine, share: Share) -> Decimal:
        """How much of a share is posted, signed by the kind of document."""
        if not self.posted:
            return ZERO
        return self.posted.get(line.id, {}).get(f"{share.order.number}/{share.line.id}", ZERO) * self.invoice.sign

    def _asked(
        self,
        line: InvoiceLine,
        share: Share,
        ledger: LedgerLine,
        own: tuple[Decimal, int],
        *,
        whole: bool,
        ruling: Ruling,
        ordered: Decimal | None,
        agreed: Decimal | None,
        discount: Fraction,
    ) -> Asked:
        """What is asked for a share; one unit costs what its order says (`ordered`), else what a contract does (`agreed`).

        `discount` is the part that allowances on the whole invoice take off.
        """
        order, order_line, sign = share.order, share.line, self.invoice.sign
        minor = line.net.minor if share.part is WHOLE or share.part == 1 else int(line.net.minor * share.part)
        price = billed_price(line, order_line, self.factor)
        if discount is not NO_DISCOUNT:
            minor -= round(minor * discount)
            price = price_as_discounted(self.invoice, price, ordered, discount)
        before = ledger.billed + own[0] - (ledger.billed_later if whole else ZERO)
        return Asked(
            line=line,
            ledger=self.ledgers[order.number],
            place=order_line.id,
            tolerance=ruling.value(UNIT_PRICE),
            billed=None if share.quantity is None else share.quantity * sign,
            net=Money(minor * sign, line.net.currency),
            before=before,
            minor=ledger.billed_minor + own[1] - (ledger.billed_later_minor if whole else 0),
            given_minor=ledger.given_minor,
            returned=returned(ledger, before, ruling),
            price=price,
            agreed=agreed if ordered is None else ordered,
            usable=usable(ledger, ruling),
        )

    def _ruling(self, order: Order, line: OrderLine, ledger: LedgerLine) -> Ruling:
        site, facts = ledger.site or order.site, self.facts
        scope = (order.entity, site, line.category)
        ruling = self.rulings.get(scope)
        if ruling is None:
            if site == facts.site and not line.category and (facts.entity or not order.entity):
                ruling = self.rulings[scope] = self.ruling  # the facts are those of the invoice
                return ruling
            place = replace(facts, entity=facts.entity or order.entity, site=site)
            facts = with_partner(place, category=line.category)
            ruling = self.rulings[scope] = self.policies.ruling(facts, self.dossier.at.date())
        return ruling


def _named(agreed: tuple[Decimal, Contract] | None) -> str:
    return f"contract {agreed[1].number}" if agreed else ""


def _available(ledger: LedgerLine, ruling: Ruling) -> Decimal | None:
    match ruling.value(MATCH):
        case "3-way":
            return ledger.accepted + ledger.in_inspection
        case "3-way+inspection":
            return ledger.accepted
        case _:
            return None


def _assessed(asked: Asked, share: Share, expected: Decimal | None, to_pay: Decimal, source: str) -> Assessment | None:
    """The billed price compared with the expected one, which comes from `source`."""
    tolerance, price = asked.tolerance, asked.price
    if tolerance is None or price is None or expected is None:
        return None
    if price == expected:
        return assess(tolerance, expected=expected, actual=price)
    currency, sign = asked.net.currency, sign_of(asked.billed)
    # From the order's price and the allowances and charges that it agrees, or from a total.
    if source.startswith(f"order {share.order.number} "):
        count = abs(to_pay or asked.billed or ZERO)
        minors = [extend(figure, count, per=_ONE, currency=currency).minor for figure in (price, expected)]
        if abs(minors[0] - minors[1]) <= 1:
            price = expected  # amounts are rounded to the cent, and this price comes from amounts
        full = price_before_allowances(share.order, share.line) if sign > 0 and tolerance.state == "limits" else None
        if full is not None and expected < full <= price:
            tolerance = replace(tolerance, state="zero")  # what was agreed is no matter of tolerance
    return assess(tolerance, expected=expected * sign, actual=price * sign, currency=currency)


def sign_of(named: Decimal | None) -> int:
    """Where money comes back (a credit note, a minus line) the signs turn: getting less than was paid is against us."""
    return -1 if named is not None and named < 0 else 1
