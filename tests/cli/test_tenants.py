"""Organisations are never made by a typo: every command that names one refuses an unknown one; a list; removal of an empty one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tieout.cli import main
from tieout.cli.table import Exit

if TYPE_CHECKING:
    from tests.support.server import Database


@pytest.fixture
def acme(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """An organisation of its own with one user, made through the command."""
    monkeypatch.setenv("DATABASE_URL", database.dsn)
    made = f"acme-{uuid4().hex[:6]}"
    assert (
        main(["sign-in", f"anna-{made}", "--new", "--tenant", made, "--called", "Acme Ltd", "--role", "controller"])
        == 0
    )
    capsys.readouterr()
    return made


@pytest.mark.parametrize(
    "command",
    [
        ["sign-in", "bob", "--role", "ap_analyst"],
        ["sign-in", "bob"],
        ["people", "list"],
        ["sources"],
        ["setup"],
        ["policy", "list"],
        ["measures"],
        ["connections", "list"],
        ["actions", "list"],
        ["ingest", "."],
        ["rebuild", "--check"],
        ["usage", "status"],
    ],
    ids=" ".join,
)
def test_a_misspelt_organisation_is_refused_with_the_nearest_name(
    acme: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    from tieout.identity.models import Tenant, User

    assert main([*command, "--tenant", f"{acme}e"]) == Exit.CANNOT
    assert acme in capsys.readouterr().err
    assert not Tenant.objects.filter(code=f"{acme}e").exists()
    assert not User.objects.filter(username="bob").exists()


def test_a_new_one_needs_new_and_an_old_one_must_not_have_it(acme: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign-in", "bob", "--new", "--tenant", acme, "--role", "controller"]) == Exit.CANNOT
    assert "leave out --new" in capsys.readouterr().err
    assert main(["sign-in", "bob", "--new", "--tenant", "no blank", "--role", "controller"]) == Exit.CANNOT
    assert main(["sign-in", "bob", "--new", "--role", "controller"]) == Exit.CANNOT


def test_they_are_listed_named_and_an_empty_one_is_removed(acme: str, capsys: pytest.CaptureFixture[str]) -> None:
    from tieout.identity.models import Tenant

    assert main(["tenants"]) == 0
    assert f"{acme}  Acme Ltd  (empty)" in capsys.readouterr().out
    assert main(["tenants", "call", acme, "Acme plc"]) == 0
    assert f"{acme}  Acme plc" in capsys.readouterr().out
    assert main(["tenants", "remove", f"{acme}e"]) == Exit.CANNOT
    assert main(["tenants", "remove", acme]) == 0
    assert not Tenant.objects.filter(code=acme).exists()


def test_one_that_holds_anything_stays(acme: str, capsys: pytest.CaptureFixture[str]) -> None:
    from tieout.identity.models import Tenant

    assert main(["policy", "add", "--yes", "--tenant", acme]) == 0
    capsys.readouterr()
    assert main(["tenants", "remove", acme]) == Exit.CANNOT
    assert "policies" in capsys.readouterr().err
    assert Tenant.objects.filter(code=acme).exists()
