"""What the guides for engineers say is so: their examples run, and their tables name what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tieout.app import kinds
from tieout.cli import main
from tieout.connectors.contract import SORTS, sample_of
from tieout.formats import registry
from tieout.formats.format import Format

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
FIRST_CHECK = Path(__file__).parents[2] / "examples" / "first-check"


def blocks(guide: str, language: str) -> list[str]:
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def slip(monkeypatch: pytest.MonkeyPatch) -> str:
    """The example of the guide about formats, with its module registered as the guide says."""
    (source,) = blocks("add-a-format.md", "python")
    module: dict[str, Any] = {"__name__": "dock_slip"}
    exec(compile(source, "dock_slip.py", "exec"), module)
    assert isinstance(module["FORMAT"], Format)
    every = (module["FORMAT"], *registry.formats())
    monkeypatch.setattr(registry, "formats", lambda: every)
    (example,) = blocks("add-a-format.md", "")
    return example


def test_the_example_of_a_format_is_read_and_checked(
    slip: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "slip.txt"
    file.write_text(slip, encoding="utf-8")
    assert main(["read", str(file)]) == 0
    assert re.search(r"slip\.txt +receipt +dock-slip +GR-1 ", capsys.readouterr().out)
    given = ("--order", str(FIRST_CHECK / "order.json"), "--receipt", str(file), "--at", "2026-06-10T10:00Z")
    assert main(["check", str(FIRST_CHECK / "invoice.xml"), *given]) == 1
    assert "This invoice bills 50 EA (earlier invoices: nothing); 42 EA received" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("order ", "ordr ", "line 3", "'ordr' is no word of a slip"),
        ("42 EA", "42,x EA", "line 5", "'42,x' is not a decimal number"),
        ("2026-06-09T09:00:00Z", "yesterday", "at", "'yesterday' is not an instant"),
        ("09:00:00Z", "09:00:00", "occurred_at", "'2026-06-09T09:00:00' has no time zone"),
        ("number GR-1\n", "", "line 1", "the slip has no number"),
        ("2 200", "1 200", "lines[1].id", "line '1' appears twice"),
    ],
)
def test_each_mistake_in_a_slip_has_place_and_remedy(slip: str, old: str, new: str, where: str, reason: str) -> None:
    assert slip.count(old) == 1
    (reading,) = registry.read(slip.replace(old, new).encode(), kinds=kinds(), name="slip.txt")
    document: Any = reading.document
    assert (document.kind, document.where, document.reason, bool(document.remedy)) == (
        "unreadable",
        where,
        reason,
        True,
    )


def names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names(inner)


def test_the_guide_about_connectors_names_all_that_a_payload_of_a_posting_holds() -> None:
    guide = (GUIDES / "add-a-connector.md").read_text(encoding="utf-8")
    said = set(re.findall(r"`([a-z_]+)`", guide.partition("## 3.")[2].partition("## 4.")[0]))
    held = {
        name for sort in SORTS["posting"] for name in names(json.loads(sample_of("posting", "1", sort).action.payload))
    }
    assert sorted(held - said - {"version"}) == [], "name them in the tables of section 3"
