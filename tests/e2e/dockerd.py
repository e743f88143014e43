"""Docker's daemon beside podman, out of Debian's package and in a folder of its own: nothing is installed or changed.

It has neither firewall rules nor a registry; images come to it from podman.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.verify.container import EngineError, call, last_words
from fargate_patch.verify.namespaces import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PACKAGES = ("docker.io", "containerd")
_ALONE = ("--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false")


class NoDaemonError(Exception):
    """It cannot run here. The message says why."""


@dataclass(frozen=True, slots=True)
class Docker:
    """A running daemon."""

    environment: dict[str, str]  # in which `docker` finds it

    def __call__(self, *arguments: str) -> str:
        return subprocess.run(
            ["docker", *arguments], env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def take(self, reference: str) -> None:
        """Bring one of podman's images over."""
        with subprocess.Popen(["podman", "save", reference], stdout=subprocess.PIPE) as saved:
            subprocess.run(
                ["docker", "load"], env=self.environment, stdin=saved.stdout, check=True, capture_output=True
            )


@contextmanager
def running(folder: Path) -> Iterator[Docker]:
    """Start it, with all that is its own in `folder`. Raises NoDaemonError."""
    root = _unpacked(folder)
    socket = f"unix://{folder}/docker.sock"
    path = os.pathsep.join([f"{root}/usr/bin", f"{root}/usr/sbin", os.environ["PATH"]])
    docker = Docker(os.environ | {"PATH": path, "DOCKER_HOST": socket})
    own = (f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"--pidfile={folder}/pid", f"--host={socket}")
    log = folder / "log"
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            [f"{root}/usr/sbin/dockerd", *_ALONE, *own],
            env=docker.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: _answers(daemon, folder), 60, "docker's daemon answers")
        yield docker
    except EngineError as problem:
        raise NoDaemonError(f"{problem}: {log.read_text(errors='replace').strip().splitlines()[-1:]}") from problem
    finally:
        daemon.terminate()
        daemon.wait(30)
        _emptied(folder)


def _answers(daemon: subprocess.Popen[bytes], folder: Path) -> bool:
    if daemon.poll() is not None:
        raise EngineError(f"docker's daemon ended with exit code {daemon.returncode}")
    return "API listen" in (folder / "log").read_text(errors="replace")


def _emptied(folder: Path) -> None:
    """Take its mounts and its quarter of a gigabyte away."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in places:
        if place.startswith(f"{folder}/"):
            call(["umount", "--lazy", place])
    shutil.rmtree(folder)


def _unpacked(folder: Path) -> Path:
    for program in ("apt-get", "dpkg-deb", "runc"):
        if not shutil.which(program):
            raise NoDaemonError(f"not installed: {program}")
    _run(["apt-get", "--quiet=2", "download", *PACKAGES], folder)
    for package in folder.glob("*.deb"):
        _run(["dpkg-deb", "--extract", str(package), "root"], folder)
    return folder / "root"


def _run(command: Sequence[str], folder: Path) -> None:
    done = call(["env", f"--chdir={folder}", *command])
    if done.exit_code:
        raise NoDaemonError(f"{' '.join(command[:3])}: {last_words(done)}")
