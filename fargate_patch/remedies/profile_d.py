"""A snippet in /etc/profile.d: a login shell takes the variables out of the carried file by itself, as its user.

sh, bash, dash, busybox ash, ksh and mksh read /etc/profile with `-l`; zsh, fish and tcsh do not. Where the trace does
not know the login shell the build does: it looks into /etc/passwd, and fails where that names another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.accounts import account_name, named, users_of
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CARRIED, CREDENTIALS_VARIABLE, GROUP, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "profile-d"
FROM_FILE = True
READS_AS_USER = True
COST = 3
TEMPLATE = "profile-d.j2"
PATH = "/etc/profile.d/fargate-env.sh"
_MEMBERS = regex(rf"(?m)^{GROUP}:[^:\n]*:[^:\n]*:([^\n]*)")
SHELLS = ("sh", "bash", "rbash", "dash", "ash", "ksh", "ksh93", "mksh")


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    name = account_name(user)
    if name is None or not world.image.family.profile_d or not _reads_profile(hop):
        return None
    return Remedy(NAME, users=(name,))


def mends(remedy: Remedy, hop: Hop) -> bool:
    return _reads_profile(hop) and hop.user in remedy.users


def _reads_profile(hop: Hop) -> bool:
    """A shell that is not known counts as one that does, because the build makes sure of it."""
    return hop.hooks.login_shell is not None and hop.hooks.login_shell.rpartition("/")[2] in ("", *SHELLS)


def setup(remedies: Sequence[Remedy], _site: Site) -> str:
    users = users_of(remedies)
    return render(TEMPLATE, path=PATH, file=CARRIED, variables=VARIABLES, users=users, shells=SHELLS)


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    """For those who can read the carried file: its owner, the members of its group, and root."""
    text = image.settings.get(PATH, "")
    if CARRIED in text and f"{CREDENTIALS_VARIABLE}=" in text:
        members = _MEMBERS.search(image.settings.get("/etc/group", ""))
        readers = {"root", image.user or "root", *(members[1].split(",") if members else ())}
        yield PATH, Remedy(NAME, users=tuple(sorted(readers - {""})))


def describe(remedy: Remedy) -> str:
    return f"{PATH} for login shells of {named(remedy.users)}"
