"""lighttpd: CGI scripts get the request's variables alone, FastCGI programs those that `bin-copy-environment` names.

Seen with lighttpd 1.4.69 on Debian 12: a CGI script has what `setenv.add-environment` adds and nothing of the server's;
a FastCGI program that lighttpd starts has all of it, or with `bin-copy-environment` the names listed there. Debian's
15-fastcgi-php.conf lists PATH, SHELL and USER.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

FILES = ("/etc/lighttpd/*", "/etc/lighttpd/*/*")
ENABLED = "/conf-available/"  # what lies there is read once it is linked from conf-enabled
CGI = regex(r"(?m)^[ \t]*(?:\$[^\n#]{0,200}\{[ \t]*)?cgi\.assign[ \t]*\+?=")
COPIED = regex(r"\"bin-copy-environment\"\s{0,40}=>\s{0,40}\(([^)]*)")
ADDED = regex(rf"\"{CREDENTIALS_VARIABLE}\"\s{{0,40}}=>\s{{0,40}}env\.{CREDENTIALS_VARIABLE}\b")
USER = regex(r"(?m)^[ \t]*server\.username[ \t]*=[ \t]*\"([\w.-]+)\"")
PROGRAMS = ("lighttpd", "lighttpd-angel")
MECHANISMS = (
    Mechanism(
        name="lighttpd",
        code="FP128",
        title="gives its CGI scripts and FastCGI programs an environment of their own",
        what="A CGI script of lighttpd has the request's variables and what `setenv.add-environment` adds. A FastCGI "
        "program that lighttpd starts has the server's environment, unless `bin-copy-environment` lists names: then "
        "it has those alone (Debian's fastcgi-php does).",
        see=SEE_PROCESSES,
        fix='By hand: `setenv.add-environment = ( "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" => '
        "env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI )` for CGI scripts (mod_setenv); the name in "
        "`bin-copy-environment` for FastCGI programs; and the region's names likewise.",
        advice="add the name to `bin-copy-environment`, or for CGI scripts `setenv.add-environment = ( "
        '"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" => env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI )`',
        sources=(
            "https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_fastcgi",
            "https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_setenv",
        ),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    text = "\n".join(_texts(launch, world))
    enabled = {word for words in build_commands(world, "lighttpd-enable-mod", "lighty-enable-mod") for word in words}
    named = USER.search(text)
    user = named[1] if named else launch.user if text else None
    server = Step("exec", Effect.KEEPS, user, command="lighttpd")
    return (server, *_children(text, enabled, user))


def _children(text: str, enabled: set[str], user: str | None) -> Iterator[Step]:
    copied = [found[1] for found in COPIED.finditer(text)]
    if (CGI.search(text) or "cgi" in enabled) and not ADDED.search(text):
        why = "lighttpd gives a CGI script none of its own variables"
        yield Step("lighttpd", Effect.FILTERS, user, why=why, command="CGI scripts of lighttpd")
    if "fastcgi-php" in enabled or any(f'"{CREDENTIALS_VARIABLE}"' not in names for names in copied):
        why = "lighttpd gives a FastCGI program those variables that bin-copy-environment names"
        yield Step("lighttpd", Effect.FILTERS, user, why=why, command="FastCGI programs of lighttpd")


def _texts(launch: Launch, world: World) -> Iterator[str]:
    named = (world.files.get(world.absolute(word.text)) for word in launch.argv[1:] if word.text.endswith(".conf"))
    found = {file.path: file for file in named if file}
    found.update(
        (file.path, file) for pattern in FILES for file in world.files.glob(pattern) if ENABLED not in file.path
    )
    for file in found.values():
        lines = (file.added if file.text is None else file.text).split("\n")
        yield "\n".join(line for line in lines if not line.lstrip().startswith("#"))
