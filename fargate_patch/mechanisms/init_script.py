"""/etc/init.d/NAME start: hands the environment on through start-stop-daemon, but for scripts that clear it themselves.

Seen on Debian 12: `/etc/init.d/php8.2-fpm start` keeps; apache2's script starts apache2ctl by `env -i`, fcgiwrap's
spawn-fcgi likewise. Where the init scripts are OpenRC's, they filter as rc-service does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks
from fargate_patch.mechanisms.model import END, GAP, SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.openrc import has_openrc, judge_service
from fargate_patch.mechanisms.service import STARTS, daemon_launch

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("/etc/init.d/*", "/etc/rc.d/init.d/*")
CLEAR_THEMSELVES = frozenset({"apache2", "fcgiwrap"})
MECHANISMS = (
    Mechanism(
        name="init-script",
        code="FP112",
        title="clears the environment by itself",
        what="An init script called by its path hands the environment to its daemon. Debian's `/etc/init.d/apache2` "
        "is the exception: it starts apache2ctl by `env -i`; so does `/etc/init.d/fcgiwrap` with its daemon.",
        see=SEE_PROCESSES,
        fix="fargate-patch has /etc/apache2/envvars, which apache2ctl reads, export the variables that PID 1 kept in "
        "a file. By hand: start `apache2ctl -D FOREGROUND` itself.",
        advice="start the daemon itself (`apache2ctl -D FOREGROUND`) instead of its init script",
        sources=("https://sources.debian.org/src/apache2/2.4.62-1~deb12u2/debian/apache2.init/",),
        rewrites=((rf"(?<![\w./$-])/etc/init\.d/apache2({GAP})start{END}", r"apache2ctl\1start"),),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    words = launch.argv[1:]
    if not words or words[0].text not in STARTS:
        return None
    name = launch.argv[0].text.rpartition("/")[2]
    if has_openrc(world):
        return (judge_service(launch, name, world),)
    file = world.files.get(launch.argv[0].text)
    if file is not None and file.text is not None:
        return None  # one of the Dockerfile's own: it is read
    children = daemon_launch(launch, name)
    if name not in CLEAR_THEMSELVES:
        return (Step("init-script", Effect.KEEPS, "root", children),)
    why = f"/etc/init.d/{name} starts its daemon by `env -i`"
    return (Step("init-script", Effect.DROPS, "root", children, why=why, hooks=Hooks(init_script=name)),)
