"""Master data: the supplier of record, and a product with its unit conversions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.core.values.party import Identifier
from tieout.core.values.quantity import Conversion
from tieout.trade.documents.reference import ProductIds


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAccount:
    """A bank account that was approved for a supplier, and since when it may be paid to."""

    number: str
    approved_on: date | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier of record. `entities` empty: extended to all. `order_required` None: policy decides.

    `email` (several with ";", the preferred one first) and `electronic_address` ("0088:4012345000009") are where messages go,
    `language` is theirs ("de"); "" where they are not filled in.
    """

    number: str
    name: str
    country: str = ""
    identifiers: tuple[Identifier, ...] = ()
    accounts: tuple[SupplierAccount, ...] = ()
    blocked: bool = False
    block_reason: str = ""
    entities: tuple[str, ...] = ()
    terms: str = ""
    category: str = ""
    order_required: bool | None = None
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    email: str = ""
    electronic_address: str = ""
    language: str = ""
    kind: Literal["supplier"] = "supplier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product (item) of record with the conversions between its units."""

    number: str
    ids: ProductIds
    description: str = ""
    unit: str = ""
    conversions: tuple[Conversion, ...] = ()
    category: str = ""
    entity: str = ""
    made_by: str = ""
    approved_by: str = ""
    kind: Literal["product"] = "product"
