"""The people of a scenario: their grants, from `people:` or from the role that a step names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tieout.core.values.errors import Malformed
from tieout.core.values.grant import Grant
from tieout.core.values.money import Money
from tieout.core.values.scope import Scope
from tieout.scenario.text import PersonText, ScenarioText


def people_of(text: ScenarioText, tenant: str) -> dict[str, Scope]:
    """Everybody in `people:` and every actor of a step, by name. Raises `Malformed`."""
    people = {name: _scope(name, _granted(name, texts), tenant) for name, texts in text.people.items()}
    for step in text.steps:
        if step.do is not None:
            name, role = _named(step.do.by)
            held = people.get(name)
            if name not in text.people:
                people[name] = _scope(name, {*(held.grants if held else ()), Grant(user=name, role=role)}, tenant)
    return people


def person(people: Mapping[str, Scope], by: str) -> Scope:
    """Who `by` is ("mira", "mira, approver"): with only the named role, if there is one. Raises `Malformed` for a role not granted."""
    name, role = _named(by)
    scope = people[name]
    grants = tuple(grant for grant in scope.grants if role in {"", grant.role})
    if role and not grants:
        held = ", ".join(sorted({grant.role for grant in scope.grants}))
        raise Malformed(
            "{name} does not have the role {role}", remedy="people: grants {held}", name=name, role=role, held=held
        )
    return Scope(tenant=scope.tenant, actor=scope.actor, name=scope.name, grants=grants)


def _named(by: str) -> tuple[str, str]:
    name, _, role = (part.strip() for part in by.partition(","))
    return name, role


def _scope(name: str, grants: Iterable[Grant], tenant: str) -> Scope:
    return Scope(tenant=tenant, actor=name, name=name, grants=tuple(sorted(grants, key=lambda grant: grant.role)))


def _granted(name: str, texts: PersonText | tuple[PersonText, ...]) -> list[Grant]:
    return [
        Grant(
            user=name,
            role=text.role,
            entity=text.entity,
            queue=text.queue,
            limit=Money.parse(text.limit) if text.limit else None,
            until=text.until,
        )
        for text in (texts if isinstance(texts, tuple) else (texts,))
    ]
