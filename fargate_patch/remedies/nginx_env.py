"""`env NAME;` lines at the top of nginx.conf, in the main context: nginx then leaves the variables to its workers.

nginx.org, core module: env. A name that is not set stays absent, and one that is named twice does no harm (both
seen). The top of the main file is the main context in every build; conf.d is not. `nginx -t` is not asked: at build
it would fail for certificates and host names that only a run has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.accounts import account_name
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "nginx-env"
FROM_FILE = False
READS_AS_USER = False
COST = 1
TEMPLATE = "nginx-env.j2"

_PATH = regex(r"(?:/[A-Za-z0-9_.-]+)+", re.ASCII)


def offer(hop: Hop, user: str | None, _world: World) -> Remedy | None:
    path = hop.hooks.file
    if hop.mechanism != "nginx" or not path or not _PATH.fullmatch(path):
        return None
    name = account_name(user)
    return Remedy(NAME, path, (name,) if name else ())


def mends(remedy: Remedy, hop: Hop) -> bool:
    return hop.mechanism == "nginx" and remedy.at == hop.hooks.file


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, paths=sorted({remedy.at for remedy in remedies}), variables=VARIABLES)


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    for path, text in image.settings.items():
        if path.endswith("/nginx.conf") and f"\nenv {CREDENTIALS_VARIABLE};" in f"\n{text}":
            yield path, Remedy(NAME, path)


def describe(remedy: Remedy) -> str:
    return f"env lines at the top of {remedy.at}, which leave the variables to nginx's workers"
