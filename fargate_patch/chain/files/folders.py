"""Which paths of the image are folders: the ones every image has, and the ones that instructions make."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import absolute
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.files.surroundings import Surroundings

STANDARD = frozenset(
    "/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin "  # noqa: SIM905
    "/usr/include /usr/lib /usr/libexec /usr/local /usr/local/bin /usr/local/etc /usr/local/lib /usr/local/sbin "
    "/usr/local/share /usr/sbin /usr/share /usr/src /var /var/cache /var/lib /var/log /var/opt /var/run /var/spool "
    "/var/tmp /var/www /etc/nginx /etc/apache2 /etc/supervisor /etc/ssh /etc/cron.daily /etc/cron.hourly "
    "/etc/cron.monthly /etc/cron.weekly /etc/crontabs /etc/skel /etc/default /etc/security /etc/php /var/www/html "
    "/usr/share/nginx/html /var/spool/cron /var/spool/cron/crontabs /etc/periodic /usr/local/etc/php "
    "/etc/systemd/system /etc/sysconfig /usr/src/app".split()
)
"""Of the Filesystem Hierarchy Standard, and of packages that put them there before anything is copied into them."""

OWN_FILES = regex(
    r"/[^/]+\Z|/(?:app|srv|opt|data|code|scripts?|docker|build|workspace)/|/(?:etc/(?:cron\.d|sudoers\.d|profile\.d|services\.d|s6-overlay|"
    r"supervisor\.d|supervisor/conf\.d|cont-init\.d|service|my_init\.d)|var/spool/cron|docker-entrypoint[^/]*)/"
)
"""Where a file is the Dockerfile's own, so that `>>` begins it: base images keep nothing of that name there."""

CRONTABS = "/var/spool/cron/crontabs"  # where `crontab` puts a user's table
DEEPEST = 64

_MAKERS = regex(r"\b(?:mkdir|install\s+(?:-\S+\s+)*-d)\b((?:\s+[^\s;&|<>()]+)+)")


def always_folder(path: str) -> bool:
    """Is it one in every image that can be asked about? By name: the standard's, and everything called `….d`."""
    return path in STANDARD or posixpath.basename(path).endswith(".d")


def with_parents(path: str) -> Iterator[str]:
    """The folders above a path, the first 64 of them, then itself."""
    index = 0
    for _ in range(DEEPEST):
        index = path.find("/", index + 1)
        if index < 0:
            break
        yield path[:index]
    yield path


def made_by_run(here: Surroundings, script: str) -> Iterator[str]:
    """The folders that a RUN's mkdirs name, as far as that is plain to see."""
    if "mkdir" not in script and "install" not in script:
        return
    for match in _MAKERS.finditer(script):
        for word in match[1].split():
            if word.startswith("-") or set(word) & set("*?{`\\"):
                continue
            target = here.expand(word)
            path = absolute(target.text, here.workdir) if target.known else None
            if path:
                yield from with_parents(path)


class StandardFolders:
    """An image of which nothing but the folders that every image has is known."""

    def is_folder(self, path: str) -> bool:
        return always_folder(path)
