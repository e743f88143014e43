"""sshd: every session starts with USER, LOGNAME, HOME, PATH, SHELL and SSH_* alone; through PAM where UsePAM is on.

Seen with OpenSSH 9.2 and 10.0: interactive, command and ForceCommand sessions alike. sshd_config(5): UsePAM is off by
default; Debian's, Ubuntu's, Fedora's and RHEL's packaged sshd_config switch it on, Alpine's sshd is built without PAM.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import shell_command
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

PROGRAMS = ("sshd", "sshd.pam", "sshd.krb5")  # of Alpine's openssh-server, -server-pam and -server-krb5
TAKE_A_VALUE = "bCcEfghkopu"
MAIN = "/etc/ssh/sshd_config"
INCLUDED = "/etc/ssh/sshd_config.d/*.conf"  # by Debian's, Fedora's and RHEL's sshd_config
_MATCH = regex(r"(?im)^[ \t]*Match[ \t]")
_FORCED = regex(r"(?im)^[ \t]*ForceCommand[ \t=]+\"?([^\s\"]+)")
_FORCED_LINE = regex(r"(?im)^[ \t]*ForceCommand[ \t=]+(\S.*)$")
_KEYS = regex(r"(?im)^[ \t]*Authorized(?:Keys|Principals)Command[ \t=]+\"?(?!none\b)")
NO_LOGIN = ("/nologin", "/false", "/sync")
MECHANISMS = (
    Mechanism(
        name="sshd",
        code="FP106",
        title="starts its sessions without the environment",
        what="A session of sshd has USER, LOGNAME, HOME, PATH, SHELL and SSH_* and what PAM brings. sshd also "
        "overwrites its own environment with its process title, so that /proc/1/environ does not hold the variables "
        "even for root.",
        see="ssh USER@CONTAINER env",
        fix="fargate-patch lets PID 1 keep the variables in a file and adds a session line for the users to "
        "`/etc/pam.d/sshd`. Where sshd has no PAM, by hand: one `SetEnv A=… B=…` line in sshd_config, written at "
        "start (only the first SetEnv counts, and nothing in it is expanded). `PermitUserEnvironment` lets a user set "
        "LD_PRELOAD as well.",
        advice="install an sshd with PAM and `UsePAM yes`, or write one SetEnv line into sshd_config at start",
        sources=("https://man.openbsd.org/sshd_config#SetEnv", "https://man.openbsd.org/sshd#LOGIN_PROCESS"),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    config = _config(launch, world)
    if config is not None and is_sftp_only(config):
        return (Step("sshd", Effect.DROPS, None, command="sftp sessions", needs_none=True),)
    pam = "sshd" if world.image.family.pam and _uses_pam(launch, world, config) else None
    why = "sshd starts a session with USER, HOME, PATH, SHELL and SSH_* alone"
    return tuple(
        Step(
            "sshd",
            Effect.DROPS,
            user,
            _forced(_seen(launch, world), user, launch),
            why=why,
            hooks=Hooks(pam=pam),
            command=f"ssh sessions of {user or 'its users'}",
        )
        for user in _users(world)
    )


def _forced(config: str, user: str | None, launch: Launch) -> tuple[Launch, ...]:
    """The program that every session of a user runs whatever it asks for: ForceCommand, by the user's shell.

    Commands under a Match are followed too, for whoever they may be: a loss in one of them is a loss.
    """
    commands = dict.fromkeys(said.rstrip().strip('"') for said in _FORCED_LINE.findall(config))
    return tuple(
        Launch(shell_command("sh", Word(command)), user, launch.place)
        for command in commands
        if command.partition(" ")[0] not in ("internal-sftp", "none")
    )


def _users(world: World) -> tuple[str | None, ...]:
    """Who may log in: --user, else the Dockerfile's accounts with a shell to log in with, else an earlier patch's."""
    if world.users:
        return world.users
    made = tuple(a.name for a in world.files.accounts.values() if not (a.shell or "").endswith(NO_LOGIN))
    return made or world.served("sshd")


def _config(launch: Launch, world: World) -> str | None:
    """sshd_config, where the Dockerfile or the base image brings one that is known."""
    named = read_arguments(launch.argv[1:], TAKE_A_VALUE).value("f")
    file = world.files.get(named.text if named else MAIN)
    if file is None and named is None:
        return world.image.facts.get("sshd_config")
    return file.text if file else None


def _seen(launch: Launch, world: World) -> str:
    """Every line of a configuration in view: of sshd_config, appended to the package's, of the files it includes."""
    appended = world.files.get(MAIN)
    included = (file.text or file.added for file in world.files.glob(INCLUDED))
    return "\n".join((_config(launch, world) or (appended.added if appended else ""), *included))


def is_sftp_only(config: str) -> bool:
    """Whether every session is sshd's own sftp server, which makes no AWS calls, and no program says who may log in."""
    everywhere = _MATCH.split(config, maxsplit=1)[0]
    commands = _FORCED.findall(config)
    return bool(_FORCED.search(everywhere)) and set(commands) == {"internal-sftp"} and not _KEYS.search(config)


def _uses_pam(launch: Launch, world: World, config: str | None) -> bool:
    """Whether sshd uses PAM.

    Debian's and RHEL's own sshd_config says `UsePAM yes`; one from the context must say so itself, for sshd's default
    is no.
    """
    options = read_arguments(launch.argv[1:], TAKE_A_VALUE)
    for name, value in options.options:
        if name == "o" and value and (said := re.fullmatch(r"(?i)UsePAM[ =]+(\w+)", value.text)):
            return said[1].lower() == "yes"
    if config is not None:
        said = re.search(r"(?im)^[ \t]*UsePAM[ \t=]+\"?(\w+)", config)
        return said is not None and said[1].lower() == "yes"
    return not any(re.search(r"UsePAM\s+no\b", run) for run in world.runs)
