"""Apache: hands its environment to its workers and what runs in them; CGI scripts get the names of PassEnv alone.

Seen with apache 2.4 on Debian 12: mod_php and mod_wsgi see everything in getenv() and os.environ; CGI (mod_cgid) and
the WSGI `environ` only what PassEnv names; a PassEnv whose variable is not set is a warning in the log, not an empty
value. mod_env, core: PassEnv. /etc/init.d/apache2 starts it by `env -i` (see init-script).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.mechanisms import of_the_build
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("apache2", "apache2ctl", "apachectl", "apache2-foreground", "httpd", "httpd-foreground")
FOLDERS = ("/etc/apache2", "/etc/httpd", "/usr/local/apache2/conf")
ENVVARS = "/etc/apache2/envvars"  # Debian's apache2ctl reads it, and so does apache2-foreground of docker-library/php
NO_SERVER = frozenset(
    {"-t", "-v", "-V", "-l", "-L", "-S", "-M", "-h", "configtest", "stop", "graceful-stop", "status", "fullstatus"}
)
CGI_MODULE = regex(r"(?mi)^[ \t]*LoadModule[ \t]+cgid?_module\b")
SWITCHED_ON = regex(r"cgid?_module")
PASSED = regex(r"(?mi)^[ \t]*PassEnv[ \t]+(.*)$")
FCGID = regex(r"(?mi)^[ \t]*(?:FcgidWrapper\b|(?:AddHandler|SetHandler)[ \t]+\"?fcgid-script\b)")
FCGID_GIVEN = regex(rf"(?mi)^[ \t]*FcgidInitialEnv[ \t]+{CREDENTIALS_VARIABLE}[ \t]+\"?\$\{{{CREDENTIALS_VARIABLE}\}}")
WORKERS = {
    "debian": "www-data",
    "rhel": "apache",
    "amazonlinux": "apache",
    "suse": "wwwrun",
    "alpine": "apache",
    "arch": "http",
}
MECHANISMS = (
    Mechanism(
        name="apache",
        title="keeps the environment",
        what="Apache in the foreground (`apache2ctl -D FOREGROUND`, `apache2-foreground`, `httpd -D FOREGROUND`) "
        "hands its environment to its workers: getenv() of mod_php and os.environ of mod_wsgi, in daemon "
        "processes too, have the variables. PHP's `$_SERVER` and the WSGI `environ` do not; SDKs do not look "
        "there.",
        see=SEE_PROCESSES,
        sources=("https://httpd.apache.org/docs/2.4/env.html",),
    ),
    Mechanism(
        name="apache-cgi",
        code="FP117",
        title="gives CGI scripts an environment of their own",
        what="A CGI script has the request's variables and PATH, and those of the server's environment that `PassEnv` "
        "names.",
        see=(
            'docker exec CONTAINER sh -c \'printf "#!/bin/sh\\necho Content-Type: text/plain\\necho\\nenv\\n" > '
            "/usr/lib/cgi-bin/see; chmod 755 /usr/lib/cgi-bin/see; curl -s http://localhost/cgi-bin/see'"
        ),
        fix="fargate-patch adds `PassEnv` for the names that ECS always sets, in a configuration file of its own. By "
        "hand: the same line; it brings them into `$_SERVER` and the WSGI `environ` as well.",
        advice="put `PassEnv AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_REGION AWS_DEFAULT_REGION` into the server's "
        "configuration",
        sources=("https://httpd.apache.org/docs/2.4/mod/mod_env.html#passenv",),
    ),
    Mechanism(
        name="apache-fcgid",
        code="FP129",
        title="starts its FastCGI programs with PATH and what FcgidInitialEnv names",
        what="A program that mod_fcgid starts has PATH and the variables of `FcgidInitialEnv`, and nothing else of the "
        "server's environment; `PassEnv` adds to a request, not to the program.",
        see=SEE_PROCESSES,
        fix="By hand: `FcgidInitialEnv AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
        "${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}` in the server's configuration, and the region's names likewise.",
        advice="put `FcgidInitialEnv AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
        "${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}` and the like into the server's configuration",
        sources=("https://httpd.apache.org/mod_fcgid/mod/mod_fcgid.html#fcgidinitialenv",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where the build puts a script of its own in the program's place (`httpd-foreground`)."""
    file = of_the_build(launch.argv[0].text, world)
    if file is not None and file.text is not None:
        return None
    if NO_SERVER & {word.text for word in launch.argv[1:]}:
        return (Step("apache", Effect.KEEPS, launch.user, needs_none=True),)
    user = launch.user if launch.user not in ("root", None) else WORKERS.get(world.image.family.name, "www-data")
    server = _server(launch, user, world)
    texts = tuple(_texts(world))
    steps = (server, *_fcgid(texts, user))
    if not _has_cgi(texts, world):
        return steps
    passed = {name for text in texts for names in PASSED.findall(text) for name in names.split()}
    command = "CGI scripts of apache"
    if set(NEEDED) <= passed:
        return (*steps, Step("apache-cgi", Effect.KEEPS, user, command=command))
    why = "apache gives a CGI script only those of its variables that PassEnv names"
    return (*steps, Step("apache-cgi", Effect.FILTERS, user, why=why, command=command))


def _fcgid(texts: tuple[str, ...], user: str | None) -> Iterator[Step]:
    """What mod_fcgid starts, where the configuration in view has it start anything."""
    if any(map(FCGID.search, texts)) and not any(map(FCGID_GIVEN.search, texts)):
        why = "mod_fcgid starts its programs with PATH and what FcgidInitialEnv names"
        yield Step("apache-fcgid", Effect.FILTERS, user, why=why, command="FastCGI programs of apache")


def _server(launch: Launch, user: str | None, world: World) -> Step:
    """The workers, which are without the variables where ENVVARS takes them away."""
    from fargate_patch.startup_files import taken_by

    if path := taken_by(ENVVARS, launch.user, world):
        why = f"{path}, which is read first, takes the variables away"
        return Step("env-i", Effect.DROPS, user, why=why, command="apache workers")
    return Step("apache", Effect.KEEPS, user, command="apache workers")


def _texts(world: World) -> Iterator[str]:
    for folder in FOLDERS:
        for depth in ("/*", "/*/*"):
            for file in world.files.glob(folder + depth):
                yield file.text if file.text is not None else file.added


def _has_cgi(texts: tuple[str, ...], world: World) -> bool:
    """Is mod_cgi or mod_cgid on: by the configuration in view, by a RUN, or, on RHEL, by scripts in its folder.

    A ScriptAlias alone says nothing: the official httpd.conf has one, with the module commented out.
    """
    if any(CGI_MODULE.search(text) for text in texts):
        return True
    if any({"cgi", "cgid"} & set(words[1:]) for words in build_commands(world, "a2enmod")):
        return True
    if any(SWITCHED_ON.search(word) for words in build_commands(world, "sed") for word in words[1:]):
        return True
    return world.image.family.name in ("rhel", "amazonlinux") and bool(world.files.glob("/var/www/cgi-bin/*"))
