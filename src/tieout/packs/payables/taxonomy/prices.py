"""Prices: above or below what was agreed, agreed elsewhere, per hundred, or too much in total."""

from __future__ import annotations

from typing import Final

from tieout.core.findings.code import Code
from tieout.core.values.clock import Clock

_RESOLUTIONS: Final = ("accept_variance", "amend_order", "request_credit_note", "short_pay", "reject_to_supplier")

PRICES: Final[tuple[Code, ...]] = (
    Code(
        id="AP-PRC-OVER",
        name="Price above tolerance",
        domain="payables",
        detects="The unit price billed is above the agreed one by more than policy allows.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="The order or contract price changes so that the difference is within the limit, or a credit note covers it.",
        evidence="Every price that could apply, its source and date, with the billed one.",
        cause="price",
        short="{place} bills {actual} instead of {expected}",
        replaces=("AP-AMT-TOTAL",),
        message=(
            "Billed at {price}; {price_source} says {price_expected}: {variance}[ ({percent})], allowed "
            "{limit}.[ At stake: {at_stake}.][ It is treated as a value-only credit of {money}, and the goods stay billed: they are credited only "
            "where a return receipt or the reason on a new version of the credit note says so. Once accepted, it is a value-only credit.]"
        ),
        letter="You bill {price}; {price_source} says {price_expected}: {variance}[ ({percent})].",
        resolutions=_RESOLUTIONS,
        peppol="UQ/PRI/CNP",
    ),
    Code(
        id="AP-PRC-UNDER",
        name="Price below tolerance",
        domain="payables",
        detects=(
            "The unit price billed is below the agreed one by more than policy allows: wrong goods, or the rest "
            "is billed later."
        ),
        queue="buyer",
        sla=Clock(amount=3),
        clears="The buyer accepts the lower price, or the order price changes.",
        evidence="Every price that could apply, its source and date, with the billed one.",
        cause="price",
        short="{place} bills {actual} instead of {expected}",
        message="Billed at {price}; {price_source} says {price_expected}: {variance}[ ({percent})] in our favour, allowed {limit}.",
        letter="You bill {price}; {price_source} says {price_expected}.",
        resolutions=("accept_variance", "amend_order", "request_corrected_invoice"),
        peppol="UQ/PRI/CNP",
    ),
    Code(
        id="AP-PRC-STALEPO",
        name="Order price is out of date",
        domain="payables",
        detects="The price billed is the approved contract's price of that day; the order still has the old one.",
        queue="buyer",
        sla=Clock(amount=1),
        clears="The order is changed to the contract price.",
        evidence="The contract's price with its dates, the order's price, and the change to the order that follows.",
        cause="price",
        kind="master",
        message="Billed at {price}, as contract {contract} says; order {order} still has {price_expected}.[ To do: {proposal}.]",
        resolutions=("amend_order", "accept_variance"),
        replaces=("AP-PRC-OVER", "AP-PRC-UNDER", "AP-AMT-TOTAL"),
    ),
    Code(
        id="AP-PRC-PROMO",
        name="Promotion or rebate difference",
        domain="payables",
        detects="The price fits no promotion or rebate that was in force on that day.",
        queue="category-buyer",
        sla=Clock(amount=2),
        clears="The terms of the promotion arrive and agree with the invoice.",
        evidence="Promotions of that product with their days and prices.",
        cause="price",
        message="Billed at {price}; the promotion says {price_expected}[ until {until}].",
        letter="You bill {price}; the promotion says {price_expected}[ until {until}].",
        resolutions=_RESOLUTIONS,
        replaces=("AP-PRC-OVER", "AP-PRC-UNDER"),
        peppol="UQ/PRI/CNP",
    ),
    Code(
        id="AP-PRC-UNITBASIS",
        name="Price unit probably different",
        domain="payables",
        detects="Billed and agreed price differ by a factor of about 10, 100 or 1000: the price units probably differ.",
        queue="ap-intake",
        sla=Clock(amount=1),
        clears="The price unit is confirmed, and the order or the invoice corrected.",
        evidence="The factor, and the prices of earlier invoices of this product.",
        cause="price",
        kind="master",
        message=(
            "Billed at {price}; {price_source} says {price_expected}: a factor of about {ratio}. One of the two "
            "is a price for more units."
        ),
        letter="You bill {price}; {price_source} says {price_expected}: is one of the two a price for more units?",
        resolutions=("confirm_price_basis", "amend_order", "request_corrected_invoice"),
        replaces=("AP-PRC-OVER", "AP-PRC-UNDER", "AP-AMT-TOTAL"),
        peppol="UQ/PRI/PIN",
    ),
    Code(
        id="AP-AMT-TOTAL",
        name="Total of an order line above tolerance",
        domain="payables",
        detects=(
            "All invoices on an order line together exceed what it is worth by more than policy allows, though "
            "each alone passed."
        ),
        queue="buyer",
        sla=Clock(amount=2),
        clears="A credit note covers the excess, the order is amended, or the buyer accepts it.",
        evidence="Every invoice on the order line with its quantity, price and amount, and their sum.",
        cause="price",
        message=(
            "With this invoice, {actual} is billed on line {order_line} of order {order}, which is worth {expected}[ ({apart} of it comes "
            "from prices that have findings of their own)]: {variance} more, allowed {limit}."
        ),
        letter="With this invoice you bill {actual} on line {order_line} of order {order}, which is worth {expected}: {variance} more.",
        resolutions=_RESOLUTIONS,
        peppol="UQ/PRI/CNP",
    ),
    Code(
        id="AP-AMT-INVOICE",
        name="Invoice total above tolerance",
        domain="payables",
        detects="What the lines of an invoice cost more than expected, each within its own tolerance, is too much in sum.",
        queue="buyer",
        sla=Clock(amount=2),
        clears="A credit note covers the excess, the orders are amended, or the buyer accepts it.",
        evidence="Every line with what it should cost and what it costs, and the sum.",
        cause="price",
        level="header",
        message="The lines should cost {expected} and cost {actual}: {variance} more in all, allowed {limit}.",
        letter="The lines cost {actual}; by what was ordered they should cost {expected}: {variance} more.",
        resolutions=_RESOLUTIONS,
        peppol="UQ/PRI/CNP",
    ),
)
