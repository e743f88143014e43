"""What an obstacle is: a row with the text that `explain` and docs/ show, in the shape that a mechanism's row has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fargate_patch.dataclass import dataclass
from fargate_patch.result import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Place
    from fargate_patch.obstacles.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One row of the catalogue. `level` is what a finding has unless its case says otherwise: error, warning, note."""

    code: str  # FP2xx a cure that does not work or does harm, FP3xx credentials that get in the role's way
    name: str
    title: str  # what it is, as a sentence without a full stop: "the region is fixed in the image"
    level: str
    what: str
    why: str  # what comes of it
    see: str  # a command that shows it in a running container, or in the image
    fix: str
    advice: str  # the change a person should make; one sentence, without a full stop
    sources: tuple[str, ...] = ()

    def at(self, place: Place, message: str, level: str | None = None) -> Finding:
        """The finding of this obstacle at a place."""
        return Finding(
            self.code, self.name, message, place.file, place.line, None, False, self.advice, level or self.level
        )


class Finder(Protocol):
    """The interface of a module in this package."""

    OBSTACLE: Obstacle

    def find(self, evidence: Evidence) -> Iterator[Finding]:
        """Where the obstacle stands, in the order of the places."""
        ...
