"""Programs that COPY and ADD bring into a folder of every PATH, so that a RUN can start them by name."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.dockerfile.config import DEFAULT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fargate_patch.chain.files.layer import Layer

MOST = 5_000  # of one instruction


def programs_of(layers: Iterable[Layer]) -> dict[str, str]:
    """The paths, by name; that of the folder which PATH has first."""
    copies = [layer for layer in layers if not layer.runs and _may_be_on_path(layer)]
    found: dict[str, str] = {}
    for folder in reversed(DEFAULT_PATH.split(":")) if copies else ():
        for layer in copies:
            names = islice((name for brought in layer.brings for name in brought.names(folder, layer)), MOST)
            found.update((name, f"{folder}/{name}") for name in names)
    return found


def _may_be_on_path(layer: Layer) -> bool:
    """Does it speak of a folder of programs, or copy onto the root?"""
    said = layer.instruction
    return "bin" in said or "bin" in (layer.here.workdir or "") or said.rstrip().endswith(" /")
