"""Every file in `findings/` has the form of CONTRIBUTING; whether it still holds is seen by running it, outside the build."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

FINDINGS = sorted((Path(__file__).resolve().parents[2] / "findings").iterdir())
_COLUMNS_MAX = 150


def test_there_are_findings() -> None:
    assert FINDINGS


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_a_finding_has_the_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.fullmatch(r"[a-z0-9_]+\.sh", path.name)
    assert os.access(path, os.X_OK)
    assert re.match(r"#!/bin/sh\n# \S.*\d.*\n(?:#.*\n){3,}set -eu\nfolder=\$\(mktemp -d\)\n", text), (
        "first line, comment, folder"
    )
    (installed,) = re.findall(r"pip\" install (.*)", text)
    assert re.fullmatch(r"--quiet --disable-pip-version-check(?: '[\w.-]+==[\w.]+')+", installed), "exact versions"
    assert "\nassert " in text or "\n    assert " in text
    assert "print(" in text
    assert "import tieout" not in text
    assert "from tieout" not in text
    assert max(map(len, text.splitlines())) <= _COLUMNS_MAX
