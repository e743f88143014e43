"""One simple command: an assignment, a builtin, a function, or a program that is started."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Word
from fargate_patch.chain.quiet import RUNS_OTHERS
from fargate_patch.chain.scripts.assigning import assign, assign_defaults
from fargate_patch.chain.scripts.conditions import UID_SOURCES
from fargate_patch.chain.scripts.outputs import looked_up
from fargate_patch.chain.scripts.state import State, merge
from fargate_patch.chain.scripts.ways import MOST, states_for
from fargate_patch.chain.scripts.words import expand
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.shell.syntax import Redirect, ShellWord, Simple, Text

if TYPE_CHECKING:
    from fargate_patch.chain.scripts.assigning import Builtin
    from fargate_patch.chain.scripts.script import Scope
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Statement


_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})|\"?\$\{(\w+)\[@\]\}\"?")


def known_outputs(scope: Scope) -> dict[str, str | None]:
    """What `$(id -u)`, `$(whoami)`, `$BASH_SOURCE` stand for, as far as user and name of the script are known."""
    outputs: dict[str, str | None] = dict.fromkeys(("UID", "EUID"))
    if "/" in scope.name:
        outputs |= {"BASH_SOURCE": scope.name, "${BASH_SOURCE[0]}": scope.name}
    if scope.user is None:
        return outputs
    user = scope.user.partition(":")[0]
    name = "root" if user == "0" else user
    if not name.isdigit():
        outputs |= dict.fromkeys(("$(whoami)", "`whoami`", "$(id -un)", "`id -un`", "$(id -nu)", "$(id -u -n)"), name)
    uid = "0" if name == "root" else name if name.isdigit() else None
    return outputs | dict.fromkeys((*(s for s in UID_SOURCES if "id" in s), "UID", "EUID"), uid)


def run(walker: Walker, command: Simple) -> bool | None:
    """The command's effect on the walker, and whether it succeeds; on each way that the values in it may have come."""
    if not (states := states_for(command, walker.state, MOST // walker.ways)):
        return _run(walker, command)
    walker.ways *= len(states)
    outcomes, statuses = list[State](), set[bool | None]()
    for walker.state in states:
        statuses.add(_run(walker, command))
        outcomes.append(walker.state)
    walker.ways //= len(states)
    walker.state = merge(outcomes)
    return statuses.pop() if len(statuses) == 1 else None


def _run(walker: Walker, command: Simple) -> bool | None:
    fields: list[Word] = []
    variables, arguments = walker.state.variables, walker.state.arguments
    builtin = _as_written(walker, command)
    for word in command.words if builtin is None else ():
        fields += expand(word, variables, arguments)
    for word in command.words:
        if word.literal is None:
            assign_defaults(walker, word)
    if builtin:
        return builtin(walker, command, ())
    if not fields:
        for name, word in command.assignments:
            assign(walker, name, word)
        return None if any("`" in w.source or "$(" in w.source for _, w in command.assignments) else True
    return start(walker, command, tuple(fields))


def _as_written(walker: Walker, command: Simple) -> Builtin | None:
    """The builtin, where it is one that does not look at the fields that its words become."""
    from fargate_patch.chain.scripts.builtins import AS_WRITTEN

    name = command.words[0].literal if command.words else None
    return AS_WRITTEN.get(name) if name and name not in walker.state.functions else None


def start(walker: Walker, command: Simple, argv: tuple[Word, ...], functions: bool = True) -> bool | None:
    """Function (which `command X` leaves out), builtin or program; `argv` is not empty."""
    name = argv[0].text if argv[0].known else ""
    if functions and name in walker.state.functions:
        return _call(walker, name, argv[1:])
    from fargate_patch.chain.scripts.builtins import BUILTINS  # which start programs by `launch` in their turn

    if name in BUILTINS:
        return BUILTINS[name](walker, command, argv[1:])
    return launch(walker, command, argv)


def launch(walker: Walker, command: Simple, argv: tuple[Word, ...]) -> bool | None:
    """Another program is started, and waited for."""
    argv = _begun(walker, _looked_up(walker, argv))
    own = [(name, walker.value(word)) for name, word in command.assignments]
    state, given = walker.state, walker.scope.variables
    names = {name for name, _ in own}
    exported = [(n, state.variables[n]) for n in state.exported if n in state.variables and n not in names]
    changed = sorted([(n, v) for n, v in exported if n not in given or given[n] != v])
    place, environment = walker.place(command.line), (*changed, *own)
    taken = Word(CREDENTIALS_VARIABLE) if _takes_away(walker, dict(own)) else walker.taken_away
    if taken:
        argv = (Word("env"), Word("-u"), taken, *argv)
    folder, read = state.variables["PWD"], _input(walker, command)
    walker.found.append(Launch(argv, walker.scope.user, place, environment, False, folder, state.written, read))
    state.last = frozenset((len(walker.found) - 1,))
    return None


def _takes_away(walker: Walker, own: dict[str, str | None]) -> bool:
    """Has the script unset the credentials variable, or set it to a text of its own?"""
    variables, name = walker.state.variables, CREDENTIALS_VARIABLE
    value = own.get(name, None if name in variables.given else variables.get(name))
    if value is None or "$" in value:  # which an outer shell has put in
        return False
    return name in own or value != walker.scope.variables.get(name)


def _looked_up(walker: Walker, argv: tuple[Word, ...]) -> tuple[Word, ...]:
    """`$(which X) …` starts X."""
    if argv[0].known:
        return argv
    program = looked_up(argv[0].text.strip('"'), walker.state.variables, walker.state.arguments)
    return (Word(program), *argv[1:]) if program else argv


def _begun(walker: Walker, argv: tuple[Word, ...]) -> tuple[Word, ...]:
    """`$COMMAND …`, `"${COMMAND[@]}" …`: its known first word, unless what that does hangs on the rest."""
    found = None if argv[0].known or "IFS" in walker.state.variables else _VARIABLE.fullmatch(argv[0].text)
    first = walker.state.variables.begins(found[1] or found[2] or found[3]) if found else None
    return (Word(first), *argv) if first and _is_application(first) else argv


def _is_application(program: str) -> bool:
    from fargate_patch.mechanisms import judge_of, program_name

    return judge_of(program) is None and program_name(program) not in RUNS_OTHERS


def _input(walker: Walker, command: Simple) -> Word | None:
    """What a here-document gives it to read."""
    body = next((r.body for r in reversed(command.redirects) if r.body and r.fd in (None, 0)), None)
    text = walker.value(body) if body else None
    return Word(body.source if text is None else text, text is not None) if body else None


def piped(before: Statement | None, command: Statement) -> Statement:
    """A command of a pipeline, with what an `echo` or a `cat <<EOF` in front of it writes as its input."""
    body = _printed(before) if isinstance(before, Simple) and isinstance(command, Simple) else None
    if body is None or not isinstance(command, Simple):
        return command
    return replace(command, redirects=(Redirect("<<<", None, None, body), *command.redirects))


def _printed(command: Simple) -> ShellWord | None:
    words = [word.source for word in command.words]
    if words in (["cat"], ["cat", "-"]) and len(command.redirects) == 1:
        return command.redirects[0].body
    if words[:1] != ["echo"] or len(words) < 2 or command.redirects or words[1].startswith("-"):
        return None
    blank = Text(" ", quoted=True)
    parts = [part for word in command.words[1:] for part in (*word.parts, blank)]
    return ShellWord(" ".join(words[1:]), tuple(parts[:-1]))


def _call(walker: Walker, name: str, arguments: tuple[Word, ...]) -> bool | None:
    body, outer, state = walker.state.functions[name], walker.state.arguments_and_ways, walker.state
    state.set_arguments(arguments)
    if any(caller == name and before.same_values(state) for caller, before in walker.calls):
        state.set_arguments(*outer)
        return None  # it calls itself with nothing changed: what it starts is found already
    walker.locals.append({})
    walker.calls.append((name, state.copy()))
    status = walker.called(body.statements, body.unit)
    walker.calls.pop()
    state = walker.state
    state.set_arguments(*outer)
    for local, value in walker.locals.pop().items():
        state.variables[local] = value
    return status
