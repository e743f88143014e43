"""No regular expression of the package takes a time that grows faster than its text, whatever the text.

What an attacker needs for that is read off each pattern (`backtracking`), and the steps are counted, not timed. A
pattern is tried with the methods of `re` that the program calls it with.
"""

from __future__ import annotations

import ast
import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from backtracking import Matcher, TooManyStepsError, attacks, parsed, steps

import fargate_patch
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

METHODS = frozenset(("match", "fullmatch", "search", "findall", "finditer", "sub", "subn", "split"))
LATER: Any = type(regex("x"))
TAILS = ("", "\0", "\n!")
SHORT = 60  # characters that are repeated, or three repeats; four times as many may take
MARGIN = 6  # times the steps, where a pattern that comes to each place from each other takes sixteen
MOST = 200_000


@dataclass(frozen=True)
class Pattern:
    where: str
    source: str | bytes
    flags: int
    methods: frozenset[str]


def patterns() -> Iterator[Pattern]:
    """Those that a module gives a name, or puts in a table, and those that are written where `re` is called."""
    found = [f.name for f in pkgutil.walk_packages(fargate_patch.__path__, "fargate_patch.")]
    modules = [import_module(name) for name in found if not name.endswith("__main__")]
    trees = {module.__name__: ast.parse(Path(str(module.__file__)).read_text()) for module in modules}
    for module in modules:
        name, tree = module.__name__, trees[module.__name__]
        readers = [tree, *(t for t in trees.values() if name in {n.module for n in _all(t, ast.ImportFrom)})]
        for key in _assigned(tree):
            for position, later in _within(vars(module)[key]):
                names = [key, *(names[position % len(names)] for names in _taken_from(tree, key))]
                asked = _asked(readers, lambda n, names=names: _name(n) in names)
                otherwise = _asked(readers, lambda n: not isinstance(n, ast.Name)) - {
                    "split"
                }  # `(A if x else B).match`
                yield Pattern(f"{name}.{key}", *later._said, asked or otherwise or frozenset(("match",)))
        for call in _all(tree, ast.Call):
            if (
                call.args
                and isinstance(call.args[0], ast.Constant)
                and _name(getattr(call.func, "value", None)) == "re"
            ):
                flags = re.DOTALL if "DOTALL" in ast.dump(call) else 0
                method = call.func.attr if call.func.attr in METHODS else "match"
                yield Pattern(f"{name}:{call.lineno}", call.args[0].value, flags, frozenset((method,)))


def _asked(trees: list[ast.AST], of: Callable[[ast.AST], bool]) -> frozenset[str]:
    """The methods of `re` that are called there on such expressions."""
    return METHODS & {n.attr for tree in trees for n in _all(tree, ast.Attribute) if of(n.value)}


@cache
def _all(tree: ast.AST, kind: Any) -> list[Any]:
    """Asked of each tree for every pattern: found once."""
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def _name(node: object) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _assigned(tree: ast.Module) -> list[str]:
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _within(value: object, position: int = 0) -> Iterator[tuple[int, Any]]:
    """The patterns of a value, each with its place in its row of a table."""
    if isinstance(value, LATER):
        yield position, value
    elif isinstance(value, (tuple, list)):
        for number, each in enumerate(value):
            yield from _within(each, number)
    elif isinstance(value, dict):
        yield from _within(list(value.items()))


def _taken_from(tree: ast.AST, table: str) -> Iterator[list[str]]:
    """The names that a loop over the table gives to a row's columns."""
    for loop in _all(tree, (ast.For, ast.comprehension)):
        if table in {_name(node) for node in ast.walk(loop.iter)}:
            yield [_name(e) for e in getattr(loop.target, "elts", [loop.target])]


def slow(pattern: Pattern) -> str:
    """A text, and the method, with which the pattern takes too many steps; "" where there is none."""
    nodes = parsed(pattern.source, pattern.flags)
    flags = int(re.compile(pattern.source, pattern.flags).flags)
    for method in sorted(pattern.methods):
        for before, pump in attacks(nodes):
            for tail in TAILS:
                number = max(3, SHORT // len(pump))
                try:
                    few = steps(nodes, flags, method, before + pump * number + tail, MOST)
                    steps(nodes, flags, method, before + pump * number * 4 + tail, MARGIN * few + 500)
                except TooManyStepsError:
                    return f"{method}({before!r} + {pump!r} * n + {tail!r})"
    return ""


@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda p: p.where)
def test_no_text_takes_a_pattern_longer_than_its_length_accounts_for(pattern: Pattern) -> None:
    assert slow(pattern) == ""


@pytest.mark.parametrize(
    ("source", "method"),
    [
        (r"(a+)+b", "match"),
        (r"(?:a|a)*b", "match"),
        (r"a*a*b", "match"),
        (r"x(.+?)[ \t]*", "fullmatch"),
        (r"\s+$", "search"),
        (r"(?m)^\s*Use", "search"),
        (r"install\s+(?:-\S+\s+)*-d", "finditer"),
        (r"name-[\w-]+\.tar", "search"),
    ],
)
def test_patterns_that_are_slow_are_found(source: str, method: str) -> None:
    assert slow(Pattern("", source, 0, frozenset((method,)))) != ""


@pytest.mark.parametrize("source", [r"(a+)+b", r"(?i)x(.+?)[ \t]*$", r"(?m)^\s*([A-Z]|[^\d\n]{2})*?\b(?<=a)(?!c)(.)\1"])
def test_the_steps_are_those_of_a_matcher_that_finds_what_re_finds(source: str) -> None:
    pattern = re.compile(source)
    nodes = parsed(source, 0)
    for before, pump in attacks(nodes):
        text = before + pump * 4
        found = pattern.match(text)
        assert Matcher(text, MOST).first(nodes, 0, int(pattern.flags)) == (found.end() if found else None)
