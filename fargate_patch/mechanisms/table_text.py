"""The text that a start script's pipeline puts into a table: out of a file of the image, `env`, `envsubst`, `sed`.

EXPANDED stands in it for the `$` of what a run puts there: `NAME=￼{NAME}` is its value, `NAME=$NAME` only a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.files import filters
from fargate_patch.chain.files.events import Argument
from fargate_patch.chain.files.rewrites import sed_edit
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME
from fargate_patch.shell.flows import path_of
from fargate_patch.shell.written import EXPANDED, lines_of, literal, marked, program

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from fargate_patch.chain.files.sed import Edit
    from fargate_patch.chain.world import World
    from fargate_patch.shell.flows import Flow
    from fargate_patch.shell.syntax import ShellWord, Simple

LARGEST = 200_000  # characters
VALUE = f"{EXPANDED}{{{NAME}}}"
GIVES = regex(rf"\b{NAME}=[\"'\\]*{EXPANDED}\{{?{NAME}\b")
VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")


def text_of(flow: Flow, world: World) -> str | None:
    """What a pipeline prints; None where one of its commands is not followed."""
    if flow.written:
        return "\n".join(line.marked for line in flow.written)
    text: str | None = None
    for command in flow.commands:
        text = _behind(command, text, world)
        if text is None or len(text) > LARGEST:
            return None
    return text


def edit_of(command: Simple, world: World) -> tuple[Edit | None, tuple[str, ...]]:
    """The edit that `sed -i` makes (None: not followed), and the files; () for any other command."""
    if program(command) != "sed":
        return None, ()
    edit, files, in_place = _sed_edit(command)
    return edit, tuple(world.absolute(file.text) for file in files) if in_place else ()


def _behind(command: Simple, text: str | None, world: World) -> str | None:
    """What a command prints, `text` being what it reads, None where that is not known."""
    lines = lines_of((command,), ("", ""))
    body = any(redirect.body for redirect in command.redirects)
    if lines or (body and program(command) == "cat"):
        return "\n".join(line.marked for line in lines)
    if listed := filters.listed(command):
        return listed[0].replace(filters.VALUE, VALUE)
    read_in = next((r.target for r in command.redirects if r.operator == "<" and r.target), None)
    read = _file(_named(read_in, world), world) if read_in else None if body else text
    follow = _FOLLOWED.get(program(command))
    if follow:
        return follow(command, read, world)
    return None if read is None else filters.behind((command,), read)


def _file(path: str, world: World) -> str | None:
    file = world.files.get(world.absolute(path))
    return file.text.replace(EXPANDED, "") if file and file.text is not None else None


def _named(word: ShellWord, world: World) -> str:
    return path_of(word, world.variables, "/root")


def _joined(texts: Iterable[str | None]) -> str | None:
    found = list(texts)
    return None if None in found else "".join(text or "" for text in found)


def _as_it_is(_command: Simple, text: str | None, _world: World) -> str | None:
    return text


def _crontab(command: Simple, text: str | None, _world: World) -> str | None:
    """What it reads it installs; what `crontab -l` prints is not known."""
    return None if any(word.source.startswith("-l") for word in command.words) else text


def _cat(command: Simple, text: str | None, world: World) -> str | None:
    files = [word for word in command.words[1:] if word.source == "-" or not word.source.startswith("-")]
    return (
        _joined(text if file.source == "-" else _file(_named(file, world), world) for file in files) if files else text
    )


def _envsubst(command: Simple, text: str | None, _world: World) -> str | None:
    """With every variable, or with those alone that its argument names."""
    words = [literal(word) for word in command.words[1:]]
    if len(words) > 1 or None in words or text is None:
        return None
    named = {found[1] or found[2] for word in words for found in VARIABLE.finditer(word or "")}

    def put(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return f"{EXPANDED}{{{name}}}" if not words or name in named else found[0]

    return VARIABLE.sub(put, text)


def _sed(command: Simple, text: str | None, world: World) -> str | None:
    edit, files, in_place = _sed_edit(command)
    read = _joined(_file(file.text, world) for file in files) if files else text
    return edit(read) if edit and read is not None and not in_place else None


def _sed_edit(command: Simple) -> tuple[Edit | None, tuple[Argument, ...], bool]:
    """The value begins with a slash, as what stands for it does here: `s/X/$NAME/` is no command that sed reads."""
    words = (marked(word).replace(VALUE, f"/{VALUE}") for word in command.words[1:])
    edit, files, in_place = sed_edit([Argument(word) for word in words])

    def put(text: str) -> str | None:
        edited = edit(text) if edit else None
        return edited.replace(f"/{VALUE}", VALUE) if edited else None

    return put if edit else None, files, in_place


_FOLLOWED: dict[str, Callable[[Simple, str | None, World], str | None]] = {
    "cat": _cat,
    "sed": _sed,
    "envsubst": _envsubst,
    "tee": _as_it_is,
    "crontab": _crontab,
}
