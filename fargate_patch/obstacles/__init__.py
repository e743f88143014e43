"""What stands in the task role's way although no program drops it: cures that do not work, credentials that go first.

One file per finding, found by walking this folder: `OBSTACLE` says what it is, `find` looks for it. Nothing else in the
project lists them.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.obstacles.model import Finder, Obstacle
    from fargate_patch.result import Finding

MOST = 100


@cache
def finders() -> tuple[Finder, ...]:
    """Every module of the package that finds something, by code; the others are what these share."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    found = (cast("Finder", module) for module in modules if hasattr(module, "OBSTACLE"))
    return tuple(sorted(found, key=lambda module: module.OBSTACLE.code))


@cache
def catalogue() -> Mapping[str, Obstacle]:
    """Every obstacle by its code."""
    return {module.OBSTACLE.code: module.OBSTACLE for module in finders()}


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Everything that stands in the way, each once for a place, by code; no more than MOST of a code."""
    if evidence.is_empty:
        return ()
    found: dict[tuple[str, str, int], Finding] = {}
    for module in finders():
        for finding in islice(module.find(evidence), MOST):
            found.setdefault((finding.code, finding.file, finding.line), finding)
    return tuple(found.values())
