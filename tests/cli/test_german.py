"""Commands answer in the language of the terminal, and in English everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieout.cli import main
from tieout.cli.table import Exit
from tieout.config.terminal_language import of_environment


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LC_MESSAGES": "de_AT", "LANG": "en_GB.UTF-8"}, "de"),
        ({"LC_ALL": "C.UTF-8", "LC_MESSAGES": "de_DE", "LANG": "de_DE"}, "en"),
        ({"LC_ALL": "", "LANG": "de_CH"}, "de"),
        ({"LANG": "deu_XX"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de_DE", "TIEOUT_LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "TIEOUT_LANGUAGE": "de"}, "de"),
    ],
)
def test_the_language_is_that_of_the_setting_else_of_the_locale(environ: dict[str, str], language: str) -> None:
    assert of_environment(environ) == language


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code of a command and all that it says."""
    try:
        code = main(list(words))
    except SystemExit as ended:
        code = int(str(ended.code))
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_german_reader_is_answered_in_german(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert said(capsys, "measures", "--days", "999") == (
        Exit.CANNOT,
        "tieout measures: --days: 999 Tage lassen sich nicht messen; verwenden Sie 1 bis 366\n",
    )
    code, text = said(capsys, "check")
    assert code == Exit.USAGE
    assert text.startswith("Aufruf: tieout check")
    assert text.endswith("tieout check: diese Argumente fehlen: INVOICE\n")
    assert "den Befehl 'nonsense' gibt es nicht" in said(capsys, "nonsense")[1]
    assert "der Name des Benutzers" in said(capsys, "people", "--help")[1]
    broken = tmp_path / "a.json"
    broken.write_text("[]")
    assert (
        "die Liste ist leer; geben Sie mindestens einen Beleg hinein"
        in said(capsys, "read", "--processes", "1", str(broken))[1]
    )
    policy = tmp_path / "policy.yaml"
    policy.write_text("[]\n")
    assert "eine Richtlinie ist eine Zuordnung" in said(capsys, "check", str(broken), "--policy", str(policy))[1]


def test_a_german_reader_reads_resolutions_and_amounts_in_german(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    folder = Path(__file__).parents[2] / "examples" / "first-check"
    files = (
        str(folder / "invoice.xml"),
        "--order",
        str(folder / "order.json"),
        "--receipt",
        str(folder / "receipt.csv"),
    )
    _, text = said(capsys, "check", *files, "--at", "2026-06-10T10:00Z")
    assert "Lösungen: " in text
    assert "Wareneingang berichtigen; Auf die Ware warten" in text
    assert "correct the receipt" not in text.lower()
    assert "Frist 1 Arbeitstag" in text
    assert " EUR" in text.splitlines()[0]
    assert "," in text.splitlines()[0].rpartition("über")[2]


def test_after_a_german_answer_the_next_is_english_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert "Aufruf" in said(capsys, "check")[1]
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    code, text = said(capsys, "check")
    assert code == Exit.USAGE
    assert text.startswith("usage: tieout check")
