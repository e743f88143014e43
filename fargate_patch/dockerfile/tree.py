"""Instructions to stages: the FROMs, what they are from, and the ARGs in front of them.

Uses dockerfile-parse over text that has been brought to one plain line per instruction (`plain`), where it is right;
its writing functions are never used. Values are expanded by `expand`, a stage's image config is played by `config`.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.dockerfile.config import LARGEST_ENV, Arguments, Command, Config, Setting, play
from fargate_patch.dockerfile.expand import ExpandError, Expansion, RequiredError, expand
from fargate_patch.dockerfile.plain import structure
from fargate_patch.dockerfile.scanner import DockerfileError, Instruction, Source
from fargate_patch.dockerfile.words import (
    flag_values,
    names_and_defaults,
    parse_exec_form,
    split_blanks,
    split_flags,
)
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Command", "Config", "Setting", "Stage", "Tree", "read_tree"]

AUTOMATIC_ARGS = frozenset(
    f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
) | {"TARGETSTAGE"}
"""ARGs that every build has a value for, each build another one (`dockerfile2llb/platform.go`)."""

_STAGE_NAME = regex(r"[a-z][a-z0-9-_.]*")
_ONE_ARGUMENT = ("MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR")


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it."""

    index: int
    name: str | None  # lower case, as BuildKit compares it
    image: str | None  # the FROM reference with ARGs expanded; None where an ARG has no value
    parent: int | None  # the earlier stage that it is FROM, if it is
    platform: str | None  # None where there is none, or where the build decides it (`$BUILDPLATFORM`)
    instructions: tuple[Instruction, ...]  # the FROM first


@dataclass(frozen=True, slots=True)
class Tree:
    """All stages of a file, and the build arguments they were read with."""

    source: Source
    stages: tuple[Stage, ...]
    global_args: Mapping[str, str]
    arguments: Arguments = field(default_factory=Arguments)
    _configs: dict[int, Config] = field(default_factory=dict, repr=False, compare=False)

    def find(self, reference: str) -> Stage | None:
        """The stage that `COPY --from=` or a mount's `from=` means, by name or number; None: an image."""
        if reference.isascii() and reference.isdigit():
            return self.stages[int(reference[:9])] if int(reference[:9]) < len(self.stages) else None
        return next((stage for stage in reversed(self.stages) if stage.name == reference.lower()), None)

    def target(self, name: str | None = None) -> Stage:
        """The last stage, or the one with that name or number. Raises DockerfileError when there is none."""
        if not name:
            return self.stages[-1]
        if stage := self.find(name):
            return stage
        names = [stage.name or str(stage.index) for stage in self.stages]
        shown = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
        what = "the stages" if len(names) > 1 else "stage"
        raise DockerfileError(f"there is no stage {name!r}; the file has {what} {shown}")

    def lineage(self, stage: Stage) -> tuple[Stage, ...]:
        """The stages of this file that `stage` is built from, the one on the outside image first, itself last."""
        stages = [stage]
        while (parent := stages[-1].parent) is not None:
            stages.append(self.stages[parent])
        return tuple(reversed(stages))

    def config(self, stage: Stage, base_env: Mapping[str, str] | None = None) -> Config:
        """What the stage's image config holds in the end.

        `base_env` is the environment that the outside image brings, where it is known: without it a variable that
        this file does not set makes what uses it unknown.
        """
        if base_env is not None:
            return play(self.lineage(stage), self.arguments, self.source.escape, base_env)
        if stage.index not in self._configs:
            self._configs[stage.index] = play(self.lineage(stage), self.arguments, self.source.escape, None)
        return self._configs[stage.index]

    def user_at(self, stage: Stage, line: int) -> Setting | None:
        """The USER in force for an instruction inserted before line index `line` (0-based); None: the base's."""
        users = self.config(stage).users
        above = bisect_left(users, line, key=lambda user: user.instruction.start)
        return users[above - 1] if above else None


def read_tree(source: Source, build_args: Mapping[str, str] | None = None) -> Tree:
    """Stages and settings of a scanned file.

    Raises DockerfileError: no FROM, something but ARG in front of the first, a FROM that cannot be read, an instruction
    without the argument it needs. A FROM that names a later stage means an image of that name, as for BuildKit.
    """
    before, *groups = _split_at_from(source)
    for instruction in before:
        if instruction.name != "ARG":
            raise DockerfileError(f"{instruction.keyword or 'this'} stands before the first FROM", instruction.line)
    if not groups:
        raise DockerfileError("there is no FROM in this file")
    arguments = _read_arguments(before, build_args or {}, source.escape)
    stages: list[Stage] = []
    names: dict[str, int] = {}
    for index, group in enumerate(groups):
        stage = _read_stage(index, group, arguments, source.escape, names)
        stages.append(stage)
        if stage.name:
            names[stage.name] = index
    return Tree(source, tuple(stages), arguments.before_from, arguments)


def _split_at_from(source: Source) -> list[list[Instruction]]:
    """What stands before the first FROM, then one list a stage."""
    groups: list[list[Instruction]] = [[]]
    for name, instruction in structure(source):
        if name == "FROM":
            groups.append([])
        elif name in _ONE_ARGUMENT and not instruction.text:
            raise DockerfileError(f"{name} needs an argument", instruction.line)
        elif name == "SHELL" and not parse_exec_form(split_flags(instruction.text, source.escape)[1]):
            raise DockerfileError("SHELL needs a JSON array", instruction.line)
        groups[-1].append(instruction)
    return groups


def _read_arguments(before: Sequence[Instruction], build_args: Mapping[str, str], escape: str) -> Arguments:
    """The ARGs before the first FROM, in order; each sees the ones above it."""
    values = {name: build_args[name] for name in AUTOMATIC_ARGS & build_args.keys()}
    unknown = set(AUTOMATIC_ARGS - build_args.keys())
    budget = LARGEST_ENV
    for instruction in before:
        for name, default in names_and_defaults(split_flags(instruction.text, escape)[1], escape):
            if name in build_args:
                values[name] = build_args[name]
            elif default is not None and budget > 0:
                expansion = _expand(default, values, unknown, escape, instruction)
                values[name] = expansion.value
                budget -= len(expansion.value)
                (unknown.discard if expansion.known else unknown.add)(name)
            elif default is not None:
                unknown.add(name)
    known = {name: value for name, value in values.items() if name not in unknown}
    return Arguments(build_args, known, frozenset(unknown))


def _expand(
    word: str, values: Mapping[str, str], unknown: set[str] | frozenset[str], escape: str, instruction: Instruction
) -> Expansion:
    try:
        return expand(word, values, escape, unknown)
    except RequiredError as error:
        return Expansion("", frozenset((str(error).split()[0],)))
    except ExpandError as error:
        raise DockerfileError(f"{instruction.name}: {error}", instruction.line) from None


def _read_stage(
    index: int, group: Sequence[Instruction], arguments: Arguments, escape: str, names: Mapping[str, int]
) -> Stage:
    first = group[0]
    flags, rest = split_flags(first.text, escape)
    words = split_blanks(rest)
    name = _stage_name(words, first)
    options = flag_values(flags)
    if unknown := options.keys() - {"platform"}:
        raise DockerfileError(f"FROM has no flag --{min(unknown)}", first.line)
    image = _value(words[0], arguments, escape, first)
    if image == "":
        raise DockerfileError(f"FROM {words[0]} names no image", first.line)
    platform = _value(options["platform"][-1], arguments, escape, first) if options else None
    parent = names.get(image.lower()) if image else None
    return Stage(index, name, image, parent, platform, tuple(group))


def _stage_name(words: Sequence[str], instruction: Instruction) -> str | None:
    if len(words) == 1:
        return None
    if len(words) != 3 or words[1].lower() != "as":
        raise DockerfileError("FROM takes an image, or an image, AS and a name", instruction.line)
    name = words[2].lower()
    if not _STAGE_NAME.fullmatch(name):
        raise DockerfileError(f"{words[2]!r} is no name for a stage", instruction.line)
    return name


def _value(word: str, arguments: Arguments, escape: str, instruction: Instruction) -> str | None:
    expansion = _expand(word, arguments.before_from, arguments.unknown, escape, instruction)
    return expansion.value if expansion.known else None
