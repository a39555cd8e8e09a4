"""Every sort of invoice of ours that the standards treat in their own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from tests.support.selling import (
    ABROAD,
    DISCOUNT,
    FREIGHT,
    REBATE,
    SURCHARGE,
    THEY,
    bill,
    euros,
    line,
)
from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.trade.documents import AllowanceCharge, BankAccount, DirectDebit, Invoice, PaymentCard

APRIL = (date(2026, 4, 11), date(2026, 4, 30))
MAY = (date(2026, 5, 1), date(2026, 5, 31))
FAR_AWAY = Party(
    name="Customer Ltd",
    country="US",
    street="1 Main Street",
    city="Boston",
    postcode="02108",
    identifiers=(Identifier(scheme="ours", value="C-300"),),
)
SWISS = replace(
    FAR_AWAY, name="Kunde Schweiz AG", country="CH", street="Bahnhofstrasse 1", city="Zürich", postcode="8001"
)
PRIVATE = replace(THEY, name="Erika Mustermann", identifiers=(Identifier(scheme="ours", value="C-400"),))
MANY_IDS = replace(THEY, identifiers=(*THEY.identifiers, Identifier(scheme="0060", value="123456789")))
FACTOR = Party(name="Faktor Bank AG", identifiers=(Identifier(scheme="0088", value="4012345000009"),))
PARTNER = Party(
    name="Nordwind Fiscal BV",
    country="NL",
    street="Damrak 1",
    city="Amsterdam",
    postcode="1012 LG",
    identifiers=(Identifier(scheme="vat", value="NL123456782B90"),),
)


def every_sort() -> dict[str, Invoice]:
    """One invoice of every sort, by what it shows."""
    return {**ordinary(), **uncommon()}


@cache
def ordinary() -> dict[str, Invoice]:
    """The sorts of which a person reads all that matters on one page."""
    return {
        "plain": bill(line("1", "100", "10.00"), line("2", "3", "7.95")),
        "several rates": bill(
            line("1", "100", "10.00"), line("2", "12", "4.50", tax=("S", "7")), line("3", "1", "0.99")
        ),
        "reverse charge": bill(line("1", "10", "99.00", tax=("AE", "0")), buyer=ABROAD),
        "intra-community supply": bill(line("1", "10", "99.00", tax=("K", "0")), buyer=ABROAD),
        "exempt": bill(line("1", "1", "250.00", tax=("E", None)), exemption="Exempt under § 4 No. 21 UStG"),
        "exempt by code": bill(line("1", "1", "250.00", tax=("E", "0")), exemption="VATEX-EU-132"),
        "zero rated": bill(line("1", "1", "250.00", tax=("Z", None)), line("2", "1", "19.00")),
        "allowances and charges": bill(
            line("1", "10", "10.00", entries=(REBATE, SURCHARGE)), line("2", "5", "20.00"), entries=(DISCOUNT, FREIGHT)
        ),
        "credit note": bill(
            line("1", "5", "10.00"), kind="customer_credit_note", number="G-1", preceding=("R-2026-0815",)
        ),
        "prorated subscription": bill(
            line("1", "1", "66.67", unit="MON", description="Platform, Team plan", period=APRIL),
            kind="billing_invoice",
            number="B-1",
        ),
        "usage": bill(
            line("1", "1234567", "0.40", per="1000", description="API calls", period=APRIL),
            kind="billing_invoice",
            number="B-2",
        ),
        "billing credit": bill(
            line("1", "1", "20.00", unit="MON", description="Platform, Team plan", period=APRIL),
            kind="billing_credit_note",
            number="BG-1",
            preceding=("B-1",),
        ),
        "returned line": bill(line("1", "10", "10.00"), line("2", "-2", "10.00")),
        "boxes": bill(line("1", "4", "25.00", unit="XBX")),
    }


@cache
def uncommon() -> dict[str, Invoice]:
    """The sorts that one meets less often."""
    plain = ordinary()["plain"]
    return {
        "prepayment": replace(
            bill(line("1", "1", "500.00", description="Advance payment"), buyer=ABROAD), type_code="386"
        ),
        "final with prepaid": with_totals(plain, prepaid="500.00"),
        "paid in full": with_totals(plain, prepaid="1218.39"),
        "corrective": replace(bill(line("1", "2", "10.00"), preceding=("R-2026-0815",)), type_code="384"),
        "partial": replace(bill(line("1", "40", "10.00")), type_code="326"),
        "export": bill(line("1", "10", "99.00", tax=("G", "0")), buyer=FAR_AWAY),
        "outside the scope": bill(line("1", "1", "80.00", tax=("O", None)), exemption="Compensation for damage"),
        "outside the scope, abroad": bill(line("1", "1", "80.00", tax=("O", None)), buyer=ABROAD),
        "credit outside the scope": bill(
            line("1", "1", "80.00", tax=("O", None)), kind="customer_credit_note", number="G-2", preceding=("R-1",)
        ),
        "allowance outside the scope": bill(
            line("1", "10", "10.00", tax=("O", None)),
            entries=(AllowanceCharge(charge=False, amount=euros(5), reason="Bonus", tax_category="O"),),
        ),
        "dollars, tax in euros": accounted(
            bill(line("1", "10", "99.00", currency="USD"), currency="USD"), Money.of("172.80", "EUR")
        ),
        "francs, credit, tax in euros": accounted(
            bill(
                line("1", "2", "50.00", currency="CHF"),
                currency="CHF",
                kind="customer_credit_note",
                number="G-3",
                preceding=("R-2026-0815",),
            ),
            Money.of("20.31", "EUR"),
        ),
        "tax currency that is the currency": replace(plain, tax_currency="EUR"),
        "yen": bill(line("1", "3", "1980", currency="JPY", tax=("G", "0")), buyer=FAR_AWAY, currency="JPY"),
        "to Switzerland": bill(line("1", "10", "99.00", tax=("G", "0")), buyer=SWISS, exemption="VATEX-EU-G"),
        "another payee": replace(plain, payee=FACTOR, accounts=(BankAccount(number="DE75512108001245126199"),)),
        "the payee is the seller": replace(plain, payee=plain.supplier),
        "fiscal representative": replace(plain, tax_representative=PARTNER),
        "private customer": bill(line("1", "1", "19.99"), buyer=PRIVATE),
        "customer of many numbers": bill(line("1", "1", "19.99"), buyer=MANY_IDS),
        "rounded": with_totals(plain, rounding="0.01"),
        "nothing to pay": bill(line("1", "1", "0.00"), kind="billing_invoice", number="B-3"),
        "several periods": bill(
            line("1", "1", "19.00", unit="MON", description="Platform", period=APRIL),
            line("2", "1", "49.00", unit="MON", description="Platform, Team plan", period=MAY),
            kind="billing_invoice",
            number="B-4",
        ),
        "tiers of usage": bill(
            line("1", "1000", "0", per="1000", description="API calls, included", period=APRIL),
            line("2", "99000", "0.90", per="1000", description="API calls to 100,000", period=APRIL),
            line("3", "250000", "0.75", per="1000", description="API calls above", period=APRIL),
            kind="billing_invoice",
            number="B-5",
        ),
        "all rates": bill(*(line(str(k), "1", "10.00", tax=tax) for k, tax in enumerate(RATES, 1))),
        "prices in ten-thousandths": bill(line("1", "3333", "0.0123"), line("2", "0.125", "79.9999", unit="KGM")),
        "several accounts": replace(
            plain, accounts=(*plain.accounts, BankAccount(number="DE75512108001245126199", bic="SOLADEST600"))
        ),
        "no account": replace(plain, accounts=()),
        "direct debit": replace(
            plain,
            payment_means=("59",),
            direct_debit=DirectDebit(mandate="M-2026-7", account="DE02120300000000202051"),
            supplier=replace(
                plain.supplier,
                identifiers=(Identifier(scheme="SEPA", value="DE98ZZZ09999999999"), *plain.supplier.identifiers),
            ),
        ),
        "paid by card": replace(
            with_totals(plain, prepaid="1218.39"),
            payment_means=("54",),
            card=PaymentCard(number="4111111111111111", holder="Erika Mustermann"),
        ),
        "long texts": replace(bill(line("1", "1", "10.00", description=LONG)), notes=(LONG, "§ " * 200), terms=LONG),
        "blanks and marks": replace(
            bill(line("1", "1", "10.00", description=" Nut <M8> & \"washer\" 'A4'\t")),
            buyer_reference=" 04011000-12345-34 ",
            customer_order="\tPO-77231 ",
            notes=("  ", "a\nb & c"),
            contract_number="   ",
        ),
        "a thousand lines": bill(*(line(str(k), str(k), "0.07", description=f"Part {k}") for k in range(1, 1001))),
    }


RATES: Sequence[tuple[str, str | None]] = (("S", "19"), ("S", "7"), ("S", "5.5"), ("Z", "0"), ("S", "19"))
LONG = "A shaft of hardened steel, turned, ground and packed singly – " * 12


def with_totals(invoice: Invoice, *, prepaid: str = "", rounding: str = "") -> Invoice:
    """An invoice with what is paid already and what is rounded off."""
    totals = invoice.totals
    assert totals.gross is not None
    paid, rounded = (euros(prepaid) if prepaid else None), (euros(rounding) if rounding else None)
    payable = totals.gross - (paid or euros(0)) + (rounded or euros(0))
    return replace(invoice, totals=replace(totals, prepaid=paid, rounding=rounded, payable=payable))


def accounted(invoice: Invoice, tax: Money) -> Invoice:
    """An invoice that states its tax in the currency of the tax accounting too."""
    return replace(invoice, tax_currency=tax.currency, totals=replace(invoice.totals, accounted=tax))
