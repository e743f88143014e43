"""What a person or a pipeline types. `main` finds the command; each command is one file in `commands/`.

A first argument that names a command, and no existing file, is that command; everything else goes to `patch`. Only the
module of the command that runs is imported.
"""

from __future__ import annotations

import gc
import os
import pkgutil
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer import Typer

PROGRAM = "fargate-patch"
DEFAULT = "patch"
COLLECT = 50_000, 20, 20  # objects made between two looks for garbage; imports make none
COMPLETE = "_FARGATE_PATCH_COMPLETE"


def command_names() -> tuple[str, ...]:
    """The sub-commands, in alphabetical order: the files of `commands/`, but for the one that needs no name."""
    return tuple(sorted(n for n in (m.name for m in pkgutil.iter_modules([f"{__path__[0]}/commands"])) if n != DEFAULT))


def app(name: str) -> Typer:
    """The typer application of one command: its module holds `command`, and for typer's help perhaps `HELP`."""
    import typer

    from fargate_patch.cli.options import Command

    module = import_module(f"{__name__}.commands.{name}")
    context = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
    settings: dict[str, Any] = {"cls": Command, "context_settings": context, **getattr(module, "HELP", {})}
    application = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=name == DEFAULT)
    application.command(name, **settings)(module.command)
    return application


def choose(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The command that the arguments name, and what is left for it."""
    first = arguments[0] if arguments else ""
    if first.isidentifier() and first in command_names() and not os.path.lexists(first):
        return first, list(arguments[1:])
    return DEFAULT, list(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (`sys.argv` where none is given) and give its exit code: 0, 1, 2, or 130 after Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    gc.set_threshold(*COLLECT)
    try:
        if COMPLETE in os.environ:
            from fargate_patch.cli.completion import complete

            return complete()
        name, rest = choose(given)
        prog = PROGRAM if name == DEFAULT else f"{PROGRAM} {name}"
        from typer.main import get_command

        get_command(app(name)).main(args=rest, prog_name=prog)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return 130
    except OSError as problem:  # each command answers for the files it names: this is its help on a full disk
        from fargate_patch.cli.streams import complain
        from fargate_patch.cli.writing import explain

        said = "" if problem.filename else "standard output cannot be written: "
        complain(problem.filename or "-", said + explain(problem))
        return 2
    return 0
