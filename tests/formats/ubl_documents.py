"""Hypothesis strategies for the documents that UBL can carry: what is written must be read back as the same document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from tieout.core.values.money import Money
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import (
    AllowanceCharge,
    BankAccount,
    DespatchAdvice,
    DespatchLine,
    Invoice,
    InvoiceLine,
    InvoiceTotals,
    LineReference,
    Order,
    OrderCharge,
    OrderLine,
    ProductIds,
    Receipt,
    ReceiptLine,
    TaxSubtotal,
)

words = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=10)
    .map(str.strip)
    .filter(lambda word: word and word != "NA" and not word.startswith("#"))
)
maybe = st.just("") | words
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
moments = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
values = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
positive = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=Decimal("0.001"), max_value=10**4)
percents = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=100)
units = st.sampled_from(["EA", "KGM", "BX", "PK", "PF", "HUR", "XKG", "UNECE-PAL", "OWN7"])
quantities = st.builds(Quantity, values, units)
categories = st.sampled_from(["", "S", "Z", "E", "AE", "O"])
references = st.builds(LineReference, document=maybe, line=maybe)
products = st.builds(ProductIds, buyer=maybe, seller=maybe, standard=maybe | st.just("4000001123452"))
accounts = st.builds(
    BankAccount,
    number=st.from_regex(r"[A-Z0-9]{5,20}", fullmatch=True),
    holder=maybe,
    bic=st.sampled_from(["", "DEUTDEFF"]),
)
profiles = st.sampled_from(["", "urn:cen.eu:en16931:2017", "urn:fdc:peppol.eu:2017:poacc:billing:3.0", "mine"])


def money(currency: str) -> st.SearchStrategy[Money]:
    return st.builds(Money, st.integers(-(10**12), 10**12), st.just(currency))


def identifiers(schemes: list[str], sizes: int) -> st.SearchStrategy[list[Identifier]]:
    return st.lists(st.builds(Identifier, scheme=st.sampled_from(schemes), value=words), max_size=sizes, unique=True)


@st.composite
def parties(draw: st.DrawFn, *, supplier: bool = False) -> Party:
    plain = draw(identifiers(["", "0088", "0192", "0184"], 3))
    taxes = draw(identifiers(["vat", "tax"], 2))
    address = [one for one in draw(identifiers(["0088", "9930", "EM"], 1)) if taxes and one not in plain]
    ours = [one for one in draw(identifiers(["ours"], 1)) if supplier]
    country = draw(st.sampled_from(["", "DE", "GB"]))
    return Party(name=draw(maybe), country=country, identifiers=(*plain, *taxes, *address, *ours))


def allowances(currency: str) -> st.SearchStrategy[tuple[AllowanceCharge, ...]]:
    one = st.builds(
        AllowanceCharge, charge=st.booleans(), amount=money(currency), reason=maybe, reason_code=maybe, percent=percents,
        on=st.none() | money(currency), tax_category=categories, tax_percent=percents,
    )  # fmt: skip
    return st.lists(one, max_size=2).map(tuple)


@st.composite
def invoice_lines(draw: st.DrawFn, currency: str) -> InvoiceLine:
    price = draw(st.none() | values)
    return InvoiceLine(
        id=draw(words), net=draw(money(currency)), quantity=draw(st.none() | quantities), price=price,
        price_per=Decimal(1) if price is None else draw(positive), order=draw(references), despatch=draw(references),
        receipt=draw(references), product=draw(products), description=draw(maybe),
        allowances_charges=draw(allowances(currency)), tax_category=draw(categories), tax_percent=draw(percents),
        site=draw(maybe),
    )  # fmt: skip


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    currency = draw(st.sampled_from(["EUR", "JPY", "BHD"]))
    amounts = st.none() | money(currency)
    tax = st.builds(
        TaxSubtotal, category=categories, percent=percents, taxable=money(currency), tax=money(currency), exemption=maybe,
    )  # fmt: skip
    rows = draw(st.lists(tax, max_size=2).map(tuple))
    totals = draw(st.fixed_dictionaries(dict.fromkeys(InvoiceTotals.__dataclass_fields__, amounts)))
    totals["tax"] = draw(money(currency) if rows else amounts)
    tax_currency = draw(st.sampled_from(["", "SEK"]))
    totals["accounted"] = draw(st.none() | money("SEK")) if tax_currency not in {"", currency} else None
    types = [("invoice", "380"), ("invoice", "389"), ("invoice", "384"), ("credit_note", "381"), ("credit_note", "380")]
    (kind, type_code), due_on = draw(st.sampled_from(types)), draw(days)
    pay_to = tuple(draw(st.lists(accounts, max_size=2, unique=True)))
    # an account is always written with a code, and so is the due day of a credit note
    coded = bool(pay_to) or (kind == "credit_note" and due_on is not None)
    means = draw(st.lists(st.sampled_from(["30", "49", "59", "97"]), min_size=int(coded), max_size=3, unique=True))
    return Invoice(
        kind=kind, payment_means=tuple(means), number=draw(words), issue_date=draw(days), currency=currency,
        supplier=draw(parties(supplier=True)), buyer=draw(parties()),
        lines=tuple(draw(st.lists(invoice_lines(currency), max_size=3, unique_by=lambda line: line.id))),
        totals=InvoiceTotals(**totals), tax=rows, allowances_charges=draw(allowances(currency)),
        type_code=type_code, due_on=due_on, delivered_on=draw(days),
        tax_point_on=draw(days), order_number=draw(maybe), despatch_number=draw(maybe), receipt_number=draw(maybe),
        contract_number=draw(maybe), preceding=tuple(draw(st.lists(words, max_size=2, unique=True))),
        accounts=pay_to, payee=draw(st.none() | parties()),
        terms=draw(maybe), site=draw(maybe), tax_currency=tax_currency,
        notes=tuple(draw(st.lists(words, max_size=2))), profile=draw(profiles), process=draw(maybe),
        period_from=draw(days), period_to=draw(days), deliver_to=draw(st.sampled_from(["", "FI"])),
        tax_representative=draw(st.none() | parties()),
    )  # fmt: skip


@st.composite
def order_lines(draw: st.DrawFn, currency: str) -> OrderLine:
    quantity, price = draw(quantities), draw(st.none() | values)
    other = draw(st.just("") | units)
    return OrderLine(
        id=draw(words), quantity=quantity, price=price, price_per=Decimal(1) if price is None else draw(positive),
        price_unit="" if price is None or other == quantity.unit else other, net=draw(st.none() | money(currency)),
        product=draw(products), description=draw(maybe), category=draw(maybe), site=draw(maybe), due_on=draw(days),
        contract=draw(references), tax_category=draw(categories), tax_percent=draw(percents),
    )  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> Order:
    currency = draw(st.sampled_from(["EUR", "JPY", "BHD"]))
    charge = st.builds(OrderCharge, kind=words | st.just("FC"), amount=money(currency))
    return Order(
        number=draw(words), issue_date=draw(days), currency=currency, supplier=draw(parties(supplier=True)),
        buyer=draw(parties()),
        lines=tuple(draw(st.lists(order_lines(currency), max_size=3, unique_by=lambda line: line.id))),
        site=draw(maybe), terms=draw(maybe), incoterm=draw(st.sampled_from(["", "DAP", "EXW", "XYZ"])), contract=draw(maybe),
        charges=tuple(draw(st.lists(charge, max_size=2))), net=draw(st.none() | money(currency)),
        payable=draw(st.none() | money(currency)),
    )  # fmt: skip


despatches = st.builds(
    DespatchAdvice, number=words, issue_date=days, supplier=parties(supplier=True), buyer=parties(),
    lines=st.lists(
        st.builds(DespatchLine, id=words, quantity=quantities, order=references, product=products, description=maybe),
        max_size=3, unique_by=lambda line: line.id,
    ).map(tuple),
    order_number=maybe, site=maybe, arrives_at=moments, kind=st.just("despatch_advice"),
)  # fmt: skip


@st.composite
def receipt_lines(draw: st.DrawFn) -> ReceiptLine:
    unit = draw(units)
    return ReceiptLine(
        id=draw(words), accepted=Quantity(draw(values), unit),
        rejected=draw(st.none() | st.builds(Quantity, values, st.just(unit))), order=draw(references),
        product=draw(products), description=draw(maybe), lot=draw(maybe),
    )  # fmt: skip


receipts = st.builds(
    Receipt, number=words, occurred_at=moments, issue_date=days, supplier=parties(supplier=True),
    lines=st.lists(receipt_lines(), max_size=3, unique_by=lambda line: line.id).map(tuple),
    order_number=maybe, site=maybe, origin=st.just("record"), despatch_number=maybe, kind=st.just("receipt"),
)  # fmt: skip
any_ubl_document = invoices() | orders() | despatches | receipts
