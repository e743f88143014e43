"""dropbear: a small ssh server; a session starts without its environment unless `-e` hands it on. dropbear(8).

Seen with dropbear 2022.83: a command's session has none of the variables; with `-e` it has all of the server's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import BEGIN, GAP, Mechanism, Step
from fargate_patch.mechanisms.sshd import NO_LOGIN

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("dropbear",)
MECHANISMS = (
    Mechanism(
        name="dropbear",
        code="FP115",
        title="starts its sessions without the environment",
        what="A session of dropbear has USER, LOGNAME, HOME, SHELL, PATH and SSH_* alone; packaged dropbears are "
        "built without PAM. With `-e` it hands the server's whole environment on.",
        see="ssh USER@CONTAINER env",
        fix="By hand: start it with `-e`; this hands all of the task's variables to whoever logs in, its secrets "
        "among them.",
        advice="start dropbear with `-e`, or use OpenSSH's sshd with PAM, to which the variables alone can be given",
        sources=("https://github.com/mkj/dropbear/blob/master/manpages/dropbear.8",),
        rewrites=((rf"{BEGIN}dropbear({GAP})-", r"dropbear\1-e\1-"),),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "brcDGpPTWKIl")
    effect = Effect.KEEPS if given.has("e") else Effect.DROPS
    why = "" if effect is Effect.KEEPS else "dropbear without -e starts a session with USER, HOME, SHELL and PATH alone"
    return tuple(
        Step("dropbear", effect, user, why=why, command=f"ssh sessions of {user or 'its users'}")
        for user in _users(world)
    )


def _users(world: World) -> tuple[str | None, ...]:
    """--user, else the accounts that the Dockerfile makes with a shell to log in with, else not known."""
    made = tuple(a.name for a in world.files.accounts.values() if not (a.shell or "").endswith(NO_LOGIN))
    return world.users or made or (None,)
