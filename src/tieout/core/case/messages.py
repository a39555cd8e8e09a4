"""What a case writes to the other side: line, expected, actual, and the one thing that is needed of them."""

from __future__ import annotations

from tieout.core.case.events import Message
from tieout.core.case.state import Case
from tieout.core.findings.response import Response
from tieout.core.values import ids


def compose(case: Case, response: Response, text: str = "", *, detailed: bool = True) -> Message:
    """A message about the case's findings. Same case, same codes, same words (blanks and capitals aside): same id."""
    about = case.findings if detailed else ()
    lines = tuple(_line(known.where, known.message, known.expected, known.actual) for known in about)
    words = " ".join(text.casefold().split())
    return Message(
        id=ids.derive("message", str(case.id), response.status, response.reason, response.action, words, *lines),
        status=response.status,
        reason=response.reason,
        action=response.action,
        text=text.strip(),
        lines=lines,
    )


def row_of(case: Case) -> str:
    """What the case's leading finding tells the other side ("UQ/QTY/CNP"), "" if nothing."""
    leading = [known.peppol for known in case.findings if known.code == case.code]
    return next((row for row in (*leading, *(known.peppol for known in case.findings)) if row), "")


def _line(where: str, message: str, expected: str, actual: str) -> str:
    place = "" if where in {"", "document"} else f"line {where}: "
    if message:
        return place + message
    return f"{place}expected {expected}, found {actual}" if expected or actual else f"{place}please check"
