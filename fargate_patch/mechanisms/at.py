"""at, batch and atd: a job runs with the environment that it was submitted in, whatever atd's own is.

at(1): "the environment (except for the variables BASH_VERSINFO, DISPLAY, EUID, GROUPS, SHELLOPTS, TERM, UID, and _) …
are retained from the time of invocation". Seen with at 3.2.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Word
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import start

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("at", "batch", "atd")
PLAIN_WORDS = True
MECHANISMS = (
    Mechanism(
        name="at",
        title="keeps the environment",
        what="`at` and `batch` write the environment of the caller into the job; atd's own does not matter.",
        see="docker exec CONTAINER sh -c 'echo \"env > /tmp/env\" | at now'",
        sources=("https://manpages.debian.org/bookworm/at/at.1.en.html",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    """A job is what at reads. atd by itself needs nothing: its jobs bring their own environment along."""
    daemon = launch.argv[0].text.endswith("atd")
    job = start(launch, (Word("sh"),), launch.user) if launch.input and not daemon else ()
    return (Step("at", Effect.KEEPS, launch.user, job, command="jobs of at", needs_none=daemon),)
