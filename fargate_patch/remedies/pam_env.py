"""Two session lines in /etc/pam.d/SERVICE: pam_env gives the named users the variables out of the carried file.

PAM reads the file as root, so that the users need no access to it. `session` lines, because RHEL's `auth sufficient
pam_rootok.so` ends the auth stack before a pam_env there runs. pam_env(8), pam_succeed_if(8), pam.conf(5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.remedies.accounts import account_name, by_place, named
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import CARRIED, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Hop
    from fargate_patch.chain.world import World
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Site

NAME = "pam-env"
FROM_FILE = True
READS_AS_USER = False
COST = 2
TEMPLATE = "pam-env.j2"

# util-linux opens a session of its own service for a login (su(1), runuser(1): FILES); shadow's su has none, and there
# the plain service is used.
LOGIN_SERVICES = {"su": "su-l", "runuser": "runuser-l"}
VENDOR_FILES = "suse"  # keeps its services in /usr/lib/pam.d, where /etc/pam.d goes before it (pam.d(5))
PLAIN_SERVICES = {login: plain for plain, login in LOGIN_SERVICES.items()}
_LINES = regex(
    r"(?m)^session \[success=ignore default=1\] pam_succeed_if\.so quiet user in ([^\s]+)\n"
    rf"session optional pam_env\.so readenv=1 envfile={CARRIED} "
)


def offer(hop: Hop, user: str | None, world: World) -> Remedy | None:
    service, name = _service(hop), account_name(user)
    if service is None or name is None or not world.image.family.pam or not safe_name(service):
        return None
    return Remedy(NAME, service, (name,))


def mends(remedy: Remedy, hop: Hop) -> bool:
    return remedy.at == _service(hop) and hop.user in remedy.users


def _service(hop: Hop) -> str | None:
    service = hop.hooks.pam
    return service if service is None or hop.hooks.login_shell is None else LOGIN_SERVICES.get(service, service)


def setup(remedies: Sequence[Remedy], site: Site) -> str:
    services = [
        {"name": at, "plain": PLAIN_SERVICES.get(at), "users": users} for at, users in by_place(remedies).items()
    ]
    return render(TEMPLATE, services=services, carried=CARRIED, vendor_files=site.family == VENDOR_FILES)


def standing(image: Image) -> Iterator[tuple[str, Remedy]]:
    for path, text in image.settings.items():
        folder, _, service = path.rpartition("/")
        for users in _LINES.findall(text) if folder == "/etc/pam.d" else ():
            for at in (service, *_served_by(service, image)):
                yield path, Remedy(NAME, at, tuple(users.split(":")))


def _served_by(service: str, image: Image) -> tuple[str, ...]:
    """The service of a login that has no file in this image, so that the plain one's is read for it."""
    login, known = LOGIN_SERVICES.get(service), image.facts.get("pam.services")
    return (login,) if login and known is not None and login not in known.split() else ()


def describe(remedy: Remedy) -> str:
    return f"pam_env session line in /etc/pam.d/{remedy.at} for {named(remedy.users)}"
