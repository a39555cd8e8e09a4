"""What a supplier is sent, in Peppol response codes."""

from __future__ import annotations

import pytest

from tieout.core.findings.response import query_of, refusal_of, response_of
from tieout.core.values.errors import Malformed


@pytest.mark.parametrize("row", ["UQ/QTY/CNP", "RE/LEG/NIN", "AP", "UQ/PRI"])
def test_rows_read_and_write_back(row: str) -> None:
    assert str(response_of(row)) == row


@pytest.mark.parametrize("row", ["XX/QTY/CNP", "UQ/QTY/CNP/MORE", "uq"])
def test_what_is_no_row_is_refused(row: str) -> None:
    with pytest.raises(Malformed):
        response_of(row)


def test_nothing_is_sent_where_the_row_is_empty() -> None:
    assert response_of("") is None
    assert str(query_of("")) == "UQ/OTH/PIN"
    assert str(refusal_of("")) == "RE/OTH/NIN"


def test_asking_and_refusing_keep_the_reason() -> None:
    assert str(query_of("RE/LEG/NIN")) == "UQ/LEG/PIN"
    assert str(refusal_of("UQ/PRI/CNP")) == "RE/PRI/NIN"
    assert str(refusal_of("RE/OTH/NOA")) == "RE/OTH/NOA"
