"""Where tasks run: the variables that ECS sets, and the endpoint that they point to.

Three ways, the truest that can be had here: network namespaces of our own (`namespaces`), an engine's network with the
endpoint in a container at 169.254.170.2, or this machine's own network, where the address is another and the variable
with it (AWS_CONTAINER_CREDENTIALS_FULL_URI).
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import threading
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.verify import endpoint, namespaces
from fargate_patch.verify.container import Container, EngineError, call
from fargate_patch.verify.engine import Engine, RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

REGION = "eu-west-1"
SUBNET = "169.254.170.0/24"
ENDPOINT_IMAGE = "docker.io/library/python:3-alpine"
_PORT_OF_THE_METADATA = "http://169.254.170.2"
Network = tuple[str, str]  # the engine's word for it, and the address of the endpoint in it


@dataclass(frozen=True, slots=True)
class Task:
    """A container that runs as an ECS task does, and what the endpoint has seen of it."""

    container: Container
    identifier: str
    log: Callable[[], str]

    @property
    def fetched(self) -> bool:
        """Something in the container got the task role's keys."""
        return f"GET {endpoint.PATH}{self.identifier} 200" in self.log()


@dataclass(frozen=True, slots=True)
class Platform:
    """Up and running. `place` says in one sentence where the endpoint answers; `network` gives one to a task."""

    engine: Engine
    place: str
    network: Callable[[], AbstractContextManager[str]]
    base: str | None  # None: at the real address, so that the variable is the real one
    log: Callable[[], str]
    identifiers: Iterator[str]
    shared: bool = False  # one network for all tasks: two that listen on one port cannot run at a time

    @contextmanager
    def run(self, image: str, options: RunOptions) -> Iterator[Task]:
        """Run an image as a task with a task role. Everything is gone at the end. Raises EngineError."""
        identifier = next(self.identifiers)
        with self.network() as network, ExitStack() as stack:
            env = {**ecs_environment(identifier, base=self.base), **options.env}
            container = stack.enter_context(self.engine.run(image, replace(options, env=env, network=network)))
            yield Task(container, identifier, self.log)


def ecs_environment(identifier: str, *, role: bool = True, base: str | None = None) -> dict[str, str]:
    """What ECS puts into the first process's environment on Fargate; the credentials only where the task has a role.

    Source: the ECS developer guide, "Amazon ECS environment variables". `base` is for an endpoint at another address.
    """
    path = f"{endpoint.PATH}{identifier}"
    credentials = {CREDENTIALS_VARIABLE: path} if base is None else {endpoint.FULL_VARIABLE: base + path}
    return {
        **(credentials if role else {}),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": REGION,
        "ECS_AGENT_URI": f"{_PORT_OF_THE_METADATA}/api/{identifier}",
        "ECS_CONTAINER_METADATA_URI": f"{_PORT_OF_THE_METADATA}/v3/{identifier}",
        "ECS_CONTAINER_METADATA_URI_V4": f"{_PORT_OF_THE_METADATA}/v4/{identifier}",
    }


@contextmanager
def platform(
    engine: Engine, tasks: int, endpoint_image: str | None = None, way: str | None = None
) -> Iterator[Platform]:
    """The truest platform that this machine gives, for so many tasks. Raises EngineError where there is none."""
    identifiers = [str(uuid.uuid4()) for _ in range(tasks)]
    ways = {"namespace": _by_namespace, "network": _by_network, "host": _by_host}
    reasons = []
    for name in (way,) if way else ways:
        with ExitStack() as stack:
            try:
                found = stack.enter_context(ways[name](engine, identifiers, endpoint_image))
            except EngineError as problem:
                reasons.append(f"{name}: {problem}")
                continue
            yield found
            return
    raise EngineError(f"no network for a task and its credentials endpoint ({'; '.join(reasons)})")


@contextmanager
def _by_namespace(engine: Engine, identifiers: list[str], _image: str | None) -> Iterator[Platform]:
    if engine.name != "podman" or not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("ip"):
        raise EngineError("needs root, podman and the program ip")
    numbers = itertools.count()
    with TemporaryDirectory(prefix="fargate-patch-") as folder, ExitStack() as stack:
        name = stack.enter_context(namespaces.bridged(f"fpv{uuid.uuid4().hex[:8]}", [endpoint.ADDRESS]))
        log = Path(folder, "endpoint.log")
        command = [sys.executable, "-u", str(endpoint.__file__), f"--host={endpoint.ADDRESS}", "--port=80"]
        command += [f"--id={identifier}" for identifier in identifiers]
        stack.enter_context(namespaces.served(name, command, log, (endpoint.ADDRESS, 80), os.environ))

        @contextmanager
        def network() -> Iterator[str]:
            with namespaces.joined(name, next(numbers)) as own:
                yield f"ns:/var/run/netns/{own}"

        place = f"at {endpoint.ADDRESS}, in network namespaces of its own"
        yield Platform(engine, place, network, None, log.read_text, iter(identifiers))


@contextmanager
def _by_network(engine: Engine, identifiers: list[str], image: str | None) -> Iterator[Platform]:
    image = _with_python(engine, image)
    program = Path(endpoint.__file__).read_text(encoding="utf-8")
    given = tuple(f"--id={identifier}" for identifier in identifiers)
    with engine.network(SUBNET) as name:
        options = RunOptions(
            entrypoint=("python3", "-u", "-c", program, "--host=0.0.0.0", "--port=80", *given),
            user="0",
            network=name,
            ip=endpoint.ADDRESS,
        )
        with engine.run(image, options) as server:
            namespaces.until(lambda: _listens(server), 20, "the endpoint's container listens")

            @contextmanager
            def network() -> Iterator[str]:
                yield name

            place = f"at {endpoint.ADDRESS}, on a network of {engine.name}"
            yield Platform(engine, place, network, None, lambda: server.logs().stdout, iter(identifiers))


def _listens(server: Container) -> bool:
    said = server.logs()
    if "listening" not in said.stdout and not server.running:
        raise EngineError(f"the endpoint's container ended: {(said.stderr.strip().splitlines() or ['no word'])[-1]}")
    return "listening" in said.stdout


def _with_python(engine: Engine, image: str | None) -> str:
    """An image for the endpoint, pulled where it is not there. Raises EngineError where it cannot be had."""
    wanted = image or ENDPOINT_IMAGE
    if not engine.has_image(wanted):
        done = call([str(engine.program), "pull", "--quiet", wanted], timeout=120)
        if done.exit_code:
            raise EngineError(
                f"the image {wanted} for the endpoint cannot be had; name one with python3 by --endpoint-image"
            )
    return wanted


@contextmanager
def _by_host(engine: Engine, identifiers: list[str], _image: str | None) -> Iterator[Platform]:
    if sys.platform != "linux":
        raise EngineError("containers do not share this system's network")
    with endpoint.Endpoint(("127.0.0.1", 0), identifiers) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()

        @contextmanager
        def network() -> Iterator[str]:
            yield "host"

        base = f"http://127.0.0.1:{server.server_address[1]}"
        place = f"at {base}, by {endpoint.FULL_VARIABLE}: no network with 169.254.170.2 could be had here"
        try:
            yield Platform(engine, place, network, base, lambda: "\n".join(server.log), iter(identifiers), True)
        finally:
            server.shutdown()
