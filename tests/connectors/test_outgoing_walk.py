"""An invoice of ours changed in every field: what the official rules would refuse of what goes out is held before release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.core.ours import RULING
from tests.support.selling import postings
from tests.support.selling_sorts import every_sort
from tests.support.soak import spread
from tieout import app
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.formats import validation
from tieout.formats.cii.write import write as write_cii
from tieout.formats.ubl.write import write as write_ubl
from tieout.trade.document_gate import of_ours
from tieout.trade.documents import Invoice
from tieout.trade.issued import issued
from tieout.trade.sendable import lacks

TO = "peppol 0088:7300010000018"
SORTS = ("plain", "credit note", "reverse charge", "intra-community supply", "allowances and charges", "several rates")
NOT_OURS_TO_CHANGE = ("kind", "currency", "entity")
HARMLESS = {
    "UBL-SR-18": "one number of the customer's that is recorded twice",
    "FX-SCH-A-000166": "one number of the customer's that is recorded twice",
}
COMPLETED = (".supplier.country empty", ".buyer.country empty")
"""Where a country is not known here, the billing system's own records complete the parties."""


def changes(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every changed value, with its path and what was done."""
    if isinstance(value, (str, Money, Decimal, Quantity, date)):
        yield from _of_value(value, path)
    elif isinstance(value, tuple):
        if value:
            yield f"{path} missing", ()
            for what, first in changes(value[0], f"{path}[0]"):
                yield what, (first, *value[1:])
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            if one.name not in NOT_OURS_TO_CHANGE:
                for what, other in changes(getattr(value, one.name), f"{path}.{one.name}"):
                    yield what, replace(value, **{one.name: other})


def _of_value(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case str() if value:
            yield f"{path} empty", ""
        case Money():
            yield f"{path} a cent more", Money(value.minor + 1, value.currency)
            yield f"{path} negative", -value
        case Decimal():
            yield from ((f"{path} zero", Decimal(0)), (f"{path} negative", -value), (f"{path} one more", value + 1))
        case Quantity():
            yield f"{path} negative", Quantity(-value.value, value.unit)
        case date():
            yield f"{path} missing", None


def held(invoice: Invoice) -> bool:
    """Whether it is held before release: by its sums, by what it is, or by what it lacks."""
    fatal = any(remark.fatal for remark in app.kinds().of(invoice).remarks(invoice))
    return fatal or bool(of_ours(invoice, ruling=RULING)) or any(lacks(invoice, TO))


def refused(invoice: Invoice) -> set[str]:
    """What the official rules say of it as it goes out, in both syntaxes."""
    goes = issued(invoice, postings(invoice), to=TO)
    contents = (write_ubl(goes), write_cii(goes))
    return {remark.rule for content in contents for remark in validation.validate(content) if remark.fatal}


@pytest.mark.slow
@pytest.mark.skipif(not validation.available(), reason="the extra tieout[validation] is not installed")
@pytest.mark.parametrize("sort", SORTS)
def test_what_the_official_rules_refuse_is_held_before_release(sort: str) -> None:
    invoice = every_sort()[sort]
    assert not held(invoice)
    assert refused(invoice) == set()
    silent = {
        what: rules
        for what, other in spread(changes(invoice), one_of=11)
        if what not in COMPLETED and not held(other) and (rules := refused(other) - HARMLESS.keys())
    }
    assert silent == {}
