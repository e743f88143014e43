"""Builtins of the shell: what each does to what is known of the shell, and whether it succeeds."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.chain.scripts import assigning, folders, substituted, tests
from fargate_patch.chain.scripts.assigning import ASSIGNED, Builtin
from fargate_patch.chain.scripts.commands import launch, start
from fargate_patch.chain.scripts.state import End, Unit
from fargate_patch.regex import regex
from fargate_patch.shell.syntax import ShellWord, Simple, Text, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.scripts.walk import Walker

_OF_SOURCE = ("BASH_SOURCE", "${BASH_SOURCE[0]}")
_SEPARATOR = regex(r"[;&|\n`]|\$\(")
_SETTINGS = regex(  # of a shell, which these print for it to read
    r"\"?(?:\$\(|`) *(?:\S*/)?(?:brew|conda|dircolors|direnv|fnm|gpg-agent|jenv|mamba|micromamba|nodenv|opam|pyenv"
    r"|rbenv|ssh-agent)\b[^;&|`)]*[)`]\"?"
)
_NOT_LAUNCHING = frozenset(("export", "local", "readonly", "declare", "typeset", "unset", "set", "echo", "printf", ":"))


def _nothing(_walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    return None


def _true(_walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    return True


def _false(_walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    return False


def _exec(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    clean = False
    while arguments and arguments[0].known and re.fullmatch("-[acl]+|--", arguments[0].text):
        option, arguments = arguments[0].text, arguments[1:]
        clean = clean or "c" in option
        if "a" in option:
            arguments = arguments[1:]
    if not arguments and any(word.source.strip('"') in ("$@", "$*", "${@}") for word in command.words):
        walker.open("the container is given no command: say by --command what a task definition gives it", command.line)
    if not arguments:
        return True
    launch(walker, command, (Word("env"), Word("-i"), *arguments) if clean else arguments)
    walker.end(End.EXIT)
    return None


def _command(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    """`command X`, `builtin X`, `time X`, and any number of them before each other. `command -v X` only asks."""
    while arguments and arguments[0].known and re.fullmatch("-[pvV]+|--|command|builtin|time", arguments[0].text):
        if re.fullmatch("-[pvV]*[vV][pvV]*", arguments[0].text):
            return None
        arguments = arguments[1:]
    return start(walker, command, arguments, functions=command.words[0].source == "time") if arguments else True


def _coproc(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    if arguments:
        launch(walker, command, arguments)
        walker.lasting |= walker.state.last
        walker.state.last = frozenset()
    return True


def _exit(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    failing = bool(arguments) and arguments[0].known and arguments[0].text not in ("0", "")
    if failing:  # a container that gives up runs nothing any more
        walker.state.end = End.EXIT
    else:
        walker.end(End.EXIT)
    return None


def _return(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    status = arguments[0].text == "0" if arguments and re.fullmatch("[0-9]+", arguments[0].text) else None
    if walker.returns:
        walker.returns[-1].append((walker.state.copy(), status))
    walker.end(End.RETURN)
    return status


def _break(walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    if walker.leaving:
        walker.leaving[-1].append(walker.state.copy())
        walker.broken = True
        walker.end(End.LOOP)
    return True


def _continue(walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    if walker.leaving:
        walker.end(End.LOOP)
    return True


def _trap(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    """`trap HANDLER SIGNAL…`: from here on the handler may run, as a step on the way."""
    handler, *signals = arguments[1:] if arguments[:1] == (Word("--"),) else arguments or (Word("-"),)
    if signals and not handler.text.startswith("-"):
        substituted.follow(walker, (handler.text if handler.known else handler.text.strip('"'),), command.line)
    return True


def _wait(walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    walker.state.last = frozenset()
    return None


def _eval(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    if all(a.known for a in arguments):
        unit = Unit(walker.place(command.line), single_line=True)
        return walker.nested(parse(" ".join(a.text for a in arguments)), unit)
    program = _literal_program(command.words[1:])
    settings = len(command.words) == 2 and _SETTINGS.fullmatch(command.words[1].source)
    if settings or program in _NOT_LAUNCHING or ASSIGNED.match(program):
        return None
    rest = Word(" ".join(w.source for w in command.words[1:]), known=False)
    if program == "exec":
        replaced = _literal_program(command.words[2:])
        return _exec(walker, command, (Word(replaced), rest) if replaced else (rest,))
    if program and program not in BUILTINS:
        return start(walker, command, (Word(program), rest))
    walker.open("the command is put together at run time (eval …): start the program by its name", command.line)
    return None


def _literal_program(words: Sequence[ShellWord]) -> str:
    """The first word of the one command that an eval makes, where that much of it is written out; "" where not."""
    parts = [part for word in words for part in (*word.parts, Text(" ", True))]
    if any(isinstance(p, Text) and _SEPARATOR.search(p.text) for p in parts):
        return ""
    written = "".join(p.text for p in takewhile(lambda p: isinstance(p, Text), parts) if isinstance(p, Text))
    program, blank, _ = written.lstrip().partition(" ")
    return program if (blank and re.fullmatch(r"[\w./-]+", program)) or ASSIGNED.match(program) else ""


def _source(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    if not arguments or not arguments[0].known or walker.files is None:
        return None
    path = folders.absolute(arguments[0].text, walker.state)
    file = walker.files.get(path) if path else None
    if path is None or file is None or file.text is None:
        return None
    outer, of_outer = walker.state.arguments_and_ways, {name: walker.state.variables.get(name) for name in _OF_SOURCE}
    if arguments[1:]:
        walker.state.set_arguments(arguments[1:])
    walker.state.variables |= dict.fromkeys(_OF_SOURCE, path)
    status = walker.called(parse(file.text), Unit(file.origin, single_line=False))
    walker.state.variables |= of_outer
    if arguments[1:]:
        walker.state.set_arguments(*outer)
    return status


def _set(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    for number, argument in enumerate(arguments):
        text = argument.text if argument.known else ""
        if text in ("--", "-"):
            walker.state.set_arguments(arguments[number + 1 :])
            return True
        follows_o = number > 0 and re.fullmatch("[-+][a-zA-Z]*o", arguments[number - 1].text)
        if not re.fullmatch("[-+][a-zA-Z]+", text) and not follows_o:
            walker.state.set_arguments(arguments[number:])
            return True
    return True


def _shift(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    state = walker.state
    count = arguments[0].text if arguments else "1"
    if state.arguments is None or not re.fullmatch("[0-9]{1,4}", count):
        state.set_arguments(None)
        return None
    if int(count) > len(state.arguments):
        return False
    certain = all(a.known for a in state.arguments[: int(count)])
    state.set_arguments(state.arguments[int(count) :] if certain else None)
    return True


def _table(rows: Sequence[tuple[str, Builtin]]) -> dict[str, Builtin]:
    return {name: builtin for names, builtin in rows for name in names.split()}


BUILTINS: dict[str, Builtin] = _table(
    (
        (": true", _true),
        ("false", _false),
        ("exec", _exec),
        ("command builtin time", _command),
        ("coproc", _coproc),
        ("exit", _exit),
        ("return", _return),
        ("break", _break),
        ("continue", _continue),
        ("wait", _wait),
        ("trap", _trap),
        ("eval", _eval),
        (". source", _source),
        ("set", _set),
        ("shift", _shift),
        ("read mapfile readarray", assigning.read),
        ("getopts", assigning.getopts),
        ("printf", assigning.printf),
        ("let ((", assigning.let),
        ("unset", assigning.unset),
        ("export", assigning.declaring("export")),
        ("local", assigning.declaring("local")),
        ("readonly", assigning.declaring("readonly")),
        ("declare", assigning.declaring("declare")),
        ("typeset", assigning.declaring("typeset")),
        ("test [", tests.test),
        ("[[", tests.double_brackets),
        ("cd", folders.cd),
        ("pushd", folders.pushd),
        ("popd", folders.popd),
        ("echo umask ulimit", _true),
        ("hash type alias unalias kill jobs pwd dirs shopt bg fg disown enable history caller", _nothing),
        ("bind complete compgen compopt help logout suspend times", _nothing),
    )
)
_DECLARING = frozenset(("export", "local", "readonly", "declare", "typeset"))
_BY_WORDS = (_true, _nothing, _false, _break, _continue, _wait, assigning.let, tests.double_brackets, folders.popd)
AS_WRITTEN = {name: builtin for name, builtin in BUILTINS.items() if name in _DECLARING or builtin in _BY_WORDS}
"""Those that go by the words of a command, or by none of them, and not by the fields that these become."""
