"""A `PassEnv` line for Apache: CGI scripts then get the variables out of the server's environment.

mod_env: PassEnv. Only the names that ECS always sets: one that is not set is a warning in the log at every start
(seen). Within IfModule, so that a server without mod_env starts as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.accounts import account_name
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import ALWAYS_SET, CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "pass-env"
FROM_FILE = False
READS_AS_USER = False
COST = 1
TEMPLATE = "pass-env.j2"
FILE = "fargate-env.conf"
MAIN = "/usr/local/apache2/conf/httpd.conf"  # of the official httpd image, which includes no folder
FOLDERS = ("/etc/apache2/conf-enabled", "/etc/httpd/conf.d", "/etc/apache2/conf.d")  # Debian, RHEL, Alpine


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    if hop.mechanism != "apache-cgi" or not world.image.family.shell:
        return None
    name = account_name(user)
    return Remedy(NAME, users=(name,) if name else ())


def mends(_remedy: Remedy, hop: Hop) -> bool:
    return hop.mechanism == "apache-cgi"


def setup(_remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, folders=FOLDERS, main=MAIN, file=FILE, names=" ".join(ALWAYS_SET))


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    for path in (*(f"{folder}/{FILE}" for folder in FOLDERS), MAIN):
        if f"\nPassEnv {CREDENTIALS_VARIABLE} " in image.settings.get(path, ""):
            yield path, Remedy(NAME)


def describe(_remedy: Remedy) -> str:
    return "a PassEnv line for apache, which gives CGI scripts the variables"
