"""Commands put together: pipelines, `&&` and `||`, redirects behind any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.shell.syntax import AndOr, Group, Loop, Negated, Pipeline, Simple, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.shell.syntax import Redirect, ShellWord, Statement

LONGEST_CHAIN = 64  # `a && b && …` beyond this is nested in halves, which means the same


def pipelines(commands: Sequence[Statement], operators: Sequence[str]) -> tuple[list[Statement], list[str]]:
    """Commands joined by `|` made one, `!` before the first of them standing for all."""
    runs: list[list[Statement]] = [[commands[0]]]
    between: list[str] = []
    for operator, command in zip(operators, commands[1:], strict=False):
        if operator in ("|", "|&"):
            runs[-1].append(command)
        else:
            between.append(operator)
            runs.append([command])
    return [_pipeline(run) for run in runs], between


def _pipeline(run: list[Statement]) -> Statement:
    first = run[0]
    if len(run) == 1:
        return first
    if isinstance(first, Negated):
        return Negated(Pipeline((first.body, *run[1:]), first.line), first.line)
    return Pipeline(tuple(run), first.line)


def and_or(commands: list[Statement], operators: list[str]) -> Statement:
    """Left to right; a run of one operator longer than LONGEST_CHAIN in halves, a mixed one that long is Unreadable."""
    if len(operators) > LONGEST_CHAIN:
        if len(set(operators)) > 1:
            return Unreadable(f"a list of {len(commands)} commands with && and ||", commands[0].line)
        half = len(commands) // 2
        left, right = and_or(commands[:half], operators[: half - 1]), and_or(commands[half:], operators[half:])
        return AndOr(left, operators[0], right, left.line)
    whole = commands[0]
    for operator, command in zip(operators, commands[1:], strict=False):
        whole = AndOr(whole, operator, command, whole.line)
    return whole


def redirected(statement: Statement, redirects: tuple[Redirect, ...], words: tuple[ShellWord, ...]) -> Statement:
    if isinstance(statement, Simple):
        return Simple(statement.assignments, statement.words + words, statement.redirects + redirects, statement.line)
    if isinstance(statement, Negated):
        return Negated(redirected(statement.body, redirects, words), statement.line)
    if isinstance(statement, Group):
        return Group(statement.body, statement.subshell, statement.redirects + redirects, statement.line)
    if isinstance(statement, Loop):
        return Loop(statement.name, statement.words, statement.condition, statement.body, redirects, statement.line)
    return Group((statement,), False, redirects, statement.line)
