"""Cron tables: which jobs of which users they hold.

crontab(5) of vixie cron and cronie; busybox crond reads the same form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Place
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

USER_TABLES = ("/var/spool/cron/crontabs/*", "/var/spool/cron/*", "/etc/crontabs/*", "/var/spool/cron/tabs/*")
SYSTEM_TABLES = ("/etc/crontab", "/etc/cron.d/*")
ASSIGNMENT = regex(r"\s*(?:\"[^\"]*\"|'[^']*'|[A-Za-z_]\w*)\s*=")
CRON_D_NAME = regex(r"[A-Za-z0-9_-]+$")  # Debian's cron(8): run-parts' rules, no dot in the name


@dataclass(frozen=True, slots=True)
class Job:
    """One line of a table: whose, what, where it stands. `command` None: the table is there and cannot be read."""

    user: str | None
    command: str | None
    place: Place
    shell: str = "/bin/sh"
    reason: str = ""


def jobs(world: World, *, system: bool = True) -> tuple[Job, ...]:
    """Every job of the tables that the Dockerfile is seen to install.

    `system` is False where cron.d is not read (busybox).
    """
    found: dict[Job, None] = {}
    for patterns, with_user in ((SYSTEM_TABLES if system else (), True), (USER_TABLES, False)):
        for pattern in patterns:
            for table in world.files.glob(pattern):
                if with_user and pattern.endswith("*") and not CRON_D_NAME.fullmatch(table.path.rpartition("/")[2]):
                    continue
                found.update(dict.fromkeys(_read(table, with_user)))
    return tuple(found)


def _read(table: ImageFile, with_user: bool) -> Iterator[Job]:
    owner = None if with_user else table.path.rpartition("/")[2]
    if table.text is None:
        yield Job(owner, None, table.origin, reason=table.reason)
        return
    shell = "/bin/sh"
    for number, line in enumerate(table.text.split("\n")):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if ASSIGNMENT.match(text):
            name, _, value = text.partition("=")
            shell = value.strip().strip("\"'") if name.strip() == "SHELL" else shell
            continue
        words = text.split(None, 1 if text.startswith("@") else 5)
        when, rest = words[:-1], words[-1]
        if not when or len(when) != (1 if text.startswith("@") else 5):
            continue
        user, command = (*rest.split(None, 1), "")[:2] if with_user else (owner or "", rest)
        place = Place(table.origin.file, table.origin.line + number)
        yield Job(user.partition(":")[0] or None, command.replace("\\%", "%"), place, shell)
