"""A value with the faster constructor is the same value: frozen, equal, with its defaults, copied, pickled and replaced as before."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from tieout.core.values.made_often import made_often


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value with every sort of field."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)

    @property
    def sum(self) -> int:
        """Of both."""
        return self.x + self.y


def test_it_is_the_same_value() -> None:
    """Defaults, equality, hash of the class, properties and representation."""
    one, other = Point(x=1), Point(x=1, y=2, tags=[])
    assert type(one) is Point
    assert (one, one.sum, one.tags) == (other, 3, [])
    assert one != Point(x=2)
    assert one.tags is not Point(x=1).tags
    assert repr(one) == "Point(x=1, y=2, tags=[])".replace("Point", Point.__qualname__)
    assert [*inspect.signature(Point).parameters] == ["x", "y", "tags"]


def test_it_is_frozen_once_it_is_made() -> None:
    """No field can be set or deleted, and nothing can be added."""
    one = Point(x=1)
    with pytest.raises(FrozenInstanceError):
        one.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del one.y
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        one.z = 3  # type: ignore[attr-defined]


def test_it_is_copied_pickled_and_replaced() -> None:
    """None of these goes past the constructor's defaults."""
    one = Point(x=1, tags=["a"])
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == replace(one) == one
    assert replace(one, y=5) == Point(x=1, y=5, tags=["a"])


@pytest.mark.parametrize("given", [{}, {"x": 1, "z": 2}])
def test_what_is_missing_or_unknown_is_refused(given: dict[str, int]) -> None:
    """As any constructor does."""
    with pytest.raises(TypeError):
        Point(**given)  # type: ignore[arg-type]


def test_a_class_that_does_more_than_set_its_fields_is_refused() -> None:
    """It would silently not do it."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Busy:
        x: int
        y: int

        def __post_init__(self) -> None:
            assert self.x < self.y

    with pytest.raises(AssertionError, match="does more"):
        made_often(Busy)
