"""Calls, and what they leave behind: a program started, a list longer, a variable of the environment gone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch
from fargate_patch.chain.python import imports, names, starting, state
from fargate_patch.chain.python.values import (
    FUNCTIONS,
    INHERITED,
    METHODS,
    Given,
    Rest,
    Value,
    as_word,
    elements,
    formatted,
    limited,
    text,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.python.starting import Command
    from fargate_patch.chain.python.state import AnyFunction
    from fargate_patch.chain.python.walk import Walker

DEEPEST = 8  # functions that call each other
ENDS = ("sys.exit", "exit", "quit", "os._exit")
BECOMES = ("os.setuid", "os.seteuid", "os.setreuid", "os.setresuid")
WAITS = ("wait", "waitpid", "communicate", "print", "flush", "exit", "SystemExit")  # which are no last act


def call(walker: Walker, node: ast.Call) -> Value:
    name = names.dotted(walker, node.func)
    given, named = _arguments(walker, node)
    form = starting.FORMS.get(name)
    if form is None and "sh" in walker.imported and name.startswith("sh."):  # each program is a function of that module
        form, given = starting.WORDS, [name.partition(".")[2], *given]
    if form is not None:
        command = starting.command(form, given, named)
        if command is not None:
            walker.start(command, node, named, form.replaces)
        return unknown("process")
    function = _own(walker, node.func)
    if function is not None:
        return _called(walker, function, given, named)
    known = _known(walker, name, node, given, named)
    if known is not None:
        return limited(known)
    if name.rpartition(".")[2] not in WAITS:
        walker.last = None
    return _effect(walker, name, node, given, named)


def _arguments(walker: Walker, node: ast.Call) -> tuple[list[Value], dict[str, Value]]:
    given: list[Value] = []
    for part in node.args:
        said = walker.value(part)
        given += elements(said) if isinstance(part, ast.Starred) else (said,)
    named: dict[str, Value] = {}
    for keyword in node.keywords:
        said = walker.value(keyword.value)
        if keyword.arg:
            named[keyword.arg] = said
        elif isinstance(said, dict):
            named.update(said)
    return given, named


def launch(walker: Walker, command: Command, node: ast.AST, named: dict[str, Value]) -> Launch:
    """The command as the trace has it, with the environment, the user and the folder that it is given."""
    values = walker.state.values
    inherits = command.env is None
    env = values[state.ENVIRONMENT] if inherits else command.env
    user = named.get("user", unknown("user") if "preexec_fn" in named else values[state.USER])
    folder = named.get("cwd", values[state.FOLDER])
    read = named.get("input")
    return Launch(
        starting.in_environment(command.argv, env),
        str(user) if isinstance(user, (str, int)) and "\0" not in str(user) else None,
        walker.place(node),
        starting.own_variables(env),
        folder=None if not isinstance(folder, str) or "\0" in folder else folder,
        input=as_word(read) if isinstance(read, str) else None,
    )


def _own(walker: Walker, func: ast.expr) -> AnyFunction | None:
    """A function of the program's own, or of a module of its own that it imports."""
    if walker.exported and (function := walker.exported.get(names.dotted(walker, func))):
        return function
    if isinstance(func, ast.Name):
        return walker.functions.get(func.id)
    if not isinstance(func, ast.Attribute) or (isinstance(func.value, ast.Name) and func.value.id in walker.modules):
        return None
    return walker.methods.get(func.attr)


def _called(walker: Walker, function: AnyFunction, given: Sequence[Value], named: dict[str, Value]) -> Value:
    """A function of the program's own. What it assigns is its own; what it does to the environment lasts."""
    if function in walker.calling or len(walker.calling) >= DEEPEST:
        return unknown(function.name)
    walker.called.add(function)
    outside, returned = dict(walker.state.values), walker.returned
    caller = walker.scope, walker.modules, walker.functions
    if seen := walker.globals.get(function):
        walker.scope, walker.modules, walker.functions = seen.scope, seen.modules, seen.functions
        walker.state.values = {**seen.values, **imports.shared(walker.state.values)}
    walker.steps += len(outside) // 16
    walker.returned = []
    walker.calling.append(function)
    bind(walker, function, given, named)
    walker.block(function.body)
    walker.calling.pop()
    walker.scope, walker.modules, walker.functions = caller
    found, walker.returned = walker.returned, returned
    inside = walker.state.values
    for name in (state.ENVIRONMENT, state.USER, state.FOLDER):
        outside[name] = inside[name]
    end = walker.state.end
    walker.state = state.State(outside, state.End.NOT if end is state.End.RETURN else end)
    return found[0] if len(found) == 1 else unknown(function.name)


def bind(
    walker: Walker, function: AnyFunction, given: Sequence[Value], named: dict[str, Value], known: bool = True
) -> None:
    """Give the parameters their values; `known` False: nobody knows with what it is called."""
    values, said = walker.state.values, function.args
    parameters = [one.arg for one in (*said.posonlyargs, *said.args)]
    method = parameters[:1] in (["self"], ["cls"])
    given = [unknown("self"), *given] if method else list(given)
    defaults = [*said.defaults, *(one for one in said.kw_defaults if one)]
    for one in (*parameters, *(one.arg for one in said.kwonlyargs)):
        values[one] = unknown(one)
    if known:
        behind = parameters[len(parameters) - len(said.defaults) :]
        keyed = [one.arg for one, default in zip(said.kwonlyargs, said.kw_defaults, strict=True) if default]
        values.update(zip((*behind, *keyed), map(walker.value, defaults), strict=True))
        values.update(zip(parameters, given, strict=False))
        values.update((name, value) for name, value in named.items() if name)
    if said.vararg:
        values[said.vararg.arg] = tuple(given[len(parameters) :]) if known else (Rest(unknown("rest")),)
    if said.kwarg:
        values[said.kwarg.arg] = {n: v for n, v in named.items() if n not in parameters} if known else unknown()


def _known(walker: Walker, name: str, node: ast.Call, given: list[Value], named: dict[str, Value]) -> Value:
    """What a function without an effect returns; None where it is none that is understood."""
    if name in ("os.getenv", "os.environ.get"):
        key = given[0] if given else ""
        otherwise = given[1] if len(given) > 1 else None
        env = walker.state.values[state.ENVIRONMENT]
        found = names.variable(walker, env if isinstance(env, dict) else {INHERITED: ""}, text(key))
        return Given(otherwise) if isinstance(otherwise, str) and "\0" in text(found) else found
    if name in ("os.getuid", "os.geteuid"):
        user = walker.state.values[state.USER]
        return 0 if user in ("root", "0", 0) else unknown("uid")
    if name == "dict":
        base = given[0] if given else {}
        return {**(base if isinstance(base, dict) else {INHERITED: ""}), **named}
    if name in FUNCTIONS and not named:
        return FUNCTIONS[name](given)
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if method not in METHODS or not isinstance(node.func, ast.Attribute):
        return None
    whole = walker.value(node.func.value)
    made = METHODS[method](whole, given)
    return Given(made) if isinstance(whole, Given) and isinstance(made, str) else made


def _effect(walker: Walker, name: str, node: ast.Call, given: list[Value], named: dict[str, Value]) -> Value:
    values = walker.state.values
    if name in ENDS:
        walker.end(state.End.EXIT)
    elif name in BECOMES and given:
        values[state.USER] = given[0]
    elif name == "os.chdir" and given:
        values[state.FOLDER] = given[0]
    elif name == "os.unsetenv" and given:
        names.take_out(walker, state.ENVIRONMENT, given[0])
    elif isinstance(node.func, ast.Attribute):
        return _changed(walker, node.func, given, named)
    elif not isinstance(node.func, ast.Name):
        walker.value(node.func)
    return unknown(name)


def _changed(walker: Walker, func: ast.Attribute, given: list[Value], named: dict[str, Value]) -> Value:
    """A method that changes what it is called on, where that has a name: a list, or an environment."""
    name, values = names.dotted(walker, func.value), walker.state.values
    before = values.get(name) if name else None
    first = given[0] if given else unknown()
    if func.attr == "format" and not before:
        return formatted(walker.value(func.value), given, named)
    if func.attr == "append" and isinstance(before, tuple):
        values[name] = limited((*before, first))
    elif func.attr == "extend" and isinstance(before, tuple):
        values[name] = limited((*before, *elements(first)))
    elif func.attr == "insert" and isinstance(before, tuple) and len(given) > 1:
        at = first if isinstance(first, int) else 0
        values[name] = limited((*before[:at], given[1], *before[at:]))
    elif func.attr == "clear" and isinstance(before, (tuple, dict)):
        values[name] = {} if isinstance(before, dict) else ()
    elif func.attr == "pop" and isinstance(before, dict) and given:
        names.take_out(walker, name, first)
    elif func.attr == "update" and isinstance(before, dict):
        values[name] = {**before, **(first if isinstance(first, dict) else {}), **named}
    elif not before:
        walker.value(func.value)
    return unknown(func.attr)
