"""env: hands the environment on with changes, or starts from nothing.

It starts from nothing with `-i`, `-` or `--ignore-environment`. env(1).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Word
from fargate_patch.mechanisms.arguments import Arguments, read_arguments
from fargate_patch.mechanisms.model import BEGIN, END, GAP, Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, assignment, lists, start, unclear, written_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.world import World

PROGRAMS = ("env",)
MECHANISMS = (
    Mechanism(
        name="env-i",
        code="FP109",
        title="starts its command with an empty environment",
        what="`env -i`, `env -` and `env -u NAME` take variables away: the command gets only what is named behind it. "
        "So do `unset NAME`, `export NAME=` and `exec -c` in a script, `env NAME=TEXT`, `environment=` of "
        "supervisord with a text of its own for NAME, and in Python `env={…}` without NAME, `os.environ.clear()` and "
        "`del os.environ[NAME]`; `bwrap --clearenv`, `chamber exec --pristine`, `sops exec-env --pristine`, a file "
        "NAME in the folder of `envdir` and uWSGI's `unenv = NAME`; and a file that is read first and unsets NAME: a "
        "profile of a login shell, the one that BASH_ENV names, Tomcat's setenv.sh, Debian's /etc/apache2/envvars. "
        "All of them are told under this name.",
        see="docker exec CONTAINER env -i env",
        fix="Nothing can be put between env and its command; where that is su, runuser or a login shell, fargate-patch "
        "gives the variables back there. By hand: drop the `-i`, or hand the variables on by name: "
        '`env -i AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" …`; in Python '
        "`env={**os.environ, …}`.",
        advice="drop `-i` (`-u`, `unset`), or hand the variable on: "
        '`env -i AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" …`; in Python '
        "`env={**os.environ, …}`",
        sources=(
            "https://man7.org/linux/man-pages/man1/env.1.html",
            "https://docs.python.org/3/library/subprocess.html#subprocess.Popen",
        ),
        rewrites=((rf"{BEGIN}env{GAP}(?:-i|--ignore-environment|-){END}", "env"),),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    arguments = _read(launch.argv[1:])
    rest = list(arguments.rest)
    if not arguments.clear and not (rest and _is_list(rest[0])):
        return unclear(launch, "exec")
    dash = bool(rest) and rest[0].text == "-"
    rest = rest[1:] if dash else rest
    own: dict[str, bool] = {}  # by name: is it a text of its own?
    while rest and ((assigned := assignment(rest[0])) or _is_list(rest[0])):
        word = rest.pop(0)
        if assigned:
            own[assigned[0]] = written_out(word)
        elif lists(word.text):
            own.update(dict.fromkeys(NEEDED, False))
    named = [value for name, value in arguments.options if name in ("u", "unset") and value]
    unset = {value.text for value in named}
    if where := arguments.value("C", "chdir"):
        launch = replace(launch, folder=world.absolute(where.text) if where.known else None)
    clears = dash or arguments.has("i", "ignore-environment")
    taken = clears or bool(unset & set(NEEDED))
    if any(own.get(name, taken) for name in NEEDED):
        why = "env starts its command without the variables" if clears else f"{NEEDED[0]} is taken out or overwritten"
        return (Step("env-i", Effect.DROPS, launch.user, start(launch, rest, launch.user), why=why),)
    doubt = next(
        (
            f"which variable {value} is, that is taken away, is decided at run time"
            for value in named
            if not value.known
        ),
        "",
    )
    return (Step("exec", Effect.KEEPS, launch.user, start(launch, rest, launch.user), doubt=doubt),)


def _read(words: Sequence[Word]) -> Arguments:
    """Its options and the words behind them; the text of `-S` stands for its words, options among them."""
    given = read_arguments(words, "uCS", ("unset", "chdir", "split-string", "argv0"))
    said = given.value("S", "split-string")
    if said is None or not said.known:
        return replace(given, clear=given.clear and said is None)
    within = read_arguments((*map(Word, said.text.split()), *given.rest), "uC", ("unset", "chdir", "argv0"))
    return replace(within, options=(*given.options, *within.options))


def _is_list(word: Word) -> bool:
    """Is it a list of assignments out of the environment, `$(env | grep ^AWS_)`?"""
    if word.known or not word.text.startswith(("$(", "`")):
        return False
    from fargate_patch.chain.scripts.environment import is_followed
    from fargate_patch.shell.quoting import read_word

    return is_followed(read_word(word.text))
