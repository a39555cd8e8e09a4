"""What every scenario's verdicts are under the present code, as hashes: so that nobody changes them without raising VERSION.

`python -m tests.scenarios.golden` writes the file anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from tieout.app import packs
from tieout.cli.scenario import report_of
from tieout.core.tie_out.verdict import Verdict

HERE = Path(__file__).parent
FILE = HERE / "golden.txt"


def versions() -> str:
    """The versions of all packs, in one line."""
    return " ".join(pack.version for pack in packs())


def hashes() -> dict[str, str]:
    """By scenario: the hash of the last verdict and worksheet of every claim, without the code's version and the hashes of the
    documents read: a document that gains a field says the same as before."""
    return {path.stem: _hash(path) for path in sorted(HERE.rglob("*.yaml"))}


def _hash(path: Path) -> str:
    claims = report_of(path).world.claims
    last = [(key, filed.last) for key, filed in sorted(claims.items()) if filed.last]
    said = [(key, _values(each.verdict), each.rows) for key, each in last]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _values(verdict: Verdict) -> Verdict:
    read = tuple((key, "") for key, _ in verdict.inputs)
    return replace(verdict, code_version="", inputs=read)


def read() -> tuple[str, dict[str, str]]:
    """The versions and the hashes that were written last."""
    first, *rest = FILE.read_text().splitlines()
    return first, dict(line.split() for line in rest)


def write() -> None:
    """Writes the present versions and hashes."""
    lines = [versions(), *(f"{name} {sha}" for name, sha in hashes().items())]
    FILE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    write()
