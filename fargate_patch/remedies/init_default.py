"""The file that an init script reads before it starts its daemon exports the carried variables: /etc/default/NAME.

For `service NAME start`, which clears the environment; the script sources the file as root, and the daemon inherits.
Only for init scripts that the build brings and that say so, or whose packages were looked at (Debian 12): incron's,
postfix's, vsftpd's and others read no such file, and fcgiwrap's starts its daemon by `env -i` all the same. apache2's
has /etc/apache2/envvars, which apache2ctl sources.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CARRIED, VARIABLES, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "init-default"
FROM_FILE = True
READS_AS_USER = False
COST = 4
TEMPLATE = "init-default.j2"

# Init scripts that source /etc/default/ and their own name, as read in the packages of Debian 12.
# fmt: off
OWN_NAME = frozenset((
    "anacron", "beanstalkd", "clamav-daemon", "cron", "dovecot", "dropbear", "exim4", "fail2ban", "haproxy",
    "memcached", "monit", "named", "nginx", "openbsd-inetd", "proftpd", "rabbitmq-server", "redis-server",
    "slapd", "squid", "ssh", "stunnel4", "supervisor", "tinyproxy", "unicorn", "uwsgi", "varnish", "xinetd",
))
# fmt: on
OTHER = {"apache2": "/etc/apache2/envvars"}
SOURCES = regex(r"(?:^|[\s;&|{(])(?:\.|source)[ \t]+[\"']?(/[\w./-]+)", re.ASCII)
PHP_FPM = regex(r"php(\d+\.\d+)-fpm", re.ASCII)  # its NAME is php-fpm8.2, and so is the file's


def offer(hop: Hop, _user: str | None, world: World) -> Remedy | None:
    script = hop.hooks.init_script
    if script is None or not safe_name(script) or world.image.family.name != "debian":
        return None
    own = world.files.get(f"/etc/init.d/{script}")
    reads = is_known(script) if own is None else defaults_file(script) in _sourced(own.text or "", script)
    return Remedy(NAME, script, ("root",)) if reads else None


def is_known(script: str) -> bool:
    """Whether the package's init script of that name is known to read its file."""
    return script in OWN_NAME or script in OTHER or PHP_FPM.fullmatch(script) is not None


def _sourced(text: str, script: str) -> set[str]:
    """The files that an init script sources, with its `$NAME` for its own name."""
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
    if re.search(rf"(?m)^[ \t]*NAME=[\"']?{re.escape(script)}[\"']?[ \t]*$", text):
        text = text.replace("${NAME}", script).replace("$NAME", script)
    return set(SOURCES.findall(text))


def defaults_file(script: str) -> str:
    """What the init script of that name reads, if it reads one."""
    php = PHP_FPM.fullmatch(script)
    return OTHER.get(script) or f"/etc/default/{f'php-fpm{php[1]}' if php else script}"


def mends(remedy: Remedy, hop: Hop) -> bool:
    return remedy.at == hop.hooks.init_script


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    names = sorted({remedy.at for remedy in remedies})
    scripts = [{"name": name, "file": defaults_file(name)} for name in names]
    return render(TEMPLATE, scripts=scripts, file=CARRIED, variables=VARIABLES)


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    of_path = {path: script for script, path in OTHER.items()}
    for path, text in image.settings.items():
        name = path.removeprefix("/etc/default/")
        script = of_path.get(path) or re.sub(r"\Aphp-fpm(\d.*)", r"php\1-fpm", name)
        if CARRIED in text and defaults_file(script) == path:
            yield path, Remedy(NAME, script, ("root",))


def describe(remedy: Remedy) -> str:
    return f"{defaults_file(remedy.at)}, by which /etc/init.d/{remedy.at} gives its daemon the variables"
