"""login: what getty starts; begins a session with a fresh environment, unless `-p` says to keep it. login(1).

Seen on Debian 12 (shadow's login 4.13) and 13 (util-linux's 2.41): `login -f app` has none of the variables, `login -p
-f app` has them all (and, on 13, the caller's HOME), and a pam_env session line in /etc/pam.d/login brings them back.
busybox login does the same and has no PAM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import BEGIN, END, GAP, Mechanism, Step
from fargate_patch.mechanisms.su import login_shell
from fargate_patch.mechanisms.wrapper import account, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("login",)
PLAIN_WORDS = True
MECHANISMS = (
    Mechanism(
        name="login",
        code="FP110",
        title="starts a login shell with a fresh environment",
        what="`login -f USER` opens a session for USER as a terminal's login does: the environment is cleared but for "
        "TERM, then HOME, SHELL, USER, LOGNAME and PATH are set anew. With `-p` everything is kept.",
        see="docker exec -it CONTAINER login -f USER",
        fix="fargate-patch lets PID 1 keep the variables in a file and hands them to the session by PAM "
        "(`/etc/pam.d/login`), or by `/etc/profile.d` where login has no PAM. By hand: `login -p -f USER`, which "
        "hands the whole environment on.",
        advice="use `login -p -f USER`, which hands the environment on",
        sources=("https://man7.org/linux/man-pages/man1/login.1.html",),
        rewrites=((rf"{BEGIN}login({GAP})-f{END}", r"login\1-p\1-f"),),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "hrd", ("host",), permute=True)
    if not given.clear:
        return unclear(launch, "login")
    user = account(given.rest[0], None) if given.rest else None
    shell = login_shell(user, world)
    command = f"a login shell of {user or 'a user'}"
    if given.has("p"):
        return (Step("login", Effect.KEEPS, user, command=command),)
    why = "login without -p clears the environment before it starts the shell"
    hooks = Hooks(pam="login" if world.image.family.pam else None, login_shell=shell)
    return (Step("login", Effect.DROPS, user, why=why, hooks=hooks, command=command),)
