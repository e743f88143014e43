"""php-fpm: a worker's environment is empty but for the pool's env[] lines, unless the pool says `clear_env = no`.

www.conf of php-src: "clear_env … Default Value: yes". The official php:*-fpm images ship `php-fpm.d/docker.conf` with
`[www] clear_env = no` (docker-library/php). An env[X] = $X line whose X is not set gives the worker an empty X.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Open, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.fpm_config import Sections, read_configuration
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("php-fpm", "php-fpm[0-9]*", "php[0-9]*-fpm")
DAEMON = True
COLLECTION = regex(r"/opt/((?:remi/|rh/rh-)php\d+)/root(?:/usr)?/sbin")  # of Remi's repository, of Red Hat's
FOLDERS = {  # where a distribution's package has its pools
    "debian": "/etc/php/{version}/fpm/pool.d",
    "alpine": "/etc/php{digits}/php-fpm.d",
    "rhel": "/etc/php-fpm.d",
    "amazonlinux": "/etc/php-fpm.d",
    "suse": "/etc/php*/fpm/php-fpm.d",
    "arch": "/etc/php/php-fpm.d",
}
MECHANISMS = (
    Mechanism(
        name="php-fpm",
        code="FP107",
        title="clears the environment of its workers",
        what="php-fpm starts its workers with an empty environment (`clear_env = yes`) plus the pool's `env[…]` "
        "lines, so that getenv() and the AWS SDK for PHP find nothing, while the same script works on the "
        "command line. The official php:*-fpm images set `clear_env = no` for the pool www.",
        see=(
            "docker exec CONTAINER sh -c '$(ls /usr/sbin/php-fpm* /usr/local/sbin/php-fpm 2>/dev/null | head -n 1) "
            '-tt 2>&1 | grep -E "NOTICE: +[[]|clear_env|env[[]"\''
        ),
        fix="fargate-patch adds `env[AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = "
        "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` and the region's names to the pool in a file of its own. By "
        "hand: the same lines; `clear_env = no` works too and hands all of the task's secrets to PHP.",
        advice="name the pool in a configuration that the build copies, so that the lines can be put into it",
        sources=(
            "https://www.php.net/manual/en/install.fpm.configuration.php",
            "https://github.com/aws/aws-sdk-php-laravel/issues/176",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool as far as its configuration is in view. `folder`: where a file of ours would be read for it."""

    name: str
    user: str | None = None
    clear_env: bool = True
    names: frozenset[str] = frozenset()  # that its env[] lines hand on
    folder: str | None = None
    file: str | None = None  # where there is no such folder: the main file, which names it itself


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "cdgpyz", ("fpm-config", "php-ini", "prefix", "pid", "define"))
    if given.has("i", "info", "m", "modules", "t", "test", "v", "version", "h", "help"):
        return (Step("php-fpm", Effect.KEEPS, launch.user, needs_none=True),)
    base = world.image.reference or "the base image"
    if world.image.facts.get("php-fpm") == "absent" and not any("fpm" in name for name in world.files.packages):
        return (_unknown(f"{base} has no php-fpm, and no package that the build installs brings one", launch, world),)
    folder = _pool_folder(launch, world)
    packaged = f"{folder.rpartition('/')[0]}/php-fpm.conf" if folder else ""
    option = given.value("y", "fpm-config")
    if option is None and folder is None:
        reason = f"where php-fpm of {base} has its pools is not known: say {world.saying_the_base}"
        return (_unknown(reason, launch, world),)
    main = option or Word(packaged)
    path = world.absolute(main.text)
    if not main.known or not (fnmatchcase(path, packaged) or world.files.get(path)):
        reason = f"php-fpm's configuration {main.text} is not among the files that the build copies"
        return (_unknown(reason, launch, world),)
    prefix = given.value("p", "prefix")
    sections = read_configuration(path, folder, prefix.text if prefix else _prefix(launch, world), world)
    pools = tuple(_pools(sections, folder, path))
    if not pools:
        reason = sections.unknown[0] if sections.unknown else "php-fpm's configuration names no pool"
        return (_unknown(reason, launch, world),)
    return tuple(_step(pool, sections, launch, world) for pool in pools)


def _unknown(reason: str, launch: Launch, world: World) -> Step:
    user = _worker(world) if launch.user in ("root", None) else launch.user
    return Step("php-fpm", Effect.KEEPS, user, (Open(reason, launch.place, user),), command="workers of php-fpm")


def _step(pool: Pool, sections: Sections, launch: Launch, world: World) -> Step:
    named = None if pool.user and "$" in pool.user else pool.user or _worker(world)
    user = named if launch.user in ("root", None) else launch.user
    command = f"workers of php-fpm's pool {pool.name}"
    if sections.unknown:
        return Step("php-fpm", Effect.KEEPS, user, (Open(sections.unknown[0], launch.place, user),), command=command)
    hooks = Hooks(fpm_pool=pool.name, fpm_pool_dir=pool.folder, file=pool.file)
    if not pool.clear_env:
        return Step("php-fpm", Effect.KEEPS, user, hooks=hooks, command=command)
    if _may_be_official(pool, sections, world):
        reason = "whether the base image sets clear_env, as the official php image does, is not known: say which it is"
        return Step("php-fpm", Effect.KEEPS, user, (Open(reason, launch.place, user),), command=command)
    if set(NEEDED) <= pool.names:
        why = f"env[…] of the pool {pool.name} hands on an empty value where php-fpm itself has none"
        return Step("php-fpm", Effect.BLANKS, user, why=why, hooks=hooks, command=command)
    why = f"php-fpm clears the environment of the pool {pool.name} (clear_env is on) but for its env[…] lines"
    return Step("php-fpm", Effect.FILTERS, user, why=why, hooks=hooks, command=command)


def _may_be_official(pool: Pool, sections: Sections, world: World) -> bool:
    """A base that is not known, with the pools where the official image has them, whose docker.conf is about `www`."""
    return (
        world.image.source == "unknown"
        and pool.name == "www"
        and (pool.folder or "").startswith("/usr/local/")
        and "clear_env" not in sections.found.get("www", {})
    )


def _worker(world: World) -> str:
    """The user where no configuration names one: www-data on Debian and in the official image, else by family."""
    folder = world.image.facts.get("php-fpm.pool_dir", "")
    official = folder.startswith("/usr/local/") or "www-data" in world.files.accounts
    return {"alpine": "nobody", "rhel": "apache", "amazonlinux": "apache", "suse": "wwwrun", "arch": "http"}.get(
        "debian" if official else world.image.family.name, "www-data"
    )


def _prefix(launch: Launch, world: World) -> str:
    """PHP's install prefix, from which a relative include starts."""
    local = launch.argv[0].text.startswith("/usr/local/") or "php-fpm.pool_dir" in world.image.facts
    return "/usr/local" if local else "/usr"


def _pool_folder(launch: Launch, world: World) -> str | None:
    """Where the *.conf of the pools are: by the image's fact, what is in view, the program's version, the family."""
    fact = world.image.facts.get("php-fpm.pool_dir")
    if fact:
        return fact
    path, _, name = launch.argv[0].text.rpartition("/")
    if collection := COLLECTION.fullmatch(path):
        return f"/etc/opt/{collection[1]}/php-fpm.d"
    version = re.sub(r"[^0-9.]", "", name)
    if path == "/usr/local/sbin" or (not version and world.files.glob("/usr/local/etc/php-fpm.d/*.conf")):
        return "/usr/local/etc/php-fpm.d"
    form = FOLDERS.get(world.image.family.name)
    return form and form.format(version=version or "*", digits=version.replace(".", "") or "*")


def _pools(sections: Sections, folder: str | None, main: str) -> Iterator[Pool]:
    """Every section but [global]. A file of ours goes where an include takes every *.conf by the pool's own file."""
    included = {i.rpartition("/")[0] for i in sections.includes if i.endswith("/*.conf")}
    for name, values in sections.found.items():
        if name == "global":
            continue
        file = sections.files.get(name, "")
        own = file.rpartition("/")[0]
        beside = folder.rpartition("/")[0] if folder else ""
        place = folder if folder and (_same(own, folder) or _same(own, beside)) else own
        if any(_same(place, i) or place == i for i in included):
            yield replace(_pool(name, values), folder=place)
        else:
            yield replace(_pool(name, values), file=file if file == main else None)
    if not sections.found and not sections.unknown and folder:
        yield Pool("www", folder=folder)


def _same(path: str, pattern: str) -> bool:
    """Is it the folder, or one that the folder's pattern for the version stands for."""
    return fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")


def _pool(name: str, values: Mapping[str, str]) -> Pool:
    names = {key[4:-1] for key, value in values.items() if key.startswith("env[") and key[4:-1] in value}
    clear = values.get("clear_env", "yes").lower() not in ("no", "off", "false", "0", "none", "")
    return Pool(name, values.get("user") or None, clear, frozenset(names))
