"""The standard library's functions that start a program: what of their arguments is its command line.

By https://docs.python.org/3/library/subprocess.html and https://docs.python.org/3/library/os.html#process-management.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.chain.python.values import INHERITED, Rest, Value, as_word, elements, is_known, text
from fargate_patch.dataclass import dataclass
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Form:
    """How a function is told its command. `how`: as `words`, a `list`, a `line` for the shell, a `plain line` without.

    Or as `program, words` or `program, list`, both with the name that the program is given as its first word.
    """

    how: str
    skip: int = 0  # arguments before that
    env: bool = False  # the last argument is the environment
    replaces: bool = False  # the program takes the place of this one


WORDS = Form("words")
FORMS: Mapping[str, Form] = {
    **{f"subprocess.{name}": Form("list") for name in ("run", "call", "check_call", "check_output", "Popen")},
    **dict.fromkeys(("subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen"), Form("line")),
    "asyncio.create_subprocess_exec": WORDS,
    "asyncio.create_subprocess_shell": Form("line"),
    "pty.spawn": Form("list"),
    **dict.fromkeys(("pexpect.spawn", "pexpect.spawnu", "pexpect.run"), Form("plain line")),
    "invoke.run": Form("line"),
    **{
        f"os.{verb}{list_}{path}{env}": Form(
            "program, words" if list_ == "l" else "program, list", skip, env == "e", verb == "exec"
        )
        for verb, skip in (("exec", 0), ("spawn", 1))
        for list_ in "lv"
        for path in ("", "p")
        for env in ("", "e")
    },
    **dict.fromkeys(("os.posix_spawn", "os.posix_spawnp"), Form("program, list", env=True)),
}
_NAMES = {"args": 0, "cmd": 0, "program": 0, "command": 0, "file": 0, "path": 0}  # a first argument given by its name


@dataclass(frozen=True, slots=True)
class Command:
    """What a call starts. `env` None: its own environment; a string: one that is put together at run time."""

    argv: tuple[Word, ...]
    env: Value = None


def command(form: Form, given: Sequence[Value], named: Mapping[str, Value]) -> Command | None:
    """None where the call says nothing of a command."""
    arguments = [*given, *(value for name, value in named.items() if name in _NAMES and not given)][form.skip :]
    env: Value = named.get("env")
    if form.env and len(arguments) > 1:
        *arguments, env = arguments
    words = _words(form.how, arguments)
    if not words:
        return None
    first, *rest = words
    argv = (_unquoted(as_word(first)), *map(as_word, rest))
    shell = named.get("executable", "sh")
    if form.how == "line" or named.get("shell") is True:
        return Command((as_word(shell), Word("-c"), as_word(first), *argv[1:]), env)
    return Command((as_word(shell), *argv[1:]) if "executable" in named else argv, env)


def program_of(argv: tuple[Word, ...]) -> Word:
    """What says which program it is: of `sh -c TEXT` the text, where its first word is computed."""
    text = argv[2] if len(argv) > 2 and argv[1].text == "-c" else None
    return text if text and not text.known and text.text.lstrip('"').startswith("$") else argv[0]


def _words(how: str, arguments: Sequence[Value]) -> tuple[Value, ...]:
    if not arguments:
        return ()
    first = arguments[0]
    if how == "program, words":
        return (first, *arguments[2:])
    if how == "program, list":
        rest = elements(arguments[1]) if len(arguments) > 1 else ()
        return (first, *(rest if rest and isinstance(rest[0], Rest) else rest[1:]))
    if how == "words":
        return tuple(arguments)
    if how == "plain line":
        behind = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], tuple) else ()
        return (*(first.split() if isinstance(first, str) else (first,)), *behind)
    return first if isinstance(first, tuple) else (first,)


def _unquoted(program: Word) -> Word:
    """A program that is not known at all may bring its arguments along."""
    return program if program.known else Word(program.text.strip('"'), known=False)


def in_environment(argv: tuple[Word, ...], env: Value) -> tuple[Word, ...]:
    """The command as `env` would start it, where the credentials variable is not just handed on."""
    if not isinstance(env, dict):
        return argv
    name, said = CREDENTIALS_VARIABLE, env.get(CREDENTIALS_VARIABLE, INHERITED)
    if INHERITED not in env:
        assigned = (_assignment(name, env[name]),) if name in env and env[name] is not None else ()
        return (Word("env"), Word("-i"), *assigned, *argv)
    if said is None:
        return (Word("env"), Word("-u"), Word(name), *argv)
    if said != INHERITED and is_known(said):
        return (Word("env"), _assignment(name, said), *argv)
    computed = env.get("")  # a name that is taken out and is not known
    return (Word("env"), Word("-u"), as_word(computed), *argv) if computed is not None else argv


def _assignment(name: str, value: Value) -> Word:
    known = is_known(value)
    return Word(f"{name}={text(value)}" if known else f'{name}="${name}"', known)


def own_variables(env: Value) -> tuple[tuple[str, str | None], ...]:
    """What an environment has beside what it was handed, for the script that is started."""
    if not isinstance(env, dict):
        return ()
    named = ((name, said) for name, said in env.items() if name not in ("", INHERITED) and isinstance(said, str))
    return tuple((name, str(said) if "\0" not in said else None) for name, said in named)
