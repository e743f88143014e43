"""Where a script is: `cd`, `pushd` and `popd` set PWD, which relative paths start from; None where it is not known."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word

if TYPE_CHECKING:
    from fargate_patch.chain.scripts.state import State
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Simple

LONGEST = 4_096  # characters of a folder: Linux's PATH_MAX
STACK = "DIRSTACK"  # bash(1): the folders that pushd has left


def absolute(path: str, state: State) -> str | None:
    """A path as a command of the script means it; None where that hangs on a folder that is not known."""
    return within(state.variables.get("PWD"), path)


def within(folder: str | None, path: str) -> str | None:
    """A path as it is meant in a folder."""
    if path.startswith("/"):
        return "/" + posixpath.normpath(path).lstrip("/")
    return None if folder is None or len(folder) > LONGEST else posixpath.normpath(posixpath.join(folder, path))


def cd(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    words = [word for word in arguments if not re.fullmatch("-[LPe@]+|--", word.text)]
    state = walker.state
    path = (words[0].text if words[0].known else None) if words else state.variables.get("HOME")
    if path == "-":
        _go(state, state.variables.get("OLDPWD"))
    else:
        _go(state, absolute(path, state) if path else None)
    return True


def pushd(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    left, folder = walker.state.variables.arrays.get(STACK, ()), walker.state.variables.get("PWD")
    cd(walker, command, arguments)
    _stack(walker.state, (Word(folder or "", known=folder is not None), *left))
    return True


def popd(walker: Walker, _command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    left = walker.state.variables.arrays.get(STACK, ())
    _go(walker.state, left[0].text if left and left[0].known else None)
    _stack(walker.state, left[1:])
    return True


def _go(state: State, folder: str | None) -> None:
    state.variables["OLDPWD"] = state.variables.get("PWD")
    state.variables["PWD"] = folder


def _stack(state: State, folders: tuple[Word, ...]) -> None:
    state.variables[STACK] = None
    state.variables.arrays[STACK] = folders
