"""The published schemas are schemas, and what is written and read follows them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from tests.strategies import any_document
from tests.support.reading import read
from tieout.app import kinds, policy_from, policy_vocabulary
from tieout.formats.json_documents import FORMAT
from tieout.formats.json_schema import document_schema
from tieout.formats.policy_yaml import policy_schema
from tieout.formats.yaml_tree import parse

ROOT = Path(__file__).parents[2]
DOCUMENT = jsonschema.Draft202012Validator(document_schema(kinds()))
EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("*.json"))


def test_the_schemas_are_schemas():
    jsonschema.Draft202012Validator.check_schema(document_schema(kinds()))
    jsonschema.Draft202012Validator.check_schema(policy_schema(policy_vocabulary()))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_follows_the_schema_and_is_read(path):
    errors = [error.message for error in DOCUMENT.iter_errors(json.loads(path.read_bytes()))]
    assert not errors
    assert all(reading.document.kind != "unreadable" for reading in read(path.read_bytes(), name=path.name))


@settings(max_examples=25, deadline=None)
@given(any_document)
def test_whatever_we_write_follows_the_schema(document):
    if document.kind != "unreadable":
        assert not list(DOCUMENT.iter_errors(json.loads(FORMAT.write(document))))


def test_the_schema_refuses_what_the_reader_refuses():
    wrong = {
        "kind": "receipt",
        "number": "1",
        "occurred_at": None,
        "lines": [{"id": "1", "accepted": "5 EA", "qty": "5"}],
    }
    assert list(DOCUMENT.iter_errors(wrong))
    assert list(DOCUMENT.iter_errors([]))


def test_the_shipped_policy_follows_the_policy_schema():
    text = (ROOT / "src/tieout/packs/payables/default_policy.yaml").read_bytes()
    assert not list(
        jsonschema.Draft202012Validator(policy_schema(policy_vocabulary())).iter_errors(_typed(parse(text).value))
    )
    policy_from(text)


def _typed(value):
    """As an editor sees it: true and whole numbers are not texts there."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items() if key != "version"} | (
            {"version": value["version"]} if "version" in value else {}
        )
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if value.isdigit() else value
