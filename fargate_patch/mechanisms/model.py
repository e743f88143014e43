"""What a mechanism is: a kind of program that hands an environment on or drops it, and what is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fargate_patch.chain.model import Effect, Hooks, Launch, Open
from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

SEE_PROCESSES = (
    "docker exec --privileged CONTAINER sh -c 'cd /proc; for p in [0-9]*; do "
    "grep -q AWS_CONTAINER_CREDENTIALS_RELATIVE_URI= $p/environ && h=has || h=lacks; "
    'echo "$h it: $(tr "\\0" " " < $p/cmdline)"; done\''
)
"""The command that tells of every process of a container whether it has the variable; needs sh, grep and tr."""

GAP = r"(?:[ \t]+|\"[ \t]*,[ \t]*\")"
"""Between two words of a command, in `rewrites`: blanks, or what is between two strings of the exec form."""
BEGIN, END = r"(?<![\w.$-])", r"(?![\w./$-])"
"""Around a word in `rewrites`: it is no part of a longer one. A folder may stand before it."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One row of the catalogue, with the text that `explain` and docs/ show, in plain sentences."""

    name: str
    title: str  # what a finding says: "starts its command with a fresh environment"
    code: str | None = None  # FP1xx where it can lose the variables
    what: str = ""  # what it is and what it does to the environment
    see: str = ""  # a command that shows it in a running container
    fix: str = ""  # what fargate-patch puts in, and what a person can change instead
    advice: str = ""  # the change a person should make where nothing can be put in; one sentence
    sources: tuple[str, ...] = ()  # man pages, upstream files, issues
    rewrites: tuple[tuple[str, str], ...] = ()  # the change as a regular expression and what to put for it: one line


@dataclass(frozen=True, slots=True)
class Step:
    """One judgement of a launch: what the program does to the environment, and whom and what it starts.

    `children` empty: the process that the chain is about is the program itself or its worker, running as `user`.
    """

    mechanism: str
    effect: Effect
    user: str | None
    children: tuple[Launch | Open, ...] = ()
    why: str = ""  # one sentence, for an effect that is not `keeps`
    hooks: Hooks = field(default_factory=Hooks)
    command: str = ""  # how to name the process at the end, where it is not the program itself ("php-fpm pool www")
    program: str = ""  # what it is called, where that is not its first word: an applet of busybox
    restores: bool = False  # it gives the variables back out of a file that PID 1 wrote, whatever was lost before
    doubt: str = ""  # why it is not known whether what it starts still has the variables; a loss behind it is one
    needs_none: bool = (
        False  # what runs here makes no AWS calls (a plain nginx): it is no loss where the variables are lost
    )


class Judge(Protocol):
    """The interface of a module in this package: which programs it knows, what it says of a launch of one of them.

    `LANGUAGE = True` in a module says that its programs are what applications are written in.
    `DAEMON = True` in a module says that its programs go on in the background when a script starts them;
    `PLAIN_WORDS = True` that people call programs of their own so (`/app/cron`): only a system's own are meant.
    """

    PROGRAMS: tuple[str, ...]  # base names, or whole paths where one has a slash; `*` and `?` as in a shell pattern
    MECHANISMS: tuple[Mechanism, ...]

    def judge(self, launch: Launch, world: World) -> tuple[Step, ...] | None:
        """One step for each kind of process it goes on to start; None: this launch is not mine after all."""
        ...
