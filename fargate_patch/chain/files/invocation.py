"""How a RUN says what is to be run: its script, programs in front of a command (`sudo`, `env`), scripts in `sh -c`."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.chain.files.commandline import read_command_line
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.words import parse_exec_form, split_flags
from fargate_patch.regex import regex
from fargate_patch.shell.interpreter import SHELLS as NAMES
from fargate_patch.shell.interpreter import shebang

if TYPE_CHECKING:
    from fargate_patch.chain.files.events import Argument
    from fargate_patch.chain.files.surroundings import Surroundings

OPERANDS = {"gosu": 1, "su-exec": 1, "setuidgid": 1, "s6-setuidgid": 1}
PREFIXES = {
    **dict.fromkeys(OPERANDS, ""),
    "builtin": "",
    "busybox": "",
    "command": "",
    "eatmydata": "",
    "env": "uCS",
    "/usr/local/bin/fargate-env": "",
    "exec": "a",
    "ionice": "cn",
    "nice": "n",
    "nohup": "",
    "stdbuf": "ioe",
    "sudo": "CDghpRrTtUu",
    "time": "fo",
}
"""Programs that run the command behind them, and their short options that take a value. OPERANDS: words before it."""
_HEREDOC = regex(r"<<-?[ \t]*(\"[^\"]*\"|'[^']*'|[^\s\"'<>|;&]+)")
_OPTION = regex(r"[-+][abefhkmnopstuvx]+|pipefail|errexit|nounset|xtrace|posix|-")  # of a shell; no -c
SESSIONS = ("su", "runuser")
SESSION_OPTIONS = ("command", "session-command", "shell", "group", "supp-group", "whitelist-environment", "user")
SHELLS = frozenset(f"{folder}{name}" for folder in ("", "/bin/", "/usr/bin/") for name in NAMES)


@dataclass(frozen=True, slots=True)
class Script:
    """What a RUN's shell reads. `offset`: lines from the instruction's first to the script's first."""

    text: str
    offset: int


def script_of(here: Surroundings) -> Script | tuple[str, ...]:
    """A RUN's script, or the words of its exec form."""
    instruction = here.instruction
    _, text = split_flags(instruction.text, here.escape)
    argv = parse_exec_form(text)
    if argv:
        return argv
    if not instruction.heredocs:
        return Script(text, 0)
    first = instruction.heredocs[0]
    offset = instruction.end - instruction.start - sum(h.content.count("\n") + 1 for h in instruction.heredocs)
    if len(instruction.heredocs) == 1 and _is_for_a_shell(_HEREDOC.sub("", text).split()):
        return Script(first.content, offset)
    bodies = "".join(f"{h.content}{h.name}\n" for h in instruction.heredocs)
    return Script(f"{text}\n{bodies}", offset - 1)


def _is_for_a_shell(words: list[str]) -> bool:
    """Do the words beside `<<EOF`, if any, start a shell that reads its script there: `RUN <<EOF bash -e`?"""
    return not words or (words[0] in SHELLS and all(_OPTION.fullmatch(word) for word in words[1:]))


def reads_its_script(argv: tuple[Argument, ...]) -> bool:
    """Is it a shell without a file, or with `-s`, so that it reads what is to be run?"""
    return _is_for_a_shell([argument.text for argument in argv])


def without_prefixes(argv: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """`sudo -E cmd`, `env A=b cmd`: the command itself."""
    for _ in range(8):
        options = PREFIXES.get(argv[0].text) if argv else None
        if options is None:
            return argv
        rest = list(argv[1:])
        while rest and (rest[0].text.startswith("-") or ("=" in rest[0].text and argv[0].text in ("env", "sudo"))):
            takes_value = len(rest[0].text) == 2 and rest[0].text[1] in options
            del rest[: 1 + takes_value]
        argv = tuple(rest[OPERANDS.get(argv[0].text, 0) :])
    return argv


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """`./x A`, `sh -e x A`, `. x A`: a file that a shell is to read. `directly`: its `#!` says whether one does."""

    file: Argument
    arguments: tuple[Argument, ...]
    directly: bool = False
    sourced: bool = False


def script_call(argv: tuple[Argument, ...]) -> ScriptCall | None:
    """The script that a command runs, if it runs one."""
    name = argv[0].text
    if name in (".", "source"):
        return ScriptCall(argv[1], argv[2:], sourced=True) if argv[1:] else None
    if name not in SHELLS:
        return ScriptCall(argv[0], argv[1:], directly=True) if "/" in name else None
    index = 1
    while index < len(argv) and argv[index].text[:1] in ("-", "+"):
        index += 2 if argv[index].text[1:] in ("o", "O") else 1
    return ScriptCall(argv[index], argv[index + 1 :]) if index < len(argv) else None


def interpreter(first_line: str) -> str:
    """The program of a `#!` line."""
    words = shebang(first_line)
    return posixpath.basename(words[0]) if words else ""


@dataclass(frozen=True, slots=True)
class Session:
    """`su - app -c SCRIPT`, `su app <<EOF`: as whom, whether it begins in his home, and the script if a word has it."""

    user: str
    is_login: bool
    script: str | None


def session(argv: tuple[Argument, ...]) -> Session | None:
    """What a `su` or `runuser` begins; None for anything else, and where a word of it is not known."""
    if posixpath.basename(argv[0].text) not in SESSIONS or not all(a.known for a in argv):
        return None
    line = read_command_line([a for a in argv[1:] if a.text != "-"], "csgGwTu", SESSION_OPTIONS)
    if line.has("u", "user") or len(line.operands) > 1:
        return None
    is_login = line.has("l", "login") or any(a.text == "-" for a in argv)
    user = line.operands[0].text if line.operands else "root"
    return Session(user, is_login, line.value("c", "command", "session-command"))


def inline_script(argv: tuple[Argument, ...]) -> str | None:
    """The script of `sh -c '…'`."""
    for index, argument in islice(enumerate(argv), 1, None):
        if not argument.text.startswith("-"):
            return None
        if argument.text.endswith("c") and not argument.text.startswith("--"):
            script = argv[index + 1 : index + 2]
            return script[0].text if script and script[0].known else None
    return None
