"""The reference page of policy rules, from the specs that the kernel and the packs bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pages.text import NOTE, row
from tieout.app import packs, policy_vocabulary
from tieout.core.policy.facts import DIMENSIONS, Dimension
from tieout.core.policy.rule import HOURS, RuleSpec, RuleType

_TYPES: Final[dict[RuleType, str]] = {
    "tolerance": "tolerance: `zero`, `not_checked` or limits",
    "span": "time span",
    "whole_number": "whole number",
    "yes_no": "`true` or `false`",
    "choice": "one",
    "texts": "list of texts",
    "hours": "business hours",
}


def policy_rules_page() -> str:
    """Each rule: what it decides, its type, unit and basis, which packs need it, and how it is written."""
    vocabulary = policy_vocabulary()
    lines = [
        "# Policy rules",
        NOTE,
        "The rules that a policy can set ([how to write one](../guides/write-a-policy.md)). If a process needs a rule and no policy",
        "in force sets it for a claim, the claim is held with [`GOV-NOPOLICY`](codes.md).",
        "",
    ]
    for spec in vocabulary.rules:
        lines += _rule(spec)
    lines += [
        "## Facts for layers",
        "",
        "The facts that `when` may name. The weights of those that a layer and its policy name are added; the layer with the",
        "highest weight overrides the others.",
        "",
        row("fact", "what", "weight", "defined by"),
        row("---", "---", "---", "---"),
    ]
    lines += [
        row(f"`{dimension.name}`", dimension.doc, str(dimension.weight), _brought(dimension))
        for dimension in (*DIMENSIONS, *vocabulary.dimensions)
    ]
    return "\n".join(lines).rstrip() + "\n"


def _rule(spec: RuleSpec[Any]) -> Iterator[str]:
    yield f"## {spec.name}\n"
    yield f"{spec.doc}\n"
    yield f"* Type: {_TYPES[spec.type]}{_bounds(spec)}."
    if spec.unit:
        yield f"* Unit: {spec.unit}."
    if spec.basis:
        yield f"* Measured in: `{spec.basis}`, unless the policy names another basis."
    needed = "all" if spec == HOURS else ", ".join(pack.name for pack in packs() if spec in pack.rules)
    yield f"* Needed by: {needed}."
    yield f"* Example: `{spec.name}: {spec.example}`"
    yield ""


def _bounds(spec: RuleSpec[Any]) -> str:
    if spec.choices:
        return f" of {', '.join(f'`{word}`' for word in spec.choices)}"
    if spec.most is not None:
        return f" from {spec.least} to {spec.most}"
    if spec.least is not None:
        return f", at least {spec.least}"
    return f", each as `{spec.pattern}`" if spec.pattern else ""


def _brought(dimension: Dimension) -> str:
    return ", ".join(pack.name for pack in packs() if dimension in pack.dimensions) or "Tieout"
