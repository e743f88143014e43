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
    from collections.abc import Callable, Iterator

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

COMMAND: dict[str, Callable[[str], str]] = {
    "attach-daemon": str,
    "attach-daemon2": lambda value: value.partition("cmd=")[2].partition(",")[0],  # `cmd=…,freq=…`
    "smart-attach-daemon": lambda value: value.partition(" ")[2],  # `PIDFILE …`
    "cron": lambda value: "".join(value.split(None, 5)[-1:]),  # five fields
    "cron2": lambda value: "".join(value.split(None, 1)[-1:]),  # `minute=…,hour=… …`
}
"""The command line within the value of a setting."""
SETTINGS = ("uid", "unenv", "env", *COMMAND)
FILES = ("ini", "yaml", "yml", "json", "xml", "y", "j", "x")  # options that name one, and how its name ends
WITH_VALUE = (*SETTINGS, *FILES, "gid", "socket", "http", "http-socket", "module", "wsgi-file", "plugin", "chdir")
TAKING = (("unenv", CREDENTIALS_VARIABLE), ("env", CREDENTIALS_VARIABLE))
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
    """Those of one file, as the lines of any of the four formats name them; none where it is not in view."""
    file = world.files.get(world.absolute(path.text))
    for found in _LINE.finditer((file.text or "")[:LARGEST] if file else ""):
        if value := found[2].strip():
            yield found[1], Word(value, "$(" not in value and "%" not in value)


def takes_away(said: tuple[tuple[str, Word], ...]) -> bool:
    """Do the workers have no value, or one of the configuration's own?"""
    return any(
        word.known and (name, word.text.partition("=")[0].strip()) in TAKING and "$" not in word.text
        for name, word in said
    )


def daemons(said: tuple[tuple[str, Word], ...]) -> Iterator[Word]:
    """The command lines that it starts beside the workers, each for a shell."""
    return (Word(COMMAND[name](word.text), word.known) for name, word in said if name in COMMAND)
