"""`[ … ]`, `test` and `[[ … ]]` in a script, decided by what the walk knows; one on what a task may set is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.conditions import UID_SOURCES, Facts, Token, decide
from fargate_patch.chain.scripts.words import glob, is_given

if TYPE_CHECKING:
    from fargate_patch.chain.model import Word
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Simple


def test(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    if any(is_given(word, walker.state.variables) for word in command.words):
        return None
    closed = arguments[:-1] if arguments and arguments[-1].text == "]" else arguments
    return decide([Token(a.text if a.known else None, _is_uid(walker, a.text)) for a in closed], _facts(walker))


def double_brackets(walker: Walker, command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    variables, arguments = walker.state.variables, walker.state.arguments
    if any(is_given(word, variables) for word in command.words):
        return None
    operands = [
        Token(walker.value(w), _is_uid(walker, w.source), partial(glob, w, variables, arguments))
        for w in command.words[1:-1]
    ]
    return decide(operands, _facts(walker))


def _is_uid(walker: Walker, source: str) -> bool:
    """Whether the word is the number of the user, be it asked for here or before."""
    bare = source.strip('"')
    return bare in UID_SOURCES or bare.strip("${}") in walker.uid_names


def _facts(walker: Walker) -> Facts:
    user = (walker.scope.user or "").partition(":")[0]

    def is_file(path: str) -> bool | None:
        file = walker.files.get(path) if walker.files and path.startswith("/") else None
        return True if file else None

    def is_set(name: str) -> bool | None:
        return True if name in walker.state.variables else None

    return Facts(is_set, is_file, user in ("root", "0") if user else None)
