"""All instructions of a stage on top of one another: what stands at a path is asked from the last one down."""

from __future__ import annotations

import posixpath
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from fargate_patch.chain.files.changes import Answer, Change, Found, Put, Via
from fargate_patch.chain.files.copies import Origins
from fargate_patch.chain.files.folders import OWN_FILES, STANDARD, always_folder, made_by_run, with_parents
from fargate_patch.chain.files.layer import CRONTABS, Asked, Layer
from fargate_patch.chain.files.patterns import PatternError, component, has_wildcard
from fargate_patch.chain.files.replay import replay
from fargate_patch.chain.files.surroundings import Surroundings, surroundings
from fargate_patch.chain.model import Place
from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fargate_patch.chain.files.context import BuildContext
    from fargate_patch.chain.files.landing import Landing
    from fargate_patch.dockerfile.tree import Stage, Tree

MOST_LINKS = 40
MOST_WORK = 100_000  # instructions that one question may go through, those that it leads to included
DEEPEST = 40  # questions that lead to questions
MOST_NAMES = 5_000
NEVER = float("inf")


@runtime_checkable
class Lands(Protocol):
    """What a COPY or an ADD does: something comes to a place."""

    @property
    def landing(self) -> Landing: ...

    def makes_folder(self, path: str) -> bool: ...


@dataclass(slots=True)
class Family:
    """What all stages of one Dockerfile share."""

    tree: Tree
    context: Path | None
    dockerfile: str
    stacks: dict[int, Stack] = field(default_factory=dict)
    work: int = 0
    answers: dict[tuple[int, str, tuple[int, int]], Answer | None] = field(default_factory=dict)  # of one question
    depth: int = 0
    build_context: BuildContext | None = None
    changed: Mapping[str, str] | None = None  # files of the context that are to be taken to say something else

    def stack(self, stage: Stage) -> Stack:
        if stage.index not in self.stacks:
            self.stacks[stage.index] = Stack(self, stage)
        return self.stacks[stage.index]

    def origins(self) -> Origins:
        from fargate_patch.chain.files.context import BuildContext

        if self.context is not None and self.build_context is None:
            self.build_context = BuildContext(self.context, self.dockerfile, self.changed)
        return Origins(self.build_context, self._earlier, self.dockerfile)

    def _earlier(self, name: str, before: int) -> Stack | None:
        found = self.tree.find(name)
        return self.stack(found) if found is not None and found.index < before else None


@dataclass(frozen=True, slots=True)
class _Before:
    """The image before one action, as the action may ask about it."""

    stack: Stack
    layer: int

    def is_folder(self, path: str) -> bool:
        return self.stack.is_folder(path, self.layer)


class Stack:
    """The instructions of a stage and of the stages that it is from."""

    def __init__(self, family: Family, stage: Stage) -> None:
        self.family = family
        self._stage = stage
        self._folders: dict[str, float] = {}
        self._names: dict[str, frozenset[str]] = {}

    @cached_property
    def _surroundings(self) -> tuple[Surroundings, ...]:
        return surroundings(self.family.tree, self._stage)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(
            Layer(h, self.family.origins) for h in self._surroundings if h.instruction.name in ("COPY", "ADD", "RUN")
        )

    @cached_property
    def _values(self) -> tuple[tuple[str, str], ...]:
        """Every variable with every value that it has on the way."""
        last = self._surroundings[-1].variables if self._surroundings else None
        return tuple(last.all_values()) if last is not None else ()

    def begin(self) -> None:
        """A new question, with all the time that one may take."""
        self.family.work = 0
        self.family.answers.clear()

    def lookup(self, path: str, before: tuple[int, int] | None = None) -> Answer | None:
        """What stood at a path before an action (layer, number), or in the end. None: only the base may have it."""
        family = self.family
        family.depth += 1
        try:
            for _ in range(MOST_LINKS):
                if family.work > MOST_WORK or family.depth > DEEPEST:
                    return Found(
                        None, Place(family.dockerfile, 1), "it is copied through too many places to be followed"
                    )
                key = (self._stage.index, path, before or (len(self.layers), 0))
                if key not in family.answers:
                    family.work += 10
                    family.answers[key] = self._state(path, key[2])
                answer = family.answers[key]
                if not isinstance(answer, Via):
                    return answer
                path = answer.path
            return None
        finally:
            family.depth -= 1

    def _state(self, path: str, before: tuple[int, int]) -> Answer | None:
        changes: list[tuple[Change, tuple[int, int]]] = []
        for change, at in self._changes(path, before):
            changes.append((change, at))
            if isinstance(change, Put):
                break
        if not changes:
            return None
        changes.reverse()
        return replay(path, changes, self.lookup, self._is_own)

    def _changes(self, path: str, before: tuple[int, int]) -> Iterator[tuple[Change, tuple[int, int]]]:
        """From the last to the first."""
        asked = Asked(path, self._values)
        for index in range(min(before[0], len(self.layers) - 1), -1, -1):
            self.family.work += 1
            if (index == before[0] and not before[1]) or not self.layers[index].concerns(asked):
                continue
            actions, image = self.layers[index].actions, _Before(self, index)
            for number in range((before[1] if index == before[0] else len(actions)) - 1, -1, -1):
                change = actions[number].change(path, image)
                if change is not None:
                    yield change, (index, number)

    def is_folder(self, path: str, before: float) -> bool:
        """Is there a folder of that name before a layer? One that only the base image has is not known."""
        return always_folder(path) or self._first_made(path) < before

    def _first_made(self, path: str) -> float:
        """The number of the layer after which a folder is there."""
        if path not in self._folders:
            above = ("/", *with_parents(path)) if path != "/" else ("/",)
            copied = (next((i for i, a in self._landed.get(f, ()) if a.makes_folder(path)), NEVER) for f in above)
            self._folders[path] = min(self._made.get(path, NEVER), self._copied_below.get(path, NEVER), *copied)
        return self._folders[path]

    @cached_property
    def _landed(self) -> dict[str, list[tuple[int, Lands]]]:
        """By the path that they put something at: the COPYs and ADDs in order, with the numbers of their layers."""
        landed: dict[str, list[tuple[int, Lands]]] = {}
        for index, layer in enumerate(self.layers):
            for action in () if layer.runs else layer.actions:
                if isinstance(action, Lands):
                    landed.setdefault(action.landing.path, []).append((index, action))
        return landed

    @cached_property
    def _copied_below(self) -> dict[str, int]:
        """Folders in which a COPY or an ADD puts something, with the number of the first such layer."""
        first: dict[str, int] = {}
        for path, actions in self._landed.items():
            for folder in with_parents(posixpath.dirname(path)):
                first[folder] = min(first.get(folder, actions[0][0]), actions[0][0])
        return first

    @cached_property
    def _made(self) -> dict[str, float]:
        made: dict[str, float] = {}
        number = 0
        for here in self._surroundings:
            if here.instruction.name == "RUN":
                for path in made_by_run(here, self.layers[number].script):
                    made.setdefault(path, number - 0.5)
            for path in with_parents(here.workdir) if here.workdir else ():
                made.setdefault(path, number - 0.5)
            number += here.instruction.name in ("COPY", "ADD", "RUN")
        return made

    def _is_own(self, path: str) -> bool:
        """Is a file that `>>` begins the Dockerfile's own, so that the base image has none of that name?"""
        folder = posixpath.dirname(path)
        return OWN_FILES.match(path) is not None or (folder not in STANDARD and self._first_made(folder) != NEVER)

    def names(self, folder: str) -> frozenset[str]:
        """Names that instructions may have put into a folder. A listing that would take too long ends where it is."""
        family = self.family
        if folder not in self._names and family.depth <= DEEPEST:
            family.depth += 1
            self._names[folder] = frozenset(islice(self._list(folder), MOST_NAMES))
            family.depth -= 1
        return self._names.get(folder, frozenset())

    def _list(self, folder: str) -> Iterator[str]:
        asked = Asked(f"{folder.rstrip('/')}/\0", ())
        base = posixpath.basename(folder)
        for index, layer in enumerate(self.layers):
            self.family.work += 1
            if layer.runs and folder.startswith(CRONTABS) and "crontab" not in layer.script:
                continue
            if base not in layer.script and not layer.concerns(asked):
                continue
            image = _Before(self, index)
            for action in layer.actions:
                self.family.work += 1
                if self.family.work > MOST_WORK:
                    return
                yield from action.names(folder, image)

    def matching(self, pattern: str) -> list[str]:
        """Paths that may be there and match, sorted; `*` and `?` do not cross a slash."""
        found = [""]
        try:
            for name in pattern.strip("/").split("/"):
                if not has_wildcard(name):
                    found = [f"{f}/{name}" for f in found]
                    continue
                fits = component(name)
                found = list(islice((f"{f}/{n}" for f in found for n in self.names(f or "/") if fits(n)), MOST_NAMES))
        except PatternError:
            return []
        return sorted(found)
