"""A running container: commands in it, its output, its end, its processes and its ports."""

from __future__ import annotations

import json
import os
import subprocess
import time
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.remedies.variables import SHIM
from fargate_patch.verify.ports import exposed, listening
from fargate_patch.verify.processes import LOOK, described, first_process, in_namespace_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fargate_patch.verify.processes import First, Process


MOST_OUTPUT = 8_000  # bytes of a container's last output that are looked at
BEGINS_IN = 10  # seconds at most for what comes before the program
MARK = "FARGATE_PATCH_HELPER"  # in the environment of what we leave running in a container for a while


class EngineError(Exception):
    """An engine, or a command of one, did not do what was asked. The message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command left behind."""

    stdout: str
    stderr: str
    exit_code: int


@dataclass(frozen=True)
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

    def last_output(self, lines: int) -> tuple[str, ...]:
        """The last lines that PID 1 and its children have written, stdout and stderr in the order of their writing.

        However much that is, little of it is held.
        """
        command = [self.engine, "logs", f"--tail={lines}", self.name]
        with TemporaryFile() as output:
            try:
                subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=60, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise EngineError(f"logs {self.name}: {error}") from error
            output.seek(-min(MOST_OUTPUT, output.tell()), os.SEEK_END)
            return tuple(output.read().decode(errors="replace").splitlines()[-lines:])

    def wait(self, timeout: float = 60) -> int:
        """The exit code of PID 1, once it has ended."""
        return int(self._run("wait", self.name, timeout=timeout).strip())

    def signal(self, name: str) -> None:
        self._run("kill", f"--signal={name}", self.name)

    def restart(self, grace: int = 10) -> None:
        """Stop it and start it again in the same filesystem."""
        self._run("restart", "--time", str(grace), self.name)
        self.__dict__.pop("_first", None)
        self.until_begun()

    def until_begun(self) -> None:
        """Wait while the shim still stands in the program's place (`sh /usr/local/bin/fargate-env su - app`).

        Until then what it writes is not there. Whoever looks at the container next tells what hangs in the shim, or
        cannot be looked at.
        """
        end = time.monotonic() + BEGINS_IN
        try:
            while any(SHIM in process.argv[:3] for process in self.processes()) and time.monotonic() < end:
                time.sleep(0.02)
        except EngineError:
            return

    def inspect(self) -> Mapping[str, object]:
        return first_object(self._run("inspect", self.name), self.name)

    @property
    def running(self) -> bool:
        return (self._first is not None and self._first.alive) or self._state().get("Running") is True

    def processes(self) -> tuple[Process, ...]:
        """Every process in it, by PID: from the host's /proc where it shows them, else by a privileged shell within."""
        if self._first is not None:
            return in_namespace_of(self._first) if self._first.alive else ()
        return self._processes_from_within() if self._state().get("Pid") else ()

    def listening_ports(self) -> frozenset[int]:
        """The TCP ports that are listened on in its network: from the host's /proc where it shows them."""
        try:
            root = self._first.pid if self._first else self._state().get("Pid")
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
        command = [self.engine, "exec", "--privileged", "--user=0", self.name, "/bin/sh", "-c", LOOK]
        done = call(command)
        if done.exit_code:
            raise EngineError(f"the processes of {self.name} cannot be looked at: {last_words(done)}")
        found = (described(record) for record in done.stdout.split("\x1e"))
        return tuple(sorted((process for process in found if process), key=lambda process: process.pid))

    @cached_property
    def _first(self) -> First | None:
        """PID 1, asked of the engine once: looks in quick succession are to cost no call of it each."""
        return first_process(self._state().get("Pid"))

    def _state(self) -> Mapping[str, object]:
        state = self.inspect().get("State")
        return state if isinstance(state, dict) else {}

    def _run(self, *arguments: str, timeout: float = 60) -> str:
        done = call([self.engine, *arguments], timeout=timeout)
        if done.exit_code:
            raise EngineError(f"{arguments[0]} {self.name}: {last_words(done)}")
        return done.stdout


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
