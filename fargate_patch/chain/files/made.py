"""The folders that the instructions of a stage make, and the layer after which each of them is there."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch.chain.files.folders import made_by_run, with_parents
from fargate_patch.chain.files.from_elsewhere import Unclear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.files.copies import Placing
    from fargate_patch.chain.files.layer import Layer
    from fargate_patch.chain.files.surroundings import Surroundings

NEVER = float("inf")


class MadeFolders:
    """`layers` are the COPYs, ADDs and RUNs among the `surroundings`."""

    def __init__(self, surroundings: Sequence[Surroundings], layers: Sequence[Layer]) -> None:
        self._surroundings = surroundings
        self._layers = layers
        self._known: dict[str, float] = {}

    def first(self, path: str) -> float:
        """The number of the layer after which a folder is there."""
        if path not in self._known:
            above = ("/", *with_parents(path)) if path != "/" else ("/",)
            copied = (next((i for i, a in self._landed.get(f, ()) if a.makes_folder(path)), NEVER) for f in above)
            self._known[path] = min(self._made.get(path, NEVER), self._copied_below.get(path, NEVER), *copied)
        return self._known[path]

    @cached_property
    def _landed(self) -> dict[str, list[tuple[int, Placing]]]:
        """By the path that they put something at: the COPYs and ADDs in order, with the numbers of their layers."""
        landed: dict[str, list[tuple[int, Placing]]] = {}
        for index, layer in enumerate(self._layers):
            for action in layer.brings:
                if not isinstance(action, Unclear):
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
                for path in made_by_run(here, self._layers[number].instruction):
                    made.setdefault(path, number - 0.5)
            for path in with_parents(here.workdir) if here.workdir else ():
                made.setdefault(path, number - 0.5)
            number += here.instruction.name in ("COPY", "ADD", "RUN")
        return made
