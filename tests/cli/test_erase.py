"""`tieout erase`: what it says before, that it asks, what it refuses, and that it says what is left."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest

from tests.engine import samples
from tests.engine.test_erasing import Home, home  # noqa: F401
from tests.support.peek import peek
from tieout.cli import main
from tieout.cli.table import Exit
from tieout.identity.models import Tenant
from tieout.store.models import Claim, Document

REASON = ("--reason", "the retention period is over")


@pytest.fixture(autouse=True)
def organisation(home: Home) -> None:
    Tenant(code=home.scope.tenant, name="Nordwind GmbH").save()


def erased() -> list[str]:
    return sorted(peek(Document).exclude(erased_at=None).values_list("number", flat=True))


def tieout(home: Home, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    """The exit code, the lines of standard output, and standard error."""
    try:
        code = main(["erase", *words, "--tenant", home.scope.tenant])
    except SystemExit as ended:
        code = int(str(ended.code))
    printed = capsys.readouterr()
    return code, printed.out.splitlines(), printed.err


def answer(monkeypatch: pytest.MonkeyPatch, words: str | None) -> None:
    """What somebody types at the terminal; None: there is no terminal."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: words is not None, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: (print(prompt), words)[1])


def test_it_says_what_goes_and_what_stays_and_asks(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = peek(Claim).get(number="INV-1")
    answer(monkeypatch, "n")
    code, lines, _ = tieout(home, capsys, "INV-1", *REASON)
    assert code == 0
    assert lines[0] == f"To be erased with {claim.key}, for good:"
    assert lines[1].startswith("  the original Wolkenkuckuck.test (")
    assert lines[1].endswith(" bytes)")
    assert lines[2] == "  what was read from it, and the name of the other side"
    assert lines[3].startswith("  what was derived from it: verdicts ")
    assert "cases 1, acceptances 1, events " in lines[3]
    assert lines[4] == "Number, source key, days, amounts, statuses and who did what when are kept."
    assert lines[-2:] == ["Erase it for good? [y/N] ", "Nothing was erased."]
    assert erased() == []
    answer(monkeypatch, "y")
    code, lines, _ = tieout(home, capsys, "INV-1", *REASON)
    assert (code, lines[-1]) == (0, f"The content of {claim.key} is erased.")
    assert "INV-1" in erased()
    assert home.lines() == []


def test_without_a_terminal_nothing_is_erased_unless_yes_is_given(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, None)
    code, lines, _ = tieout(home, capsys, "INV-1", *REASON)
    assert (code, lines[-1], erased()) == (0, "Nothing was erased.", [])
    code, lines, _ = tieout(home, capsys, str(peek(Claim).get(number="INV-1").id), *REASON, "--yes")
    assert (code, lines[-1].endswith("is erased.")) == (0, True)
    assert "INV-1" in erased()


@pytest.mark.parametrize("which", [("INV-1",), ("--received-before", "2030-01-01")])
def test_without_a_reason_it_does_not_even_ask(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, which: tuple[str, ...]
) -> None:
    answer(monkeypatch, "y")
    for reason in ((), ("--reason", "  "), ("--reason", "x" * 501)):
        code, lines, error = tieout(home, capsys, *which, *reason)
        assert code == Exit.CANNOT
        assert not [line for line in lines if "[y/N]" in line]
        assert "the log needs a reason of 1 to 500 characters" in error
    assert erased() == []


def test_what_is_refused_is_refused_in_words(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for named, words in (
        ("INV-2", "cannot be erased yet: its status is held"),
        ("4500013", "claims that are not finished look it up"),
        ("R1", "is in force: claims that come later would not see it (--in-force"),
        ("nothing", "there is no document 'nothing'"),
    ):
        code, lines, error = tieout(home, capsys, named, *REASON, "--yes")
        assert (code, lines) == (Exit.CANNOT, []), named
        assert words in error
        assert "Traceback" not in error
    assert tieout(home, capsys, "R1", *REASON, "--yes", "--in-force")[0] == 0
    assert erased() == ["R1"]
    code, _, error = tieout(home, capsys, "R1", *REASON, "--yes", "--in-force")
    assert code == Exit.CANNOT
    assert "was erased on" in error
    code, _, error = tieout(home, capsys, "--received-before", "soon", *REASON, "--yes")
    assert code == Exit.CANNOT
    assert "'soon' is no day" in error


@pytest.mark.mission("GOV-02")
def test_by_age_it_says_what_it_left_and_ends_with_1(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    before = (samples.AT + timedelta(days=1)).date().isoformat()
    code, lines, _ = tieout(home, capsys, "--received-before", samples.AT.date().isoformat(), *REASON, "--yes")
    assert (code, lines) == (
        0,
        [f"Documents that were received before {samples.AT.date()}: 0", "Nothing was erased."],
    )
    code, lines, _ = tieout(home, capsys, "--received-before", before, *REASON, "--yes", "--in-force")
    assert code == 1
    left = [line for line in lines if "cannot be erased" in line]
    assert any("INV2" in line for line in left)
    assert lines[-1].startswith("Erased: ")
    assert lines[-1].endswith(f"; left: {len(left)}")
    assert "INV-1" in erased()
    assert "INV-2" not in erased()
    assert home.lines() == []


def test_a_german_reader_is_asked_in_german(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    answer(monkeypatch, "ja")
    code, lines, _ = tieout(home, capsys, "INV-1", *REASON)
    said = "\n".join(lines)
    assert code == 0
    assert not [words for words in ("erased", "original ", "what was", "kept") if words in said], said
    assert "INV-1" in erased()
    code, _, error = tieout(home, capsys, "INV-2", *REASON)
    assert "cannot be erased" not in error
    assert "gelöscht" in error
