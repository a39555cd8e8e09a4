"""Facts: what distinguishes the layers of a policy, and how specific a layer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieout.core.values.made import made_often


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One sort of fact that a layer may name under `when`. A layer with more weight overrides those with less."""

    name: str
    weight: int
    doc: str


DIMENSIONS: Final = (
    Dimension(name="process", weight=1, doc="the pack's name"),
    Dimension(name="tenant", weight=2, doc="the tenant"),
    Dimension(name="entity", weight=4, doc="the company"),
    Dimension(name="site", weight=8, doc="the plant or warehouse"),
)
"""The kernel's own. Packs bring further ones, such as who the other side is, or a category."""


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a layer's scope is compared with; "" where unknown. `process` is the pack's name.

    `own` are facts in dimensions that packs bring, in the order of their names and without blanks: `facts_in` makes them.
    """

    tenant: str = ""
    entity: str = ""
    site: str = ""
    process: str = ""
    own: tuple[tuple[Dimension, str], ...] = ()

    def named(self) -> dict[str, str]:
        """Every fact that is known, by the name of its dimension."""
        kernel = {dimension.name: str(getattr(self, dimension.name)) for dimension in DIMENSIONS}
        return {name: value for name, value in kernel.items() if value} | {
            dimension.name: value for dimension, value in self.own
        }


def facts_in(*pairs: tuple[Dimension, str]) -> tuple[tuple[Dimension, str], ...]:
    """Facts in dimensions that packs bring, as `Facts.own` holds them: blanks left out, in the order of names."""
    return tuple(sorted((pair for pair in pairs if pair[1]), key=lambda pair: pair[0].name))


def applies(when: Facts, facts: Facts) -> bool:
    """Whether these facts are those that a layer is for."""
    return (
        (not when.process or when.process == facts.process)
        and (not when.tenant or when.tenant == facts.tenant)
        and (not when.entity or when.entity == facts.entity)
        and (not when.site or when.site == facts.site)
        and all(pair in facts.own for pair in when.own)
    )


def specificity(when: Facts) -> int:
    """How specific a scope is: the more specific layer wins."""
    kernel = sum(dimension.weight for dimension in DIMENSIONS if getattr(when, dimension.name))
    return kernel + sum(dimension.weight for dimension, _ in when.own)
