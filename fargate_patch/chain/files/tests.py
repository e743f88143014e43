"""Tests in a RUN, `[ … ]` and its like, decided by values that the Dockerfile shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.conditions import Facts, Token, decide
from fargate_patch.chain.scripts.words import glob, value
from fargate_patch.shell import syntax

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.files.commands import State
    from fargate_patch.shell.globs import Glob

CLOSED = {"[": 1, "[[": 1, "test": 0}  # the words at their end that are no operands
VALUES_ALONE = Facts(is_set=lambda _name: None, is_file=lambda _path: None, is_root=None)


def holds(statement: syntax.Statement, state: State) -> bool | None:
    """Whether a test succeeds; None where that is not known, or it is no test."""
    if isinstance(statement, syntax.Negated):
        inner = holds(statement.body, state)
        return None if inner is None else not inner
    name = statement.words[0].source if isinstance(statement, syntax.Simple) and statement.words else ""
    if not isinstance(statement, syntax.Simple) or name not in CLOSED:
        return None
    operands = statement.words[1 : len(statement.words) - CLOSED[name]]
    tokens = [Token(value(w, state.variables, state.arguments), pattern=_pattern(name, w, state)) for w in operands]
    return decide(tokens, VALUES_ALONE)


def _pattern(name: str, word: syntax.ShellWord, state: State) -> Callable[[], Glob | None] | None:
    return partial(glob, word, state.variables, state.arguments) if name == "[[" else None
