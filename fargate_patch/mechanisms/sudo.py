"""sudo: starts its command with a fresh environment unless told which names to keep.

sudoers(5), "Command environment": env_reset is on by default; what remains is TERM, PATH, HOME, MAIL, SHELL, LOGNAME,
USER, SUDO_* and the names of env_keep and env_check.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Word
from fargate_patch.mechanisms.arguments import Arguments, read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.su import NAMES_COMPUTED, login_shell
from fargate_patch.mechanisms.sudoers import ignored, kept_by_sudoers, no_drop_in, refuses_to_preserve
from fargate_patch.mechanisms.wrapper import NEEDED, account, assignment, handed_on, start, unclear, written_out

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

PROGRAMS = ("sudo",)
LONG_WITH_VALUE = (
    "user",
    "group",
    "host",
    "prompt",
    "close-from",
    "chdir",
    "chroot",
    "role",
    "type",
    "command-timeout",
    "other-user",
)
NO_COMMAND = ("l", "list", "v", "validate", "K", "remove-timestamp", "h", "help", "V", "version", "e", "edit")
REFUSED = (
    "sudo refuses to preserve the environment, and starts nothing: sudoers gives {} no SETENV for the command; write "
    "`SETENV:` in front of it there, or take the option away"
)

RESETS = "sudo resets the environment and keeps only the names that sudoers lists"

MECHANISMS = (
    Mechanism(
        name="sudo",
        code="FP103",
        title="starts its command with a fresh environment",
        what="sudo's env_reset is on by default: the command gets TERM, PATH, HOME, MAIL, SHELL, LOGNAME, USER, "
        "SUDO_* and the names that sudoers lists in env_keep. `sudo -i` does the same with a login shell.",
        see="docker exec CONTAINER sudo -u USER env",
        fix="fargate-patch adds `/etc/sudoers.d/fargate-env` with `Defaults>USER env_keep += …`: the names are kept "
        "for that target user and for no other. By hand: the same line, or gosu, setpriv or `su USER -c` where sudo "
        "is not needed. `sudo -E` keeps everything, HOME of the caller and all the task's secrets among it; a user "
        "whose rule has no SETENV (the command ALL implies it) is refused it, and nothing is started.",
        advice="start it with gosu or setpriv instead of sudo",
        sources=("https://www.sudo.ws/docs/man/sudoers.man/#Command_environment",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    arguments = read_arguments(launch.argv[1:], "ugCDhpRrtTU", LONG_WITH_VALUE)
    if not arguments.clear:
        return unclear(launch, "sudo")
    if arguments.has(*NO_COMMAND):
        return None
    rest = list(arguments.rest)
    given: set[str] = set()
    while rest and (assigned := assignment(rest[0])):
        given |= set() if written_out(rest[0]) else {assigned[0]}
        del rest[0]
    named = arguments.value("u", "user")
    user = _without_hash(account(named, "root"))
    login = arguments.has("i", "login")
    if not rest and launch.input and (login or arguments.has("s", "shell")):
        rest = [Word("sh")]
    children = start(replace(launch, folder=world.home(user)) if login else launch, rest, user)
    kept = kept_by_sudoers(world, launch.user, user)
    preserved = _preserved(arguments)
    if preserved and (arguments.has("E") or not kept) and refuses_to_preserve(launch.user, world):
        return (Step("sudo", Effect.KEEPS, user, (Open(REFUSED.format(launch.user), launch.place),)),)
    if set(NEEDED) <= given or handed_on(rest) or preserved or kept:
        return (Step("sudo", Effect.KEEPS, user, children),)
    if computed := next((v for o, v in arguments.options if o == "preserve-env" and v and not v.known), None):
        return (Step("sudo", Effect.KEEPS, user, children, doubt=NAMES_COMPUTED.format(computed.text)),)
    useless = no_drop_in(world, launch.user, user)
    reason = useless or ignored(world)
    return (
        Step(
            "sudo",
            Effect.FILTERS,
            user,
            children,
            why=f"{RESETS}; {reason}" if reason else RESETS,
            hooks=Hooks(sudo_target=None if useless else user, login_shell=login_shell(user, world) if login else None),
            command=f"a shell of {user or 'a user'}",
        ),
    )


def _without_hash(user: str | None) -> str | None:
    """`#1000`, sudo's spelling of a numeric user, as the number."""
    return user.removeprefix("#") if user else user


def _preserved(arguments: Arguments) -> bool:
    if arguments.has("E"):
        return True
    for name, value in arguments.options:
        if name == "preserve-env" and (value is None or set(NEEDED) <= set(value.text.split(","))):
            return True
    return False
