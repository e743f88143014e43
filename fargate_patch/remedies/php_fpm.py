"""A drop-in for one php-fpm pool, or lines at the end of its file: `env[NAME] = $NAME` for what ECS always sets.

Only those: an env[] whose variable is not set reaches the worker empty, which is worse than absent (fpm_env.c).
A pool that is not there would keep php-fpm from starting, so the build makes sure of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import ALWAYS_SET, CREDENTIALS_VARIABLE, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "php-fpm"
FROM_FILE = False
READS_AS_USER = False
COST = 1
TEMPLATE = "php-fpm.j2"
FILE = "zz-fargate-env-{pool}.conf"  # after the pool's own file
APPENDED = " at the end of "  # the file that names the pool, where no folder is included

_POOL = regex(rf"(?m)^\[([^\]\n]+)\]\nenv\[{CREDENTIALS_VARIABLE}\] = \${CREDENTIALS_VARIABLE}$")
_FOLDER = regex(r"(?:/[A-Za-z0-9_.*?-]+)+", re.ASCII)  # may hold a glob for the version


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    at, known = _at(hop), user is not None and safe_name(user)
    if at is None or not world.image.family.shell or (user is not None and not known):
        return None
    return Remedy(NAME, at, (user,) if user is not None else ())


def mends(remedy: Remedy, hop: Hop) -> bool:
    return remedy.at == _at(hop)


def _at(hop: Hop) -> str | None:
    """`www in /etc/php/*/fpm/pool.d`, `www at the end of /etc/fpm.conf`."""
    pool, folder, file = hop.hooks.fpm_pool, (hop.hooks.fpm_pool_dir or "").rstrip("/"), hop.hooks.file
    place = folder or file
    if not pool or not place or not safe_name(pool) or not _FOLDER.fullmatch(place):
        return None
    return f"{pool} in {folder}" if folder else f"{pool}{APPENDED}{file}"


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    pools = [_pool(at) for at in sorted({remedy.at for remedy in remedies})]
    return render(TEMPLATE, pools=pools, variables=ALWAYS_SET)


def _pool(at: str) -> Mapping[str, object]:
    name, appended, path = at.partition(APPENDED)
    if appended:
        return {"name": name, "file": path, "folder": ""}
    name, _, folder = at.partition(" in ")
    return {"name": name, "folder": folder, "file": FILE.format(pool=name), "has_versions": bool({*"*?"} & {*folder})}


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    for path, text in image.settings.items():
        folder, _, file = path.rpartition("/")
        pool = _POOL.search(text)
        if pool and file == FILE.format(pool=pool[1]):
            yield path, Remedy(NAME, f"{pool[1]} in {folder}")


def describe(remedy: Remedy) -> str:
    if APPENDED in remedy.at:
        return f"env[] lines for the php-fpm pool {remedy.at}"
    pool, _, folder = remedy.at.partition(" in ")
    return f"env[] lines for the php-fpm pool {pool} in {folder}/{FILE.format(pool=pool)}"
