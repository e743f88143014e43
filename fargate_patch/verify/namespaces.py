"""Network namespaces that lead nowhere: one with the endpoint at its real address, one for each task, and a bridge.

Root on Linux with `ip` alone; the engine has to take `ns:PATH` for a network, which podman does. Because a task has a
namespace of its own, a server in it may bind what it likes. A request to 169.254.169.254 fails at once, as on Fargate.
"""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fargate_patch.verify.container import EngineError, call, last_words
from fargate_patch.verify.ports import listening, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

FIRST_TASK = 10  # its last octet: 169.254.170.10
# Without an address of its own a bridge takes that of a port, and loses it with the port.
_BRIDGE = ("link", "add", "br0", "address", "02:00:a9:fe:aa:02", "type", "bridge")


@contextmanager
def namespace(name: str) -> Iterator[str]:
    """A network namespace with its loopback up, until the end of the block."""
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        call(["ip", "netns", "del", name])


@contextmanager
def bridged(name: str, addresses: Sequence[str]) -> Iterator[str]:
    """The namespace that tasks are joined to, with these addresses in it."""
    with namespace(name):
        ip("-n", name, *_BRIDGE)
        for address in addresses:
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "br0")
        ip("-n", name, "link", "set", "br0", "up")
        yield name


@contextmanager
def joined(bridge: str, number: int) -> Iterator[str]:
    """A task's namespace on the bridge of another; the numbers of those that exist at a time differ."""
    with namespace(f"{bridge}-{number}") as name:
        pair = ("link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", f"v{number}")
        ip(*pair, "netns", bridge)
        ip("-n", bridge, "link", "set", f"v{number}", "master", "br0", "up")
        ip("-n", name, "addr", "add", f"169.254.170.{FIRST_TASK + number}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        yield name


@contextmanager
def served(
    name: str, command: Sequence[str], log: Path, address: tuple[str, int], env: Mapping[str, str]
) -> Iterator[None]:
    """A program in a namespace, from when it listens until the end of the block. Raises EngineError where it ends."""
    wanted = f"{address[0]}:{address[1]}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["ip", "netns", "exec", name, *command], stdout=output, stderr=subprocess.STDOUT, env=env
        )
    try:
        until(lambda: wanted in _listeners(name) or process.poll() is not None, 30, f"server at {wanted}")
        if process.poll() is not None:
            said = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise EngineError(f"the server at {wanted} ended: {''.join(said)}")
        yield
    finally:
        process.terminate()
        process.wait(10)


def until(happened: Callable[[], bool], seconds: float, what: str, step: float = 0.1) -> None:
    """Wait for something. Raises EngineError when it has not happened in time."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise EngineError(f"not within {seconds:g} seconds: {what}")
        time.sleep(step)


def ip(*arguments: str) -> None:
    """Raises EngineError where `ip` refuses."""
    done = call(["ip", *arguments])
    if done.exit_code:
        raise EngineError(f"ip {' '.join(arguments[:5])}: {last_words(done)}")


def _listeners(name: str) -> str:
    """`address:port` of every TCP socket that listens in a namespace, from the kernel's own table."""
    table = call(["ip", "netns", "exec", name, "cat", "/proc/net/tcp"]).stdout
    return " ".join(f"{readable(address)}:{port}" for address, port in listening(table))
