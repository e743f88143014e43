"""Fargate in the small: containers with the environment, the credentials endpoint and the S3 that they have there.

One network namespace is the platform: a bridge with the endpoint at 169.254.170.2:80 and S3 at 169.254.170.3:443. Every
task gets a namespace of its own, joined to the bridge by a veth pair, so that many run at once and a server in them may
bind what it likes. Nothing leads anywhere else: a request to 169.254.169.254 fails at once, as it does on Fargate.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import s3

from fargate_patch.verify import namespaces
from fargate_patch.verify.container import Container, call, last_words
from fargate_patch.verify.endpoint import ADDRESS, PATH
from fargate_patch.verify.engine import Engine, RunOptions
from fargate_patch.verify.platform import ecs_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
S3_ADDRESS = "169.254.170.3"
TASKS_AT_MOST = 200
PATIENCE = 90  # seconds for what a machine with nothing else to do has in one or two


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
        with namespaces.joined(self.namespace, number) as namespace, ExitStack() as stack:
            options = replace(
                options,
                env={**ecs_environment(identifier, role=role), **options.env},
                network=f"ns:/var/run/netns/{namespace}",
                hosts={**dict.fromkeys(s3.HOSTS, S3_ADDRESS), "ecs-endpoint": ADDRESS, **options.hosts},
                volumes=(f"{self.authority}:/etc/ssl/certs/ca-certificates.crt:ro", *options.volumes),
            )
            yield Task(stack.enter_context(self.engine.run(image, options)), identifier, self.endpoint_log)


@contextmanager
def fargate(engine: Engine, folder: Path) -> Iterator[Fargate]:
    """Set the platform up, its logs and certificate in `folder`. Raises RigError or EngineError."""
    identifiers = [str(uuid.uuid4()) for _ in range(TASKS_AT_MOST)]
    given = [f"--id={identifier}" for identifier in identifiers]
    certificate, key = _certificate(folder)
    env = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with namespaces.bridged(f"fp{os.getpid():x}", (ADDRESS, S3_ADDRESS)) as name, ExitStack() as stack:
        python = [sys.executable, "-u"]
        server = [*python, "-m", "fargate_patch.verify.endpoint", f"--host={ADDRESS}", "--port=80", *given]
        store = [*python, str(Path(s3.__file__)), f"--host={S3_ADDRESS}", "--port=443", *given]
        store += ["--certificate", str(certificate), str(key)]
        stack.enter_context(namespaces.served(name, server, folder / "endpoint.log", (ADDRESS, 80), env))
        stack.enter_context(namespaces.served(name, store, folder / "s3.log", (S3_ADDRESS, 443), env))
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


def missing() -> str | None:
    """What this machine lacks for the rig, in words that end the sentence "real containers cannot run here: …"."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    lacking = [program for program in ("podman", "catatonit", "ip", "openssl") if not shutil.which(program)]
    return f"not installed: {', '.join(lacking)}" if lacking else None


def _run(command: Sequence[str]) -> None:
    done = call(command)
    if done.exit_code:
        raise RigError(f"{' '.join(command[:6])}: {last_words(done)}")
