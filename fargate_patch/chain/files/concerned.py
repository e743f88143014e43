"""Whether a row of instructions may have to do with a path at all, told by its last part and its folder.

Most of what is asked about is the base image's, or nobody's: programs along the PATH, startup files, tables of cron.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch.chain.files.folders import CRONTABS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fargate_patch.chain.files.asked import Asked
    from fargate_patch.chain.files.copies import Brought
    from fargate_patch.chain.files.layer import Layer


class Concerned:
    """Answers are kept by name and by folder, for every path is made of few of either."""

    def __init__(self, layers: Sequence[Layer], spend: Callable[[int], None]) -> None:
        """`spend` is told how many layers are gone through."""
        self._runs = [layer for layer in layers if layer.runs]
        self._copies = [layer for layer in layers if not layer.runs]
        self._named: dict[str, bool] = {}
        self._reached: dict[str, bool] = {}
        self._spend = spend

    def may_be(self, asked: Asked) -> bool:
        """May one of the layers have to do with the path?"""
        if asked.path in self._landed or asked.path.startswith(CRONTABS):
            return True
        if (named := self._named.get(asked.base)) is None:
            self._spend(len(self._runs))
            named = asked.base in self._unclear or any(layer.names(asked) for layer in self._runs)
            self._named[asked.base] = named
        if named:
            return True
        if (reached := self._reached.get(asked.folder)) is None:
            self._spend(len(self._runs))
            reached = self._reached[asked.folder] = self._reach(asked)
        return reached

    def _reach(self, asked: Asked) -> bool:
        """Does something land in the folder or above it, or is a RUN about what is in it?"""
        folder = asked.folder or "/"
        landings = (brought.landing for brought in self._brought if brought.landing)
        if any(landing.below(folder) is not None for landing in landings):
            return True
        return any(layer.here.workdir == folder or layer.reaches(asked) for layer in self._runs)

    @property
    def _brought(self) -> Iterator[Brought]:
        return (brought for layer in self._copies for brought in layer.brings)

    @cached_property
    def _landed(self) -> frozenset[str]:
        return frozenset(brought.landing.path for brought in self._brought if brought.landing)

    @cached_property
    def _unclear(self) -> frozenset[str]:
        """The names of what lands nobody knows where."""
        unclear = (brought for brought in self._brought if brought.landing is None)
        return frozenset(name for brought in unclear for name in brought.basenames)
