"""`@dataclass`, quick to import: a class gets its `__init__` when the first instance is made.

The standard decorator writes and compiles six methods for each class as it is defined, about 0.5 ms; for the hundred
classes of one run that was a third of the time that a clean file took. Here equality, hash and repr are shared, and
most classes are never compiled for at all. All else is the standard's: `dataclasses.replace`, `fields`, `asdict`,
pickle and match work, and type checkers take these for the standard ones.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass, field

__all__ = ["dataclass", "field"]

_MISSING: Any = object()


class _Field(NamedTuple):
    """What is said of a field after its `=`. `default_factory` is called for each instance that is given no value."""

    default: Any = _MISSING
    default_factory: Any = _MISSING
    repr: bool = True
    compare: bool = True


class _Fields:
    """`__dataclass_fields__`, which the functions of `dataclasses` ask for: the standard's own, made when they do."""

    def __init__(self, fields: Mapping[str, _Field], annotations: Mapping[str, Any]) -> None:
        self.fields, self.annotations = fields, annotations

    def __get__(self, instance: object, owner: Any) -> Any:
        import dataclasses

        body: dict[str, Any] = {"__annotations__": self.annotations, "__doc__": "", "__module__": owner.__module__}
        for name, said in self.fields.items():
            given = {k: v for k, v in said._asdict().items() if v is not _MISSING}
            body[name] = dataclasses.field(**given)
        made: Any = dataclasses.dataclass(type(owner.__name__, (), body))
        owner.__dataclass_fields__ = made.__dataclass_fields__
        return made.__dataclass_fields__


def _fixed(_self: object, name: str, _value: object = None) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _values(names: list[str]) -> Callable[[object], tuple[Any, ...]]:
    """A function that reads these attributes of an instance, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _shared(fields: Mapping[str, _Field]) -> dict[str, Any]:
    """The methods that need no code of their own for each class."""
    every, shown = _values(list(fields)), [name for name, said in fields.items() if said.repr]
    compared = _values([name for name, said in fields.items() if said.compare])

    def equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def spelled(self: object) -> str:
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    return {
        "__eq__": equal,
        "__hash__": lambda self: hash(compared(self)),
        "__repr__": spelled,
        "__reduce__": lambda self: (self.__class__, every(self)),
    }


def _write_init(cls: type, fields: Mapping[str, _Field]) -> Any:
    """Compile the constructor of a class."""
    names: dict[str, Any] = {"MISSING": _MISSING}
    parameters, lines = [], []
    for name, said in fields.items():
        names |= {f"set_{name}": getattr(cls, name).__set__, f"default_{name}": said.default}
        makes = said.default_factory is not _MISSING
        parameters.append(f"{name}=default_{name}" if makes or said.default is not _MISSING else name)
        names[f"make_{name}"] = said.default_factory
        lines.append(f" set_{name}(self, {f'make_{name}() if {name} is MISSING else ' * makes}{name})\n")
    exec(f"def __init__(self, {', '.join(parameters)}):\n{''.join(lines) or ' pass'}", names)
    names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    return names["__init__"]


def _ordered(cls: type) -> dict[str, Any]:
    """`<`, which is all that `sorted` asks for."""
    every = _values(list(cls.__annotations__))
    return {"__lt__": lambda self, other: every(self) < every(other)}


def _with_slots(cls: type, more: tuple[str, ...], changeable: Mapping[str, Any]) -> type:
    own = {name: cls.__dict__.get(name, _MISSING) for name in cls.__annotations__}
    fields = {name: said if isinstance(said, _Field) else _Field(said) for name, said in own.items()}

    def first_init(self: object, *args: Any, **kwargs: Any) -> None:
        made.__init__ = init = _write_init(made, fields)  # type: ignore[misc]
        init(self, *args, **kwargs)

    body: dict[str, Any] = {k: v for k, v in cls.__dict__.items() if k not in (*own, "__dict__", "__weakref__")}
    body |= {"__qualname__": cls.__qualname__, "__slots__": (*own, *more), "__match_args__": tuple(own)}
    body |= {"__init__": first_init, "__dataclass_fields__": _Fields(fields, cls.__annotations__)}
    made = type(cls)(cls.__name__, cls.__bases__, body | _shared(fields) | dict(changeable))
    return made


if not TYPE_CHECKING:

    def dataclass(*, frozen: bool = False, slots: bool = False, order: bool = False) -> Callable[[type], type]:
        """The decorator, for classes that inherit no fields. Without `slots` there is room for a `cached_property`."""
        changeable = {"__setattr__": _fixed, "__delattr__": _fixed} if frozen else {"__hash__": None}
        more = () if slots else ("__dict__", "__weakref__")
        return lambda cls: _with_slots(cls, more, changeable | (_ordered(cls) if order else {}))

    field = _Field
