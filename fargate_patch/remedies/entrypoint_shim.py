"""The carrier: a POSIX-sh entrypoint that writes the variables to a file as PID 1 and becomes the real entrypoint.

It mends no hop by itself; the remedies that give back from the file need it. It has to write before the program that
follows runs: nginx, php-fpm and sshd overwrite what /proc/1/environ shows with their process title. The folder is made
at build time; where the builder leaves /run out of the image (kaniko without `--ignore-var-run=false`) a shim that runs
as root makes it when the container starts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import UnsafeValue, render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, FOLDER, GROUP, SHIM, VARIABLES, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "entrypoint-shim"
FROM_FILE = False
READS_AS_USER = False
COST = 10
TEMPLATE = "entrypoint-shim.j2"

# dash and busybox ash do not hand on variables whose names are none in sh, like `spring.profiles.active`; bash does,
# and every Debian has it. -p: without BASH_ENV, SHELLOPTS and exported functions.
INTERPRETERS = {"debian": "/bin/bash -p"}


def offer(_hop: Hop, _user: str | None, _world: World) -> Remedy | None:
    return None


def mends(_remedy: Remedy, _hop: Hop) -> bool:
    return False


def setup(_remedies: Sequence[Remedy], site: Site) -> str:
    return _shim(site)


@lru_cache(64)
def _shim(site: Site) -> str:
    """The files of one repository share it."""
    return render(TEMPLATE, **values(site), path=SHIM)


def values(site: Site) -> dict[str, object]:
    """What the shim's template needs. Raises UnsafeValue for a user's name that cannot be written safely."""
    for user in (site.owner, *site.readers):
        if not safe_name(user):
            raise UnsafeValue(f"the user name {user[:80]!r} is none that can be written into a script")
    return {
        "interpreter": INTERPRETERS.get(site.family, "/bin/sh"),
        "folder": FOLDER,
        "group": GROUP,
        "owner": site.owner,
        "readers": tuple(sorted(set(site.readers) - {"root", "0"})),
        "variables": VARIABLES,
    }


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    """The user's own copy of it, or one that writes another file, is none."""
    text = image.settings.get(SHIM, "")
    if f"folder={FOLDER}\n" in text and f"keep {CREDENTIALS_VARIABLE} " in text:
        yield SHIM, Remedy(NAME)


def describe(_remedy: Remedy) -> str:
    return f"entrypoint {SHIM}, which keeps the task role's variables in {FOLDER}/env"
