"""The known one-liner made safe: the snippet of /etc/profile.d, put first in the file that bash reads for everybody.

Only for a person who asks for it (`--strategy bashrc`). First in the file, because Debian's leaves early in a
shell that is not interactive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.image.family import FAMILIES
from fargate_patch.remedies.accounts import named
from fargate_patch.remedies.render import UnsafeValue, render
from fargate_patch.remedies.variables import CARRIED, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy, Site

NAME = "bashrc"
FROM_FILE = True
READS_AS_USER = True
COST = 20
TEMPLATE = "bashrc.j2"


def offer(_hop: Hop, _user: str | None, _world: World) -> Remedy | None:
    """Never by itself: which shells read the file depends on PS1 and on each user's own ~/.bashrc."""
    return None


def mends(_remedy: Remedy, _hop: Hop) -> bool:
    """No chain counts as mended: Debian does not read it for `su - app -c …`, nor RHEL for a user without ~/.bashrc."""
    return False


def setup(_remedies: Sequence[Remedy], site: Site) -> str:
    """Makes the file where there is none: the family's bash reads it all the same."""
    path = FAMILIES[site.family].bashrc
    if path is None:
        raise UnsafeValue(f"no file is known that every bash of {site.family} reads")
    return render(TEMPLATE, path=path, file=CARRIED, variables=VARIABLES)


def standing(_image: Image) -> Iterator[tuple[str, Remedy]]:
    """None: no chain counts as mended by it."""
    yield from ()


def describe(remedy: Remedy) -> str:
    return f"first lines of the bashrc that every bash reads, for {named(remedy.users)}"
