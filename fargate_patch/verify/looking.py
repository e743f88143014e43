"""Looks at a running task once it has settled: tries the probes and writes down every process meanwhile."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from fargate_patch.remedies.variables import CARRIED, CREDENTIALS_VARIABLE, VARIABLES
from fargate_patch.verify import endpoint
from fargate_patch.verify.asking import Asker, as_process, read
from fargate_patch.verify.container import EngineError
from fargate_patch.verify.model import Attempt, Look, Seen, program_of
from fargate_patch.verify.settling import accounts, running, settle

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Mapping, Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.container import Container
    from fargate_patch.verify.model import Probe
    from fargate_patch.verify.platform import Task
    from fargate_patch.verify.processes import Process
    from fargate_patch.verify.settling import Notes

TRIED_AT_MOST = 12  # kinds of processes in whose place the credentials are fetched
LAST_LINES = 10  # of the output, where something went wrong
GRACE = 10  # seconds after SIGTERM; ECS gives 30
STRANGERS = ("nobody", "www-data", "games", "daemon")


def look(
    task: Task,
    probes: Sequence[Probe],
    *,
    expected: Sequence[Chain],
    users: Sequence[str],
    wait: float | None,
    stop: threading.Event,
    stopped: bool,
) -> Look:
    """Everything that is to be seen of a task.

    `expected` are the chains that end in a process without being asked, `users` those for whom something is carried.
    `stopped`: it is stopped at the end, to see how it takes that.

    Raises EngineError where the engine fails; that the container has ended is no failure.
    """
    container = task.container
    notes = settle(container, expected, wait, stop)
    asker = Asker(task, stop)
    alive = container.running
    attempts = attempts_of(asker, probes) if alive else {}
    if alive:
        notes.add(running(container))
    current = running(container) if alive else ()
    processes = tuple(_seen(task, notes, current))
    ended = not container.running
    return Look(
        processes=processes,
        attempts=attempts,
        argv=next((p.argv for p in current if p.pid == 1), None),
        exit_code=container.wait() if ended else None,
        fetched=task.fetched,
        strangers=_strangers(container, users) if alive else {},
        last_output=container.last_output(LAST_LINES) if ended or notes.unready else (),
        stopped=_stopped(container) if stopped and not ended else "",
        unready="" if ended else notes.unready,
    )


def attempts_of(asker: Asker, probes: Sequence[Probe]) -> dict[Probe, Attempt]:
    """Every session at once, for a cron waits for its minute and a ForceCommand may never end.

    Then one after another what runs beside PID 1: whose request the endpoint saw is to be certain.
    """
    sessions = [probe for probe in probes if probe.kind != "exec"]
    with ThreadPoolExecutor(max_workers=len(sessions) + 1) as pool:
        found = dict(zip(sessions, pool.map(asker.ask, sessions), strict=True))
    return found | {probe: asker.ask(probe) for probe in probes if probe not in found}


def _seen(task: Task, notes: Notes, current: Sequence[Process]) -> Iterable[Seen]:
    """Every process that the container itself has started; with what the running ones have, the keys are fetched."""
    tried: dict[tuple[int, str, str], Attempt] = {}
    alive = {(p.pid, p.argv) for p in current}
    for process in sorted(notes.processes.values(), key=lambda p: p.pid):
        if not notes.from_first(process.pid):
            continue
        parent = notes.parents[process.parent][1] if process.parent in notes.parents else ""
        variable = _variable(process)
        kind = (process.uid, program_of(process.argv), str(variable))
        if kind not in tried:
            fetch = variable == "set" and (process.pid, process.argv) in alive and len(tried) < TRIED_AT_MOST
            tried[kind] = _fetched(task, process) if fetch else Attempt(variable)
        yield Seen(process, notes.accounts.get(process.uid, str(process.uid)), parent, tried[kind])


def _variable(process: Process) -> str | None:
    if process.environment is None:
        return None
    values = [process.environment.get(n) for n in (CREDENTIALS_VARIABLE, endpoint.FULL_VARIABLE)]
    return "set" if any(values) else "empty" if "" in values else "absent"


def _fetched(task: Task, process: Process) -> Attempt:
    """Does what is in the image get keys with this process's user and variables?"""
    command = as_process(process.environment or {}, VARIABLES)
    try:
        found = read(task.container.exec(command, user=str(process.uid), timeout=60))
    except EngineError as problem:
        return Attempt("set", reason=str(problem))
    if found.variable:
        return found
    return Attempt("set", reason="nothing in the image could fetch with it" if task.container.running else "")


def _strangers(container: Container, users: Sequence[str]) -> Mapping[str, str]:
    """Users for whom nothing is carried, and what they can read of the carried file."""
    if container.exec(["cat", CARRIED], user="0").exit_code:
        return {}
    known = set(accounts(container).values())
    others = [user for user in STRANGERS if user in known and user not in users][:3]
    return {user: container.exec(["cat", CARRIED], user=user).stdout for user in others}


def _stopped(container: Container) -> str:
    """How it takes SIGTERM, given the time that is allowed for it; "" where it has ended by itself meanwhile."""
    try:
        container.signal("TERM")
    except EngineError:
        return ""
    end = time.monotonic() + GRACE
    while time.monotonic() < end:
        if not container.running:
            return f"exit code {container.wait()}"
        time.sleep(0.1)
    return "goes on"
