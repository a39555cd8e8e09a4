"""The JSON Schema of canonical JSON, derived from the document types, so that it is always up to date."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import msgspec

from tieout.core.documents.kind import Kinds
from tieout.core.values.money import Money
from tieout.core.values.quantity import Quantity

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_DECIMAL: Final[dict[str, Any]] = {"anyOf": [{"type": "string", "pattern": _NUMBER}, {"type": "number"}]}
_FORMS: Final[dict[type, dict[str, Any]]] = {
    Money: {
        "title": "Money",
        "description": 'An amount with an ISO 4217 currency: "12.34 EUR", or an object.',
        "examples": ["12.34 EUR"],
        "anyOf": [
            {"type": "string", "pattern": r"^\s*[+-]?[0-9]+(\.[0-9]+)? [A-Z]{3}\s*$"},
            {
                "type": "object",
                "properties": {"amount": _DECIMAL, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
                "required": ["amount", "currency"],
                "additionalProperties": False,
            },
        ],
    },
    Quantity: {
        "title": "Quantity",
        "description": 'How much of a UN/CEFACT Rec 20 unit: "5 EA", or an object.',
        "examples": ["5 EA"],
        "anyOf": [
            {"type": "string", "pattern": r"^\s*[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)? \S{1,12}\s*$"},
            {
                "type": "object",
                "properties": {"value": _DECIMAL, "unit": {"type": "string"}},
                "required": ["value", "unit"],
                "additionalProperties": False,
            },
        ],
    },
    Fraction: {
        "title": "Ratio",
        "description": 'An exact ratio: 12, or "1/12".',
        "anyOf": [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(/[0-9]+)?$"}, {"type": "number"}],
    },
}


def document_schema(kinds: Kinds) -> dict[str, Any]:
    """The schema of a file's whole content: one document, or a list of them. In NDJSON each line is one document."""
    types = list(dict.fromkeys(kind.type for kind in kinds.values() if kind.name != "unreadable"))
    refs, parts = msgspec.json.schema_components(types, schema_hook=_form, ref_template="#/$defs/{name}")
    defs = {name: _strict(_decimals(part)) for name, part in sorted(parts.items())}
    for type_ in types:
        defs[type_.__name__]["properties"]["$schema"] = {"type": "string"}
        defs[type_.__name__]["required"] = sorted({"kind", *defs[type_.__name__].get("required", [])})
    document = {"anyOf": list(refs)}
    return {
        "$schema": DIALECT,
        "$id": "urn:tieout:schema:document",
        "title": "Tieout document",
        "anyOf": [
            {"$ref": "#/$defs/Document"},
            {"type": "array", "items": {"$ref": "#/$defs/Document"}, "minItems": 1},
        ],
        "$defs": {"Document": document, **defs},
    }


def _form(type_: type) -> dict[str, Any]:
    return _FORMS[type_]


def _decimals(part: Any) -> Any:
    """Decimals may be written as texts or as numbers."""
    if isinstance(part, list):
        return [_decimals(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        rest = {name: value for name, value in part.items() if name not in {"type", "format"}}
        return {**rest, **_DECIMAL}
    return {name: _decimals(value) for name, value in part.items()}


def _strict(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "additionalProperties": False} if part.get("type") == "object" else part
