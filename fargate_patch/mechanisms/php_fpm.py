"""php-fpm: a worker's environment is empty but for the pool's env[] lines, unless the pool says `clear_env = no`.

www.conf of php-src: "clear_env … Default Value: yes". The official php:*-fpm images ship `php-fpm.d/docker.conf` with
`[www] clear_env = no` (docker-library/php). An env[X] = $X line whose X is not set gives the worker an empty X.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import CARRIED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("php-fpm", "php-fpm[0-9]*", "php[0-9]*-fpm")
MECHANISMS = (
    Mechanism(
        name="php-fpm",
        code="FP107",
        title="clears the environment of its workers",
        what="php-fpm starts its workers with an empty environment (`clear_env = yes`) plus the pool's `env[…]` lines, so that getenv() and the "
        "AWS SDK for PHP find nothing, while the same script works on the command line. The official php:*-fpm images set "
        "`clear_env = no` for the pool www.",
        see="docker exec CONTAINER php-fpm -tt 2>&1 | grep -E '^|clear_env|env\\['",
        fix="fargate-patch adds `env[AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` and the region's names to the pool in a file of its own. By hand: the same lines; "
        "`clear_env = no` works too and hands all of the task's secrets to PHP.",
        advice="name the pool in a configuration that the build copies, so that the lines can be put into it",
        sources=("https://www.php.net/manual/en/install.fpm.configuration.php", "https://github.com/aws/aws-sdk-php-laravel/issues/176"),
    ),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool as far as its configuration is in view."""

    name: str
    user: str | None = None
    clear_env: bool = True
    names: frozenset[str] = frozenset()  # of its env[] lines


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    if read_arguments(launch.argv[1:], "cdgpyz").has("i", "info", "m", "t", "tt", "v", "version", "h", "help"):
        return None
    folder = _pool_folder(launch, world)
    pools = tuple(_pools(folder, world))
    return tuple(_step(pool, folder, launch, world) for pool in pools)


def _step(pool: Pool, folder: str | None, launch: Launch, world: World) -> Step:
    user = pool.user or (_worker(world) if launch.user in ("root", None) else launch.user)
    command = f"workers of php-fpm's pool {pool.name}"
    if not pool.clear_env:
        return Step("php-fpm", Effect.KEEPS, user, command=command)
    if set(CARRIED) <= pool.names:
        why = f"env[…] of the pool {pool.name} hands on an empty value where php-fpm itself has none"
        return Step("php-fpm", Effect.BLANKS, user, why=why, command=command)
    why = f"php-fpm clears the environment of the pool {pool.name} (clear_env is on) but for its env[…] lines"
    return Step("php-fpm", Effect.FILTERS, user, why=why, hooks=Hooks(fpm_pool=pool.name, fpm_pool_dir=folder), command=command)


def _worker(world: World) -> str:
    """The pool's user where no configuration in view names one: www-data on Debian and in the official image, else by family."""
    return {"alpine": "nobody", "rhel": "apache", "amazonlinux": "apache", "suse": "wwwrun", "arch": "http"}.get(
        "debian" if "php-fpm.pool_dir" in world.image.facts else world.image.family.name, "www-data"
    )


def _pool_folder(launch: Launch, world: World) -> str | None:
    """Where the *.conf of the pools are: the base image's fact, else by the program's version and the family."""
    fact = world.image.facts.get("php-fpm.pool_dir")
    if fact:
        return fact
    path, _, name = launch.argv[0].text.rpartition("/")
    version = re.sub(r"[^0-9.]", "", name)
    if path == "/usr/local/sbin":
        return "/usr/local/etc/php-fpm.d"
    if world.image.family.name == "alpine":
        return f"/etc/php{version.replace('.', '') or '*'}/php-fpm.d"
    if world.image.family.name in ("rhel", "amazonlinux"):
        return "/etc/php-fpm.d"
    if world.image.family.name == "debian":
        return f"/etc/php/{version or '*'}/fpm/pool.d"
    return None


def _pools(folder: str | None, world: World) -> Iterator[Pool]:
    """The pools of the configuration in view, over what the base image or the package brings; `www` where nothing else is said."""
    facts = world.image.facts
    found: dict[str, Pool] = {}
    if facts.get("php-fpm.clear_env") == "no":
        name = facts.get("php-fpm.pool", "www")
        found[name] = Pool(name, clear_env=False)
    for file in world.files.glob(f"{folder}/*.conf") if folder else ():
        for name, values in read_pools(file.text or "").items():
            found[name] = _with(found.get(name, Pool(name)), values)
    yield from found.values() if found else (Pool("www"),)


def _with(pool: Pool, values: Mapping[str, str]) -> Pool:
    names = {key[4:-1] for key in values if key.startswith("env[")}
    clear = values.get("clear_env")
    return Pool(
        pool.name,
        values.get("user", pool.user or "") or None,
        pool.clear_env if clear is None else clear.lower() not in ("no", "off", "false", "0", "none"),
        pool.names | names,
    )


def read_pools(text: str) -> dict[str, dict[str, str]]:
    """The sections of a php-fpm configuration but `[global]`: name to its settings, comments (`;`) left out."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for raw in text.split("\n"):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            current = None if line == "[global]" else sections.setdefault(line[1:-1].strip(), {})
        elif current is not None and "=" in line and not line.startswith((";", "#")):
            key, _, value = line.partition("=")
            current[key.strip()] = value.partition(" ;")[0].strip().strip("\"'")
    return sections
