"""A connector from outside brings translations of its own sentences, as a pack does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tieout import app
from tieout.core.values.sentence import Sentence
from tieout.wording import catalogue
from tieout.wording.chosen import written_in
from tieout.wording.sentences import sentence

PACKAGE = "a_connector_from_outside"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a connector and a German catalogue."""
    folder = tmp_path / PACKAGE
    words = folder / "locale" / "de" / "LC_MESSAGES"
    words.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "connection.py").write_text("class Connector:\n    system = 'moonbase'\n\n\nCONNECTOR = Connector()\n")
    german = Catalog(locale="de")
    german.add("crater {number} does not answer", "Krater {number} antwortet nicht")
    german.add("Posted", "Ganz anders")
    with (words / "django.mo").open("wb") as file:
        write_mo(file, german)
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint(name="moonbase", value=f"{PACKAGE}.connection:CONNECTOR", group="tieout.connectors")
    monkeypatch.setattr(app, "entry_points", lambda group: [point])
    before = list(catalogue._PACKAGES)
    app.connectors.cache_clear()
    yield
    app.connectors.cache_clear()
    catalogue._PACKAGES[:] = before
    catalogue._catalogue.cache_clear()


@pytest.mark.usefixtures("installed")
def test_a_connector_translates_its_own_sentences_and_none_of_ours() -> None:
    said = Sentence("crater {number} does not answer", number=7)
    with written_in("de"):
        assert sentence(said) == "crater 7 does not answer"
        assert list(app.connectors()) == ["moonbase"]
        assert sentence(said) == "Krater 7 antwortet nicht"
        assert catalogue.text("Posted") == "Gebucht"
