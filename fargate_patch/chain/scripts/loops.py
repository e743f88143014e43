"""Loops in the walk: `for` over known values and `while` with a decided condition go round, every other one once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain import quiet
from fargate_patch.chain.files.patterns import has_wildcard
from fargate_patch.chain.model import Launch, Word
from fargate_patch.chain.scripts import substituted
from fargate_patch.chain.scripts.branches import condition
from fargate_patch.chain.scripts.environment import is_followed, listed, read_by
from fargate_patch.chain.scripts.folders import absolute
from fargate_patch.chain.scripts.state import End, merge
from fargate_patch.chain.scripts.words import glob
from fargate_patch.shell.globs import OneOf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Loop, ShellWord, Statement

MOST_VALUES = 16  # of a `for` that is walked once for each
MOST_ROUNDS = 64  # of a `while` whose condition is decided


def loop(walker: Walker, statement: Loop) -> bool | None:
    substituted.follow_redirects(walker, statement)
    walker.leaving.append([])
    walker.redirected += bool(statement.redirects)
    if statement.name is None:
        _while(walker, statement)
    else:
        _for(walker, statement.name, statement)
    walker.redirected -= bool(statement.redirects)
    left = walker.leaving.pop()
    if left:
        walker.state = merge([*left, walker.state], all_paths=False)
    return None


def _round(walker: Walker, body: Sequence[Statement]) -> bool:
    """One round of a loop; False where it was left by break, or for good."""
    walker.broken = False
    walker.block(body)
    if walker.state.end is End.LOOP and not walker.broken:
        walker.state.end = End.NOT
    return walker.state.end is End.NOT


def _for(walker: Walker, name: str, statement: Loop) -> None:
    substituted.follow(walker, [text for word in statement.words for text in word.commands], statement.line)
    values = [field for word in statement.words for field in _values(walker, word)]
    if len(values) <= MOST_VALUES and all(v.known for v in values):
        for one in values:
            walker.state.variables[name] = one.text
            if not _round(walker, statement.body):
                break
    else:
        untaken = walker.state.copy()
        walker.state.variables[name] = None
        walker.taken_from[name] = " ".join(word.source for word in statement.words if not is_followed(word))
        _round(walker, statement.body)
        walker.state = merge([untaken, walker.state], all_paths=False)
        _of_environment(walker, [{name: one} for word in statement.words for one in listed(word)], statement)
    if walker.state.end is End.LOOP:
        walker.state.end = End.NOT


def _of_environment(walker: Walker, rounds: Sequence[Mapping[str, str | None]], statement: Loop) -> None:
    """The rounds for the credentials variable, of a loop over the environment."""
    for values in rounds:
        if walker.state.end:
            break
        walker.state.variables |= values
        _round(walker, statement.body)


def _values(walker: Walker, word: ShellWord) -> tuple[Word, ...]:
    """The fields of a word of `for`. A pattern is the files of the image that it matches, unknown where it has none."""
    fields = walker.expand(word)
    if len(fields) != 1 or not fields[0].known or not has_wildcard(fields[0].text):
        return fields
    pattern = glob(word, walker.state.variables, walker.state.arguments)
    if pattern is not None and all(isinstance(token, OneOf) and token.is_literal for token in pattern):
        return fields
    where = absolute(fields[0].text, walker.state)
    found = walker.files.glob(where) if walker.files and where else ()
    return tuple(Word(file.path) for file in found) or (Word(word.source, known=False),)


def _while(walker: Walker, statement: Loop) -> None:
    for _ in range(MOST_ROUNDS):
        before = walker.state.copy()
        holds = condition(walker, statement.condition)
        if walker.state.end or holds is False:
            break
        untaken, started = walker.state.copy(), len(walker.found)
        going_on = _round(walker, statement.body)
        if holds is None:
            walker.state = merge([untaken, walker.state], all_paths=False)
            _of_environment(walker, [values] if (values := read_by(statement)) else [], statement)
            break
        if not going_on:
            break
        if walker.state.same_values(before):  # nothing can end it but what a run decides
            if not walker.leaving[-1]:
                walker.state.last = _work(walker, started) or walker.state.last
            walker.end(End.EXIT)
            break
    if walker.state.end is End.LOOP:
        walker.state.end = End.NOT


def _work(walker: Walker, first: int) -> frozenset[int]:
    """What an endless loop is there for: the last program of a round, by number, that is more than `sleep`.

    A condition is not, nor is what a branch turns into (`exec`), which ends the loop.
    """
    for number in sorted(set(range(first, len(walker.found))) - walker.finals - walker.questions, reverse=True):
        one = walker.found[number]
        if isinstance(one, Launch) and not quiet.at_the_end(one.argv[0].text.rpartition("/")[2], one.argv):
            return frozenset((number,))
    return frozenset()
