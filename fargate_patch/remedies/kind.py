"""What a remedy's module offers, and the registry of all of them, found by walking this package.

A module here is a remedy when there is a template of its name: `pam_env.py` and `templates/pam-env.j2`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

from fargate_patch.remedies.render import has_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy, Site


class Kind(Protocol):
    """One kind of remedy: a module of this package with these names."""

    NAME: str
    FROM_FILE: bool  # gives back from the carried file, so that it needs the carrier; else keeps the live environment
    READS_AS_USER: bool  # the users read the carried file themselves, so that they must be in its group
    COST: int  # how much it puts into the image and opens there; less is better
    TEMPLATE: str

    def offer(self, hop: Hop, user: str | None, world: World) -> Remedy | None:
        """What would mend this hop for this user, None if it cannot."""

    def mends(self, remedy: Remedy, hop: Hop) -> bool:
        """Is this remedy, being in force, what mends this hop."""

    def setup(self, remedies: Sequence[Remedy], site: Site) -> str:
        """The commands for the block's RUN, for all remedies of this kind. Raises TemplateProblem."""

    def standing(self, image: Image) -> Iterator[tuple[str, Remedy]]:
        """What of this kind an image that was looked into has already, and the file that holds it."""

    def describe(self, remedy: Remedy) -> str:
        """One line for people."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of remedy by its name, the cheapest first."""
    package = __name__.rpartition(".")[0]
    names = (module.name for module in iter_modules(import_module(package).__path__))
    remedies = (name for name in names if has_template(f"{name.replace('_', '-')}.j2"))
    found = [cast("Kind", import_module(f"{package}.{name}")) for name in remedies]
    return {kind.NAME: kind for kind in sorted(found, key=lambda kind: (kind.COST, kind.NAME))}
