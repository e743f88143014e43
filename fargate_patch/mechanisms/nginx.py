"""nginx: its workers have an empty environment but for what `env NAME;` lines in the main context name.

That matters only where code runs in them (lua, njs, perl, Passenger): a plain nginx makes no AWS calls. Seen with
nginx 1.22 and its lua, js and perl modules: nothing arrives; with `env NAME;` the value does, and an unset name stays
absent. nginx.org, core module: env.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("nginx", "nginx-debug", "openresty")
FOLDERS = (
    "/etc/nginx",
    "/usr/local/openresty/nginx/conf",
    "/etc/openresty",
    "/usr/local/nginx/conf",
    "/opt/nginx/conf",
)
OPENRESTY = "/usr/local/openresty/nginx/conf"
PACKAGES = regex(
    r"libnginx-mod-http-(?:lua|js|perl|passenger)|nginx-mod-http-(?:lua|js|perl|passenger)|openresty|passenger"
)
"""Distributions' packages, which switch the module on. nginx.org's nginx-module-… wait for a `load_module`."""
LOADED = regex(r"(?m)^[ \t]*load_module[ \t]+[\"']?[\w./-]*ngx_http_(?:js|perl|lua|passenger)_module\.so")
CODE = regex(
    r"(?m)^(?:[^#\n]*[;{}])?[ \t]*"  # a directive begins a statement
    r"(?:\w+_by_lua(?:_block|_file)?|js_(?:content|set|access|body_filter|header_filter|import|include)"
    r"|perl(?:_set|_modules)?|passenger_(?:enabled|app_root|root|ruby|python))[ \t'{]"
)
NO_SERVER = frozenset(("-t", "-T", "-v", "-V", "-s", "-h", "-?", "-tq", "-qt"))  # a question or a signal
HANDED_ON = regex(r"(?m)(?:^|[;{}])[ \t]*env[ \t]+(\w+)[ \t]*;")
USER = regex(r"(?m)^[ \t]*user[ \t]+([\w.-]+)")
MECHANISMS = (
    Mechanism(
        name="nginx",
        code="FP116",
        title="clears the environment of its workers",
        what="nginx's workers have TZ alone and what `env NAME;` lines in the main context name, so that lua, njs, "
        "perl and Passenger applications do not see the variables (`init_by_lua` in the master does). nginx also "
        "overwrites its own environment with its process title. A plain nginx, a proxy or a web server, makes no "
        "AWS calls and loses nothing.",
        see="docker exec CONTAINER nginx -T | grep '^env '",
        fix="fargate-patch puts `env NAME;` lines for the names at the top of nginx.conf. By hand: the same lines in "
        "the main context, never in conf.d, which is included in `http` and where they keep nginx from starting. "
        "A name that is not set stays absent.",
        advice="put `env AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;` and the like into the main context of nginx.conf",
        sources=("https://nginx.org/en/docs/ngx_core_module.html#env", "https://github.com/Kong/lua-resty-aws/pull/75"),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "cgpe")
    if any(word.text in NO_SERVER for word in launch.argv[1:]):
        return (Step("nginx", Effect.KEEPS, launch.user, needs_none=True),)
    texts = tuple(_texts(launch, world))
    if not _runs_code(texts, world):
        return (Step("nginx", Effect.KEEPS, launch.user, command="nginx", needs_none=True),)
    user = _worker(texts, launch, world)
    directives = given.value("g")
    handed_on = {name for text in (*texts, directives.text if directives else "") for name in HANDED_ON.findall(text)}
    if set(NEEDED) <= handed_on:
        return (Step("nginx", Effect.KEEPS, user, command="nginx workers"),)
    why = "nginx clears the environment of its workers but for the names of `env` lines, and code runs in them"
    path = given.value("c")
    main = path.text if path and path.known and path.text.startswith("/") else _main(launch, world)
    hooks = Hooks(file=main if given.clear and (path is None or path.known) else None)  # else which file, a run decides
    return (Step("nginx", Effect.FILTERS, user, why=why, hooks=hooks, command="nginx workers"),)


def _texts(launch: Launch, world: World) -> Iterator[str]:
    """The text of every configuration file in view: the one of `-c`, and all below the known folders."""
    given = read_arguments(launch.argv[1:], "cgpe").value("c")
    named = world.files.get(given.text) if given and given.text.startswith("/") else None
    patterns = [f"{folder}{depth}" for folder in FOLDERS for depth in ("/*", "/*/*", "/*/*/*")]
    files = {f.path: f for f in (*((named,) if named else ()), *(f for p in patterns for f in world.files.glob(p)))}
    for file in files.values():
        yield file.text if file.text is not None else file.added


def _runs_code(texts: tuple[str, ...], world: World) -> bool:
    """Does code run in the workers: by a directive in view, else by a module that is installed or the base image."""
    if any(CODE.search(text) or LOADED.search(text) for text in texts):
        return True
    if any(remedy.name == "nginx-env" for remedy in world.remedies):
        return True  # a block says so, whose lines hide what nginx.conf said before
    base = world.image.reference.partition("@")[0]
    return any(PACKAGES.fullmatch(name) for name in world.files.packages) or bool(
        re.search(r"\b(?:openresty|passenger)\b", base)
    )


def _worker(texts: tuple[str, ...], launch: Launch, world: World) -> str | None:
    """The workers' user: who runs nginx where that is not root, else `user`'s, else the package's."""
    if launch.user not in ("root", None):
        return launch.user
    said = [name for text in texts for name in USER.findall(text)]
    if said:
        return str(said[-1])
    if launch.argv[0].text.endswith("openresty"):
        return "nobody"
    return "www-data" if world.image.family.name == "debian" and "nginx" not in world.image.reference else "nginx"


def _main(launch: Launch, world: World) -> str:
    """nginx.conf where no `-c` names it: openresty's own place for its builds, else Debian's and everyone's."""
    if "openresty" in launch.argv[0].text or "openresty" in world.image.reference:
        return f"{OPENRESTY}/nginx.conf"
    return "/etc/nginx/nginx.conf"
