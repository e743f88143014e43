"""Commands that change variables: assignments, `export`, `local`, `read`, `unset`, `(( … ))`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.chain.model import Word
from fargate_patch.chain.scripts.conditions import UID_SOURCES
from fargate_patch.chain.scripts.environment import listed
from fargate_patch.chain.scripts.outputs import looked_up
from fargate_patch.chain.scripts.state import MOST_ARGUMENTS
from fargate_patch.chain.scripts.words import first_word, is_given, lookup
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.shell.syntax import Computed, ShellWord, Simple, Variable, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.scripts.walk import Walker

Builtin: TypeAlias = "Callable[[Walker, Simple, tuple[Word, ...]], bool | None]"

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
ASSIGNED = regex(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?(\+?=)")
_COUNTED = regex(r"(?:\+\+|--)?([A-Za-z_][A-Za-z0-9_]*)(?:\+\+|--|\s*(?:[-+*/%&|^]|<<|>>)?=(?!=))?")


def assign(walker: Walker, name: str, word: ShellWord) -> None:
    part = word.parts[0] if word.parts else None
    if isinstance(part, Computed) and part.elements is not None:
        _assign_array(walker, name, part.elements)
        return
    value, given = walker.value(word), is_given(word, walker.state.variables)
    begins = _begins(walker, word) if value is None else None
    walker.state.variables[name] = value
    if given:
        walker.state.variables.given.add(name)
    if begins:
        walker.state.variables.first[name] = begins
    if value is None and word.source.strip('"') in UID_SOURCES:
        walker.uid_names.add(name)
    else:
        walker.uid_names.discard(name)


def _assign_array(walker: Walker, name: str, elements: tuple[ShellWord, ...]) -> None:
    variables = walker.state.variables
    if elements and elements[0].source == f'"${{{name}[@]}}"' and name not in variables:
        elements = elements[1:]  # of `X+=(c)`, the first time
    fields = tuple(field for element in elements for field in walker.expand(element))
    walker.steps += len(fields) // 8
    first = fields[0] if fields else Word("")
    begins = None if first.known else first_word(elements[0], variables, walker.state.arguments)
    variables[name] = first.text if first.known else None
    if begins:
        variables.first[name] = begins
    if len(fields) <= MOST_ARGUMENTS:
        variables.arrays[name] = fields


def _begins(walker: Walker, word: ShellWord) -> str | None:
    """The first word of a value of which no more is known, or the program that it is the place of."""
    variables, arguments = walker.state.variables, walker.state.arguments
    return first_word(word, variables, arguments) or looked_up(word.source.strip('"'), variables, arguments)


def assign_defaults(walker: Walker, word: ShellWord) -> None:
    """`${X:=y}` sets X on the way."""
    for part in word.parts:
        if isinstance(part, Variable) and part.operator in ("=", ":=") and part.argument and _NAME.fullmatch(part.name):
            found, text = lookup(part.name, walker.state.variables, walker.state.arguments)
            if not found or (text == "" and part.operator == ":="):
                walker.state.variables[part.name] = walker.value(part.argument)
                walker.state.variables.given.add(part.name)


def read(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    """`read`, `mapfile`, `printf -v`: every name among the arguments gets a value that only a run can tell."""
    for name in [a.text for a in arguments if _NAME.fullmatch(a.text)] or ["REPLY"]:
        walker.state.variables[name] = None
    return None


def getopts(walker: Walker, _command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    names = [arguments[1].text] if len(arguments) > 1 else []
    walker.state.variables |= dict.fromkeys([*names, "OPTARG", "OPTIND"])
    return None


def printf(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    if len(arguments) > 1 and arguments[0].text == "-v":
        return read(walker, command, arguments[1:2])
    return True


def let(walker: Walker, command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
    """`let` and `(( … ))`: names that are counted or assigned become unknown."""
    for word in command.words[1:]:
        for match in _COUNTED.finditer(word.source):
            if match[0] != match[1]:
                walker.state.variables[match[1]] = None
    return None


def unset(walker: Walker, command: Simple, arguments: tuple[Word, ...]) -> bool | None:
    functions = any(a.text == "-f" for a in arguments)
    of_environment = tuple(Word(one) for word in command.words[1:] if word.literal is None for one in listed(word))
    for argument in (*arguments, *of_environment):
        if not argument.known and _speaks_of_aws(walker, argument.text):
            walker.taken_away = argument
        elif functions:
            walker.state.own().functions.pop(argument.text, None)
        elif _NAME.fullmatch(argument.text):
            walker.state.variables[argument.text] = ""
            walker.state.own().exported.discard(argument.text)
    return True


def _speaks_of_aws(walker: Walker, source: str) -> bool:
    """Does a computed name, or what a loop takes it from? Others are of the application's own (`unset "$file"`)."""
    taken_from = (walker.taken_from.get(name, "") for name in _NAME.findall(source))
    return any("AWS" in said for said in (source, *taken_from))


def declaring(kind: str) -> Builtin:
    """`export`, `local`, `readonly`, `declare`, `typeset`. Their values are not split, as in an assignment."""

    def declare(walker: Walker, command: Simple, _arguments: tuple[Word, ...]) -> bool | None:
        skip = next(i for i, w in enumerate(command.words) if w.source == kind or walker.value(w) == kind)
        options = "".join(w.source for w in command.words[skip + 1 :] if w.source.startswith("-"))
        plus = any(w.source.startswith("+") and "x" in w.source for w in command.words[skip + 1 :])
        takes_back = plus or (kind == "export" and "n" in options)  # `declare +x NAME`, `export -n NAME`
        for word in command.words[skip + 1 :]:
            text = walker.value(word)
            assigned = ASSIGNED.match(word.source.lstrip("'\"") if text is None else text)
            name = assigned[1] if assigned else text
            if not name or not _NAME.fullmatch(name):
                continue
            if walker.locals and kind in ("local", "declare", "typeset"):
                walker.locals[-1].setdefault(name, walker.state.variables.get(name))
            if array := _array(word, assigned):
                assign(walker, name, array)
            elif assigned:
                given = is_given(word, walker.state.variables)
                walker.state.variables[name] = _assigned(walker, name, assigned, text)
                if given:
                    walker.state.variables.given.add(name)
            elif takes_back and name == CREDENTIALS_VARIABLE:
                walker.state.variables[name] = ""  # which for what is started comes to the same
            elif kind not in {"export", "readonly"} and name != CREDENTIALS_VARIABLE:  # whose value programs still get
                walker.state.variables[name] = None if re.search("[aAn]", options) else ""
            if takes_back:
                walker.state.own().exported.discard(name)
            elif kind == "export" or "x" in options:
                walker.state.own().exported.add(name)
        return True

    return declare


def _array(word: ShellWord, assigned: re.Match[str] | None) -> ShellWord | None:
    """The list of `declare X=(a b)`, which the grammar has as one word."""
    if not assigned or not word.source.startswith("(", assigned.end()):
        return None
    statements = parse(word.source)
    simple = statements[0] if len(statements) == 1 else None
    return simple.assignments[0][1] if isinstance(simple, Simple) and simple.assignments else None


def _assigned(walker: Walker, name: str, assigned: re.Match[str], text: str | None) -> str | None:
    if text is None or "[" in assigned[0] or text.startswith("(", assigned.end()):
        return None
    value = text[assigned.end() :]
    before = walker.state.variables.get(name)
    if assigned[2] == "+=":
        return None if before is None else before + value
    return value
