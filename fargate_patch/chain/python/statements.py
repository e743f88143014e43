"""Statements: which of them are walked, with what state, and what is left where their paths meet."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fargate_patch.chain.python import expressions, imports, names
from fargate_patch.chain.python.state import End, met
from fargate_patch.chain.python.values import Rest, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fargate_patch.chain.python.state import AnyFunction
    from fargate_patch.chain.python.walk import Walker

MOST_ROUNDS = 16  # of a loop over a list that is written out


def statement(walker: Walker, node: ast.stmt) -> None:
    _STATEMENTS.get(type(node), _other)(walker, node)


def _other(walker: Walker, statement: ast.stmt) -> None:
    for part in ast.iter_child_nodes(statement):
        if isinstance(part, ast.expr):
            walker.value(part)


def _sides(walker: Walker, *sides: Sequence[ast.stmt], none: bool = True) -> None:
    """One of them is walked, or none."""
    before, ends = walker.state, []
    for side in sides:
        walker.state = before
        walker.state = walker.fork()
        walker.block(side)
        ends.append(walker.state)
    walker.state = met([*ends, *([before] if none else [])])


def _if(walker: Walker, statement: ast.If) -> None:
    sides: list[Sequence[ast.stmt]] = []
    rest: Sequence[ast.stmt] = (statement,)
    while len(rest) == 1 and isinstance(only := rest[0], ast.If):
        decided = expressions.truth(walker.value(only.test))
        if decided is not False:
            sides.append(only.body)
        rest = () if decided else only.orelse
        if decided:
            break
    else:
        sides.append(rest)
    _sides(walker, *sides, none=False)


def _loop(walker: Walker, statement: ast.For | ast.AsyncFor | ast.While) -> None:
    """A list that is written out is gone through, another loop is walked once, or not at all."""
    over = walker.value(statement.test if isinstance(statement, ast.While) else statement.iter)
    certain = isinstance(over, tuple) and len(over) <= MOST_ROUNDS and not any(isinstance(o, Rest) for o in over)
    for item in over if certain and isinstance(over, tuple) else (unknown("item"),):
        before = walker.fork()
        if not isinstance(statement, ast.While):
            names.assign(walker, statement.target, item)
        walker.block(statement.body)
        if walker.state.end or not certain:
            walker.state = met([walker.state, before])
    walker.block(statement.orelse)


def _try(walker: Walker, statement: ast.Try) -> None:
    before = walker.fork()
    walker.block(statement.body)
    tried = walker.state
    walker.block(statement.orelse)
    ends = [walker.state]
    for handler in statement.handlers:
        walker.state = before
        walker.state = walker.fork()
        walker.block(handler.body)
        ends.append(walker.state)
    walker.state = tried if tried.end is End.REPLACED else met(ends)
    walker.block(statement.finalbody)


def _with(walker: Walker, statement: ast.With | ast.AsyncWith) -> None:
    for item in statement.items:
        opened = walker.value(item.context_expr)
        if item.optional_vars:
            names.assign(walker, item.optional_vars, opened)
    walker.block(statement.body)


def _match(walker: Walker, statement: ast.Match) -> None:
    walker.value(statement.subject)
    _sides(walker, *(case.body for case in statement.cases))


def _function(walker: Walker, statement: AnyFunction) -> None:
    walker.functions[statement.name] = statement
    walker.defined[statement] = None


def _class(walker: Walker, statement: ast.ClassDef) -> None:
    for part in statement.body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            walker.methods[part.name] = part
            walker.defined[part] = None


def _import(walker: Walker, statement: ast.Import | ast.ImportFrom) -> None:
    within = ""
    if isinstance(statement, ast.ImportFrom):
        module = imports.absolute(statement.module or "", statement.level, walker.scope.package)
        imports.enter(walker, module)
        within = f"{module}." if module else ""
    for name in statement.names:
        own = name.asname or (name.name if within else name.name.partition(".")[0])
        walker.modules[own] = within + (name.name if within or name.asname else own)
        imports.enter(walker, within + name.name)


def _assign(walker: Walker, statement: ast.Assign | ast.AnnAssign) -> None:
    if statement.value is not None:
        value = walker.value(statement.value)
        for target in statement.targets if isinstance(statement, ast.Assign) else (statement.target,):
            names.assign(walker, target, value)


def _add(walker: Walker, statement: ast.AugAssign) -> None:
    names.assign(
        walker, statement.target, expressions.operated(walker, statement.op, statement.target, statement.value)
    )


def _delete(walker: Walker, statement: ast.Delete) -> None:
    for target in statement.targets:
        if isinstance(target, ast.Subscript):
            names.take_out(walker, names.dotted(walker, target.value), walker.value(target.slice))


def _return(walker: Walker, statement: ast.Return) -> None:
    walker.returned.append(walker.value(statement.value) if statement.value else None)
    walker.end(End.RETURN)


def _raise(walker: Walker, statement: ast.Raise) -> None:
    _other(walker, statement)
    walker.end(End.EXIT)


_STATEMENTS: dict[type, Callable[..., None]] = {
    ast.If: _if,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.While: _loop,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Assign: _assign,
    ast.AnnAssign: _assign,
    ast.AugAssign: _add,
    ast.Delete: _delete,
    ast.Return: _return,
    ast.Raise: _raise,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _try
