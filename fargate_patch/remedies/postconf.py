"""The names in Postfix's import_environment and export_environment: what it runs for a mail then has them.

postconf(5), postconf(1). Both lists are needed: the first is what Postfix lets in when it starts, the second what it
hands on. Seen with postfix 3.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, VARIABLES, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "postconf"
FROM_FILE = False
READS_AS_USER = False
COST = 1
TEMPLATE = "postconf.j2"
MAIN = "/etc/postfix/main.cf"
LISTS = ("import_environment", "export_environment")


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    if hop.mechanism != "postfix" or not world.image.family.shell:
        return None
    return Remedy(NAME, users=(user,) if user and safe_name(user) else ())


def mends(_remedy: Remedy, hop: Hop) -> bool:
    return hop.mechanism == "postfix"


def setup(_remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, names=" ".join(VARIABLES), lists=LISTS)


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    lines = [line for line in image.settings.get(MAIN, "").splitlines() if CREDENTIALS_VARIABLE in line.split()]
    if {line.partition("=")[0].strip() for line in lines} >= set(LISTS):
        yield MAIN, Remedy(NAME)


def describe(_remedy: Remedy) -> str:
    return "the names in import_environment and export_environment of Postfix, by which it hands them to what it runs"
