"""A policy rule that nothing reads has no effect: every rule is read in the code of the product."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tieout.app import default_policy, packs, policy_from, policy_vocabulary
from tieout.core.policy.rule import yes_no
from tieout.core.values.errors import Malformed
from tieout.formats.policy_words import Vocabulary
from tieout.formats.policy_yaml import read_layer

SOURCE = Path(__file__).parents[2] / "src/tieout"


def names_read(sources: Iterable[str]) -> set[str]:
    """The names in `….value(NAME)`: which specs the code asks a ruling for."""
    return {
        part.args[0].id.lower() if isinstance(part.args[0], ast.Name) else part.args[0].attr.lower()
        for text in sources
        for part in ast.walk(ast.parse(text))
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr == "value"
        and len(part.args) == 1
        and isinstance(part.args[0], ast.Name | ast.Attribute)
    }


def unread(rules: Iterable[str], sources: Iterable[str]) -> set[str]:
    return set(rules) - names_read(sources)


def texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))]


def test_every_rule_is_read_somewhere():
    nobody = unread((spec.name for spec in policy_vocabulary().rules), texts())
    assert not nobody, f"no check reads {sorted(nobody)}: read them by `ruling.value(…)`, or take them out of RULES"


def test_a_rule_that_nobody_reads_is_reported():
    assert unread(["posting", "pay_double"], texts()) == {"pay_double"}
    assert unread(["tax"], ["TAX = tolerance('tax'); RULES = (TAX,)"]) == {"tax"}
    assert unread(["tax"], ["limit = ruling.value(TAX)"]) == set()


@pytest.mark.parametrize("pack", [pack for pack in packs() if pack.rules], ids=lambda pack: pack.name)
def test_a_pack_names_what_it_reads(pack):
    own = [path.read_text(encoding="utf-8") for path in sorted((SOURCE / "packs" / pack.name).rglob("*.py"))]
    of_policy = {spec.name for spec in policy_vocabulary().rules}
    assert names_read(own) & of_policy <= {spec.name for spec in pack.rules}


@pytest.mark.parametrize("spec", policy_vocabulary().rules, ids=lambda spec: spec.name)
def test_the_example_of_a_rule_is_one_and_only_of_its_type(spec):
    text = f'policy: p\nversion: "1"\neffective_from: 2026-01-01\nlayers:\n  - {spec.name}: {spec.example}\n'
    value = policy_from(text.encode()).layers[0].rules.value(spec)
    assert value is not None
    assert spec.holds(value)
    assert not spec.holds(object())
    with pytest.raises(AssertionError, match=spec.name):
        default_policy().layers[0].rules.with_values(**{spec.name: 1.5}).value(spec)  # type: ignore[arg-type]


def test_a_rule_of_a_pack_from_outside_is_read_with_its_vocabulary():
    own = yes_no("receipts_required", "Whether each expense needs a receipt.", example="true")
    words = Vocabulary(rules=(*policy_vocabulary().rules, own), processes=("expenses",))
    assert read_layer({"receipts_required": "true"}, words).rules.value(own) is True
    with pytest.raises(Malformed, match="'receipts_required' is not a policy keyword here"):
        read_layer({"receipts_required": "true"}, policy_vocabulary())


def test_a_policy_of_a_process_that_is_not_installed_is_refused_with_its_name():
    text = b"""policy: p
version: "1"
effective_from: 2026-01-01
when: {process: expenses}
layers:
  - receipts_required: true
"""
    with pytest.raises(Malformed) as caught:
        policy_from(text)
    assert caught.value.where == "line 6, column 24 (layers[0].receipts_required)"
    assert "the pack 'expenses' would bring its own rules and is not installed" in caught.value.message
