"""A drop-in for one php-fpm pool: `env[NAME] = $NAME` for the names that ECS always sets.

Only those: an env[] whose variable is not set reaches the worker empty, which is worse than absent (fpm_env.c).
A pool that is not there would keep php-fpm from starting, so the build makes sure of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import ALWAYS_SET, safe_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.remedies.model import Site

NAME = "php-fpm"
FROM_FILE = False
COST = 1
TEMPLATE = "php-fpm.j2"
FILE = "zz-fargate-env-{pool}.conf"  # after the pool's own file

_FOLDER = regex(r"(?:/[A-Za-z0-9_.*?-]+)+", re.ASCII)  # may hold a glob for the version


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    at, known = _at(hop), user is not None and safe_name(user)
    if at is None or not world.image.family.shell or (user is not None and not known):
        return None
    return Remedy(NAME, at, (user,) if user is not None else ())


def mends(remedy: Remedy, hop: Hop) -> bool:
    return remedy.at == _at(hop)


def _at(hop: Hop) -> str | None:
    """`www in /etc/php/*/fpm/pool.d`."""
    pool, folder = hop.hooks.fpm_pool, hop.hooks.fpm_pool_dir
    if not pool or not folder or not safe_name(pool) or not _FOLDER.fullmatch(folder.rstrip("/")):
        return None
    return f"{pool} in {folder.rstrip('/')}"


def reads_as_user(_remedy: Remedy) -> bool:
    return False


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    places = [at.split(" in ", 1) for at in sorted({remedy.at for remedy in remedies})]
    pools = [
        {"name": pool, "folder": folder, "file": FILE.format(pool=pool), "has_versions": bool(set("*?") & set(folder))}
        for pool, folder in places
    ]
    return render(TEMPLATE, pools=pools, variables=ALWAYS_SET)


def describe(remedy: Remedy) -> str:
    pool, _, folder = remedy.at.partition(" in ")
    return f"env[] lines for the php-fpm pool {pool} in {folder}/{FILE.format(pool=pool)}"
