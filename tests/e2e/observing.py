"""Runs a case of the truth table in a container, and sees who has the task role's variables.

Nothing asks for keys: the variable is what the table is about, and so no task needs a network.
"""

from __future__ import annotations

import itertools
import shlex
import threading
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ground import SAYS, SEEN, STATES, application, on
from table import line_of

from fargate_patch.chain.model import Verdict
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.verify.asking import Asker, probe_volumes
from fargate_patch.verify.container import EngineError
from fargate_patch.verify.endpoint import PATH
from fargate_patch.verify.engine import RunOptions
from fargate_patch.verify.matching import runs
from fargate_patch.verify.platform import Task, ecs_environment
from fargate_patch.verify.probes import PROBE, on_demand, own, probe_of
from fargate_patch.verify.settling import accounts, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ground import Ground, Subject
    from table import Case

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.container import Container
    from fargate_patch.verify.engine import Engine
    from fargate_patch.verify.processes import Process

LATE = 60.0  # seconds to wait for a process of the table
STARTS_IN = 2.0  # seconds for a server before it is asked for a session, and asked again
TRIES = 2  # at least: a session on a busy machine may fail for that alone
SOMEBODY = "app"  # for whom a server is asked that serves everybody
_PROBE = f'{SAYS}echo "fargate-patch-probe $variable none untried"\n'


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen of one line of a case: states of `STATES`, each with how it was seen."""

    chain: Chain
    seen: Mapping[str, str]
    reason: str  # why nothing was

    @property
    def line(self) -> str:
        return line_of(self.chain)

    @property
    def agrees(self) -> bool | None:
        """Is what was seen what the table has? None where nothing was."""
        return set(self.seen) <= STATES[self.chain.verdict] if self.seen else None


@dataclass(frozen=True, slots=True)
class Observed:
    """One case as it was seen. `surprises`: applications that have lost the variables, unknown to the table."""

    case: Case
    outcomes: tuple[Outcome, ...] = ()
    surprises: tuple[str, ...] = ()
    problem: str = ""  # why it could not be run, against the rule


def observe(subject: Subject, ground: Ground) -> Observed:
    """Build a case, run it, as the task definition would with each `--command`, and see."""
    outcomes: list[Outcome] = []
    surprises: list[str] = []
    try:
        with _built(subject, ground) as image:
            for run in dict.fromkeys(chain.run for chain in subject.chains):
                chains = [chain for chain in subject.chains if chain.run == run and chain.verdict in STATES]
                watch = _Watch(ground.engine, image, subject.case, chains, run)
                outcomes += watch.outcomes()
                surprises += watch.surprises()
    except EngineError as problem:
        return Observed(subject.case, problem=str(problem))
    return Observed(subject.case, tuple(outcomes), tuple(surprises))


@contextmanager
def _built(subject: Subject, ground: Ground) -> Iterator[str]:
    with TemporaryDirectory(prefix="fargate-patch-") as name:
        folder = Path(name)
        subject.case.lay_down(folder)
        dockerfile = folder / "Dockerfile"
        dockerfile.write_text(on(dockerfile.read_text(), ground.images[subject.base]))
        with ground.engine.built(folder, dockerfile) as image:
            yield image


class _Watch:
    """One run of a case's image."""

    def __init__(self, engine: Engine, image: str, case: Case, chains: Sequence[Chain], run: str) -> None:
        self.engine, self.image, self.case, self.chains = engine, image, case, chains
        self.command = tuple(shlex.split(shlex.split(run)[1])) if run else ()
        self.seen: dict[Chain, dict[str, str]] = defaultdict(dict)
        self.reasons: dict[Chain, str] = {}
        self.words: set[tuple[str, str, str]] = set()  # program, user, state: what the applications said

    def outcomes(self) -> list[Outcome]:
        """What was seen of each chain."""
        with self._task(RunOptions(command=self.command)) as (task, folder):
            self._look(task.container, folder)
            self._ask(task)
            self._listen(folder)
        self._once_more([chain for chain in self.chains if chain not in self.seen and on_demand(chain) is None])
        return [Outcome(c, dict(self.seen.get(c, {})), self.reasons.get(c, "it did not run")) for c in self.chains]

    def surprises(self) -> list[str]:
        """Applications that have lost the variables and that the table does not have as losers."""
        known = {(application(c), c.user) for c in self.chains if c.verdict is not Verdict.REACHES}
        lost = {(program, user) for program, user, state in self.words if state != "set"}
        return [f"{p} of {user}" for p, user in sorted(lost) if not known & {(p, user), (p, None)}]

    @contextmanager
    def _task(self, options: RunOptions) -> Iterator[tuple[Task, Path]]:
        identifier = str(uuid.uuid4())
        with TemporaryDirectory(prefix="fargate-patch-") as name:
            probes, seen = Path(name, "probes"), Path(name, "seen")
            probes.mkdir()
            seen.mkdir()
            seen.chmod(0o1777)
            volumes = (*probe_volumes(probes), f"{seen}:{SEEN}:rw,z")
            (probes / "probe.sh").write_text(_PROBE)
            options = replace(options, env=ecs_environment(identifier), network="none", volumes=volumes)
            with self.engine.run(self.image, options) as container:
                yield Task(container, identifier, lambda: ""), seen

    def _look(self, container: Container, folder: Path) -> None:
        """Until every process of the table that starts by itself was seen, or for so long."""
        direct = [chain for chain in self.chains if on_demand(chain) is None]
        begun, known = time.monotonic(), accounts(container)
        while True:
            alive = container.running
            for process in running(container) if alive else ():
                for chain in direct:
                    if process.environment is not None and runs(chain, process, known.get(process.uid, "")):
                        self.seen[chain][_state(process)] = "its process"
            self._listen(folder)
            if not alive or all(chain in self.seen for chain in direct) or time.monotonic() - begun > LATE:
                return
            time.sleep(0.5)

    def _listen(self, folder: Path) -> None:
        """What the applications have said of themselves. It goes before what was seen from outside."""
        lines = [line.split() for path in folder.iterdir() for line in path.read_text().splitlines()]
        self.words |= {(program, user, state) for program, user, state in lines}
        for chain in self.chains:
            states = {s for p, user, s in self.words if p == application(chain) and chain.user in (user, None)}
            states -= {s for c in self.chains if _differ_in_verdict(c, chain) for s in STATES[c.verdict]}
            if states:
                self.seen[chain] = dict.fromkeys(states, "itself")

    def _ask(self, task: Task) -> None:
        """For sessions that nothing starts by itself."""
        waiting = [chain for chain in self.chains if on_demand(chain) is not None]
        if waiting:
            time.sleep(STARTS_IN)
        with ThreadPoolExecutor(max_workers=len(waiting) + 1) as pool:
            list(pool.map(lambda chain: self._try(chain, task, "a session", LATE), waiting))

    def _once_more(self, chains: Sequence[Chain]) -> None:
        """The hops of a chain beside a first process that only stays: of a branch that was not taken, say."""
        telling = [chain for chain in chains if self.case.said("--probe") or probe_of(chain).text != PROBE]
        if not telling:
            return
        with self._task(RunOptions(entrypoint=("sleep", "600"))) as (task, _):
            for chain in telling:
                self._try(chain, task, "its hops alone")

    def _try(self, chain: Chain, task: Task, how: str, seconds: float = 0) -> None:
        """By the case's own probe, where it has one; for so many seconds, what it needs may still have to start."""
        asker, given = Asker(task, threading.Event()), own(self.case.said("--probe"))
        somebody = replace(chain, hops=tuple(replace(hop, user=hop.user or SOMEBODY) for hop in chain.hops))
        end = time.monotonic() + seconds
        for tried in itertools.count(1):
            attempt = asker.ask(given[0] if given else probe_of(somebody))
            if attempt.variable is not None:
                self.seen[chain][attempt.variable] = how
                return
            self.reasons[chain] = attempt.reason
            if not task.container.running or (tried >= TRIES and time.monotonic() > end):
                return
            time.sleep(STARTS_IN)


def _state(process: Process) -> str:
    value = (process.environment or {}).get(CREDENTIALS_VARIABLE)
    if value:
        return "set" if value.startswith(PATH) else "another"
    return "absent" if value is None else "empty"


def _differ_in_verdict(one: Chain, other: Chain) -> bool:
    """Two ends that nothing tells apart but what they have."""
    alike = (application(one), one.user) == (application(other), other.user)
    return alike and one is not other and one.verdict is not other.verdict
