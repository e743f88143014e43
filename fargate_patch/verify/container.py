"""A running container: commands in it, its output, its end, its processes and the environment of each."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.verify.ports import exposed, listening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class EngineError(Exception):
    """An engine, or a command of one, did not do what was asked. The message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command left behind."""

    stdout: str
    stderr: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a container, with the numbers it has in there."""

    pid: int
    parent: int
    uid: int
    argv: tuple[str, ...]
    environment: Mapping[str, str] | None  # as at its last execve; None: not to be read, or written over by a title


@dataclass(frozen=True, slots=True)
class Container:
    """A handle on one container. Everything raises EngineError where the engine refuses."""

    engine: str  # the engine's program
    name: str

    def exec(
        self,
        argv: Sequence[str],
        *,
        user: str | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> Completed:
        """Run a command beside PID 1. Its own failure is in the exit code, not an exception."""
        options = [f"--user={user}"] if user is not None else []
        options += [f"--env={name}={value}" for name, value in (env or {}).items()]
        return call([self.engine, "exec", *options, self.name, *argv], timeout=timeout)

    def logs(self) -> Completed:
        """What PID 1 and its children have written so far, stdout and stderr apart; the exit code is the engine's."""
        return call([self.engine, "logs", self.name])

    def wait(self, timeout: float = 60) -> int:
        """The exit code of PID 1, once it has ended."""
        return int(self._run("wait", self.name, timeout=timeout).strip())

    def signal(self, name: str) -> None:
        self._run("kill", f"--signal={name}", self.name)

    def restart(self, grace: int = 10) -> None:
        """Stop it and start it again in the same filesystem."""
        self._run("restart", "--time", str(grace), self.name)

    def inspect(self) -> Mapping[str, object]:
        return first_object(self._run("inspect", self.name), self.name)

    @property
    def running(self) -> bool:
        return self._state().get("Running") is True

    def processes(self) -> tuple[Process, ...]:
        """Every process in it, by PID: from the host's /proc where it shows them, else by a privileged shell within.

        In a user namespace (rootless podman) the users have other numbers outside, so there it is the shell as well.
        """
        root = self._state().get("Pid")
        if not isinstance(root, int) or root <= 0:
            return ()
        namespace = _namespace(root, "pid")
        if namespace is None or _namespace(root, "user") != _namespace("self", "user"):
            return self._processes_from_within()
        found = (_process(pid) for pid in _pids() if _namespace(pid, "pid") == namespace)
        return tuple(sorted((process for process in found if process), key=lambda process: process.pid))

    def listening_ports(self) -> frozenset[int]:
        """The TCP ports that are listened on in its network: from the host's /proc where it shows them."""
        root = self._state().get("Pid")
        try:
            tables = [Path(f"/proc/{root}/net/{name}").read_text() for name in ("tcp", "tcp6")]
        except OSError:
            tables = [self.exec(["cat", "/proc/net/tcp", "/proc/net/tcp6"], user="0").stdout]
        return frozenset(port for table in tables for _, port in listening(table))

    def exposed_ports(self) -> frozenset[int]:
        """The TCP ports that its image EXPOSEs."""
        image = str(self.inspect().get("Image"))
        inspected = first_object(call([self.engine, "image", "inspect", image]).stdout, image)
        return exposed(inspected.get("Config"))

    def _processes_from_within(self) -> tuple[Process, ...]:
        command = [self.engine, "exec", "--privileged", "--user=0", self.name, "/bin/sh", "-c", _LOOK]
        done = call(command)
        if done.exit_code:
            raise EngineError(f"the processes of {self.name} cannot be looked at: {last_words(done)}")
        found = (_described(record) for record in done.stdout.split("\x1e"))
        return tuple(sorted((process for process in found if process), key=lambda process: process.pid))

    def _state(self) -> Mapping[str, object]:
        state = self.inspect().get("State")
        return state if isinstance(state, dict) else {}

    def _run(self, *arguments: str, timeout: float = 60) -> str:
        done = call([self.engine, *arguments], timeout=timeout)
        if done.exit_code:
            raise EngineError(f"{arguments[0]} {self.name}: {last_words(done)}")
        return done.stdout


# Status, command line and environment of each process but the looking shell: fields end in 0x1d, records in 0x1e.
_LOOK = r"""
for d in /proc/[0-9]*; do
  [ "${d#/proc/}" = $$ ] && continue
  cat $d/status 2>/dev/null || continue
  printf '\035'; tr '\0' '\034' < $d/cmdline; printf '\035'
  tr '\0' '\034' < $d/environ || printf '\033'
  printf '\036'
done 2>/dev/null
true
"""


def _described(record: str) -> Process | None:
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


def call(command: Sequence[str], *, timeout: float = 120) -> Completed:
    """Run a command to its end. Raises EngineError where it cannot start or takes longer than `timeout` seconds."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"{' '.join(command[:2])} took longer than {timeout:g} seconds") from error
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be started: {error.strerror}") from error
    return Completed(done.stdout, done.stderr, done.returncode)


def last_words(done: Completed) -> str:
    """The last line that a command said, for a message of one line."""
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.exit_code}"


def first_object(text: str, what: str) -> Mapping[str, object]:
    """The first object of a JSON array, as `inspect` prints it."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise EngineError(f"inspect {what}: no JSON") from error
    if not (isinstance(found, list) and found and isinstance(found[0], dict)):
        raise EngineError(f"inspect {what}: nothing of that name")
    return found[0]
