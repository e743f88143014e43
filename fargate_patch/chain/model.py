"""What flows through the trace: launches, hops, chains and their verdicts.

A launch is a program about to be started. A mechanism judges it: a hop says what that program does to the environment
of what it starts. A chain is the hops from PID 1 to one process; its verdict is their composition.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Sequence


class Effect(str, Enum):
    """What a program does to the task role's variables on their way to the program it starts."""

    KEEPS = "keeps"
    FILTERS = "filters"  # hands a list of names on, and these are not on it
    DROPS = "drops"  # starts with a clean environment
    BLANKS = "blanks"  # sets the name with an empty value when it has none to hand on


class Verdict(str, Enum):
    REACHES = "reaches"
    LOST = "lost"
    BLANK = "blank"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a file and a 1-based line.

    The file is as a person would name it: relative to the context, or the Dockerfile.
    """

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Word:
    """One argument of a command. `known` is False where it is computed at run time; `text` is then its source.

    `place` is where it stands when that is elsewhere than its command: a CMD's words that an `exec "$@"` starts.
    """

    text: str
    known: bool = True
    place: Place | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Launch:
    """A program about to be started, by PID 1's config, a script or another program."""

    argv: tuple[Word, ...]
    user: str | None  # a name or a number as the image knows it; None where it is decided at run time
    place: Place
    variables: tuple[
        tuple[str, str | None], ...
    ] = ()  # `NAME=value` set for it alone, and what a script exported; None: computed
    lasting: bool = True  # what a script turns into, ends with or leaves running; False: a step on the way
    folder: str | None = ""  # which it is started in; None: decided at run time, "": what starts it says nothing of it
    after: frozenset[Place] = field(default=frozenset(), compare=False)  # what its script has surely written by then
    input: Word | None = None  # the text that it reads, where its script has that written out: `<<EOF`, `echo … |`


@dataclass(frozen=True, slots=True)
class Open:
    """An end that cannot be followed. `reason` is one sentence that says what would settle it."""

    reason: str
    place: Place
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Hooks:
    """The places at a hop where something can be hung that gives the variables back; None where there is none."""

    pam: str | None = None  # the PAM service whose session it opens as root: "su", "cron", "sshd"
    login_shell: str | None = (
        None  # the login shell that it starts ("" when which is not known), so that startup files are read
    )
    sudo_target: str | None = None  # the user that sudo runs the command as
    fpm_pool: str | None = None  # the php-fpm pool's name
    fpm_pool_dir: str | None = None  # where its configuration includes *.conf from; may hold a glob for the version
    init_script: str | None = None  # the /etc/init.d script that it runs, by name
    file: str | None = None  # the configuration file of the program, into which its remedy puts a line
    unit: str | None = None  # the systemd service that it starts, without `.service`
    line: Place | None = None  # the line that a person would change, where it is another than the hop's
    copy: Place | None = None  # the command of a start script that writes the value where the hop reads it


@dataclass(frozen=True, slots=True)
class Mend:
    """What restores the variables at a hop, and from where: its live environment, or the file that PID 1 wrote."""

    remedy: str
    from_file: bool


@dataclass(frozen=True, slots=True)
class Hop:
    """One program starting the next."""

    program: str
    mechanism: str
    effect: Effect
    place: Place
    user: str | None  # whom the next program runs as
    why: str = ""  # one sentence for a hop that does not keep
    hooks: Hooks = field(default_factory=Hooks)
    mend: Mend | None = None
    after: frozenset[Place] = field(default=frozenset(), compare=False)  # see Launch


@dataclass(frozen=True, slots=True)
class Chain:
    """From PID 1 to one process. `open` is the reason why its end is not known, if it is not.

    `run` is "" for the image's own ENTRYPOINT and CMD, else the option that put something in their place.
    """

    hops: tuple[Hop, ...]
    user: str | None
    command: str  # the process at the end, as a person would name it
    open: str | None = None
    run: str = ""
    past_shim: bool = False  # this run's entry point is not the image's, so that no shim can be put in front of it

    @property
    def verdict(self) -> Verdict:
        return compose(self.hops, self.open is not None)

    @property
    def lost_at(self) -> Hop | None:
        """The last hop that takes the variables away and is not mended: the one to tell a person about."""
        return next((h for h in reversed(self.hops) if h.effect is not Effect.KEEPS and h.mend is None), None)


def compose(hops: Sequence[Hop], is_open: bool = False) -> Verdict:
    """The verdict of hops in order.

    A mend from the file undoes every loss before it, one from the live environment only its own.
    """
    state = Verdict.REACHES
    for hop in hops:
        if hop.mend and hop.mend.from_file:
            state = Verdict.REACHES
        elif hop.effect is Effect.BLANKS:
            state = Verdict.BLANK if state is Verdict.LOST else state
        elif hop.effect is not Effect.KEEPS and hop.mend is None:
            state = Verdict.LOST
    return Verdict.UNKNOWN if is_open and state is Verdict.REACHES else state
