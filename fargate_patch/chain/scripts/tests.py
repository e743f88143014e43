"""`[ … ]`, `test` and `[[ … ]]` in a script, decided by what the walk knows; one on what a task may set is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.conditions import UID_SOURCES, Facts, Token, decide
from fargate_patch.chain.scripts.folders import absolute
from fargate_patch.chain.scripts.words import glob, is_given
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from fargate_patch.chain.model import Word
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Simple

_CREDENTIALS = regex(rf"\"?(?:\${CREDENTIALS_VARIABLE}|\$\{{{CREDENTIALS_VARIABLE}(?::?-)?\}})\"?")

_INDIRECT = regex(r"!(\w+)")  # `${!name}`


def test(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    if _hangs_on_the_task(walker, command):
        return None
    closed = arguments[:-1] if arguments and arguments[-1].text == "]" else arguments
    sources = [w.source for w in command.words[1:]] if len(command.words) == len(arguments) + 1 else [""] * len(closed)
    tokens = [
        Token(_text(walker, source, a.text if a.known else None), _is_uid(walker, a.text))
        for a, source in zip(closed, sources, strict=False)
    ]
    return decide(tokens, _facts(walker))


def double_brackets(walker: Walker, command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    variables, arguments = walker.state.variables, walker.state.arguments
    if _hangs_on_the_task(walker, command):
        return None
    operands = [
        Token(
            _text(walker, w.source, walker.value(w)),
            _is_uid(walker, w.source),
            partial(glob, w, variables, arguments),
        )
        for w in command.words[1:-1]
    ]
    return decide(operands, _facts(walker))


def _hangs_on_the_task(walker: Walker, command: Simple) -> bool:
    return any(is_given(w, walker.state.variables) and not _CREDENTIALS.fullmatch(w.source) for w in command.words)


def _text(walker: Walker, source: str, text: str | None) -> str | None:
    """A word's text, where it is known; the credentials variable is taken to be set, which is what ECS does."""
    source = _INDIRECT.sub(lambda name: walker.state.variables.get(name[1]) or name[0], source)
    if CREDENTIALS_VARIABLE in source and CREDENTIALS_VARIABLE not in walker.state.variables:
        return "/v2/credentials/…" if _CREDENTIALS.fullmatch(source) else text
    return text


def _is_uid(walker: Walker, source: str) -> bool:
    """Whether the word is the number of the user, be it asked for here or before."""
    bare = source.strip('"')
    return bare in UID_SOURCES or bare.strip("${}") in walker.uid_names


def _facts(walker: Walker) -> Facts:
    user = (walker.scope.user or "").partition(":")[0]

    def is_file(path: str) -> bool | None:
        there = absolute(path, walker.state)
        file = walker.files.get(there) if walker.files and there else None
        return True if file else None

    def is_set(name: str) -> bool | None:
        return True if name in walker.state.variables else None

    return Facts(is_set, is_file, user in ("root", "0") if user else None)
