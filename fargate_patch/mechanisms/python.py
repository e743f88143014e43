"""Python: what a program of the build context starts, as an entry point does that is written in it.

The process itself goes on in its own environment, or in what it leaves of it (`os.environ.clear()`), as the user that
it changes to. Seen with Python 3.11: subprocess, os.system, os.exec…, os.spawn… and asyncio hand os.environ on, `env=`
stands in its place, and os.environ's own methods change what is handed on.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open, Place, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import judge_of
from fargate_patch.mechanisms.model import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.python.imports import Module as Imported
    from fargate_patch.chain.python.state import Outcome
    from fargate_patch.chain.python.values import Value
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

WITH_VALUE = ("-W", "-X", "--check-hash-based-pycs")
PROGRAMS = ("python", "python2", "python2.7", "python3", "python3.*", "pypy", "pypy3")
LANGUAGE = True
MECHANISMS: tuple[Mechanism, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """A text, where it stands, and what it is given: its own name, and the words behind it."""

    text: str
    place: Place
    arguments: tuple[Word, ...]
    single_line: bool = False
    folder: str = ""  # in which it looks for its modules
    package: str = ""  # the one that it is a module of


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where the program is not in view or starts nothing: it is then the application."""
    from fargate_patch.chain.python.source import names_a_loser, starts_programs

    program = _program(launch, world)
    modules = _modules(program, world) if program else {}
    if program is None or not (modules or starts_programs(program.text)):
        return None
    outcome = _walked(program, modules, launch, world)
    found = outcome.found if outcome else ()
    ends = outcome is not None and outcome.replaced
    followed = tuple(one for one in found if _is_followed(one, program.text, world, ends))
    children: tuple[Launch | Open, ...] = tuple(
        replace(one, folder=world.absolute(one.folder) if one.folder else one.folder) for one in followed
    )
    if (outcome is None or not outcome.whole) and names_a_loser(program.text):
        reason = f"{program.arguments[0]} could not be read to its end as Python 3, so what it starts is not known"
        children += (Open(reason, program.place),)
    itself = _itself(outcome, launch)
    if not children and itself == _plain(launch):
        return None
    started = (Step("exec", Effect.KEEPS, launch.user, children),) if children else ()
    replaced = ends and all(one in followed for one in found if one.lasting)
    return started if replaced else (itself, *started)


def _modules(program: Program, world: World) -> Mapping[str, Imported]:
    """Those that it imports out of the image's files and that have to do with starting a program."""
    from fargate_patch.chain.python.imports import Module as Imported
    from fargate_patch.chain.python.imports import own_modules

    def find(name: str) -> Imported | None:
        path = posixpath.join(program.folder, name.replace(".", "/"))
        for candidate, package in ((f"{path}.py", name.rpartition(".")[0]), (f"{path}/__init__.py", name)):
            file = world.files.get(candidate)
            if file is not None and file.text is not None:
                return Imported(file.text, file.origin, package)
        return None

    return own_modules(program.text, program.package, find) if program.folder else {}


def _walked(program: Program, modules: Mapping[str, Imported], launch: Launch, world: World) -> Outcome | None:
    from fargate_patch.chain.python.source import parsed

    tree = parsed(program.text)
    if tree is None:
        return None
    from fargate_patch.chain.python.state import Scope
    from fargate_patch.chain.python.values import unknown
    from fargate_patch.chain.python.walk import walk

    given: tuple[Value, ...] = tuple(w.text if w.known else unknown(w.text) for w in program.arguments)
    variables = {**world.variables, **{name: said for name, said in launch.variables if said is not None}}
    known = tuple(variables.items())
    return walk(tree, Scope(program.place, launch.user, given, known, program.single_line, program.package, modules))


def _itself(outcome: Outcome | None, launch: Launch) -> Step:
    from fargate_patch.chain.python.starting import in_environment

    if outcome is None:
        return _plain(launch)
    as_child = in_environment((), outcome.environment)
    if any(not word.known for word in as_child):
        reason = "which variables the program takes out of its own environment is decided at run time"
        return Step("exec", Effect.KEEPS, outcome.user, (Open(reason, launch.place),))
    if as_child:
        why = "the program takes the variables out of its own environment"
        return Step("env-i", Effect.DROPS, outcome.user, why=why)
    return Step("exec", Effect.KEEPS, outcome.user)


def _plain(launch: Launch) -> Step:
    return Step("exec", Effect.KEEPS, launch.user)


def _is_followed(found: Launch, text: str, world: World, ends: bool) -> bool:
    """Is it what the program ends in, or more than a client: known to a mechanism, or a script in view?

    What it ends in and puts together at run time is told where nothing of it is known, or the text gives reason to.
    """
    from fargate_patch.chain.python.source import names_a_loser
    from fargate_patch.chain.python.starting import program_of

    program = program_of(found.argv)
    if program is not found.argv[0]:
        return found.lasting and (ends or names_a_loser(text))
    if not program.known:
        return found.lasting and (not any(word.known for word in found.argv) or names_a_loser(text))
    if found.lasting or judge_of(program.text) is not None:
        return True
    path = program.text
    file = world.files.get(world.absolute(path)) if "/" in path else world.files.which(path)
    return file is not None and file.text is not None


def _program(launch: Launch, world: World) -> Program | None:
    """By python's own command line: `-c TEXT`, `-m MODULE`, a file, or its input."""
    rest = list(launch.argv[1:])
    while rest and rest[0].known and rest[0].text.startswith("-") and rest[0].text != "-":
        option = rest.pop(0).text
        if option in WITH_VALUE:
            del rest[:1]
        elif not option.startswith("--") and option[-1:] in ("c", "m") and rest:
            return _inline(rest[0], rest, launch) if option[-1] == "c" else _module(rest[0], rest, world)
    if not rest or rest[0].text == "-":
        return _inline(launch.input, rest, launch) if launch.input else None
    return _file(rest[0], rest, world) if rest[0].known else None


def _inline(said: Word, rest: list[Word], launch: Launch) -> Program | None:
    arguments = (Word("-c"), *rest[1:])
    return Program(said.text, said.place or launch.place, arguments, single_line=True) if said.known else None


def _module(name: Word, rest: list[Word], world: World) -> Program | None:
    if not name.known:
        return None
    path, above = name.text.replace(".", "/"), name.text.rpartition(".")[0]
    ways = ((f"{path}.py", above), (f"{path}/__main__.py", name.text))
    found = ((_file(Word(file), rest, world), package) for file, package in ways)
    return next((replace(one, folder=world.absolute(""), package=package) for one, package in found if one), None)


def _file(path: Word, rest: list[Word], world: World) -> Program | None:
    if world.folder is None and not posixpath.isabs(path.text):
        return None
    file = world.files.get(world.absolute(path.text))
    if file is None or file.text is None:
        return None
    return Program(file.text, file.origin, tuple(rest), folder=posixpath.dirname(file.path))
