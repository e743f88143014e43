"""fargate-patch: make the ECS task role reach every process of a container.

The public API: `patch`, `trace` and `revert` take the bytes of a Dockerfile and touch nothing; what they find is a
`FileResult`. Everything is typed, and none of it raises for what a Dockerfile may say: a file that cannot be read has
the status `error` and a reason. A name is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fargate_patch.dockerfile.scanner import DockerfileError
    from fargate_patch.patching import patch, revert, trace
    from fargate_patch.remedies.block import BlockError
    from fargate_patch.result import FileResult, Finding, Options, PutIn, Status, Suggestion
    from fargate_patch.version import __version__

__all__ = [
    "BlockError",
    "DockerfileError",
    "FileResult",
    "Finding",
    "Options",
    "PutIn",
    "Status",
    "Suggestion",
    "__version__",
    "patch",
    "revert",
    "trace",
]

_HOMES = {
    "dockerfile.scanner": ("DockerfileError",),
    "patching": ("patch", "revert", "trace"),
    "remedies.block": ("BlockError",),
    "result": ("FileResult", "Finding", "Options", "PutIn", "Status", "Suggestion"),
    "version": ("__version__",),
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(f"{__name__}.{home}"), name)
    return found
