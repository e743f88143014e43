"""What is asked of a container, what is seen in it, and what that proves. Shapes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.model import Chain, Verdict
    from fargate_patch.verify.processes import Process


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to try in a running container.

    `kind` says who starts the command: `exec` beside PID 1, else the program that is asked to, by a job (`cron`, `at`),
    a session (`sshd`), a request (`nginx`; to `php-fpm` for the pool `text`) or a mail (`postfix`). None: nobody here
    knows how, and `text` says so.
    """

    label: str
    kind: str | None
    text: str
    user: str | None = None  # as whom; None: root


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. `variable`: set, empty, absent, or None where that could not be seen."""

    variable: str | None
    client: str = "none"
    fetched: bool | None = None  # None: not tried
    reason: str = ""  # why not, or what the command said

    @property
    def works(self) -> bool | None:
        """Has it credentials? With the variable and nothing in the image to fetch with: yes, as far as can be said."""
        if self.variable is None:
            return self.fetched
        return self.variable == "set" and self.fetched is not False


@dataclass(frozen=True, slots=True)
class Seen:
    """A process that ran in the container."""

    process: Process
    user: str
    parent: str  # its parent's program, "" where there is none in the container
    attempt: Attempt

    @property
    def program(self) -> str:
        return program_of(self.process.argv)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.user, self.program, self.parent


@dataclass(frozen=True, slots=True)
class Look:
    """Everything seen of one run of an image."""

    processes: tuple[Seen, ...]
    attempts: Mapping[Probe, Attempt]
    argv: tuple[str, ...] | None  # PID 1's, None where it had ended before it could be looked at
    exit_code: int | None  # of PID 1, where it ended by itself
    fetched: bool  # somebody in the container got the keys
    strangers: Mapping[str, str] = field(default_factory=dict)  # who could read the carried file → its text, or ""
    stopped: str = ""  # how it took SIGTERM: `exit code 143`, `goes on`; "" where it was not sent, or had ended before
    unready: str = ""  # why it was not taken to have settled, "" where it had
    last_output: tuple[str, ...] = ()  # of one that ended by itself, or that never settled


@dataclass(frozen=True, slots=True)
class Claim:
    """A chain of the trace beside what was seen. `after` and its verdict are None where nothing was patched."""

    chain: Chain
    before: Attempt
    after: Attempt | None
    predicted: tuple[Verdict, Verdict | None]
    how: str  # what was looked at: "its process", or the command that was tried


@dataclass(frozen=True, slots=True)
class Check:
    """Something that the patch must not do. `passed` None: it could not be tried."""

    name: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The whole result, which every format is written from."""

    path: str
    engine: str
    place: str  # one sentence: where the endpoint answers
    status: str  # the patch's
    reason: str | None
    claims: tuple[Claim, ...]
    before: Look
    after: Look | None
    probes: tuple[tuple[Probe, Attempt, Attempt | None], ...]  # a person's own
    checks: tuple[Check, ...]


def program_of(argv: tuple[str, ...]) -> str:
    """The program as a person names it: `su`, `uwsgi`, `php-fpm: pool www`."""
    title = argv[0] if argv else "?"
    return title.split(" (")[0].strip() if ":" in title else title.rpartition("/")[2].lstrip("-") or "?"
