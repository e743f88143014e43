"""`fargate_patch.dataclass` beside the standard decorator: what one does, the other does."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from functools import cached_property
from typing import Any

import pytest

from fargate_patch import dataclass as quick


@quick.dataclass(frozen=True, slots=True)
class Quick:
    name: str
    size: int = 1
    notes: dict[str, str] = quick.field(default_factory=dict)
    place: str | None = quick.field(default=None, compare=False, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    name: str
    size: int = 1
    notes: dict[str, str] = dataclasses.field(default_factory=dict)
    place: str | None = dataclasses.field(default=None, compare=False, repr=False)


@quick.dataclass(frozen=True, slots=True)
class Nothing:
    pass


@quick.dataclass(frozen=True)
class WithRoom:
    name: str

    @cached_property
    def loud(self) -> str:
        return self.name.upper()


@quick.dataclass(frozen=True, slots=True, order=True)
class Ordered:
    name: str
    size: int


@quick.dataclass(slots=True)
class Open:
    name: str
    sizes: list[int] = quick.field(default_factory=list)


@pytest.mark.parametrize("kind", [Quick, Standard])
def test_what_an_instance_does(kind: Any) -> None:
    one = kind("a", 2, place="here")
    assert repr(one) == f"{kind.__name__}(name='a', size=2, notes={{}})"
    assert one == kind("a", size=2) != kind("a")
    assert one != ("a", 2, {}, "here")
    assert kind("a").notes is not kind("a").notes
    assert dataclasses.replace(one, size=3) == kind("a", 3)
    assert dataclasses.asdict(one) == {"name": "a", "size": 2, "notes": {}, "place": "here"}
    assert [f.name for f in dataclasses.fields(one)] == list(kind.__match_args__) == ["name", "size", "notes", "place"]
    assert pickle.loads(pickle.dumps(one)).place == copy.copy(one).place == "here"
    assert not hasattr(one, "__dict__")


@pytest.mark.parametrize("kind", [Quick, Standard])
def test_what_an_instance_refuses(kind: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        kind("a").size = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del kind("a").size
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind("a", 1, {}, None, 5)
    with pytest.raises(TypeError, match="unhashable"):
        hash(kind("a"))


def test_a_class_without_fields() -> None:
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing()}) == 1


def test_room_for_cached_properties() -> None:
    assert WithRoom("a").loud == "A"


def test_order() -> None:
    assert sorted([Ordered("b", 1), Ordered("a", 2), Ordered("a", 1)]) == [
        Ordered("a", 1),
        Ordered("a", 2),
        Ordered("b", 1),
    ]


def test_one_that_may_be_changed() -> None:
    one = Open("a")
    one.sizes.append(1)
    one.name = "b"
    assert one == Open("b", [1])
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
