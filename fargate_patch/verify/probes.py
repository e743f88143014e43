"""Which commands try a chain: what its hops do, done again around a probe.

A chain from PID 1 straight to a process is looked at as it runs. Sessions that somebody has to start (cron's jobs, ssh,
php-fpm's requests) are started; a process that has ended by the time one looks is started once more by the same hops.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from fargate_patch.verify.model import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fargate_patch.chain.model import Chain, Hop

FOLDER = "/.fargate-patch"  # where the probes are mounted in the container under test
PROBE = f"{FOLDER}/probe.sh"

# Who starts a session only when somebody asks → who has to be asked for it, None where nothing here knows how
_ASKED = ("cron", "busybox-crond", "incron", "at", "sshd", "dropbear", "php-fpm", "apache-cgi", "nginx", "postfix")
ON_DEMAND: Mapping[str, str | None] = {
    **{name: name for name in _ASKED},
    "cronie": "cron",
    **dict.fromkeys(("jupyterhub", "shiny-server", "dcron", "bcron", "authorized-keys-command")),
}


def _shell(hop: Hop) -> str:
    return hop.hooks.login_shell or "/bin/sh"


# What a hop does, with a command in place of the one it starts in earnest
_AROUND: Mapping[str, Callable[[Hop, str], list[str]]] = {
    "su-login": lambda hop, command: ["su", "-s", _shell(hop), "-", str(hop.user), "-c", command],
    "su": lambda hop, command: ["su", "-s", "/bin/sh", str(hop.user), "-c", command],
    "runuser-login": lambda hop, command: ["runuser", "-s", _shell(hop), "-l", str(hop.user), "-c", command],
    "runuser": lambda hop, command: ["runuser", "-u", str(hop.user), "--", "/bin/sh", "-c", command],
    "sudo": lambda hop, command: ["sudo", "-n", "-u", str(hop.user), "--", "/bin/sh", "-c", command],
    "doas": lambda hop, command: ["doas", "-n", "-u", str(hop.user), "/bin/sh", "-c", command],
    "env-i": lambda _hop, command: ["env", "-i", "/bin/sh", "-c", command],
    "gosu": lambda hop, command: ["gosu", str(hop.user), "/bin/sh", "-c", command],
    "su-exec": lambda hop, command: ["su-exec", str(hop.user), "/bin/sh", "-c", command],
}
_PLAIN = {"shell", "exec", "tini", "dumb-init", "gunicorn", "uwsgi", "fargate-env"}  # start what follows as it is


def is_a_server_alone(chain: Chain) -> bool:
    """It starts nothing of the application (nginx that serves files), and so is itself the end of its chain."""
    return bool(chain.hops) and chain.hops[-1].mechanism == chain.command


def on_demand(chain: Chain) -> int | None:
    """The number of the hop that waits to be asked, the last one if there are several; a server alone does not."""
    found = [n for n, h in enumerate(chain.hops) if h.mechanism in ON_DEMAND and h.mechanism != chain.command]
    return found[-1] if found else None


def probe_of(chain: Chain) -> Probe:
    """What tries a chain: by the session that it waits for, or by its hops from PID 1 on."""
    waiting = on_demand(chain)
    hops = chain.hops[waiting + 1 :] if waiting is not None else chain.hops
    command, untried = _composed(hops[:-1] if is_a_server_alone(chain) else hops)
    if untried:
        return Probe(chain.command, None, f"`{untried}` cannot be started on its own: give a --probe")
    if waiting is None:
        return Probe(chain.command, "exec", command)
    hop = chain.hops[waiting]
    kind = ON_DEMAND[hop.mechanism]
    if kind is None:
        return Probe(chain.command, None, f"{hop.program} has to be asked in its own way: give a --probe")
    if hop.user is None:
        return Probe(chain.command, None, f"the trace does not know for whom {hop.program} works: give a --probe")
    return Probe(chain.command, kind, hop.hooks.fpm_pool or "www" if kind == "php-fpm" else command, hop.user)


def _composed(hops: Sequence[Hop]) -> tuple[str, str]:
    """A command line that ends in the probe; and the program that stands in the way of one, "" where none does."""
    command = PROBE
    for hop in reversed(hops):
        around = _AROUND.get(hop.mechanism)
        reads_a_file = hop.mechanism == "shell" and hop.mend is not None and hop.mend.remedy.startswith("/")
        if reads_a_file or (around is None and hop.mechanism not in _PLAIN):
            return "", hop.program
        if around is not None and hop.user is None:
            return "", hop.program
        command = shlex.join(around(hop, command)) if around else command
    return command, ""


def own(commands: Sequence[str]) -> tuple[Probe, ...]:
    """A person's commands; `{}` in one is the tool's own probe."""
    return tuple(Probe(text, "exec", text.replace("{}", PROBE), "0") for text in commands)
