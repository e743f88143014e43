"""What an instruction is carried out with: variables, folder, shell and user, as those before it set them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import absolute
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.config import LARGEST_ENV
from fargate_patch.dockerfile.expand import ExpandError, expand, expand_heredoc
from fargate_patch.dockerfile.words import InstructionError, name_values, names_and_defaults, parse_exec_form

if TYPE_CHECKING:
    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.dockerfile.tree import Stage, Tree


@dataclass(frozen=True, slots=True)
class Expanded:
    """A word of the Dockerfile. `known` False: `undefined` names what it depends on, such as the base image's ENV."""

    text: str
    undefined: frozenset[str] = frozenset()
    known: bool = True


class History:
    """The values of every variable over a row of instructions, each kept once."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[list[int], list[str | None]]] = {}
        self.budget = LARGEST_ENV

    def set(self, index: int, name: str, value: str | None) -> None:
        """From the instruction after `index` on. None: it has a value, but not one that is known here."""
        indices, values = self.values.setdefault(name, ([], []))
        self.budget -= len(value or "")
        indices.append(index)
        values.append(value if self.budget > 0 else None)


class Variables(Mapping[str, "str | None"]):
    """What a History holds before one instruction."""

    def __init__(self, history: History, index: int) -> None:
        self._history = history
        self._index = index

    def __getitem__(self, name: str) -> str | None:
        indices, values = self._history.values[name]
        position = bisect_left(indices, self._index)
        if not position:
            raise KeyError(name)
        return values[position - 1]

    def all_values(self) -> Iterator[tuple[str, str]]:
        """Every name with every known value that it has anywhere in the row."""
        return ((name, v) for name, (_, values) in self._history.values.items() for v in values if v is not None)

    def __iter__(self) -> Iterator[str]:
        return (name for name, (indices, _) in self._history.values.items() if indices[0] < self._index)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Known(Mapping[str, str]):
    """The known ones, for an expansion."""

    def __init__(self, variables: Mapping[str, str | None]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        value = self._variables[name]
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._variables if self._variables[name] is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one instruction is carried out with."""

    index: int
    instruction: Instruction
    stage: int
    variables: Variables
    workdir: str | None  # absolute; None where it depends on the base image
    shell: tuple[str, ...] | None  # of the last SHELL; None: the base image's
    user: str  # as USER names it, without the group; "root" before the first USER
    escape: str

    def expand(self, word: str) -> Expanded:
        return _expanded(word, self.variables, self.escape)

    def expand_heredoc(self, content: str) -> Expanded:
        try:
            found = expand_heredoc(content, _Known(self.variables))
        except ExpandError:
            return Expanded(content, known=False)
        return Expanded(found.value, found.undefined, not found.undefined)


def _expanded(word: str, variables: Mapping[str, str | None], escape: str) -> Expanded:
    try:
        found = expand(word, _Known(variables), escape)
    except ExpandError:
        return Expanded(word, known=False)
    return Expanded(found.value, found.undefined, not found.undefined)


def surroundings(tree: Tree, stage: Stage) -> tuple[Surroundings, ...]:
    """Every instruction behind a FROM in the lineage of a stage, the outermost stage's first."""
    history = History()
    workdir: str | None = "/"  # as if the base image had no WORKDIR: one that has is asked about in the same terms
    shell: tuple[str, ...] | None = None
    user = "root"
    found: list[Surroundings] = []
    for member in tree.lineage(stage):
        for instruction in member.instructions[1:]:
            index = len(found)
            variables = Variables(history, index)
            here = Surroundings(index, instruction, member.index, variables, workdir, shell, user, tree.source.escape)
            found.append(here)
            if instruction.name == "WORKDIR":
                workdir = _workdir(here)
            elif instruction.name == "SHELL":
                shell = parse_exec_form(instruction.text)
            elif instruction.name == "USER":
                user = here.expand(instruction.text.strip()).text.partition(":")[0] or user
            elif instruction.name in ("ENV", "ARG"):
                _set_variables(history, here, tree)
    return tuple(found)


def _workdir(here: Surroundings) -> str | None:
    target = here.expand(here.instruction.text.strip())
    return absolute(target.text, here.workdir) if target.known else None


def _set_variables(history: History, here: Surroundings, tree: Tree) -> None:
    text = here.instruction.text
    if here.instruction.name == "ENV":
        try:
            pairs = name_values(text, "ENV", here.escape)
        except InstructionError:
            return
        for name, raw in pairs:
            value = here.expand(raw)
            history.set(here.index, here.expand(name).text, value.text if value.known else None)
        return
    for name, default in names_and_defaults(text, here.escape):
        if name in tree.arguments.build:
            history.set(here.index, name, tree.arguments.build[name])
        elif default is not None:
            value = here.expand(default)
            history.set(here.index, name, value.text if value.known else None)
        elif name in tree.arguments.unknown:
            history.set(here.index, name, None)
        elif name in tree.global_args:
            history.set(here.index, name, tree.global_args[name])
