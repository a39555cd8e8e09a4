"""`tieout people`, `sources`, `setup`: grants and permissions of sources, from a terminal; `ingest` asks for a source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tieout.core.values.scope import Scope
from tieout.identity.models import Source, Tenant
from tieout.identity.sources import setup_is_open
from tieout.store.link import transaction
from tieout.store.models import Document

pytestmark = pytest.mark.usefixtures("empty_database")


def tieout(*words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "tieout.cli", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def kinds() -> list[str]:
    with transaction(Scope(tenant="t")):
        return sorted(Document.objects.filter(tenant="t").values_list("kind", flat=True))


def test_grants_are_given_listed_and_ended_and_the_second_person_closes_setup() -> None:
    Tenant(code="t", name="T").save()
    assert tieout("people", "company", "DE01", "--called", "Harbour DE", "--currency", "eur").stdout == (
        "DE01: Harbour DE, EUR\n"
    )
    granted = tieout("people", "grant", "lena", "approver", "--entity", "DE01", "--limit", "5000 EUR")
    assert granted.stdout == "lena: Approver (approver) in DE01, up to 5,000.00 EUR\n"
    assert setup_is_open("t")
    second = tieout("people", "grant", "rita", "receiver", "--until", "2030-12-31")
    assert "rita: Receiver (receiver) in every company, until 31 Dec 2030" in second.stdout
    assert "`setup` is closed" in second.stdout
    assert not setup_is_open("t")
    assert tieout("people", "end", "lena", "approver", "--entity", "DE01").stdout == (
        "rita: Receiver (receiver) in every company, until 31 Dec 2030\n"
    )
    for wrong, words in (
        (("grant", "lena", "king"), "there is no role 'king'"),
        (("grant", "lena", "buyer", "--entity", "XX"), "no company 'XX'"),
        (("grant", "lena", "buyer", "--until", "soon"), "'soon' is no day"),
        (("grant", "lena"), "an argument is missing"),
        (("end", "lena", "buyer"), "no such grant"),
    ):
        refused = tieout("people", *wrong)
        assert (refused.returncode, refused.stdout) == (69, "")
        assert words in refused.stderr


def test_after_closing_a_file_comes_from_a_named_source_and_says_what_that_may(tmp_path: Path) -> None:
    Tenant(code="t", name="T").save()
    product = tmp_path / "product.json"
    product.write_text('{"kind": "product", "number": "B1", "ids": {"buyer": "B1"}}')
    assert tieout("ingest", "--leave", str(product)).returncode == 0
    assert kinds() == ["product"], "set-up is open at first"
    assert "set-up is closed" in tieout("setup", "close").stdout
    refused = tieout("ingest", "--leave", str(product))
    assert refused.returncode == 69
    assert "name the source of the files" in refused.stderr
    assert tieout("sources", "allow", "mailroom", "--kind", "invoice").stdout.splitlines()[0] == "mailroom: invoice"
    product.write_text('{"kind": "product", "number": "B2", "ids": {"buyer": "B2"}}')
    refused = tieout("ingest", "--leave", "--source", "mailroom", str(product))
    assert refused.returncode == 3, "all of it was refused"
    assert "it may send" in refused.stderr or "not taken from there" in refused.stderr
    assert kinds() == ["product", "unreadable"]
    assert "commands only" in tieout("sources", "allow", "mailroom", "--kind", "release").stderr
    tieout("sources", "allow", "mailroom", "--kind", "invoice", "--kind", "product")
    assert tieout("replay", "--leave").stdout == "1 had not been read; 1 are read now, 0 still cannot be read.\n"
    assert kinds() == ["product", "product", "unreadable"]
    assert tieout("sources", "close", "mailroom").returncode == 0
    assert Source.objects.get(name="mailroom").closed_at is not None
    assert "no source 'mailroom' is active" in tieout("ingest", "--source", "mailroom", str(product)).stderr
