"""One file per program that hands an environment on or drops it, found by walking this folder.

`judge` asks the module that knows the program. Nothing else in the project lists mechanisms.
"""

from __future__ import annotations

import pkgutil
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Judge, Mechanism, Step

@cache
def judges() -> tuple[Judge, ...]:
    """Every module of the package that judges, by name; the others are what these share."""
    modules = (import_module(f"{__name__}.{m.name}") for m in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name))
    return tuple(cast("Judge", module) for module in modules if hasattr(module, "PROGRAMS"))


@cache
def _by_program() -> tuple[Mapping[str, Judge], tuple[tuple[str, Judge], ...]]:
    exact: dict[str, Judge] = {}
    patterns: list[tuple[str, Judge]] = []
    for module in judges():
        for program in module.PROGRAMS:
            if "*" in program or "?" in program or "[" in program:
                patterns.append((program, module))
            else:
                exact[program] = module
    return exact, tuple(patterns)


def program_name(word: str) -> str:
    """The base name by which a program is known: `/usr/sbin/cron` is `cron`."""
    return word.rpartition("/")[2] or word


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """What the mechanism that knows the launched program says; None where no mechanism knows it."""
    module = judge_of(launch.argv[0].text)
    return module.judge(launch, world) if module else None


def judge_of(path: str) -> Judge | None:
    """The module that knows a program: by a pattern for its whole path (`/etc/init.d/*`), else by its name."""
    exact, patterns = _by_program()
    name = program_name(path)
    by_path = next((m for pattern, m in patterns if "/" in pattern and fnmatchcase(path, pattern)), None)
    by_name = (m for pattern, m in patterns if "/" not in pattern and fnmatchcase(name, pattern))
    return by_path or exact.get(name) or next(by_name, None)


@cache
def catalogue() -> Mapping[str, Mechanism]:
    """Every mechanism by its name."""
    return {m.name: m for module in judges() for m in module.MECHANISMS}
