"""Makefiles: their rules, and what their variables stand for (GNU make's manual, sections 4 to 6).

Sides of a conditional are all read. A variable that a Makefile does not set, or not surely, is the environment's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 16_384  # characters of a value
MOST_TARGETS = 64  # of one line
DEEPEST = 16  # variables within each other
UNKNOWN = "${MAKE_VALUE}"  # what a function of make gives
CONDITIONALS = ("ifeq", "ifneq", "ifdef", "ifndef")
ASSIGNMENT = regex(r"[ \t]*(?:(?:export|override|private)[ \t]+)*([\w.-]+)[ \t]*([:?+!]?|:::?)=[ \t]*(.*)")
REFERENCE = regex(r"\$(?:(\$)|([@<^])|\(([\w.-]+)\)|\{([\w.-]+)\}|\((shell[ \t][^()]*)\)|\([^()]*\)?|\{[^{}]*\}?)")


@dataclass(slots=True)
class Rule:
    """One target. Each line of its recipe has the number that it has in the file, from 0."""

    needs: list[str] = field(default_factory=list)
    recipe: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Makefile:
    """`variables` are as written; None where one is set in more than one way."""

    rules: dict[str, Rule] = field(default_factory=dict)
    variables: dict[str, str | None] = field(default_factory=dict)
    includes: bool = False  # others, which are not read

    @property
    def goal(self) -> str:
        """The target that is made where none is named; "" where there is none."""
        return next((target for target in self.rules if not target.startswith(".") and "%" not in target), "")


@lru_cache(8)
def read_makefile(text: str) -> Makefile:
    makefile = Makefile()
    rules: list[Rule] = []
    depth = 0
    for number, line in _logical(text):
        word = line.split(None, 1)[0] if line.strip() else ""
        if line.startswith("\t") and rules:
            for rule in rules:
                rule.recipe.append((number, line[1:]))
        elif word in CONDITIONALS:
            depth += 1
        elif word == "endif":
            depth -= 1
        elif word in ("include", "-include", "sinclude"):
            makefile.includes = True
        elif not word or word.startswith("#") or word == "else":
            continue
        elif said := ASSIGNMENT.match(line):
            _assign(makefile, said[1], said[2], said[3], sure=depth == 0)
        elif ":" in line:
            rules = _rules(makefile, number, line)
    return makefile


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that they go on in; a recipe leaves that to the shell."""
    parts: list[str] = []
    since = 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        since = since if parts else number
        parts.append(line.removeprefix("\t") if parts else line)
        if not line.endswith("\\"):
            yield since, "\n".join(parts) if parts[0].startswith("\t") else " ".join(p.rstrip("\\") for p in parts)
            parts = []
    if parts:
        yield since, " ".join(p.rstrip("\\") for p in parts)


def _assign(makefile: Makefile, name: str, operator: str, value: str, *, sure: bool) -> None:
    before = makefile.variables.get(name)
    if operator == "+" and before is not None:
        value = f"{before} {value}"
    known = sure and operator in ("", ":", "::", ":::", "+") and not (operator == "+" and before is None)
    makefile.variables[name] = value.partition(" #")[0].strip() if known else None


def _rules(makefile: Makefile, number: int, line: str) -> list[Rule]:
    targets, _, rest = line.partition(":")
    needs, semicolon, command = rest.lstrip(":").partition(";")
    if said := ASSIGNMENT.match(needs):  # a variable of this target alone
        makefile.variables[said[1]] = None
        return []
    found = [makefile.rules.setdefault(target, Rule()) for target in targets.split()[:MOST_TARGETS]]
    for rule in found:
        rule.needs += [need for need in needs.partition("#")[0].split() if need != "|"]
        if semicolon:
            rule.recipe.append((number, command))
    return found


class Values:
    """What the variables of a Makefile stand for; each is worked out once."""

    def __init__(self, makefile: Makefile, given: dict[str, str]) -> None:
        self._written = {**makefile.variables, **given}
        self._known: dict[str, str] = {"MAKE": "make"}

    def expand(self, text: str, target: str = "", needs: tuple[str, ...] = (), depth: int = 0) -> str:
        """A text with its references replaced, one that is not known by the shell's own `${NAME}`."""
        automatic = {"@": target, "<": needs[0] if needs else "", "^": " ".join(needs)}
        parts: list[str] = []
        end = length = 0
        for found in REFERENCE.finditer(text):
            dollar, sign, *names, command = found.groups()
            name = names[0] or names[1]
            if dollar:
                value = "$"
            elif sign:
                value = automatic[sign]
            elif name:
                value = self._value(name, depth)
            else:
                value = f"$({command.split(None, 1)[1]})" if command and command.split()[1:] else UNKNOWN
            parts += (text[end : found.start()], value)
            length += len(value)
            end = found.end()
            if length > LONGEST:
                return UNKNOWN
        return "".join((*parts, text[end:]))

    def _value(self, name: str, depth: int) -> str:
        if name not in self._known:
            written = self._written.get(name)
            computed = written is None or depth >= DEEPEST
            self._known[name] = f"${{{name}}}"  # also where it stands for itself
            if written is not None and not computed:
                self._known[name] = self.expand(written, depth=depth + 1)
        return self._known[name]
