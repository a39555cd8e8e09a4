"""The import contracts of pyproject.toml, shown to bite on small packages with one forbidden import each.

The real package is checked by `make lint`; here the same contracts are laid over a package of empty rooms.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "tieout"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}

ROOMS = [
    *("cli", "app", "api", "web", "worker", "engine", "store", "connectors", "advice", "identity", "config"),
    *("packs", "formats", "intelligence", "scenario", "trade", "wording", "metering", "core"),
]
SKELETON = {f"{room}/__init__.py": "" for room in ROOMS} | {
    "__init__.py": "",
    "metering/core/__init__.py": "",
    "metering/formats/__init__.py": "",
    "metering/engine/__init__.py": "",
    "store/metering/__init__.py": "",
    "store/metering/tables.py": "",
    "store/models/__init__.py": "import tieout.store.metering.tables",
    "store/metering/months.py": "import tieout.store.metering.tables",
    "packs/payables/__init__.py": "",
    "packs/cash/__init__.py": "",
    "connectors/sap/__init__.py": "",
    "connectors/files/__init__.py": "",
    "core/money.py": "",
    "core/ledger.py": "",
    "app/__init__.py": "import tieout.packs.payables\nimport tieout.connectors.sap\nimport tieout.engine\n",
    "store/rows.py": "import psycopg\nimport tieout.core.money\n",
    "cli/up.py": "import tieout.app\nimport tieout.config\n",
}

OFFENCES = [
    ("directions", "core/ledger.py", "import tieout.packs.payables"),
    ("directions", "engine/go.py", "import tieout.web"),
    ("directions", "store/read.py", "import tieout.engine"),
    ("directions", "api/cases.py", "import tieout.web"),
    ("directions", "store/read.py", "import tieout.connectors.sap"),
    ("directions", "packs/payables/price.py", "import tieout.formats"),
    ("directions", "formats/ubl.py", "def f():\n    import tieout.packs.payables"),
    ("directions", "scenario/read.py", "import tieout.packs.payables"),
    ("directions", "extras/__init__.py", ""),
    ("kernel", "engine/go.py", "import tieout.trade"),
    ("kernel", "store/read.py", "def f():\n    import tieout.packs.payables"),
    ("kernel", "core/ledger.py", "import tieout.trade"),
    ("pure", "core/money.py", "import os"),
    ("pure", "core/money.py", "from time import time"),
    ("pure", "packs/payables/price.py", "import random"),
    ("pure", "formats/ubl.py", "import urllib.request"),
    ("pure", "intelligence/causes.py", "import logging"),
    ("pure", "scenario/read.py", "from django.utils import timezone"),
    ("plugins", "engine/go.py", "import tieout.packs.payables"),
    ("plugins", "cli/check.py", "import tieout.packs.payables"),
    ("plugins", "web/pages.py", "import tieout.connectors.sap"),
    ("plugins", "worker/tasks.py", "import tieout.advice"),
    ("pure", "metering/formats/read.py", "import os"),
    ("directions", "engine/go.py", "import tieout.metering.engine"),
    ("metering-inside", "metering/core/fold.py", "import tieout.metering.engine"),
    ("metering-apart", "engine/go.py", "import tieout.store.metering"),
    ("metering-apart", "store/read.py", "import tieout.store.metering.tables"),
    ("packs-apart", "packs/payables/price.py", "import tieout.packs.cash"),
    ("connectors-apart", "connectors/sap/read.py", "import tieout.connectors.files"),
    ("sql", "engine/go.py", "import psycopg"),
    ("sql", "web/pages.py", "from psycopg_pool import ConnectionPool"),
    ("settings", "engine/go.py", "import tieout.config"),
    ("settings", "web/pages.py", "import tieout.config"),
    ("no-cycles", "core/money.py", "import tieout.core.ledger\n"),
]


def lint(folder: Path, files: dict[str, str], *contracts: str) -> subprocess.CompletedProcess[str]:
    """Lay the project's contracts over a package of these files."""
    for name, text in files.items():
        path = folder / "tieout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run(
        [
            *(sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"),
            *("--config", str(REPOSITORY / "pyproject.toml"), "--no-cache", *chosen),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_clean_package_passes_all(tmp_path: Path) -> None:
    ran = lint(tmp_path, SKELETON)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in ran.stdout


@pytest.mark.parametrize(("contract", "name", "text"), OFFENCES, ids=[f"{c}-{name}" for c, name, _ in OFFENCES])
def test_every_contract_bites(contract: str, name: str, text: str, tmp_path: Path) -> None:
    files = SKELETON | {name: text}
    if contract == "no-cycles":
        files["core/ledger.py"] = "import tieout.core.money"
    ran = lint(tmp_path, files, contract)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "0 kept, 1 broken" in ran.stdout


def test_every_contract_is_shown_to_bite() -> None:
    assert {contract for contract, _, _ in OFFENCES} == set(CONTRACTS)


# who may: everybody else must be on the contract's list, so that a new room is not forgotten
MAY = {
    "pure": {"cli", "app", "api", "web", "worker", "engine", "store", "connectors", "advice", "identity", "config"},
    "plugins": {"app", "packs", "connectors", "advice"},
    "sql": {"store", "identity", "config"},
    "settings": {"cli", "app", "config"},
}


@pytest.mark.parametrize("contract", sorted(MAY))
def test_no_room_is_forgotten(contract: str) -> None:
    present = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    present |= {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    named = {name.split(".")[1] for name in CONTRACTS[contract]["source_modules"]}
    assert named == present - MAY[contract]
