"""All instructions of a stage on top of one another: what stands at a path is asked from the last one down."""

from __future__ import annotations

import posixpath
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.chain.files.asked import Asked
from fargate_patch.chain.files.changes import Answer, Change, Found, Put, Rewrite, Via, next_name
from fargate_patch.chain.files.concerned import Concerned
from fargate_patch.chain.files.folders import CRONTABS, OWN_FILES, STANDARD, always_folder
from fargate_patch.chain.files.layer import Layer, Questions
from fargate_patch.chain.files.made import NEVER, MadeFolders
from fargate_patch.chain.files.patterns import PatternError, component, has_wildcard
from fargate_patch.chain.files.programs import programs_of
from fargate_patch.chain.files.replay import replay
from fargate_patch.chain.files.surroundings import Surroundings, surroundings
from fargate_patch.chain.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.files.family import Family
    from fargate_patch.dockerfile.tree import Stage
    from fargate_patch.image.model import Image

MOST_LINKS = 40
MOST_WORK = 100_000  # instructions that one question may go through, those that it leads to included
DEEPEST = 40  # questions that lead to questions
DEEPEST_SCRIPT = 4  # of them, for a script that a RUN runs
MOST_NAMES = 5_000


class Stack:
    """The instructions of a stage and of the stages that it is from."""

    def __init__(self, family: Family, stage: Stage, base: Image | None, earlier: Stack | None = None) -> None:
        """`earlier`: the same stage as it was read before more instructions were put behind those that change files."""
        self.family = family
        self._base = base
        self._stage = stage
        self._earlier = earlier if earlier and self._goes_on(earlier) else None
        self._shared = len(self._earlier.layers) if self._earlier else 0
        self._ends: dict[str, Answer | None] = {}  # what stands at a path in the end, a link not followed
        self._names: dict[str, frozenset[str]] = {}
        self._in_order = 0  # so many layers have read the scripts that they run

    @cached_property
    def _surroundings(self) -> tuple[Surroundings, ...]:
        return surroundings(self.family.tree, self._stage)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        changing = [h for h in self._surroundings if h.instruction.name in ("COPY", "ADD", "RUN")]
        origins = self.family.origins
        ask = Questions(self._script, self.is_folder, lambda: self.programs)
        shared = self._earlier.layers if self._earlier else ()
        return (*shared, *(Layer(n, h, origins, ask) for n, h in enumerate(changing) if n >= self._shared))

    def _goes_on(self, earlier: Stack) -> bool:
        """Does this stage begin with everything that the other does up to its last layer?"""
        last = earlier.layers[-1].here.index if earlier.layers else -1
        ours = [h.instruction for h in self._surroundings[: last + 1]]
        return ours == [h.instruction for h in earlier._surroundings[: last + 1]]

    @cached_property
    def programs(self) -> Mapping[str, str]:
        return programs_of(self.layers)

    def _script(self, layer: int, path: str, action: int) -> Found | None:
        """A script that the RUN of a layer runs, as it is after so many of its actions; None where it is not known.

        The RUNs before are read first and in order, so that reading one never leads to reading another.
        """
        family = self.family
        while self._in_order < layer:
            self._in_order += 1
            _ = self.layers[self._in_order - 1].scripts
        if family.scripts <= 0 or family.depth > DEEPEST_SCRIPT:
            return None
        family.scripts -= 1
        outer, family.work = family.work, 0
        found = self.lookup(path, (layer, action))
        family.work = outer
        if not isinstance(found, Found) or not found.sure or found.text is None:
            return None
        family.script_characters -= len(found.text)
        return found if family.script_characters >= 0 else None

    @cached_property
    def _values(self) -> tuple[tuple[str, str], ...]:
        """Every variable with every value that it has on the way."""
        last = self._surroundings[-1].variables if self._surroundings else None
        return tuple(last.all_values()) if last is not None else ()

    def begin(self) -> None:
        """A new question, with all the time that one may take."""
        self.family.work = 0
        self.family.answers.clear()
        if self._earlier:
            self._earlier.begin()

    def lookup(self, path: str, before: tuple[int, int] | None = None) -> Answer | None:
        """What stood at a path before an action (layer, number), or in the end. None: only the base may have it."""
        self.family.depth += 1
        try:
            for _ in range(MOST_LINKS):
                answer = self._at(path, before or (len(self.layers), 0))
                if not isinstance(answer, Via):
                    return answer
                path = answer.path
            return None
        finally:
            self.family.depth -= 1

    def _at(self, path: str, before: tuple[int, int]) -> Answer | None:
        """The same, a link not followed."""
        family, key = self.family, (self._stage.index, path, before)
        if family.work > MOST_WORK or family.depth > DEEPEST:
            return Found(None, Place(family.dockerfile, 1), "it is copied through too many places to be followed")
        if key not in family.answers:
            family.work += 10
            family.answers[key] = self._state(path, before)
            if family.depth <= 1 and before[0] == len(self.layers):
                self._ends[path] = family.answers[key]
        return family.answers[key]

    def _end(self, path: str) -> Answer | None:
        """What stands at a path in the end, for the stack that goes on from here."""
        return self._ends[path] if path in self._ends else self._at(path, (len(self.layers), 0))

    def _state(self, path: str, before: tuple[int, int]) -> Answer | None:
        if self._earlier and not any(True for _ in self._changes(path, before, self._shared)):
            return self._earlier._end(path)
        changes: list[tuple[Change, tuple[int, int]]] = []
        for change, at in self._changes(path, before):
            changes.append((change, at))
            if isinstance(change, Put):
                break
        below = self._of_base(path)
        if below is None and any(isinstance(change, Rewrite) for change, _ in changes):
            below = self._shipped(path)
        if not changes or (below and not isinstance(changes[-1][0], Put)):
            if below is None:
                return None
            changes.append((Put(below), (0, 0)))
        changes.reverse()
        return replay(path, changes, self.lookup, self._is_own)

    def _of_base(self, path: str) -> Answer | None:
        base = self._base
        if base is None or (path not in base.files and path not in base.links):
            return None
        link = base.links.get(path)
        return Via(link) if link else Found(base.files[path], Place(f"{base.reference}:{path}", 1))

    def _shipped(self, path: str) -> Answer | None:
        """What the distribution's package brings, for what edits it in place."""
        from fargate_patch.image.shipped import SHIPPED

        text = SHIPPED.get(self._base.family.name, {}).get(path) if self._base else None
        return Found(text, Place(f"{self._base.reference}:{path}", 1)) if text and self._base else None

    def _changes(self, path: str, before: tuple[int, int], first: int = 0) -> Iterator[tuple[Change, tuple[int, int]]]:
        """From the last to the first, and no further than layer `first`.

        In the end there are none, of whatever layer, where none of the stack's own is concerned: then it is asked
        of the earlier stack.
        """
        asked = Asked(path, self._values)
        if before[0] == len(self.layers) and not self._concerned.may_be(asked):
            return
        for index in range(min(before[0], len(self.layers) - 1), first - 1, -1):
            self.family.work += 1
            layer = self.layers[index]
            if (index != before[0] or before[1]) and layer.concerns(asked):
                actions = layer.actions
                for number in range((before[1] if index == before[0] else len(actions)) - 1, -1, -1):
                    change = actions[number].change(path, layer)
                    if change is not None:
                        yield change, (index, number)
            for mount in layer.mounts if index == before[0] else ():
                change = mount.change(path, layer)
                if change is not None:
                    yield change, (index, 0)

    @cached_property
    def _concerned(self) -> Concerned:
        return Concerned(self.layers[self._shared :], self._spend)

    def _spend(self, work: int) -> None:
        self.family.work += work

    @cached_property
    def _made(self) -> MadeFolders:
        return MadeFolders(self._surroundings, self.layers)

    def is_folder(self, path: str, before: float) -> bool:
        """Is there a folder of that name before a layer? One that only the base image has is not known."""
        return always_folder(path) or self._made.first(path) < before

    def _is_own(self, path: str) -> bool:
        """Is a file that `>>` begins the Dockerfile's own, so that the base image has none of that name?"""
        folder = posixpath.dirname(path)
        return OWN_FILES.match(path) is not None or (folder not in STANDARD and self._made.first(folder) != NEVER)

    def names(self, folder: str) -> frozenset[str]:
        """Names that instructions may have put into a folder. A listing that would take too long ends where it is."""
        family = self.family
        if folder not in self._names and family.depth <= DEEPEST:
            family.depth += 1
            self._names[folder] = frozenset(islice(self._list(folder), MOST_NAMES))
            family.depth -= 1
        return self._names.get(folder, frozenset())

    def _list(self, folder: str) -> Iterator[str]:
        if self._earlier:
            yield from self._earlier.names(folder)
        for path in (*self._base.files, *self._base.links) if self._base and not self._earlier else ():
            yield from next_name(path, folder)
        asked = Asked(f"{folder.rstrip('/')}/\0", ())
        base = posixpath.basename(folder)
        for layer in self.layers[self._shared :]:
            self.family.work += 1
            if layer.runs and folder.startswith(CRONTABS) and "crontab" not in layer.script:
                continue
            if base not in layer.script and not layer.concerns(asked):
                continue
            for action in layer.actions:
                self.family.work += 1
                if self.family.work > MOST_WORK:
                    return
                yield from action.names(folder, layer)

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
