"""An entry point that names what does not exist is a mistake of its package, said with the place and the remedy."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tieout import app
from tieout.core.values.errors import Malformed


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that has a connector, and a module that imports something that is not installed."""
    folder = tmp_path / "from_outside"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "connection.py").write_text("CONNECTOR = object()\n")
    (folder / "needy.py").write_text("import nowhere_to_be_imported\n\nCONNECTOR = object()\n")
    (folder / "faulty.py").write_text("CONNECTOR = object().system\n")
    monkeypatch.syspath_prepend(tmp_path)


def loaded(value: str) -> object:
    return app._imported(EntryPoint(name="ours", value=value, group="tieout.connectors"))


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    "value", ["renamed.connection:CONNECTOR", "from_outside.moved:CONNECTOR", "from_outside.connection:CONECTOR"]
)
def test_an_entry_point_that_names_nothing_is_reported_with_its_value(value: str) -> None:
    with pytest.raises(Malformed) as caught:
        loaded(value)
    assert "the entry point ours cannot be loaded" in str(caught.value)
    assert caught.value.where == value
    assert "pyproject.toml" in str(caught.value.remedy)


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("value", "error"),
    [("from_outside.needy:CONNECTOR", ModuleNotFoundError), ("from_outside.faulty:CONNECTOR", AttributeError)],
)
def test_a_mistake_within_its_module_keeps_its_own_lines(value: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        loaded(value)
