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
_KEYS_SCRIPT = regex(r"(?im)(?:^[ \t]*|[:/|'\"]|\\n)Authorized(?:Keys|Principals)Command[ \t=]+\"?(/[^\s\"':|\\]+)")
_KEYS_USER = regex(r"(?im)(?:^[ \t]*|[:/|'\"]|\\n)Authorized(?:Keys|Principals)CommandUser[ \t=]+\"?([\w.-]+)")
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
    Mechanism(
        name="authorized-keys-command",
        code="FP127",
        title="starts AuthorizedKeysCommand without the environment",
        what="sshd runs the AuthorizedKeysCommand (and the AuthorizedPrincipalsCommand) with PATH, USER, LOGNAME and "
        "HOME alone; it opens no PAM session for it, and SetEnv does not count. One that asks AWS for a person's keys "
        "finds no task role, and nobody gets in.",
        see="docker exec CONTAINER env -i PATH=/usr/local/bin:/usr/bin:/bin COMMAND USER",
        fix="Nothing can be put between sshd and the command. By hand: let the start script write `export NAME=$NAME` "
        "into a file that AuthorizedKeysCommandUser can read, and let the command read it first.",
        advice="let a start script write the variables into a file that the command's user can read, and let the "
        "command read it first",
        sources=("https://man.openbsd.org/sshd_config#AuthorizedKeysCommand",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    config = _config(launch, world)
    keys = _keys_commands(launch, world)
    if config is not None and _is_sftp_only(config) and (keys or not _KEYS.search(config)):
        return (Step("sshd", Effect.DROPS, None, command="sftp sessions", needs_none=True), *keys)
    return (*_sessions(launch, world, config), *keys)


def _sessions(launch: Launch, world: World, config: str | None) -> tuple[Step, ...]:
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


def _keys_commands(launch: Launch, world: World) -> tuple[Step, ...]:
    """The scripts of the image that say which keys may log in. They begin as the user that is named for them."""
    texts = (_seen(launch, world), *world.runs)
    scripts = dict.fromkeys(path for text in texts for path in _KEYS_SCRIPT.findall(text))
    user = next((said for text in texts for said in _KEYS_USER.findall(text)), None)
    why = "sshd starts the AuthorizedKeysCommand with PATH, USER, LOGNAME and HOME alone"
    return tuple(
        Step(
            "authorized-keys-command",
            Effect.DROPS,
            user,
            (Launch((Word(path), Word("%u", known=False)), user, launch.place, after=launch.after),),
            why=why,
            needs_none=True,
        )
        for path in scripts
        if (file := world.files.get(path)) is not None and file.text is not None
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


def _is_sftp_only(config: str) -> bool:
    """Whether every session is sshd's own sftp server, which makes no AWS calls."""
    everywhere = _MATCH.split(config, maxsplit=1)[0]
    commands = _FORCED.findall(config)
    return bool(_FORCED.search(everywhere)) and set(commands) == {"internal-sftp"}


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
