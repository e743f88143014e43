"""What a script takes from a list of its environment: `$(compgen -e)`, `$(env | cut -d= -f1)`, `"${!AWS_@}"`.

A run as a task has the credentials variable in that list, so that a loop over it comes by that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.shell.syntax import Computed, Pipeline, Simple, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.shell.syntax import Loop, ShellWord

_LISTS = regex(r"\b(?:env|printenv|set|compgen|export|declare|typeset)\b|/environ\b")
_BEGINNING = regex(r"\$\{!([A-Za-z_]\w*)[@*]\}")


def listed(word: ShellWord) -> tuple[str, ...]:
    """The fields that have to do with the credentials variable, of a word that is a list of the environment."""
    return tuple(field for line in _lines(word) for field in line.split())


def _lines(word: ShellWord) -> Iterator[str]:
    for part in word.parts:
        begins = _BEGINNING.fullmatch(part.source) if isinstance(part, Computed) else None
        if begins and CREDENTIALS_VARIABLE.startswith(begins[1]):
            yield CREDENTIALS_VARIABLE
    for text in word.commands:
        yield from (_printed(text) or "").splitlines()


def is_followed(word: ShellWord) -> bool:
    """Is it known whether a list of the environment in it has the variable?"""
    return any(_printed(text) is not None for text in word.commands)


def _printed(text: str) -> str | None:
    """What of the variable a pipeline prints that begins with a list of the environment; None for any other."""
    if not _LISTS.search(text):
        return None
    from fargate_patch.chain.files import filters

    statement = next(iter(parse(text)), None)
    parts = statement.commands if isinstance(statement, Pipeline) else (statement,)
    commands = [part for part in parts if isinstance(part, Simple)]
    if len(commands) < len(parts):
        return None
    return next((filters.behind(commands[1:], one) for one in filters.listed(commands[0])), None)


def read_by(loop: Loop) -> dict[str, str | None]:
    """The variables of `while read NAME …; do …; done < <(env)` in the round in which it reads that line."""
    question = loop.condition[-1] if loop.condition else None
    if not isinstance(question, Simple) or not question.words or question.words[0].source != "read":
        return {}
    words = (word for redirect in loop.redirects for word in (redirect.target, redirect.body) if word)
    line = next((line for word in words for line in _lines(word)), None)
    names = [word.source for word in question.words[1:] if not word.source.startswith("-")]
    if line is None or not names:
        return {}
    cut_at = next((word.literal or "" for name, word in question.assignments if name == "IFS"), "")
    name = line.partition("=")[0] if len(names) > 1 and "=" in cut_at else line
    return {**dict.fromkeys(names), names[0]: name}
