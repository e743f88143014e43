"""What uWSGI is told: options of its command line, and of the file in one of four formats that it names.

Seen with uwsgi 2.0.21: `unenv` takes a variable from the workers and the daemons, `env` sets it, be it to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

SETTINGS = ("uid", "unenv", "env", "attach-daemon", "attach-daemon2", "smart-attach-daemon", "cron", "cron2")
FILES = ("ini", "yaml", "yml", "json", "xml", "y", "j", "x")  # options that name one, and how its name ends
WITH_VALUE = (*SETTINGS, *FILES, "gid", "socket", "http", "http-socket", "module", "wsgi-file", "plugin", "chdir")
LARGEST = 50_000  # characters of a file that is looked at
# `uid = app`, `uid: app`, `"uid": "app"`, `<uid>app</uid>`
_LINE = regex(rf"(?m)^[ \t<{{\"-]{{0,40}}({'|'.join(SETTINGS)})[\">]?[ \t]{{0,40}}[=:>][ \t]{{0,40}}\"?([^\n\"<]*)")


def settings(launch: Launch, world: World) -> tuple[tuple[str, Word], ...]:
    """Each that is spoken of here, in order: the file's first, which the command line's come behind."""
    given = read_arguments(launch.argv[1:], "psHwMyjx", WITH_VALUE, permute=True)
    said = (value for name, value in given.options if name in FILES and value)
    file = next(said, None) or next((w for w in given.rest if w.text.rpartition(".")[2] in FILES), None)
    own = ((name, value) for name, value in given.options if name in SETTINGS and value)
    return (*(of_file(file, world) if file and file.known else ()), *own)


def of_file(path: Word, world: World) -> Iterator[tuple[str, Word]]:
    file = world.files.get(world.absolute(path.text))
    for found in _LINE.finditer((file.text or "")[:LARGEST] if file else ""):
        if value := found[2].strip():
            yield found[1], Word(value, "$(" not in value and "%" not in value)


def takes_away(said: tuple[tuple[str, Word], ...]) -> bool:
    """Do the workers have no value, or one of the configuration's own?"""
    return any(
        word.known and (name, word.text.partition("=")[0].strip()) in _TAKEN and "$" not in word.text
        for name, word in said
    )


_TAKEN = (("unenv", CREDENTIALS_VARIABLE), ("env", CREDENTIALS_VARIABLE))


def daemons(said: tuple[tuple[str, Word], ...]) -> Iterator[Word]:
    """The command lines that it starts beside the workers, each for a shell."""
    for name, word in said:
        if name.startswith("cron"):
            yield Word("".join(word.text.split(None, 1 if name == "cron2" else 5)[-1:]), word.known)
        elif name == "attach-daemon":
            yield word
        elif name == "attach-daemon2":
            yield Word(word.text.partition("cmd=")[2].partition(",")[0], word.known)
        elif name == "smart-attach-daemon":
            yield Word(word.text.partition(" ")[2], word.known)
