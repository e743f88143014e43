"""A drop-in that has sudo give the named target users the variables out of the carried file (sudoers(5): env_file).

For where sudo's caller has lost them already: an ssh session, a cron job. sudo reads the file as root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.accounts import named
from fargate_patch.remedies.render import render
from fargate_patch.remedies.sudoers import defaults, for_target, mends, standing_at
from fargate_patch.remedies.variables import CARRIED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy, Site

__all__ = ["COST", "FROM_FILE", "NAME", "READS_AS_USER", "TEMPLATE", "describe", "mends", "offer", "setup", "standing"]

NAME = "sudoers-file"
FROM_FILE = True
READS_AS_USER = False
COST = 2
TEMPLATE = "sudoers-file.j2"
PATH = "/etc/sudoers.d/fargate-env-file"


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    return for_target(NAME, hop, user, world)


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, path=PATH, lines=defaults(remedies, f"env_file={CARRIED}"))


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    yield from standing_at(PATH, NAME, f"env_file={CARRIED}", image)


def describe(remedy: Remedy) -> str:
    return f"{PATH}, which has sudo give {named(remedy.users)} the variables that PID 1 had"
