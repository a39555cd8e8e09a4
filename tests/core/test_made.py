"""Values that are made by the thousand behave as the frozen dataclasses that they are."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from tieout.core.values.made import changed, made_often


@made_often
@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A value with every sort of field that such classes have."""

    number: str
    weight: int = 0
    marks: list[str] = field(default_factory=list)
    label: str = ""

    def __post_init__(self) -> None:
        if not self.label:
            object.__setattr__(self, "label", f"parcel {self.number}")


def test_what_is_given_what_is_not_and_what_is_made_for_each() -> None:
    one, two = Parcel(number="A"), Parcel(number="A", weight=3, marks=["x"], label="gift")
    assert (one.number, one.weight, one.marks, one.label) == ("A", 0, [], "parcel A")
    assert (two.weight, two.marks, two.label) == (3, ["x"], "gift")
    assert Parcel(number="B").marks is not one.marks
    assert one == Parcel(number="A") != two


def test_it_stays_frozen_and_says_what_is_missing_or_unknown() -> None:
    parcel = Parcel(number="A")
    with pytest.raises(FrozenInstanceError):
        parcel.number = "B"  # type: ignore[misc]
    with pytest.raises(TypeError, match="number"):
        Parcel()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        Parcel(number="A", colour="red")  # type: ignore[call-arg]


def test_a_changed_copy_is_what_replace_gives() -> None:
    parcel = Parcel(number="A", weight=3, label="gift")
    assert changed(parcel, weight=4, number="B") == replace(parcel, weight=4, number="B")
    assert changed(parcel) == parcel
    assert changed(parcel) is not parcel
    assert parcel.weight == 3
    with pytest.raises(TypeError, match="colour"):
        changed(parcel, colour="red")


def test_it_can_be_copied_and_sent_to_another_process() -> None:
    parcel = Parcel(number="A", weight=3)
    assert pickle.loads(pickle.dumps(parcel)) == copy.deepcopy(parcel) == parcel


def test_another_form_of_class_is_refused() -> None:
    with pytest.raises(TypeError, match="Plain"):

        @made_often
        class Plain:
            """No dataclass."""

    with pytest.raises(TypeError, match="Mutable"):

        @made_often
        @dataclass(slots=True, kw_only=True)
        class Mutable:
            """Not frozen."""

            number: str

    with pytest.raises(TypeError, match="Below"):

        @made_often
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Below(Parcel):
            """With slots of a base class."""

            more: int = 0


def test_no_field_is_lost_of_any_class_that_is_made_often() -> None:
    import tieout.app

    tieout.app.packs()
    classes = [cls for cls in _all_classes() if hasattr(cls, "_copy_with") and cls is not Parcel]
    assert len(classes) > 20
    for cls in classes:
        assert cls.__init__.__code__.co_kwonlyargcount == len(fields(cls)), cls  # type: ignore[misc, arg-type]


def _all_classes() -> set[type]:
    every, waiting = set(), [object]
    while waiting:
        below = [cls for cls in type.__subclasses__(waiting.pop()) if cls.__module__.startswith("tieout")]
        every.update(below)
        waiting += below
    return every
