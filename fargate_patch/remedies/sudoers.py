"""A drop-in that lets sudo hand the variables on from its own environment, for the named target users alone.

sudoers(5): env_keep. It never makes an empty variable: what is not set is not kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.remedies.accounts import named, users_of
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, VARIABLES, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "sudoers"
FROM_FILE = False
READS_AS_USER = False
COST = 1
TEMPLATE = "sudoers.j2"
OF_TARGET = "Defaults>"
PATH = "/etc/sudoers.d/fargate-env"  # no dot: sudo skips names with one


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    return for_target(NAME, hop, user, world)


def for_target(name: str, hop: Hop, user: str | None, world: World) -> Remedy | None:
    """A remedy for a command that sudo runs as `user`. A name in capitals would be an alias in sudoers: None."""
    plain = (user or "").removeprefix("#")
    if hop.hooks.sudo_target is None or not world.image.family.sudoers_d or not safe_name(plain):
        return None
    return None if re.fullmatch(r"[A-Z][A-Z0-9_]*", plain) else Remedy(name, users=(plain,))


def mends(remedy: Remedy, hop: Hop) -> bool:
    return hop.hooks.sudo_target is not None and (hop.user or "").removeprefix("#") in remedy.users


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    names = " ".join(VARIABLES)
    return render(TEMPLATE, path=PATH, lines=defaults(remedies, f'env_keep += "{names}"'))


def defaults(remedies: Iterable[Remedy], setting: str) -> str:
    """One `Defaults` line for each target user; a numeric one is written `#1000`."""
    return "\n".join(f"{OF_TARGET}{'#' if user.isdigit() else ''}{user} {setting}" for user in users_of(remedies))


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    yield from standing_at(PATH, NAME, f'env_keep += "{CREDENTIALS_VARIABLE} ', image)


def standing_at(path: str, name: str, setting: str, image: Image) -> Iterator[tuple[str, Remedy]]:
    """The users for whom a drop-in has this setting."""
    lines = (line.partition(" ") for line in image.settings.get(path, "").splitlines())
    found = [whom.removeprefix(OF_TARGET).removeprefix("#") for whom, _, said in lines if said.startswith(setting)]
    if found:
        yield path, Remedy(name, users=tuple(sorted(found)))


def describe(remedy: Remedy) -> str:
    return f"{PATH}, which lets sudo hand the variables on to {named(remedy.users)}"
