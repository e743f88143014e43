"""What `$(…)` prints, where it hangs on nothing but the words in it: `$(dirname "$0")`, `$(cd /x/.. && pwd)`.

What a program would have to look up in the container is not known: `$(which X)` starts X, but where that is, or whether
it is there at all, only a run can tell.
"""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.folders import within
from fargate_patch.chain.scripts.words import value
from fargate_patch.shell.syntax import AndOr, Simple, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.scripts.words import Arguments, Variables
    from fargate_patch.shell.syntax import Statement

LONGEST = 200  # characters between the brackets
_LOOKING_UP = (("which",), ("command", "-v"), ("type", "-p"), ("type", "-P"))


def printed(source: str, variables: Variables, arguments: Arguments) -> str | None:
    """What a `$(…)` or `` `…` `` is replaced by; None where only a run can tell."""
    command = _only_command(source)
    if isinstance(command, AndOr):
        folder, words = _words(command.left, variables, arguments), _words(command.right, variables, arguments)
        tells = command.operator == "&&" and words in (["pwd"], ["pwd", "-P"])
        goes = tells and folder[:1] == ["cd"] and len(folder) == 2
        return within(variables.get("PWD"), folder[1]) if goes else None
    words = _words(command, variables, arguments)
    if words in (["pwd"], ["pwd", "-P"], ["pwd", "-L"]):
        return variables.get("PWD")
    prints = _PRINTS.get(words[0]) if words else None
    return prints(words[1:], variables) if prints else None


def looked_up(source: str, variables: Variables, arguments: Arguments) -> str | None:
    """The program whose place is asked for: `$(which X)`, `$(command -v X)`."""
    words = _words(_only_command(source), variables, arguments)
    return words[-1] if tuple(words[:-1]) in _LOOKING_UP and words[-1] else None


@lru_cache(1024)
def _only_command(source: str) -> Statement | None:
    if len(source) > LONGEST or not (source.startswith("`") or (source.startswith("$(") and source[2:3] != "(")):
        return None
    statements = parse(source.removeprefix("$(").strip("`").removesuffix(")"))
    return statements[0] if len(statements) == 1 else None


def _words(command: Statement | None, variables: Variables, arguments: Arguments) -> list[str]:
    """The words of a plain command that reads no input and writes to no file; none where one is not known."""
    if not isinstance(command, Simple) or command.assignments or not command.words:
        return []
    if command.words[0].source != "cd" and any(r.fd != 2 for r in command.redirects):
        return []
    words = [value(word, variables, arguments) for word in command.words]
    known = [word for word in words if word is not None]
    return known if len(known) == len(words) else []


def _dirname(words: list[str], _variables: Variables) -> str | None:
    path = words[-1].rstrip("/") if words and words[:-1] in ([], ["--"]) else None
    return None if path is None else posixpath.dirname(path) or ("." if path else "/")


def _basename(words: list[str], _variables: Variables) -> str | None:
    if not 1 <= len(words) <= 2 or words[0].startswith("-"):
        return None
    name = posixpath.basename(words[0].rstrip("/"))
    return name.removesuffix(words[1]) if words[1:] and name != words[1] else name


def _real(words: list[str], variables: Variables) -> str | None:
    """`readlink -f "$0"`: the script's own file is what it was started as. Another path may be a link to anywhere."""
    return within(variables.get("PWD"), words[-1]) if words and words[-1] == variables.get("0") else None


def _echo(words: list[str], _variables: Variables) -> str | None:
    return None if any(word.startswith("-") or "\\" in word for word in words) else " ".join(words)


_PRINTS: dict[str, Callable[[list[str], Variables], str | None]] = {
    "dirname": _dirname,
    "basename": _basename,
    "readlink": _real,
    "realpath": _real,
    "echo": _echo,
}
