"""A made-up distributor with its suppliers, contracts, orders, receipts and invoices: for the demo, the benchmark and tests.

Everything follows from a seed. Most deals are clean; the others have one fault, and name the code that it should raise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.core.documents.kind import Document
from tieout.core.values.party import Identifier, Party
from tieout.core.values.quantity import Conversion, Quantity
from tieout.scenario.draw import Draw
from tieout.scenario.sample_faults import FAULTS, Deal, Fault, invoice_for
from tieout.trade.documents import (
    Contract,
    ContractLine,
    LineReference,
    Order,
    OrderLine,
    Product,
    ProductIds,
    Receipt,
    ReceiptLine,
    Supplier,
    SupplierAccount,
)
from tieout.trade.identifiers import gtin_of

SITES: Final = ("WMS-1", "WMS-2", "WMS-3", "WMS-4", "WMS-5", "WMS-6")
BUYER: Final = Party(
    name="Harbour Supply SE", country="DE", identifiers=(Identifier(scheme="vat", value="DE455000111"),)
)

_FIRST: Final = (
    "Alder Birch Cedar Dorn Elm Fjord Garnet Hazel Iris Juniper Kestrel Linden Maple Nordic Oak Pine Quarry".split()
)
_FORM: Final = (("GmbH", "DE"), ("AS", "NO"), ("BV", "NL"), ("SARL", "FR"), ("SpA", "IT"), ("AB", "SE"))
_GOODS: Final = {
    "Fasteners": ("mm", ("Bolt", "Nut", "Washer", "Rivet")),
    "Bearings": ("mm", ("Bearing", "Seal", "Bushing", "Sleeve")),
    "Packaging": ("cm", ("Carton", "Film", "Label", "Crate")),
    "Chemicals": ("kg", ("Resin", "Primer", "Solvent", "Sealant")),
    "Metals": ("mm", ("Bracket", "Plate", "Profile", "Tube")),
    "Tools": ("mm", ("Drill", "Wrench", "Clamp", "File")),
    "Electric": ("mm", ("Cable", "Switch", "Relay", "Fuse")),
    "Textiles": ("cm", ("Glove", "Apron", "Cloth", "Rope")),
}
"""What a firm of each trade sells, and in which unit its sizes are."""
_LOOKS: Final = ("black", "blue", "grey", "white")
_TERMS: Final = ("net 30", "net 30", "2/10 net 30", "net 45", "net 60")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The master data of the made-up company: who supplies what at which price. `goods` is by supplier number."""

    suppliers: tuple[Supplier, ...]
    contracts: tuple[Contract, ...]
    goods: dict[str, tuple[tuple[Product, Decimal], ...]]

    @property
    def documents(self) -> tuple[Document, ...]:
        """All master data documents."""
        products = (product for goods in self.goods.values() for product, _ in goods)
        return (*self.suppliers, *products, *self.contracts)


def company(seed: int, *, suppliers: int = 25, products: int = 12, on: date) -> Company:
    """The company as of a day."""
    made = tuple(_supplier(Draw(seed, "supplier", k), k, on) for k in range(suppliers))
    goods = {
        supplier.number: tuple(_product(Draw(seed, "product", k, n), k, n) for n in range(products))
        for k, supplier in enumerate(made)
    }
    return Company(
        suppliers=made,
        contracts=tuple(_contract(supplier, goods[supplier.number], on) for supplier in made[::3]),
        goods=goods,
    )


def _supplier(draw: Draw, k: int, on: date) -> Supplier:
    form, country = _FORM[k % len(_FORM)]
    name = f"{_FIRST[k % len(_FIRST)]} {_trade(k)} {form}"
    return Supplier(
        number=f"{70001 + k}",
        name=name,
        country=country,
        identifiers=(Identifier(scheme="vat", value=f"{country}{100_000_000 + 7919 * k}"),),
        accounts=(SupplierAccount(number=_iban(country, draw), approved_on=on - timedelta(days=400)),),
        terms=draw.one_of(_TERMS),
        email=f"ar@{''.join(sign for sign in name.lower() if sign.isascii() and sign.isalnum())}.example",
        language="de" if country in {"AT", "DE"} else "en",
    )


def _trade(k: int) -> str:
    """The trade of the k-th supplier, counted from 0."""
    return tuple(_GOODS)[(k + k // len(_FIRST)) % len(_GOODS)]


def _iban(country: str, draw: Draw) -> str:
    body = f"{draw.below(10**9):09d}{draw.below(10**9):09d}"
    digits = "".join(str(int(letter, 36)) for letter in f"{body}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{body}"


def _product(draw: Draw, k: int, n: int) -> tuple[Product, Decimal]:
    unit, goods = _GOODS[_trade(k)]
    thing = draw.one_of(goods)
    number = f"{thing.upper()[:4]}-{k + 1:02d}{n + 1:02d}"
    product = Product(
        number=number,
        ids=ProductIds(
            buyer=number,
            seller=f"S{k + 1:02d}-{1001 + n}",
            standard=gtin_of(f"40{k:03d}{n:03d}{draw.below(10**5) // 10:04d}"),
        ),
        description=f"{thing}, {draw.one_of(_LOOKS)}, {draw.between(4, 40)} {unit}, type {n + 1}",
        unit="EA",
        conversions=(Conversion(unit="BX", into="EA", factor=Fraction(draw.one_of((10, 12, 24, 50)))),),
    )
    return product, Decimal(draw.between(25, 9900)) / 100


def _contract(supplier: Supplier, goods: Sequence[tuple[Product, Decimal]], on: date) -> Contract:
    begins = on - timedelta(days=20)
    return Contract(
        number=f"K-{supplier.number}",
        supplier=_party(supplier),
        currency="EUR",
        valid_from=on - timedelta(days=400),
        incoterm="DAP",
        freight_included=True,
        terms=supplier.terms,
        lines=tuple(
            ContractLine(product=product.ids, price=_raised(price), unit="EA", valid_from=begins)
            for product, price in goods[:2]
        ),
    )


def _raised(price: Decimal) -> Decimal:
    return (price * Decimal("1.08")).quantize(Decimal("0.01"))


def _party(supplier: Supplier) -> Party:
    return Party(name=supplier.name, country=supplier.country, identifiers=supplier.identifiers)


def deals(
    seller: Company,
    seed: int,
    count: int,
    *,
    on: date,
    lines: int = 5,
    lines_min: int = 0,
    clean_percent: int = 85,
) -> Iterator[Deal]:
    """`count` deals: order, receipt and invoice of each. Faults take turns, so that every code occurs.

    Each has `lines` lines; with `lines_min`, any number from that up to `lines`.
    """
    faults = list(FAULTS)
    turn = 0
    for k in range(count):
        draw = Draw(seed, "deal", k)
        clean = draw.chance(clean_percent)
        fault = "" if clean else faults[turn % len(faults)]
        turn += not clean
        count_of_lines = draw.between(lines_min, lines) if lines_min else lines
        yield _deal(seller, draw, k, on=on, lines=count_of_lines, fault=fault)


def _deal(seller: Company, draw: Draw, k: int, *, on: date, lines: int, fault: str) -> Deal:
    chosen: Fault = FAULTS[fault] if fault else Fault()
    pool = [
        candidate
        for candidate in seller.suppliers
        if not chosen.contract or any(_of(c, candidate) for c in seller.contracts)
    ]
    supplier = draw.one_of(pool)
    order = _order(seller, draw, k, supplier, on=on, lines=lines, from_first=chosen.contract)
    receipt = _receipt(order, k, on)
    deal = Deal(
        order=order,
        documents=(receipt,),
        invoice=invoice_for(order, supplier, number=f"{supplier.name[:2].upper()}-{26000 + k}", on=on, buyer=BUYER),
        fault=fault,
    )
    return chosen.apply(deal, draw, on) if chosen.apply else deal


def _of(contract: Contract, supplier: Supplier) -> bool:
    return contract.number == f"K-{supplier.number}"


def _order(seller: Company, draw: Draw, k: int, supplier: Supplier, *, on: date, lines: int, from_first: bool) -> Order:
    goods = seller.goods[supplier.number]
    first = 0 if from_first else draw.below(len(goods))
    made = []
    for n in range(lines):
        product, price = goods[(first + n) % len(goods)]
        made.append(
            OrderLine(
                id=str(10 * (n + 1)),
                quantity=Quantity(Decimal(draw.between(5, 400)), "EA"),
                price=price,
                product=product.ids,
                description=product.description,
                tax_category="S",
                tax_percent=Decimal(19),
            )
        )
    return Order(
        number=f"{4500001 + k}",
        issue_date=on - timedelta(days=draw.between(15, 40)),
        currency="EUR",
        supplier=_party(supplier),
        buyer=BUYER,
        lines=tuple(made),
        site=draw.one_of(SITES),
        terms=supplier.terms,
        incoterm="DAP",
    )


def _receipt(order: Order, k: int, on: date) -> Receipt:
    return Receipt(
        number=f"GR-{50001 + k}",
        occurred_at=datetime.combine(on - timedelta(days=2), time(9, 30), tzinfo=UTC),
        order_number=order.number,
        site=order.site,
        lines=tuple(
            ReceiptLine(
                id=line.id,
                accepted=line.quantity,
                order=LineReference(document=order.number, line=line.id),
                product=line.product,
            )
            for line in order.lines
        ),
    )
