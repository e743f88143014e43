"""The processes of a container with the environment of each: from the host's /proc, or told by a shell within.

In a user namespace (rootless podman) the users have other numbers outside, so there it is the shell.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a container, with the numbers it has in there."""

    pid: int
    parent: int
    uid: int
    argv: tuple[str, ...]
    environment: Mapping[str, str] | None  # as at its last execve; None: not to be read, or written over by a title


@dataclass(frozen=True, slots=True)
class First:
    """PID 1 of a container as this machine numbers it, and the namespace that tells it from a later one so numbered."""

    pid: int
    namespace: str

    @property
    def alive(self) -> bool:
        return _namespace(self.pid, "pid") == self.namespace


def first_process(pid: object) -> First | None:
    """From the engine's word for it. None where it has ended, or this machine does not show it."""
    if not isinstance(pid, int) or pid <= 0 or _namespace(pid, "user") != _namespace("self", "user"):
        return None
    namespace = _namespace(pid, "pid")
    return First(pid, namespace) if namespace else None


def in_namespace_of(first: First) -> tuple[Process, ...]:
    """Every process of that namespace, by PID."""
    found = (_process(pid) for pid in _pids() if _namespace(pid, "pid") == first.namespace)
    return tuple(sorted((process for process in found if process), key=lambda process: process.pid))


# Status, command line and environment of each process but the looking shell: fields end in 0x1d, records in 0x1e.
LOOK = r"""
for d in /proc/[0-9]*; do
  [ "${d#/proc/}" = $$ ] && continue
  cat $d/status 2>/dev/null || continue
  printf '\035'; tr '\0' '\034' < $d/cmdline; printf '\035'
  tr '\0' '\034' < $d/environ || printf '\033'
  printf '\036'
done 2>/dev/null
true
"""


def described(record: str) -> Process | None:
    status, _, rest = record.partition("\x1d")
    arguments, _, environ = rest.partition("\x1d")
    if not rest:
        return None
    return _from_status(status, arguments.split("\x1c"), None if environ == "\x1b" else environ.split("\x1c"))


def _from_status(status: str, arguments: Sequence[str], environ: Sequence[str] | None) -> Process:
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    own = fields.get("NSpid", fields["Pid"]).split()[-1]
    parent = fields["PPid"].split()[0]
    return Process(
        pid=int(own),
        parent=int(parent),
        uid=int(fields["Uid"].split()[1]),
        argv=tuple(arguments[:-1] if arguments and not arguments[-1] else arguments),
        environment=None if environ is None else _environment(environ),
    )


def _environment(entries: Sequence[str]) -> Mapping[str, str] | None:
    """php-fpm, nginx and sshd write their title over their environment: then nothing can be told from it."""
    found = dict(entry.split("=", 1) for entry in entries if "=" in entry)
    return found if found or entries in ([], [""]) else None


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _namespace(pid: int | str, kind: str) -> str | None:
    try:
        return str(Path("/proc", str(pid), "ns", kind).readlink())
    except OSError:
        return None


def _process(pid: int) -> Process | None:
    folder = Path("/proc", str(pid))
    try:
        status, arguments = (folder / "status").read_text(), _strings(folder / "cmdline")
    except (OSError, ValueError):
        return None  # it ended while it was looked at
    try:
        environ = _strings(folder / "environ")
    except OSError:
        environ = None
    found = _from_status(status, arguments, environ)
    return Process(found.pid, _inner_pid(found.parent), found.uid, found.argv, found.environment)


def _inner_pid(pid: int) -> int:
    """The number that a process of the host has in its own namespace; 0 for one that is outside of it."""
    try:
        lines = Path("/proc", str(pid), "status").read_text().splitlines()
    except OSError:
        return 0
    numbers = next((line.split()[1:] for line in lines if line.startswith("NSpid:")), [])
    return int(numbers[-1]) if len(numbers) > 1 else 0


def _strings(path: Path) -> list[str]:
    return path.read_bytes().decode(errors="surrogateescape").split("\0")
