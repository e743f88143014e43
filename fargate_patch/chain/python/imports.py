"""Modules of the program's own that it imports: their bodies are walked where they are, their functions when called.

A module is looked for in the folders of `sys.path` that a program has of itself: that of its file. What nobody is seen
to call of an imported module is not walked, other than in the program itself: a library has much that is never used.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.python.source import parsed, starts_programs
from fargate_patch.chain.python.state import ARGUMENTS, ENVIRONMENT, FOLDER, USER
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fargate_patch.chain.model import Place
    from fargate_patch.chain.python.state import AnyFunction, Scope
    from fargate_patch.chain.python.values import Value
    from fargate_patch.chain.python.walk import Walker

_IMPORTS = regex(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]*(?:\(([^()]{0,4000})\)|([\w, \t]+))|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
_COMMENT = regex(r"#[^\n]*")
LARGEST = 200_000  # characters of a text that is searched
MOST = 24  # modules of one program that are looked at
MOST_NAMES = 500  # that are looked for, most of which are of libraries


@dataclass(frozen=True, slots=True)
class Module:
    """The text of a module of the image, and where its first line stands."""

    text: str
    place: Place
    package: str  # the one that it is in, or is


@dataclass(frozen=True, slots=True)
class Globals:
    """What a function of a module sees: its module's names and where that is."""

    scope: Scope
    modules: dict[str, str]
    functions: dict[str, AnyFunction]
    values: dict[str, Value]


def own_modules(text: str, package: str, find: Callable[[str], Module | None]) -> Mapping[str, Module]:
    """The modules that a program imports, by name, and those that they do; {} where none of them starts anything."""
    found: dict[str, Module] = {}
    looked_for: set[str] = set()
    waiting = [(text, package)]
    while waiting:
        for name in _imported(*waiting.pop()):
            if len(found) >= MOST or len(looked_for) >= MOST_NAMES:
                break
            if name not in looked_for and (module := find(name)):
                found[name] = module
                waiting.append((module.text, module.package))
            looked_for.add(name)
    return found if any(starts_programs(module.text) for module in found.values()) else {}


def _imported(text: str, package: str) -> Iterator[str]:
    for match in _IMPORTS.finditer(text[:LARGEST]):
        if match[4]:
            yield from _names(match[4])
            continue
        module = absolute(match[1].lstrip("."), len(match[1]) - len(match[1].lstrip(".")), package)
        yield module
        for name in _names(match[2] or match[3]):  # `from app import runner` may mean a module
            yield f"{module}.{name}".lstrip(".")


def _names(listed: str) -> Iterator[str]:
    """`a, b as c`, with the comments of a list that goes over several lines."""
    return (name.split()[0] for name in _COMMENT.sub("", listed).split(",") if name.split())


def absolute(module: str, level: int, package: str) -> str:
    """A module's whole name, `level` the number of dots in front of it, in a program of that package."""
    parts = package.split(".") if package else []
    above = parts[: len(parts) - level + 1] if level else []
    return ".".join((*above, *([module] if module else [])))


def enter(walker: Walker, name: str) -> None:
    """Walk the body of a module that is imported for the first time, and know its functions by their whole names."""
    module = walker.scope.modules.get(name)
    tree = parsed(module.text) if module and name not in walker.imported else None
    walker.imported.add(name)
    if module is None or tree is None:
        return
    outer, ended = (walker.scope, walker.modules, walker.functions, walker.methods, walker.defined), walker.state
    scope = replace(walker.scope, place=module.place, package=module.package)
    walker.state = walker.fork()
    walker.state.values = {**shared(ended.values), "__name__": name}
    walker.scope, walker.modules, walker.functions, walker.methods, walker.defined = scope, {}, {}, {}, {}
    walker.block(tree.body)
    seen = Globals(scope, walker.modules, walker.functions, walker.state.values)
    after = walker.state
    walker.scope, walker.modules, walker.functions, walker.methods, walker.defined = outer
    ended.values.update(shared(after.values))
    walker.state = ended
    walker.end(after.end)
    for own, function in seen.functions.items():
        walker.globals.setdefault(function, seen)
        walker.exported[f"{name}.{own}"] = function


def shared(values: Mapping[str, Value]) -> dict[str, Value]:
    """What one process has once, whatever module looks at it."""
    return {name: values[name] for name in (ENVIRONMENT, USER, FOLDER, ARGUMENTS, "sys.executable") if name in values}
