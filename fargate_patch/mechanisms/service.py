"""service: runs an init script with a nearly empty environment.

Debian's /usr/sbin/service ends in `exec env -i LANG="$LANG" … PATH="$PATH" TERM="$TERM" "$SERVICEDIR/$SERVICE"`; RHEL's
does the same; service(8): "removing most environment variables".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Word
from fargate_patch.mechanisms.daemons import daemon
from fargate_patch.mechanisms.model import END, GAP, SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.openrc import has_openrc, judge_service
from fargate_patch.mechanisms.wrapper import start, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

PROGRAMS = ("service",)
PLAIN_WORDS = True
SERVICE = rf"(?<![\w./$-])(?:/usr/sbin/)?service({GAP})"
REWRITES = (
    (rf"{SERVICE}php(\d\.\d)-fpm\1start{END}", r"php-fpm\2\1-D"),
    (rf"{SERVICE}supervisor\1start{END}", r"supervisord\1-c\1/etc/supervisor/supervisord.conf"),
    (rf"{SERVICE}apache2\1start{END}", r"apache2ctl\1start"),
)
STARTS = frozenset({"start", "restart", "reload", "force-reload", "try-restart"})
MECHANISMS = (
    Mechanism(
        name="service",
        code="FP108",
        title="runs the init script with an almost empty environment",
        what="`service NAME start` runs `/etc/init.d/NAME` by `env -i` with LANG, PATH and TERM alone. The daemon and "
        "all that it starts are without the task role's variables.",
        see=SEE_PROCESSES,
        fix="What a daemon hands to its sessions by PAM (cron, sshd) is mended there. Else fargate-patch has the file "
        "that the init script reads (/etc/default/NAME, /etc/apache2/envvars) export the variables that PID 1 "
        "kept in a file. By hand: start the daemon itself (`php-fpm8.2 -D`, `supervisord -c …`, `apache2ctl "
        "start`) instead of its init script.",
        advice="start the daemon itself instead of its init script",
        sources=(
            "https://man7.org/linux/man-pages/man8/service.8.html",
            "https://github.com/Supervisor/supervisor/issues/926",
        ),
        rewrites=REWRITES,
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    words = launch.argv[1:]
    if any(not word.known for word in words[:2]):
        return unclear(launch, "service")
    if len(words) < 2 or words[1].text not in STARTS:
        return (Step("service", Effect.KEEPS, launch.user, needs_none=True),)
    name = words[0].text
    if has_openrc(world):
        return (judge_service(launch, name, world),)
    return (
        Step(
            "service",
            Effect.DROPS,
            "root",
            _script(launch, name, world) or daemon_launch(launch, name),
            why=f"service runs /etc/init.d/{name} with an almost empty environment",
            hooks=Hooks(init_script=name),
        ),
    )


def _script(launch: Launch, name: str, world: World) -> tuple[Launch | Open, ...]:
    """The init script itself, where it is one of the Dockerfile's own and can be read."""
    path = f"/etc/init.d/{name}"
    file = world.files.get(path)
    return start(launch, (Word(path), *launch.argv[2:]), "root") if file and file.text is not None else ()


def daemon_launch(launch: Launch, script: str) -> tuple[Launch | Open, ...]:
    """The daemon that an init script starts, as root."""
    return start(launch, [Word(text) for text in daemon(script)], "root")
