"""Hashes of every scenario's verdicts under the present code, so that none changes without a higher VERSION.

`python -m tests.scenarios.golden` rewrites the file.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from tests.scenarios.reports import once
from tieout.app import packs
from tieout.core.tie_out.verdict import Verdict

HERE = Path(__file__).parent
FILE = HERE / "golden.txt"


def versions() -> str:
    """The versions of all packs, in one line."""
    return " ".join(pack.version for pack in packs())


def hashes() -> dict[str, str]:
    """By scenario: the hash of the last verdict and worksheet of every claim, without the code's version and the hashes of the
    documents read: a new field of a document changes nothing.

    Silenced findings have a hash of their own, under "scenario/silenced", if there are any.
    """
    made: dict[str, str] = {}
    for path in sorted(HERE.rglob("*.yaml")):
        claims = once(path).simulation.claims
        last = [(key, filed.last) for key, filed in sorted(claims.items()) if filed.last]
        stands = [(key, replace(_values(tied_out.verdict), silenced=()), tied_out.rows) for key, tied_out in last]
        silenced = [(key, tied_out.verdict.silenced) for key, tied_out in last if tied_out.verdict.silenced]
        made[path.stem] = _hash(repr(stands).replace(", silenced=()", "").replace(", currency_expected=''", ""))
        if silenced:
            made[f"{path.stem}/silenced"] = _hash(repr(silenced))
    return made


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _values(verdict: Verdict) -> Verdict:
    read = tuple((key, "") for key, _ in verdict.inputs)
    return replace(verdict, code_version="", inputs=read)


def read() -> tuple[str, dict[str, str]]:
    """The versions and hashes that were written last."""
    first, *rest = FILE.read_text().splitlines()
    return first, dict(line.split() for line in rest)


def write() -> None:
    """Writes the present versions and hashes."""
    lines = [versions(), *(f"{name} {sha}" for name, sha in hashes().items())]
    FILE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    write()
