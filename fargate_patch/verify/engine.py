"""Container engines: finds docker or podman (buildah for builds alone), builds images and runs containers.

The one place that knows their command lines; `verify` and the end-to-end tests stand on it. Subprocesses only. What is
made here is a context manager, so that it is gone after success, failure and Ctrl-C alike.
"""

from __future__ import annotations

import shutil
import subprocess
import uuid
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.verify.container import Completed, Container, EngineError, call, first_object, last_words
from fargate_patch.verify.leftovers import nothing_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

BUILT_IN = 600  # seconds at most
ENGINES = ("docker", "podman", "buildah")  # in the order in which they are asked for
_ALIVE = {
    "docker": ("version", "--format={{.Server.Version}}"),
    "podman": ("ps", "--last=1"),  # `info` asks the system's package manager for versions, at ten times the cost
}


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a task definition says about a container, in the engines' terms."""

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | None = None  # None: the image's own
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    read_only: bool = False
    init: bool = False
    network: str | None = None  # a network's name, "none", or (podman) "ns:PATH"
    ip: str | None = None
    tmpfs: tuple[str, ...] = ()  # "/run/x" or "/run/x:mode=0755"
    volumes: tuple[str, ...] = ()  # "/host/path:/in/container:ro"
    hosts: Mapping[str, str] = field(default_factory=dict)  # name → address

    def arguments(self) -> tuple[str, ...]:
        """The options of `run`, without the image and what follows it."""
        found: list[str] = [f"--env={name}={value}" for name, value in self.env.items()]
        found += [f"--user={self.user}"] if self.user is not None else []
        found += ["--read-only"] if self.read_only else []
        found += ["--init"] if self.init else []
        found += [f"--network={self.network}"] if self.network else []
        found += [f"--ip={self.ip}"] if self.ip else []
        found += [f"--tmpfs={mount}" for mount in self.tmpfs]
        found += [f"--volume={mount}" for mount in self.volumes]
        found += [f"--add-host={name}:{address}" for name, address in self.hosts.items()]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine on this machine. `program` runs containers, `builder` builds images (they may be the same)."""

    name: str  # "docker", "podman" or "buildah"
    program: str | None  # None: there is nothing here that could run a container
    builder: tuple[str, ...]  # the command up to its options: ("/usr/bin/podman", "build")

    def build(
        self,
        context: Path,
        dockerfile: Path,
        tag: str,
        *,
        target: str | None = None,
        build_args: Mapping[str, str] | None = None,
    ) -> str:
        """Build an image and return its tag. Raises EngineError with the last lines of the builder's own words."""
        command = [*self.builder, "--tag", tag, "--file", str(dockerfile)]
        command += ["--format=docker"] if self.name != "docker" else []  # the other format drops HEALTHCHECK and SHELL
        command += ["--target", target] if target else []
        command += [f"--build-arg={name}={value}" for name, value in (build_args or {}).items()]
        with nothing_left(self.name, self.builder[0]) as marks:
            done = call([*command, *marks, str(context)], timeout=BUILT_IN)
        if done.exit_code:
            raise EngineError(f"{dockerfile} does not build: {last_words(done)}")
        return tag

    @contextmanager
    def built(
        self,
        context: Path,
        dockerfile: Path,
        *,
        target: str | None = None,
        build_args: Mapping[str, str] | None = None,
    ) -> Iterator[str]:
        """The tag of an image that is removed at the end."""
        tag = f"localhost/fargate-patch:{uuid.uuid4().hex[:12]}"
        try:
            yield self.build(context, dockerfile, tag, target=target, build_args=build_args)
        finally:
            self.remove_image(tag)

    def has_image(self, reference: str) -> bool:
        return not call([self._runner, "image", "inspect", reference]).exit_code

    def image_config(self, reference: str) -> Mapping[str, object]:
        """The first object of `image inspect`: `Config`, `Os`, `Architecture` and the rest."""
        return first_object(self._run(["image", "inspect", reference]).stdout, reference)

    @contextmanager
    def saved(self, reference: str) -> Iterator[IO[bytes]]:
        """An image that is here as a docker-archive, to be read from front to back; nothing lies on the disk."""
        form = ("--format=docker-archive",) if self.name == "podman" else ()
        command = [self._runner, "image", "save", *form, reference]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            try:
                yield process.stdout  # type: ignore[misc]
            finally:
                process.kill()

    def remove_image(self, reference: str) -> None:
        call([self._runner, "image", "rm", "--force", reference])

    @contextmanager
    def run(self, image: str, options: RunOptions | None = None) -> Iterator[Container]:
        """Start a container in the background and hand it over once its program has begun; it is removed at the end."""
        options = options or RunOptions()
        name = f"fargate-patch-{uuid.uuid4().hex[:12]}"
        command = ["run", "--detach", "--pull=never", f"--name={name}", *self._own(options), *options.arguments()]
        arguments = options.command
        if options.entrypoint is not None:
            command.append(f"--entrypoint={options.entrypoint[0] if options.entrypoint else ''}")
            arguments = (*options.entrypoint[1:], *options.command)
        try:
            self._run([*command, image, *arguments])
            container = Container(self._runner, name)
            container.until_begun()
            yield container
        finally:
            call([self._runner, "rm", "--force", "--volumes", *self._at_once, name])

    @contextmanager
    def network(self, subnet: str) -> Iterator[str]:
        """The name of a network that leads nowhere else, with the addresses given."""
        name = f"fargate-patch-{uuid.uuid4().hex[:12]}"
        try:
            self._run(["network", "create", "--internal", "--subnet", subnet, name])
            yield name
        finally:
            call([self._runner, "network", "rm", name])

    @property
    def _at_once(self) -> tuple[str, ...]:
        """podman asks politely for ten seconds first, docker does not."""
        return ("--time=0",) if self.name == "podman" else ()

    def _own(self, options: RunOptions) -> tuple[str, ...]:
        # podman would put a tmpfs at /run, /tmp and /var/tmp of a read-only container; docker and ECS do not
        return ("--read-only-tmpfs=false",) if self.name == "podman" and options.read_only else ()

    @property
    def _runner(self) -> str:
        if self.program is None:
            raise EngineError(f"{self.name} builds images, but nothing here runs them: install docker or podman")
        return self.program

    def _run(self, arguments: Sequence[str]) -> Completed:
        done = call([self._runner, *arguments])
        if done.exit_code:
            raise EngineError(f"{self.name} {arguments[0]}: {last_words(done)}")
        return done


def find(preferred: str | None = None) -> Engine:
    """The engine to use: docker where its daemon answers, else podman, else buildah, which only builds.

    Raises EngineError, in one sentence, where there is none or where `preferred` does not work.
    """
    if preferred not in (None, *ENGINES):
        raise EngineError(f"{preferred} is no engine that is known here: {', '.join(ENGINES[:-1])} or {ENGINES[-1]}")
    reasons = []
    for name in (preferred,) if preferred else ENGINES:
        program = shutil.which(name)
        if program is None:
            reasons.append(f"{name} is not installed")
        elif name == "buildah":
            return Engine(name, None, (program, "bud"))
        else:
            asked = call([program, *_ALIVE[name]])
            if not asked.exit_code and asked.stdout.strip():
                return Engine(name, program, (program, "build"))
            reasons.append(f"{name} does not answer ({last_words(asked)})")
    raise EngineError(f"no container engine: {', '.join(reasons)}")
