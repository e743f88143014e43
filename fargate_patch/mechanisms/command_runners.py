"""Programs that start the rest of their command line behind words of their own: `wait-for-it.sh … -- CMD`, `uv run …`.

Each by its documentation: the environment of the command is theirs, with names added, unless an option says otherwise.
xvfb-run and dbus-run-session are scripts and programs of the distribution; the others come from language registries or
as single files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.wrapper import keeps, shell_command, start

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch, Word
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism


@dataclass(frozen=True, slots=True)
class Form:
    """How the command is found: behind one of `sub`, options and `skip` words, or behind the first `--`."""

    sub: tuple[str, ...] = ()
    short: str = ""
    long: tuple[str, ...] = ()
    skip: int = 0
    dashes: bool = False  # the command stands behind `--` and nowhere else
    optional: tuple[str, ...] = ()  # one of these words may stand before the command
    one_dash: bool = False  # options are written `-wait VALUE`, as Go's flag package has them
    line: bool = False  # the command is one word, a line for a shell
    clears: str = ""  # the option with which the command gets the names that are added and nothing else


RUN = ("run",)
EXEC = ("exec",)
FORMS = {
    "xvfb-run": Form(
        short="nefspw", long=("server-num", "error-file", "auth-file", "server-args", "xauth-protocol", "wait")
    ),
    "dbus-run-session": Form(long=("config-file", "dbus-daemon")),
    "dbus-launch": Form(long=("config-file", "autolaunch")),
    "wait-for-it": Form(dashes=True),
    "wait-for-it.sh": Form(dashes=True),
    "wait-for": Form(dashes=True),
    "wait-for.sh": Form(dashes=True),
    "dockerize": Form(
        long=(
            "wait",
            "timeout",
            "wait-retry-interval",
            "wait-http-header",
            "template",
            "stdout",
            "stderr",
            "delims",
            "env",
            "env-section",
        ),
        one_dash=True,
    ),
    "ssm-env": Form(long=("template",), one_dash=True),
    "chamber": Form(EXEC, dashes=True, clears="--pristine"),
    "aws-vault": Form(EXEC, dashes=True),
    "sops": Form(("exec-env", "exec-file"), long=("user", "filename"), skip=1, line=True, clears="--pristine"),
    "envconsul": Form(
        long=(
            "config",
            "consul-addr",
            "vault-addr",
            "vault-token",
            "prefix",
            "secret",
            "log-level",
            "exec",
            "max-stale",
            "kill-signal",
            "wait",
        ),
        one_dash=True,
        clears="-pristine",
    ),
    "doppler": Form(RUN, dashes=True),
    "infisical": Form(RUN, dashes=True),
    "op": Form(RUN, dashes=True),
    "berglas": Form(EXEC, dashes=True),
    "dotenv": Form(short="fev", long=("file",), optional=RUN),
    "ddtrace-run": Form(),
    "newrelic-admin": Form(("run-program", "run-python")),
    "opentelemetry-instrument": Form(
        long=("traces_exporter", "metrics_exporter", "logs_exporter", "service_name", "exporter_otlp_endpoint")
    ),
    "pipenv": Form(RUN),
    "poetry": Form(RUN, short="CPv", long=("directory", "project")),
    "pdm": Form(RUN, short="p", long=("project",)),
    "hatch": Form(RUN),
    "uv": Form(
        RUN,
        short="pi",
        long=(
            "with",
            "extra",
            "group",
            "no-group",
            "only-group",
            "python",
            "env-file",
            "directory",
            "project",
            "index-url",
            "index",
            "package",
            "config-file",
        ),
    ),
    "bundle": Form(EXEC),
    "conda": Form(RUN, short="np", long=("name", "prefix", "cwd")),
    "mamba": Form(RUN, short="np", long=("name", "prefix", "cwd")),
    "micromamba": Form(RUN, short="nprae", long=("name", "prefix", "root-prefix", "cwd", "attach", "env")),
    "npx": Form(short="pc", long=("package", "call")),
    "watchmedo": Form(
        ("auto-restart",),
        short="dpi",
        long=(
            *("directory", "directories", "pattern", "patterns", "ignore-pattern", "ignore-patterns"),
            *("interval", "timeout", "signal", "kill-after", "debounce-interval"),
        ),
    ),
    "watchexec": Form(dashes=True),
    "sentry-cli": Form(("monitors",), dashes=True),
    "dotenvx": Form(RUN, dashes=True),
    "rbenv": Form(EXEC),
}
PROGRAMS = tuple(FORMS)
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where it is called in another way: what its file says, if it is a script in view, is then read."""
    name = program_name(launch.argv[0].text)
    form = FORMS[name]
    words = launch.argv[1:]
    if form.sub:
        at = next((n for n, w in enumerate(words) if w.text in form.sub), None)
        if at is None:
            return None
        words = words[at + 1 :]
    if form.dashes and not any(w.text == "--" for w in words):
        return None
    command = _command(words, form)
    before = words[: len(words) - len(command)]
    command = shell_command("sh", command[0]) if form.line and command else command
    if form.clears and _has(form.clears, before):
        why = f"{name} with `{form.clears}` starts its command with what it adds, and nothing else"
        return (Step("env-i", Effect.DROPS, launch.user, start(launch, command, launch.user), why=why),)
    return keeps(launch, "exec", command, launch.user)


def _has(option: str, words: tuple[Word, ...]) -> bool:
    return any(word.text.lstrip("-").removesuffix("=true") == option.lstrip("-") for word in words)


def _command(words: tuple[Word, ...], form: Form) -> tuple[Word, ...]:
    if form.dashes:
        at = next((n for n, w in enumerate(words) if w.text == "--"), len(words))
        return words[at + 1 :]
    if form.one_dash:
        return _behind_flags(words, form.long)
    rest = read_arguments(words, form.short, form.long).rest
    if rest and rest[0].text in form.optional:
        rest = read_arguments(rest[1:], form.short, form.long).rest
    return rest[form.skip :]


def _behind_flags(words: tuple[Word, ...], with_value: tuple[str, ...]) -> tuple[Word, ...]:
    at = 0
    while at < len(words) and words[at].text.startswith("-"):
        if words[at].text == "--":
            return words[at + 1 :]
        name, equals, _ = words[at].text.lstrip("-").partition("=")
        at += 2 if name in with_value and not equals else 1
    return words[at:]
