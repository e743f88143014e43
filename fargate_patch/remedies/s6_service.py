"""Lines behind the first one of a service's `run` file: they read the variables from the folder that s6-overlay keeps.

s6-overlay's own way, `with-contenv`, hands the service everything that the container was given. Only for shell scripts;
an execline script is a person's to change. The folder is /run/s6/container_environment, one file for each variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.mechanisms.s6_overlay import FOLDER
from fargate_patch.regex import regex
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, VARIABLES, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "s6-service"
FROM_FILE = False
READS_AS_USER = False
COST = 3
TEMPLATE = "s6-service.j2"
SHELL = regex(r"#![ \t]*(?:/usr)?(?:/local)?/bin/(?:env[ \t]+)?(?:ba|da|a|k|mk)?sh(?:[ \t\r\n]|$)")

_PATH = regex(r"(?:/[A-Za-z0-9_@.-]+)+", re.ASCII)


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    path = hop.hooks.file
    if hop.mechanism != "s6-overlay" or path is None or not _PATH.fullmatch(path):
        return None
    file = world.files.get(path)
    if file is None or not SHELL.match(file.text or ""):
        return None
    return Remedy(NAME, path, (user,) if user and safe_name(user) else ())


def mends(remedy: Remedy, hop: Hop) -> bool:
    return hop.mechanism == "s6-overlay" and remedy.at == hop.hooks.file


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, files=sorted({remedy.at for remedy in remedies}), folder=FOLDER, names=" ".join(VARIABLES))


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    for path, text in image.settings.items():
        if SHELL.match(text) and f"\nfor _fargate_env in {CREDENTIALS_VARIABLE} " in text:
            yield path, Remedy(NAME, path)


def describe(remedy: Remedy) -> str:
    return f"lines at the top of {remedy.at} that take the variables out of {FOLDER}"
