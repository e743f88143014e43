"""Fargate in the small: containers with the environment, the credentials endpoint and the S3 that they have there.

One network namespace is the platform: a bridge with the endpoint at 169.254.170.2:80 and S3 at 169.254.170.3:443. Every
task gets a namespace of its own, joined to the bridge by a veth pair, so that many run at once and a server in them may
bind what it likes. Nothing leads anywhere else: a request to 169.254.169.254 fails at once, as it does on Fargate.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import s3

from fargate_patch.verify.container import Container, call, last_words
from fargate_patch.verify.endpoint import ADDRESS, CREDENTIALS_VARIABLE, PATH
from fargate_patch.verify.engine import Engine, RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
S3_ADDRESS = "169.254.170.3"
TASKS_AT_MOST = 200


class RigError(Exception):
    """The rig cannot be set up, or something in it did not happen in time."""


@dataclass(frozen=True, slots=True)
class Task:
    """A container that runs as an ECS task, and what the endpoint has seen of it."""

    container: Container
    identifier: str
    endpoint_log: Path

    def requests(self) -> tuple[str, ...]:
        """The endpoint's log lines for this task, `GET /v2/credentials/ID 200`, with the ID taken out."""
        lines = self.endpoint_log.read_text().splitlines()
        return tuple(line.replace(self.identifier, "ID") for line in lines if self.identifier in line)

    @property
    def fetched(self) -> bool:
        """Something in the container got the task role's keys."""
        return f"GET {PATH}ID 200" in self.requests()


@dataclass(frozen=True, slots=True)
class Fargate:
    """The platform, up and running."""

    engine: Engine
    namespace: str
    endpoint_log: Path
    authority: Path  # the certificate that stands for all that a container would trust
    identifiers: Iterator[str]
    numbers: Iterator[int]

    @contextmanager
    def run(self, image: str, options: RunOptions | None = None, *, role: bool = True) -> Iterator[Task]:
        """Run an image as a task with a task role, or without one. Everything is gone at the end."""
        number, identifier = next(self.numbers), next(self.identifiers)
        options = options or RunOptions()
        with self._task_namespace(number) as namespace, ExitStack() as stack:
            options = replace(
                options,
                env={**ecs_environment(identifier, role=role), **options.env},
                network=f"ns:/var/run/netns/{namespace}",
                hosts={**dict.fromkeys(s3.HOSTS, S3_ADDRESS), "ecs-endpoint": ADDRESS, **options.hosts},
                volumes=(f"{self.authority}:/etc/ssl/certs/ca-certificates.crt:ro", *options.volumes),
            )
            yield Task(stack.enter_context(self.engine.run(image, options)), identifier, self.endpoint_log)

    @contextmanager
    def _task_namespace(self, number: int) -> Iterator[str]:
        with _namespace(f"{self.namespace}-{number}") as name:
            pair = ["link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", f"v{number}"]
            _ip(*pair, "netns", self.namespace)
            _ip("-n", self.namespace, "link", "set", f"v{number}", "master", "br0", "up")
            _ip("-n", name, "addr", "add", f"169.254.170.{10 + number}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            yield name


def ecs_environment(identifier: str, *, role: bool = True) -> dict[str, str]:
    """What ECS puts into the first process's environment on Fargate; the first line only where the task has a role."""
    return {
        **({CREDENTIALS_VARIABLE: PATH + identifier} if role else {}),
        "AWS_DEFAULT_REGION": s3.REGION,
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": s3.REGION,
        "ECS_AGENT_URI": f"http://{ADDRESS}/api/{identifier}",
        "ECS_CONTAINER_METADATA_URI": f"http://{ADDRESS}/v3/{identifier}",
        "ECS_CONTAINER_METADATA_URI_V4": f"http://{ADDRESS}/v4/{identifier}",
    }


@contextmanager
def fargate(engine: Engine, folder: Path) -> Iterator[Fargate]:
    """Set the platform up, its logs and certificate in `folder`. Raises RigError where that is not possible."""
    identifiers = [str(uuid.uuid4()) for _ in range(TASKS_AT_MOST)]
    given = [f"--id={identifier}" for identifier in identifiers]
    certificate, key = _certificate(folder)
    with _namespace(f"fp{os.getpid():x}") as name, ExitStack() as stack:
        # Without an address of its own a bridge takes that of a port, and loses it with the port.
        _ip("-n", name, "link", "add", "br0", "address", "02:00:a9:fe:aa:02", "type", "bridge")
        for address in (ADDRESS, S3_ADDRESS):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", "br0")
        _ip("-n", name, "link", "set", "br0", "up")
        endpoint = ["-m", "fargate_patch.verify.endpoint", f"--host={ADDRESS}", "--port=80", *given]
        store = [str(Path(s3.__file__)), f"--host={S3_ADDRESS}", "--port=443", *given]
        store += ["--certificate", str(certificate), str(key)]
        stack.enter_context(_server(name, endpoint, folder / "endpoint.log", (ADDRESS, 80)))
        stack.enter_context(_server(name, store, folder / "s3.log", (S3_ADDRESS, 443)))
        yield Fargate(engine, name, folder / "endpoint.log", certificate, iter(identifiers), itertools.count())


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for S3's names that signs itself."""
    certificate, key = folder / "s3.pem", folder / "s3.key"
    names = ",".join(f"DNS:{host}" for host in s3.HOSTS)
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=s3.amazonaws.com",
    ]
    _run([*command, "-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(certificate)])
    return certificate, key


@contextmanager
def _namespace(name: str) -> Iterator[str]:
    _ip("netns", "add", name)
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        call(["ip", "netns", "del", name])


@contextmanager
def _server(namespace: str, arguments: Sequence[str], log: Path, address: tuple[str, int]) -> Iterator[None]:
    """A Python program in the namespace, from when it answers until the end of the block."""
    command = ["ip", "netns", "exec", namespace, sys.executable, "-u", *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}
        )
    try:
        listening = f"{address[0]}:{address[1]}"
        until(lambda: listening in _listeners(namespace) or process.poll() is not None, 30, f"server at {listening}")
        if process.poll() is not None:
            raise RigError(f"the server at {listening} ended: {log.read_text().strip().splitlines()[-1:]}")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _listeners(namespace: str) -> str:
    return call(["ip", "netns", "exec", namespace, "ss", "-Hltn"]).stdout


def until(happened: Callable[[], bool], seconds: float, what: str, step: float = 0.1) -> None:
    """Wait for something. Raises RigError when it has not happened in time."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise RigError(f"not within {seconds:g} seconds: {what}")
        time.sleep(step)


def missing() -> str | None:
    """What this machine lacks for the rig, in words that end the sentence "real containers cannot run here: …"."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    lacking = [program for program in ("podman", "catatonit", "ip", "ss", "openssl") if not shutil.which(program)]
    return f"not installed: {', '.join(lacking)}" if lacking else None


def _ip(*arguments: str) -> None:
    _run(["ip", *arguments])


def _run(command: Sequence[str]) -> None:
    done = call(command)
    if done.exit_code:
        raise RigError(f"{' '.join(command[:6])}: {last_words(done)}")
