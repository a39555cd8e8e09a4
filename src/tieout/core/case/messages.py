"""What a case writes to the other side: line, expected, actual, and the one thing that is needed of them."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.core.case.events import FindingBrief, Message
from tieout.core.case.state import Case
from tieout.core.findings.code import Code
from tieout.core.findings.response import Response
from tieout.core.findings.wording import sentence
from tieout.core.values import ids


def compose(
    case: Case, response: Response, codes: Mapping[str, Code], text: str = "", *, detailed: bool = True
) -> Message:
    """A message about the case's findings. Same case, same codes, same words (blanks and capitals aside): same id."""
    about = case.findings if detailed else ()
    lines = tuple(_line(finding, codes, case.cause) for finding in about)
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
    """The Peppol response of the case's leading finding ("UQ/QTY/CNP"), "" if none."""
    leading = [finding.peppol for finding in case.findings if finding.code == case.code]
    return next((row for row in (*leading, *(finding.peppol for finding in case.findings)) if row), "")


def _line(finding: FindingBrief, codes: Mapping[str, Code], cause: str) -> str:
    place = "" if finding.where in {"", "document"} else f"line {finding.where}: "
    if finding.message or finding.code in codes:
        return place + sentence(finding, codes, cause)
    compared = finding.expected or finding.actual
    return f"{place}expected {finding.expected}, found {finding.actual}" if compared else f"{place}please check"
