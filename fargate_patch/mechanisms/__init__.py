"""One file per program that hands an environment on or drops it, found by walking this folder.

`judge` asks the module that knows the program. Nothing else in the project lists mechanisms. Most runs meet one or two
of the programs: which module knows a program is read off the sources, and only that module is imported.
"""

from __future__ import annotations

import pkgutil
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from fargate_patch.chain.model import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Judge, Mechanism, Step


SYSTEM_FOLDERS = frozenset(("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"))
"""Where a system has its programs; `/app/cron` is one of the application's."""


class _Index(NamedTuple):
    """Which module knows which program; `computed`: the source of each module that does not write its names out."""

    exact: Mapping[str, str]
    patterns: tuple[tuple[str, str], ...]
    computed: Mapping[str, str]


def _modules() -> tuple[str, ...]:
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def _module(name: str) -> Judge:
    return cast("Judge", import_module(f"{__name__}.{name}"))


@cache
def judges() -> tuple[Judge, ...]:
    """Every module of the package that judges, by name; the others are what these share."""
    return tuple(module for module in map(_module, _modules()) if hasattr(module, "PROGRAMS"))


@cache
def _index() -> _Index:
    exact: dict[str, str] = {}
    patterns: list[tuple[str, str]] = []
    computed: dict[str, str] = {}
    for name in _modules():
        source = _source(name)
        programs = _written_out(source)
        if programs is None:
            computed[name] = source
        for program in programs or ():
            if "*" in program or "?" in program or "[" in program:
                patterns.append((program, name))
            else:
                exact[program] = name
    return _Index(exact, tuple(patterns), computed)


def _source(name: str) -> str:
    with open(f"{__path__[0]}/{name}.py", encoding="utf-8") as stream:  # noqa: PTH123 forty of them, at every start
        return stream.read()


def _written_out(source: str) -> tuple[str, ...] | None:
    """A module's PROGRAMS where its source spells them out; () where it has none, None where they are computed."""
    _, found, rest = source.partition("\nPROGRAMS = ")
    if not found:
        return ()
    names = rest[1 : rest.find(")\n")].split('"')
    plain = rest.startswith("(") and not any(between.strip(" \n,") for between in names[::2])
    return tuple(names[1::2]) if plain else None


def _has_its_own(program: str) -> bool:
    """Is there a module that is called like the program and knows it? The sources of all others need not be read."""
    try:
        return program.isidentifier() and program in (_written_out(_source(program)) or ())
    except OSError:
        return False


def program_name(word: str) -> str:
    """The base name by which a program is known: `/usr/sbin/cron` is `cron`."""
    return word.rpartition("/")[2] or word


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """What the mechanism that knows the launched program says; None where no mechanism knows it."""
    program = launch.argv[0].text
    module = judge_of(program)
    if module is None or (_are_plain_words(module) and _is_of_the_build(program, world)):
        return None
    return module.judge(launch, world)


def loses(launch: Launch, world: World) -> bool:
    """Does a mechanism know the launched program, and say that a step of it keeps the variables back?"""
    return any(step.effect is not Effect.KEEPS for step in judge(launch, world) or ())


def _are_plain_words(module: Judge) -> bool:
    return getattr(module, "PLAIN_WORDS", False)


def _is_of_the_build(program: str, world: World) -> bool:
    """Does the build put a script in the program's place, or anything into /usr/local, where no package puts one?"""
    file = of_the_build(program, world)
    return file is not None and (file.text is not None or file.path.startswith("/usr/local/"))


def of_the_build(program: str, world: World) -> ImageFile | None:
    """The file that the build puts where a program is looked for; None where it is the base image's or a package's."""
    return world.files.get(program) if "/" in program else world.files.which(program)


@lru_cache(4096)
def judge_of(path: str) -> Judge | None:
    """The module that knows a program: by its whole path or a pattern for it (`/etc/init.d/*`), else by its name."""
    name = program_name(path)
    if path == name and _has_its_own(name):
        return _module(name)
    exact, patterns, computed = _index()
    by_path = exact.get(path) or next(
        (m for pattern, m in patterns if "/" in pattern and _matches(path, pattern)), None
    )
    by_name = by_path or exact.get(name) or next((m for m in computed if _computes(m, name)), None)
    found = by_name or next((m for pattern, m in patterns if "/" not in pattern and _matches(name, pattern)), None)
    module = _module(found) if found else None
    elsewhere = "/" in path and path.rpartition("/")[0] not in SYSTEM_FOLDERS
    return None if module and elsewhere and _are_plain_words(module) else module


def is_daemon(program: str) -> bool:
    """Does a program that a script runs go on, with what it starts, when the script goes on?"""
    return getattr(judge_of(program), "DAEMON", False)


def _matches(word: str, pattern: str) -> bool:
    """`fnmatch` compiles a pattern that it is asked for; most words differ from it in the first letters."""
    begins = pattern.partition("*")[0].partition("?")[0].partition("[")[0]
    return word.startswith(begins) and fnmatchcase(word, pattern)


def _computes(module: str, name: str) -> bool:
    """Is a program among the names that a module computes? Its source has each of them somewhere, in quotes."""
    return f'"{name}"' in _index().computed[module] and name in _module(module).PROGRAMS


@cache
def catalogue() -> Mapping[str, Mechanism]:
    """Every mechanism by its name."""
    return {m.name: m for module in judges() for m in module.MECHANISMS}
