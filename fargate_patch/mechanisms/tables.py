"""Cron tables: which jobs of which users they hold.

crontab(5) of vixie cron and cronie; busybox crond reads the same form. A table comes with the image, or a script writes
it when the container starts.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Place
from fargate_patch.chain.quiet import FILE_WORK
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

USER_FOLDERS = ("/var/spool/cron/crontabs", "/var/spool/cron", "/etc/crontabs", "/var/spool/cron/tabs")
USER_TABLES = tuple(f"{folder}/*" for folder in USER_FOLDERS)
SYSTEM_TABLES = ("/etc/crontab", "/etc/cron.d/*", "/opt/docker/etc/cron/*")  # the last: webdevops' images
ASSIGNMENT = regex(r"\s*(?:\"[^\"]*\"|'[^']*'|[A-Za-z_]\w*)\s*=")
PERIODIC = tuple(f"/etc/cron.{when}/*" for when in ("hourly", "daily", "weekly", "monthly"))
BUSYBOX_PERIODIC = ("/etc/periodic/*/*",)
RUN_PARTS_NAME = regex(r"[A-Za-z0-9_-]+\Z")  # Debian's cron(8): run-parts' rules, no dot in the name
CRONIE_NAME = regex(r"(?![.#])(?!.*(?:~|\.(?:rpmsave|rpmorig|rpmnew))\Z)")  # cronie's database.c, not_a_crontab()
FILLED_IN = r"[^\w\s]*_*[A-Z][A-Z\d_]+[^\w\s]*(?=\s)"  # `{SCHEDULE}`, `%EVERY%`, `XYZ`: a `sed` puts the times there
ONE_FIELD = regex(rf"[@$]|{FILLED_IN}")
FIVE_FIELDS = regex(rf"(?:(?:[\d*$]|[A-Za-z]{{3}}\b|{FILLED_IN})\S*\s+){{5}}")  # not `@daily JOB …`, `$SCHEDULE JOB …`
MOST_TABLES = 256  # that start scripts write
COMMANDS = FILE_WORK | frozenset(
    (
        *("sh", "bash", "ash", "dash", "nice", "ionice", "flock", "timeout", "sudo", "su", "gosu", "su-exec"),
        *("python", "python2", "python3", "php", "php7", "php8", "perl", "ruby", "node", "npm", "npx", "java"),
        *("curl", "wget", "aws", "rsync", "tar", "git", "bundle", "service", "supervisorctl", "certbot", "run-parts"),
    )
)
"""Programs whose name no account has."""


@dataclass(frozen=True, slots=True)
class Job:
    """One line of a table: whose, what, where it stands. `command` None: the table is there and cannot be read.

    `given`: the command of a start script that puts its value of the variable into the table, for this job.
    """

    user: str | None
    command: str | None
    place: Place
    shell: str = "/bin/sh"
    reason: str = ""
    given: Place | None = None


def jobs(world: World, kind: str = "cron") -> tuple[Job, ...]:
    """Every job of the tables, and of the folders that the distribution's own table names, that the build installs.

    `kind` is the daemon's mechanism: busybox's knows users' tables alone, and cronie takes other file names.
    """
    system = kind not in ("busybox-crond", "dcron")
    name = CRONIE_NAME if kind == "cronie" else RUN_PARTS_NAME
    found: dict[Job, None] = {}
    at_start = tuple(_at_start(world, system))
    given = {(job.user, job.command, job.place.file) for job in at_start if job.given}
    for patterns, with_user in ((SYSTEM_TABLES if system else (), True), (USER_TABLES, False)):
        for table in (table for pattern in patterns for table in world.files.glob(pattern)):
            if with_user and table.path != "/etc/crontab" and not name.match(posixpath.basename(table.path)):
                continue
            theirs = _of_image(table, with_user)
            found.update((job, None) for job in theirs if (job.user, job.command, job.place.file) not in given)
    found.update(dict.fromkeys(at_start))
    found.update((job, None) for job in _periodic(world, system) if name.match(posixpath.basename(job.command or "")))
    return tuple(found)


def left_out(world: World) -> str:
    """What cron does not read or run for the dot in its name, as `jobs.cron` or `backup.sh`: a path, "" for none."""
    files = (file.path for pattern in ("/etc/cron.d/*", *PERIODIC) for file in world.files.glob(pattern))
    return next((path for path in files if not RUN_PARTS_NAME.match(posixpath.basename(path))), "")


def without_user(world: World) -> str:
    """A table of /etc/cron.d of which cron runs nothing, for no user stands before a command: its path, "" for none."""
    for table in world.files.glob("/etc/cron.d/*"):
        text = table.text or ""
        if any(read_table(text, "root", table.origin)) and not any(read_table(text, None, table.origin)):
            return table.path
    return ""


def _periodic(world: World, system: bool) -> Iterator[Job]:
    """The scripts that run-parts starts as root, unless a table that the build brings takes the place of that."""
    table = world.files.get("/etc/crontab" if system else "/etc/crontabs/root")
    if table is not None and table.text is not None and "run-parts" not in table.text:
        return
    for pattern in PERIODIC if system else BUSYBOX_PERIODIC:
        for script in world.files.glob(pattern):
            yield Job("root", script.path, script.origin)


def _at_start(world: World, system: bool) -> Iterator[Job]:
    from fargate_patch.mechanisms.start_tables import tables_at_start

    for number, table in enumerate(tables_at_start(world)):
        if number >= MOST_TABLES:
            yield Job(None, None, table.place, reason=f"more than {MOST_TABLES} are written at each start")
            return
        if table.text is None:
            yield Job(_known(table.owner), None, table.place, reason=table.reason)
        elif system or table.owner:
            yield from read_table(table.text, table.owner, table.place, table.gives)


def _of_image(table: ImageFile, with_user: bool) -> Iterator[Job]:
    """Of a table that the base image may bring, and that the build appends to, what is appended."""
    owner = None if with_user else posixpath.basename(table.path)
    if table.text is None and not table.added:
        yield Job(owner, None, table.origin, reason=table.reason)
    else:
        yield from read_table(table.added if table.text is None else table.text, owner, table.origin)


def read_table(table: str, owner: str | None, origin: Place, gives: Mapping[int, Place] | None = None) -> Iterator[Job]:
    """The jobs of a user's table, or of one with a column for the user where `owner` is None.

    `gives`, as of a StartTable: an assignment gives the variable to all jobs behind it, a job's own words to that one.
    """
    gives = gives or {}
    given = gives.get(-1)
    shell = "/bin/sh"
    for number, line in enumerate(table.split("\n")):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if ASSIGNMENT.match(text):
            name, _, value = text.partition("=")
            shell = value.strip().strip("\"'") if name.strip() == "SHELL" else shell
            given = gives.get(number, given)
            continue
        fields = 1 if ONE_FIELD.match(text) and not FIVE_FIELDS.match(text) else 5
        *when, rest = text.split(None, fields)
        if len(when) != fields:
            continue
        user, command = (owner, rest) if owner else (*rest.split(None, 1), "")[:2]
        if command and (owner or _may_be_user(user)):
            place = Place(origin.file, origin.line + number)
            by = gives.get(number, given)
            yield Job(_known(user.partition(":")[0]), command.replace("\\%", "%"), place, shell, given=by)


def _known(user: str | None) -> str | None:
    """None for an account that only a run names."""
    return user if user and "$" not in user else None


def _may_be_user(name: str) -> bool:
    """A table without the column for the user has its command there: cron logs a bad username, and starts nothing."""
    from fargate_patch.chain.scripts.builtins import BUILTINS

    return "/" not in name and name not in BUILTINS and name not in COMMANDS
