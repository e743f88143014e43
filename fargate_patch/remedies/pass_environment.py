"""A drop-in for one systemd service: `PassEnvironment=` with the names, which systemd hands on from its own.

systemd.exec(5): a name that is not set is not handed on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.accounts import named
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, VARIABLES, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "pass-environment"
FROM_FILE = False
READS_AS_USER = False
COST = 1
TEMPLATE = "pass-environment.j2"
FOLDER = "/etc/systemd/system/{unit}.service.d"
FILE = "fargate-env.conf"


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    unit = hop.hooks.unit
    if unit is None or not safe_name(unit) or not world.image.family.shell:
        return None
    return Remedy(NAME, unit, (user,) if user and safe_name(user) else ())


def mends(remedy: Remedy, hop: Hop) -> bool:
    return hop.hooks.unit is not None and remedy.at == hop.hooks.unit


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    folders = [FOLDER.format(unit=unit) for unit in sorted({remedy.at for remedy in remedies})]
    return render(TEMPLATE, folders=folders, file=FILE, names=" ".join(VARIABLES))


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    for path, text in image.settings.items():
        unit = path.removeprefix(FOLDER.partition("{")[0]).partition(".service.d/")[0]
        if path == f"{FOLDER.format(unit=unit)}/{FILE}" and f"\nPassEnvironment={CREDENTIALS_VARIABLE} " in text:
            yield path, Remedy(NAME, unit)


def describe(remedy: Remedy) -> str:
    who = f" for {named(remedy.users)}" if remedy.users else ""
    return f"{FOLDER.format(unit=remedy.at)}/{FILE}, by which systemd hands the variables on{who}"
