"""Expressions: what each stands for, as far as that is known, and the calls within it, which are made on the way."""

from __future__ import annotations

import ast
import operator
import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.python import calls, names
from fargate_patch.chain.python.values import (
    INHERITED,
    Rest,
    Value,
    added,
    elements,
    is_known,
    limited,
    merged,
    percent_formatted,
    text,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.python.walk import Walker

_COMPARES: dict[type[ast.cmpop], Callable[..., object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}


def value(walker: Walker, node: ast.expr) -> Value:
    """Of what is not understood: the parts are gone through, and something unknown comes out."""
    known = _VALUES.get(type(node))
    if known is not None:
        return limited(known(walker, node))
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr):
            walker.value(part)
        elif isinstance(part, ast.comprehension):
            walker.value(part.iter)
    return unknown()


def truth(value: Value) -> bool | None:
    """None where it is not decided."""
    return bool(value) if is_known(value) else None


def operated(walker: Walker, op: ast.operator, left: ast.expr, right: ast.expr) -> Value:
    return _combined(op, walker.value(left), walker.value(right))


def _combined(op: ast.operator, one: Value, other: Value) -> Value:
    if isinstance(op, ast.Add):
        return added(one, other)
    if isinstance(op, ast.BitOr) and isinstance(one, dict):
        return {**one, **(other if isinstance(other, dict) else {})}
    if isinstance(op, ast.Mod) and isinstance(one, str):
        return percent_formatted(one, other if isinstance(other, tuple) else (other,))
    if isinstance(op, ast.Div) and isinstance(one, str) and isinstance(other, str):
        return posixpath.join(one, other)  # of paths: two strings have no quotient
    return unknown()


def _binary(walker: Walker, node: ast.BinOp) -> Value:
    """`a + b + c …` leans to the left: it is gone along, not into."""
    chain: list[ast.BinOp] = [node]
    while isinstance(inner := chain[-1].left, ast.BinOp):
        chain.append(inner)
    so_far = walker.value(chain[-1].left)
    for one in reversed(chain):
        so_far = limited(_combined(one.op, so_far, walker.value(one.right)))
    return so_far


def _constant(_walker: Walker, node: ast.Constant) -> Value:
    said = node.value
    if isinstance(said, str):
        return said.replace("\0", "").encode(errors="replace").decode()
    return said if isinstance(said, int) or said is None else unknown()


def _named(walker: Walker, node: ast.Name | ast.Attribute) -> Value:
    name = names.dotted(walker, node)
    if name in walker.state.values:
        return walker.state.values[name]
    if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Name):
        inner = walker.value(node.value)  # `getpwnam(user).pw_uid`, `Popen(…).stdout`
        return inner if node.attr in ("pw_uid", "pw_gid", "gr_gid") else unknown(node.attr)
    if isinstance(node, ast.Attribute) and node.attr in ("pw_uid", "pw_gid", "gr_gid"):
        return walker.value(node.value)
    return unknown(name)


def _list(walker: Walker, node: ast.List | ast.Tuple) -> Value:
    parts: list[Value] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            parts += elements(walker.value(part.value))
        else:
            parts.append(walker.value(part))
    return tuple(parts)


def _dictionary(walker: Walker, node: ast.Dict) -> Value:
    made: dict[str, Value] = {}
    for key, said in zip(node.keys, node.values, strict=True):
        name, what = walker.value(key) if key else None, walker.value(said)
        if key is None:
            made.update(what if isinstance(what, dict) else {INHERITED: ""})
        elif isinstance(name, str):
            made[name] = what
    return made


def _chosen(walker: Walker, node: ast.DictComp) -> Value:
    """`{k: v for k, v in os.environ.items() if …}`: which of them it leaves out is not known."""
    over = walker.value(node.generators[0].iter)
    if not isinstance(over, dict):
        return unknown("environment")
    return {**over, "": unknown("name")} if node.generators[0].ifs else over


def _string(walker: Walker, node: ast.JoinedStr) -> Value:
    return "".join(text(walker.value(p.value if isinstance(p, ast.FormattedValue) else p)) for p in node.values)


def _either(walker: Walker, node: ast.IfExp) -> Value:
    decided = truth(walker.value(node.test))
    one = walker.value(node.body) if decided is not False else None
    other = walker.value(node.orelse) if not decided else None
    return merged(one, other) if decided is None else one if decided else other


def _compared(walker: Walker, node: ast.Compare) -> Value:
    left, *others = [walker.value(part) for part in (node.left, *node.comparators)]
    if isinstance(node.ops[0], (ast.In, ast.NotIn)) and others[0] == walker.state.values.get("sys.argv"):
        left = left if is_known(others[0]) else unknown()
    if len(others) != 1 or not (is_known(left) and is_known(others[0])):
        return unknown()
    try:
        return bool(_COMPARES[type(node.ops[0])](left, others[0]))
    except TypeError:
        return unknown()


def _both(walker: Walker, node: ast.BoolOp) -> Value:
    """`a and b`, `a or b`: the first that decides, unless one before it is not known."""
    stops = isinstance(node.op, ast.Or)
    so_far: Value = not stops
    for part in node.values:
        said = walker.value(part)
        if (decided := truth(said)) is stops:
            return said if is_known(so_far) else (stops if isinstance(said, bool) else unknown())
        so_far = said if decided is not None and is_known(so_far) else unknown()
    return so_far


def _not(walker: Walker, node: ast.UnaryOp) -> Value:
    said = walker.value(node.operand)
    decided = truth(said)
    if isinstance(node.op, ast.USub) and type(said) is int:
        return -said
    return not decided if isinstance(node.op, ast.Not) and decided is not None else unknown()


def _part(walker: Walker, node: ast.Subscript) -> Value:
    whole = walker.value(node.value)
    at = node.slice
    if isinstance(at, ast.Slice):
        bounds = [walker.value(bound) if bound else None for bound in (at.lower, at.upper)]
        return _cut(whole, bounds, at.step is not None)
    key = walker.value(at)
    if isinstance(whole, dict) and isinstance(key, str):
        return names.variable(walker, whole, key)
    if isinstance(whole, tuple) and isinstance(key, int) and not any(isinstance(e, Rest) for e in whole[: key + 1]):
        return whole[key] if 0 <= key < len(whole) else unknown("argument")
    return unknown(names.dotted(walker, node.value) or "value")


def _cut(whole: Value, bounds: list[Value], stepped: bool) -> Value:
    first, end = bounds
    if not isinstance(whole, tuple) or stepped or isinstance(first, (str, tuple, dict)):
        return unknown("arguments")
    if isinstance(end, (str, tuple, dict)) or (any(isinstance(e, Rest) for e in whole) and (end or (first or 0) < 0)):
        return unknown("arguments")
    return whole[first:end]


def _lambda(walker: Walker, node: ast.Lambda) -> Value:
    walker.value(node.body)
    return unknown("function")


def _walrus(walker: Walker, node: ast.NamedExpr) -> Value:
    said = walker.value(node.value)
    names.assign(walker, node.target, said)
    return said


def _awaited(walker: Walker, node: ast.Await | ast.Starred) -> Value:
    return walker.value(node.value)


_VALUES: dict[type, Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _named,
    ast.Attribute: _named,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dictionary,
    ast.DictComp: _chosen,
    ast.JoinedStr: _string,
    ast.BinOp: _binary,
    ast.IfExp: _either,
    ast.Compare: _compared,
    ast.BoolOp: _both,
    ast.UnaryOp: _not,
    ast.Subscript: _part,
    ast.Call: calls.call,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Await: _awaited,
    ast.Starred: _awaited,
}
