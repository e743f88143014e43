"""The names in `rc_env_allow` of /etc/rc.conf: OpenRC then hands them on to its services from its own environment.

rc.conf(5). It is one variable whose last assignment counts, so what is allowed already is said again. A name that is
not set is not handed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "rc-env-allow"
FROM_FILE = False
READS_AS_USER = False
COST = 2
TEMPLATE = "rc-env-allow.j2"
PATH = "/etc/rc.conf"


def offer(hop: Hop, _user: str | None, _world: World) -> Remedy | None:
    return Remedy(NAME, users=("root",)) if hop.mechanism == "openrc" else None


def mends(_remedy: Remedy, hop: Hop) -> bool:
    return hop.mechanism == "openrc"


def setup(_remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, path=PATH, later="/etc/rc.conf.d", names=" ".join(VARIABLES))


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    lines = [line for line in image.settings.get(PATH, "").splitlines() if line.startswith("rc_env_allow=")]
    if lines and CREDENTIALS_VARIABLE in lines[-1]:
        yield PATH, Remedy(NAME, users=("root",))


def describe(_remedy: Remedy) -> str:
    return "the names in rc_env_allow of /etc/rc.conf, which OpenRC hands on to its services"
