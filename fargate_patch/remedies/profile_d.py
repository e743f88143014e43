"""A snippet in /etc/profile.d: a login shell takes the variables out of the carried file by itself, as its user.

Read by sh, bash, dash, busybox ash, ksh and mksh with `-l`; zsh, fish and tcsh do not read /etc/profile.d.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.remedies.accounts import account_name, named
from fargate_patch.remedies.login_shells import reads_profile
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CARRIED, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.remedies.model import Site

NAME = "profile-d"
FROM_FILE = True
COST = 3
TEMPLATE = "profile-d.j2"
PATH = "/etc/profile.d/fargate-env.sh"


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    name = account_name(user)
    if name is None or not world.image.family.profile_d or not reads_profile(hop, name, world):
        return None
    return Remedy(NAME, users=(name,))


def mends(remedy: Remedy, hop: Hop) -> bool:
    return hop.hooks.login_shell is not None and hop.user in remedy.users


def reads_as_user(_remedy: Remedy) -> bool:
    return True


def setup(_remedies: Sequence[Remedy], _site: Site) -> str:
    return render(TEMPLATE, path=PATH, file=CARRIED, variables=VARIABLES)


def describe(remedy: Remedy) -> str:
    return f"{PATH} for login shells of {named(remedy.users)}"
