"""All instructions of a stage on top of one another: what stands at a path is asked from the last one down."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.chain.copies import FromElsewhere, Origins, read_copy
from fargate_patch.chain.folders import OWN_FILES, STANDARD, always_folder, made_by_run, with_parents
from fargate_patch.chain.layers import Action, Answer, Change, Put, Via, below
from fargate_patch.chain.patterns import PatternError, component, has_wildcard
from fargate_patch.chain.replay import replay
from fargate_patch.chain.surroundings import Surroundings, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fargate_patch.chain.buildcontext import BuildContext
    from fargate_patch.chain.buildsteps import Event
    from fargate_patch.dockerfile.tree import Stage, Tree

MOST_LINKS = 40
MOST_LOOKUPS = 20_000  # paths that one question may lead to, through stages, copies and links
DEEPEST = 40  # questions that lead to questions
MOST_NAMES = 5_000
CRONTABS = "/var/spool/cron/crontabs"

_WIDE = re.compile(r"\b(?:cp|mv|rm|sed|dos2unix|find|ln|install|git)\b")
_RELATIVE = re.compile(r"\s(?:\.{1,2}/?|[^/\s\"';&|]*\*[^\s]*)(?=[\s;&|)\\]|\Z)")
_ROOT = re.compile(r"\s/\*?(?=[\s\"';&|)\\]|\Z)")


@dataclass(slots=True)
class Family:
    """What all stages of one Dockerfile share."""

    tree: Tree
    context: Path | None
    dockerfile: str
    stacks: dict[int, Stack] = field(default_factory=dict)
    lookups: int = 0
    depth: int = 0
    build_context: BuildContext | None = None

    def stack(self, stage: Stage) -> Stack:
        if stage.index not in self.stacks:
            self.stacks[stage.index] = Stack(self, stage)
        return self.stacks[stage.index]

    def origins(self) -> Origins:
        from fargate_patch.chain.buildcontext import BuildContext

        if self.context is not None and self.build_context is None:
            self.build_context = BuildContext(self.context, self.dockerfile)
        return Origins(self.build_context, self._earlier, self.dockerfile)

    def _earlier(self, name: str, before: int) -> Stack | None:
        found = self.tree.find(name)
        return self.stack(found) if found is not None and found.index < before else None


class Layer:
    """One COPY, ADD or RUN. It is read when something that it may have to do with is asked about."""

    def __init__(self, here: Surroundings, family: Family) -> None:
        self.here = here
        self.family = family
        self.runs = here.instruction.name == "RUN"

    @cached_property
    def script(self) -> str:
        """What a RUN says, for a look before it is read."""
        instruction = self.here.instruction
        return "\n".join((instruction.text, *(h.content for h in instruction.heredocs)))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        from fargate_patch.chain.buildsteps import read_run

        return read_run(self.here, self.here.instruction.line)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        if not self.runs:
            return read_copy(self.here, self.family.origins())
        from fargate_patch.chain.writes import read_writes

        return read_writes(self.events, self.family.dockerfile, self.here.user)

    def copies_of(self, path: str) -> Iterator[tuple[Change, Stack | None]]:
        """What a COPY does at a path, each with the earlier stage that it takes from, if it does."""
        for action in self.actions:
            files = action.files if isinstance(action, FromElsewhere) else None
            change = action.change(path, _Standard())
            if change is not None:
                yield change, files if isinstance(files, Stack) else None

    @cached_property
    def _is_wide(self) -> bool:
        return _WIDE.search(self.script) is not None

    def concerns(self, asked: Asked) -> bool:
        """May it have to do with a path?"""
        if not self.runs or asked.names.search(self.script):
            return True
        if not self._is_wide:
            return False
        if asked.above.search(self.script) or _ROOT.search(self.script):
            return True
        workdir = self.here.workdir
        rest = below(asked.path, workdir) if workdir else asked.path
        if rest is None:
            return False
        return _RELATIVE.search(self.script) is not None or f"{rest.split('/')[0]}" in self.script


class Asked:
    """A path, and what a RUN must mention to have to do with it."""

    def __init__(self, path: str, variables: Iterable[str]) -> None:
        self.path = path
        words = [re.escape(posixpath.basename(path)), *(rf"\$\{{?{re.escape(v)}\b" for v in variables)]
        if path.startswith(CRONTABS):
            words.append("crontab")
        self.names = re.compile("|".join(words))
        above = [p for p in with_parents(posixpath.dirname(path)) if p != "/"][-8:]
        self.above = re.compile(
            "|".join(rf"{re.escape(p)}(?:/[^\s/\"';&|)]*\*\S*|/\.?)?(?=[\s\"';&|)\\]|\Z)" for p in above) or r"(?!)"
        )


class _Standard:
    """An image of which nothing but the standard folders is known."""

    def is_folder(self, path: str) -> bool:
        return always_folder(path)


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

    @cached_property
    def _surroundings(self) -> tuple[Surroundings, ...]:
        return surroundings(self.family.tree, self._stage)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(Layer(h, self.family) for h in self._surroundings if h.instruction.name in ("COPY", "ADD", "RUN"))

    @cached_property
    def _values(self) -> tuple[tuple[str, str], ...]:
        """Every variable with every value that it has on the way."""
        last = self._surroundings[-1].variables if self._surroundings else None
        return tuple(last.all_values()) if last is not None else ()

    def question(self, path: str) -> Answer | None:
        """What stands at a path in the end."""
        self.family.lookups = 0
        return self.lookup(path)

    def lookup(self, path: str, before: tuple[int, int] | None = None) -> Answer | None:
        """What stood at a path before an action (layer, number); None where only the base may have it.

        A question that leads to too many others, or in a circle, ends as if nothing were known.
        """
        family = self.family
        family.depth += 1
        try:
            for _ in range(MOST_LINKS):
                family.lookups += 1
                if family.lookups > MOST_LOOKUPS or family.depth > DEEPEST:
                    return None
                answer = self._state(path, before or (len(self.layers), 0))
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
        changes.reverse()
        return replay(path, changes, self.lookup, self._is_own)

    def _changes(self, path: str, before: tuple[int, int]) -> Iterator[tuple[Change, tuple[int, int]]]:
        """From the last to the first."""
        base = posixpath.basename(path)
        asked = Asked(path, (name for name, value in self._values if base in value))
        for index in range(min(before[0], len(self.layers) - 1), -1, -1):
            if (index == before[0] and not before[1]) or not self.layers[index].concerns(asked):
                continue
            actions = self.layers[index].actions
            for number in range((before[1] if index == before[0] else len(actions)) - 1, -1, -1):
                change = actions[number].change(path, _Before(self, index))
                if change is not None:
                    yield change, (index, number)

    def is_folder(self, path: str, before: float) -> bool:
        """Is there a folder of that name before a layer? One that only the base image has is not known."""
        return always_folder(path) or self._first_made(path) < before

    def _first_made(self, path: str) -> float:
        """The number of the layer after which a folder is there."""
        if path not in self._folders:
            copied = (
                i
                for i, layer in enumerate(self.layers)
                if not layer.runs and any(_makes(a, path) for a in layer.actions)
            )
            self._folders[path] = min(self._made.get(path, float("inf")), next(copied, float("inf")))
        return self._folders[path]

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
        return OWN_FILES.match(path) is not None or (
            folder not in STANDARD and self._first_made(folder) != float("inf")
        )

    def names(self, folder: str) -> Iterable[str]:
        """Names that instructions may have put into a folder, in no order."""
        asked = Asked(f"{folder.rstrip('/')}/\0", ())
        base = posixpath.basename(folder)
        found: set[str] = set()
        for index, layer in enumerate(self.layers):
            listed = folder.startswith(CRONTABS) and "crontab" in layer.script if layer.runs else True
            if listed or base in layer.script or layer.concerns(asked):
                for action in layer.actions:
                    found.update(islice(action.names(folder, _Before(self, index)), MOST_NAMES))
                    if len(found) >= MOST_NAMES:
                        return found
        return found

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


def _makes(action: Action, path: str) -> bool:
    makes_folder = getattr(action, "makes_folder", None)
    return bool(makes_folder and makes_folder(path))
