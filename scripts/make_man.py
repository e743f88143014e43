"""The manual page, docs/fargate-patch.1, out of the commands' own help: `python scripts/make_man.py` writes it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from typer.main import get_command  # noqa: E402

from fargate_patch.cli import DEFAULT, PROGRAM, app, command_names  # noqa: E402
from fargate_patch.version import __version__  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = REPOSITORY / "docs" / "fargate-patch.1"
CLOSING = r"""
.SH FILES
.TP
.I .fargate-patch.toml, fargate-patch.toml, pyproject.toml
Settings by the long names of the options; in pyproject.toml the table [tool.fargate-patch].
The nearest parent folder that has one counts.
.SH ENVIRONMENT
.TP
.B FARGATE_PATCH_OPTION
An option's default, by its long name in capitals, as in FARGATE_PATCH_OUTPUT_FORMAT.
Several values stand apart by blanks; command lines and build arguments stand one a line.
.TP
.B NO_COLOR, FORCE_COLOR
No colours, or colours in a pipe as well.
.SH EXIT STATUS
.TP
.B 0
Nothing to do, or patched.
.TP
.B 1
Something is to be changed, or is lost and cannot be mended.
.TP
.B 2
Wrong usage, or a file that cannot be read or parsed; the others are still done.
.SH SEE ALSO
.BR docker-build (1),
.BR pam_env (8),
.BR environ (7)
"""


def page() -> str:
    """The whole page, in roff (man(7))."""
    return "\n".join((*_opening(), *_section("OPTIONS", DEFAULT), *_commands(), CLOSING.strip("\n"), ""))


def _opening() -> Iterator[str]:
    patch = _command(DEFAULT)
    yield f'.TH FARGATE-PATCH 1 "" "fargate-patch {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"fargate-patch \- make the ECS task role reach every process of a container"
    yield ".SH SYNOPSIS"
    yield f".B {_plain(PROGRAM)}"
    yield r"[OPTIONS] FILES..."
    for name in command_names():
        yield ".br"
        yield f".B {_plain(f'{PROGRAM} {name}')}"
        yield _plain(_usage(_command(name)))
    yield ".SH DESCRIPTION"
    yield _plain(_words(patch.help))
    yield from (".SH EXAMPLES", ".nf", *(_plain(line) for line in _examples(patch.epilog or "")), ".fi")


def _commands() -> Iterator[str]:
    yield ".SH COMMANDS"
    for name in command_names():
        command = _command(name)
        yield f".SS {_plain(f'{PROGRAM} {name} {_usage(command)}')}"
        yield _plain(_words(command.help))
        yield from _options(command, shown=_names(_command(DEFAULT)))


def _section(title: str, name: str) -> Iterator[str]:
    yield f".SH {title}"
    yield from _options(_command(name))


def _options(command: Any, shown: frozenset[str] = frozenset()) -> Iterator[str]:
    """The options of a command; not again those that were told of already."""
    for parameter in command.params:
        if parameter.param_type_name != "option" or parameter.opts[-1] in shown:
            continue
        names = ", ".join(rf"\fB{_plain(n)}\fR" for n in reversed(parameter.opts))
        value = "" if parameter.is_flag else rf" \fI{_plain(parameter.metavar or parameter.name.upper())}\fR"
        yield ".TP"
        yield names + value
        yield _plain(parameter.help or "")


def _names(command: Any) -> frozenset[str]:
    return frozenset(p.opts[-1] for p in command.params)


def _command(name: str) -> Any:
    return get_command(app(name))


def _usage(command: Any) -> str:
    arguments = [p.metavar or p.name.upper() for p in command.params if p.param_type_name == "argument"]
    return " ".join(["[OPTIONS]", *arguments])


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _examples(epilog: str) -> list[str]:
    """The lines of a help's end that stand beside `Examples:`."""
    lines = epilog.replace("\b", "").strip("\n").split("\n")
    heads = [n for n, line in enumerate(lines) if re.match(r"\w+:", line)]
    first = next(n for n in heads if lines[n].startswith("Examples:"))
    last = next((n for n in heads if n > first), len(lines))
    return [line.removeprefix("Examples:").strip() for line in lines[first:last] if line.strip()]


def _plain(text: str) -> str:
    """Text that roff takes as it stands: no escapes, no requests, hyphens that can be copied."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    escaped = re.sub(r"[^\0-\x7f]", lambda m: f"\\[u{ord(m[0]):04X}]", escaped)
    return re.sub(r"^([.'])", r"\\&\1", escaped, flags=re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
