"""Whether the exception codes that a scenario expects exist: a misspelt one would only be reported as a finding that is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from tieout.core.values.errors import Malformed
from tieout.core.values.sentence import Sentence
from tieout.scenario.reader import Script
from tieout.scenario.text import ExpectText


def require_codes(script: Script, codes: Collection[str]) -> None:
    """Raises `Malformed` with the line for the first code of an expectation that no installed pack brings."""
    for path, expect in _expectations(script):
        for code in _named(expect):
            if code and code not in codes:
                near = get_close_matches(code, codes, n=1)
                raise Malformed(
                    "{code!r} is not an exception code",
                    where=str(script.place(path)),
                    remedy=Sentence("did you mean {other}?", other=near[0]) if near else "see docs/reference/codes.md",
                    code=code,
                )


def _expectations(script: Script) -> Iterator[tuple[tuple[str | int, ...], ExpectText]]:
    for k, step in enumerate(script.text.steps):
        if isinstance(step.expect, tuple):
            yield from ((("steps", k, "expect", n), expect) for n, expect in enumerate(step.expect))
        else:
            yield ("steps", k, "expect"), step.expect


def _named(expect: ExpectText) -> Iterator[str]:
    for finding in (*(expect.findings or ()), *(expect.notes or ())):
        yield finding if isinstance(finding, str) else finding.code
    for case in expect.cases or ():
        yield case.code or ""
