"""What podman and buildah leave behind of a build that is interrupted: a working container that no tag leads to.

Seen with podman 4.3.1: SIGINT and SIGTERM end `podman build` at once, `--force-rm` or not, and the working container
stays in the storage. It is told from those of other builds by a build argument that only ours was given.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.verify.container import EngineError, call

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENT = "FARGATE_PATCH_BUILD"
# where an engine keeps its working containers, as its own `info` says it
_CONTAINERS = {
    "podman": "{{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers",
    "buildah": "{{.store.GraphRoot}}/{{.store.GraphDriverName}}-containers",
}


@contextmanager
def nothing_left(engine: str, program: str) -> Iterator[tuple[str, ...]]:
    """The options that mark a build, whose working container is removed where the block does not come to its end."""
    if engine not in _CONTAINERS:
        yield ()
        return
    mark = uuid.uuid4().hex
    try:
        yield (f"--build-arg={ARGUMENT}={mark}",)
    except BaseException:
        _remove(engine, program, mark)
        raise


def _remove(engine: str, program: str, mark: str) -> None:
    """Remove the working containers with this mark. Says nothing where that fails: another error is on its way."""
    command = (program, "rm", "--force") if engine == "podman" else (program, "rm")
    try:
        folder = Path(call([program, "info", f"--format={_CONTAINERS[engine]}"]).stdout.strip())
        for state in folder.glob("*/userdata/buildah.json"):
            if mark in state.read_text(encoding="utf-8", errors="replace"):
                call([*command, state.parents[1].name])
    except (EngineError, OSError):
        return
