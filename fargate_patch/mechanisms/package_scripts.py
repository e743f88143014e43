"""npm, yarn, pnpm, bun, composer: what a line of package.json, or of composer.json, starts.

`npm start` hands its environment to a shell, and adds names to it; so do the others. npm runs the `pre…` line first
(https://docs.npmjs.com/cli/using-npm/scripts), composer's lines may begin with `@`
(https://getcomposer.org/doc/articles/scripts.md). npm-run-all's `run-s` and `run-p` start several of them.
"""

from __future__ import annotations

import json
import posixpath
import shlex
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Place, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.wrapper import shell_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

RUN = ("run", "run-script", "rum", "urn")


@dataclass(frozen=True, slots=True)
class Form:
    """How a program is told which script to run, and where the file is that has it."""

    file: str = "package.json"
    run: tuple[str, ...] = RUN  # words before the script's name
    alone: tuple[str, ...] = ("start", "test", "stop", "restart")  # scripts that need none of them
    any_alone: bool = False  # each script's own name does
    short: str = ""
    long: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()  # the options that say where the file is
    elsewhere: tuple[str, ...] = ()  # the options that choose packages of a workspace


FORMS = {
    "npm": Form(
        short="Cw", long=("prefix", "workspace"), folder=("C", "prefix"), elsewhere=("w", "workspace", "workspaces")
    ),
    "yarn": Form(run=("run",), any_alone=True, long=("cwd",), folder=("cwd",)),
    "pnpm": Form(
        any_alone=True, short="CF", long=("dir", "filter"), folder=("C", "dir"), elsewhere=("F", "filter", "r")
    ),
    "bun": Form(run=("run",), any_alone=True, long=("cwd", "filter"), folder=("cwd",), elsewhere=("filter",)),
    "composer": Form(
        file="composer.json",
        run=("run-script", "run"),
        alone=(),
        any_alone=True,
        short="d",
        long=("working-dir", "timeout"),
        folder=("d", "working-dir"),
    ),
}
SEVERAL = ("npm-run-all", "npm-run-all2", "run-s", "run-p")
PROGRAMS = (*FORMS, *SEVERAL)
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where no script is asked for, or none that is in view: the program is then its own end."""
    name = program_name(launch.argv[0].text)
    if name in SEVERAL:
        return (Step("exec", Effect.KEEPS, launch.user, tuple(_several(launch, world))),)
    children = tuple(_one(FORMS[name], launch, world))
    return (Step("exec", Effect.KEEPS, launch.user, children),) if children else None


def _one(form: Form, launch: Launch, world: World) -> Iterator[Launch]:
    given = read_arguments(launch.argv[1:], form.short, form.long, permute=True)
    if given.has(*form.elsewhere) or not given.rest:
        return
    folder = given.value(*form.folder)
    file, scripts = _scripts(world, posixpath.join(folder.text if folder else "", form.file))
    verb, *rest = given.rest
    if verb.text in form.run and rest:
        verb, *rest = rest
    elif verb.text in form.run or not (form.any_alone or verb.text in form.alone):
        return
    if file is not None:
        yield from _lines(verb.text, rest, scripts, file, launch)


def _several(launch: Launch, world: World) -> Iterator[Launch]:
    """`run-p build:* worker`: each name or pattern stands for the scripts of package.json that it matches."""
    file, scripts = _scripts(world, "package.json")
    for word in read_arguments(launch.argv[1:], permute=True).rest:
        wanted, *_ = word.text.split() or [""]
        for name in scripts:
            if file is not None and fnmatchcase(name, wanted):
                yield from _lines(name, [], scripts, file, launch)


def _scripts(world: World, path: str) -> tuple[ImageFile | None, Mapping[str, object]]:
    file = world.files.get(world.absolute(path))
    try:
        said = json.loads(file.text or "") if file else None
    except (ValueError, RecursionError):
        said = None
    scripts = said.get("scripts") if isinstance(said, dict) else None
    return file, scripts if isinstance(scripts, dict) else {}


def _lines(
    name: str, rest: list[Word], scripts: Mapping[str, object], file: ImageFile, launch: Launch
) -> Iterator[Launch]:
    """The commands of a script and of its `pre…`, by a shell; what is given to the script goes behind the last."""
    for script in (f"pre{name}", name):
        said = scripts.get(script)
        lines = [line for line in (said if isinstance(said, list) else [said]) if isinstance(line, str)]
        place, folder = Place(file.origin.file, _line_of(script, file.text or "")), posixpath.dirname(file.path)
        for number, line in enumerate(lines, 1):
            last = script == name and number == len(lines)
            command = _command(line, rest if last else [])
            if command:
                argv = shell_command("sh", Word(command, place=place))
                yield Launch(argv, launch.user, place, lasting=last, folder=folder)


def _command(line: str, rest: list[Word]) -> str:
    """composer's `@php X` is a program, its `@other` another script, and `Vendor\\Class::method` no process."""
    if line.startswith(("@putenv ", "@no_additional_args")) or ("::" in line and " " not in line):
        return ""
    if line.startswith("@"):
        word = line[1:].split(None, 1)[0] if line[1:].split() else ""
        line = line[1:] if word in ("php", "composer") else f"composer run-script {line[1:]}"
    return " ".join((line, *(shlex.quote(w.text) for w in rest))) if all(w.known for w in rest) else line


def _line_of(script: str, text: str) -> int:
    before, found, _ = text.partition(f'"{script}":')
    return before.count("\n") + 1 if found else 1
