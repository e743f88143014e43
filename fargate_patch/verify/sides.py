"""What is to be proved, and both texts of it: the Dockerfile as it stands and patched, with the chains of each."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import fargate_patch
from fargate_patch.dataclass import dataclass, field
from fargate_patch.image.looking import Look
from fargate_patch.result import Options, Status
from fargate_patch.verify.engine import RunOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fargate_patch.chain.model import Chain
    from fargate_patch.result import FileResult
    from fargate_patch.verify.engine import Engine


class CannotProveError(Exception):
    """There is nothing that could be tried. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be proved. `data` None: an image without a Dockerfile, the one of `image`."""

    path: str
    data: bytes | None
    context: Path
    options: Options = field(default_factory=Options)
    run: RunOptions = field(default_factory=RunOptions)
    image: str | None = None  # in place of building the original
    engine: str | None = None
    probes: tuple[str, ...] = ()
    wait: float | None = None
    endpoint_image: str | None = None
    network: str | None = None
    checked: bool = True  # also what the patch must not do


@dataclass(frozen=True, slots=True)
class Sides:
    """The Dockerfile as it stands and patched. `after` None: nothing changes."""

    result: FileResult
    texts: tuple[bytes, bytes]
    before: tuple[Chain, ...]
    after: tuple[Chain, ...] | None


def sides_of(request: Request, engine: Engine) -> Sides:
    """Raises CannotProveError where the file is none to judge, EngineError where the image is not there."""
    data, options = request.data, _with_overrides(request)
    if request.image and not engine.has_image(request.image):
        brings = f"`{engine.name} pull {request.image}` brings it"
        raise CannotProveError(f"the image {request.image} is not here, and nothing is pulled; {brings}")
    if data is None:
        data = f"FROM {request.image}\n".encode()
        options = replace(options, look=options.look or Look(engine=True, always=True, named=engine.name))
    known = {"path": request.path, "context": request.context, "options": options}
    result = fargate_patch.patch(data, **known)  # type: ignore[arg-type]
    if result.status in (Status.ERROR, Status.SKIPPED):
        raise CannotProveError(result.reason or "there is nothing to judge")
    try:
        texts = fargate_patch.revert(data), result.new
    except (fargate_patch.BlockError, fargate_patch.DockerfileError) as problem:
        raise CannotProveError(str(problem)) from problem
    chains = [_of_this_run(fargate_patch.trace(text, **known).chains, options) for text in texts]  # type: ignore[arg-type]
    return Sides(result, texts, chains[0], chains[1] if texts[0] != texts[1] else None)


def _with_overrides(request: Request) -> Options:
    """The trace's word for what takes ENTRYPOINT's or CMD's place in this run."""
    run = request.run
    if run.entrypoint is not None:
        return replace(request.options, entrypoints=(json.dumps([*run.entrypoint, *run.command]),), commands=())
    return replace(request.options, commands=(json.dumps(run.command),) if run.command else (), entrypoints=())


def _of_this_run(chains: Sequence[Chain], options: Options) -> tuple[Chain, ...]:
    overridden = bool(options.commands or options.entrypoints)
    return tuple(dict.fromkeys(chain for chain in chains if bool(chain.run) == overridden))
