"""Edits to bytes: whole lines put in, taken out or replaced by number; every other byte stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fargate_patch.dockerfile.scanner import Source


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the lines `start` up to `end` (0-based, `end` excluded) by `lines`, which carry their own line ends."""

    start: int
    end: int
    lines: tuple[bytes, ...]


def apply(source: Source, edits: Sequence[Edit]) -> bytes:
    """The file with the edits made. Raises ValueError where two of them overlap."""
    raise NotImplementedError
