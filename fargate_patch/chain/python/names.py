"""Names of a Python program: what they stand for, and what a statement or a method makes of that."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fargate_patch.chain.python.values import INHERITED, Given, Value, unknown

if TYPE_CHECKING:
    from fargate_patch.chain.python.walk import Walker


def dotted(walker: Walker, node: ast.expr) -> str:
    """A name, or an attribute of one, as it is called where it is defined: `subprocess.run`; "" for anything else."""
    behind: list[str] = []
    while isinstance(node, ast.Attribute):
        behind.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((walker.modules.get(node.id, node.id), *reversed(behind)))


def assign(walker: Walker, target: ast.expr, value: Value) -> None:
    if isinstance(target, (ast.Tuple, ast.List)):
        parts = value if isinstance(value, tuple) and len(value) == len(target.elts) else ()
        for number, one in enumerate(target.elts):
            assign(walker, one, parts[number] if parts else unknown())
    elif isinstance(target, ast.Subscript):
        name, key = dotted(walker, target.value), walker.value(target.slice)
        before = walker.state.values.get(name)
        if isinstance(before, dict) and isinstance(key, str) and "\0" not in key:
            walker.state.values[name] = {**before, key: value}
    elif name := dotted(walker, target):
        walker.state.values[name] = value


def take_out(walker: Walker, name: str, key: Value) -> None:
    before = walker.state.values.get(name)
    if isinstance(before, dict) and isinstance(key, str):
        taken = {"": key} if "\0" in key else {key: None}
        walker.state.values[name] = {**before, **taken} if INHERITED in before else _without(before, key)


def _without(before: dict[str, Value], key: str) -> dict[str, Value]:
    return {name: said for name, said in before.items() if name != key}


def variable(walker: Walker, of: dict[str, Value], name: str) -> Value:
    """`of[name]`; of the environment, what the image sets it to."""
    if name in of and of[name] is not None:
        return of[name]
    given = walker.given.get(name) if INHERITED in of else None
    return unknown(name) if given is None else Given(given)
