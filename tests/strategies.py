"""Hypothesis strategies for the kernel's values: any document that could be in the store, odd characters included."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from tieout import app
from tieout.core.documents.kind import Document
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity
from tieout.trade.documents import Invoice

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
currencies = st.sampled_from(["EUR", "USD", "JPY", "BHD", "CLF"])
moneys = st.builds(Money, st.integers(-(10**15), 10**15), currencies)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)
quantities = st.builds(Quantity, decimals, st.sampled_from(["EA", "KGM", "BX", "HUR"]))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001

st.register_type_strategy(str, texts)
st.register_type_strategy(Money, moneys)
st.register_type_strategy(Decimal, decimals)
st.register_type_strategy(Quantity, quantities)
st.register_type_strategy(Fraction, st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000))
st.register_type_strategy(datetime, instants)
st.register_type_strategy(date, st.dates(date(2000, 1, 1), date(2100, 1, 1)))


def documents(kind: str) -> st.SearchStrategy[Document]:
    """Documents of one kind with any values in all their fields."""
    type_ = app.kinds()[kind].type
    if type_ is Invoice:
        return st.builds(Invoice, kind=st.just(kind), **_all_fields(Invoice, but="kind"))
    return st.builds(type_, **_all_fields(type_, but="kind"))


def _all_fields(type_: type, *, but: str) -> dict[str, st.SearchStrategy[object]]:
    from typing import get_type_hints

    return {name: st.from_type(hint) for name, hint in get_type_hints(type_).items() if name != but}


any_document = st.sampled_from(sorted(app.kinds())).flatmap(documents)
