"""What the shell asks when a person presses Tab: all commands as one group, the default one behind the first word.

Only imported when a shell's completion script runs the program.
"""

from __future__ import annotations

from typing import Any

from typer import completion
from typer.core import TyperGroup
from typer.main import get_command

from fargate_patch.cli import COMPLETE, DEFAULT, PROGRAM, app, choose, command_names


class Commands(TyperGroup):
    """The group that completion walks; commands are imported when a word asks for them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 the signature is click's
        return list(command_names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 the signature is click's
        return get_command(app(cmd_name)) if cmd_name in (*command_names(), DEFAULT) else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, rest = choose(args)
        return name, self.get_command(ctx, name), rest

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        default: Any = self.get_command(ctx, DEFAULT)
        context = default.make_context(PROGRAM, [], parent=ctx, resilient_parsing=True)
        return [*super().shell_complete(ctx, incomplete), *default.shell_complete(context, incomplete)]


def complete() -> int:
    """Answer the shell. The words are in the environment, where typer's scripts put them."""
    completion.completion_init()  # type: ignore[attr-defined]  # typer calls it when a root command has completion
    group = Commands(
        name=PROGRAM,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )
    group.main(args=[], prog_name=PROGRAM, complete_var=COMPLETE)
    return 0
