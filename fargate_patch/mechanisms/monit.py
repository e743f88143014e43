"""monit: starts what its start programs name, in its own environment, also `as uid`.

Seen with monit 5.33: `start program`, `start program … as uid`, `check program` and `exec` all have the whole
environment.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("monit",)
DAEMON = True
MAIN = ("/etc/monit/monitrc", "/etc/monitrc", "/usr/local/etc/monitrc", "/root/.monitrc")
INCLUDED = ("/etc/monit/conf.d/*", "/etc/monit/conf-enabled/*", "/etc/monit.d/*")
INCLUDE = regex(r"(?mi)^[ \t]*include[ \t]+\"?([^\s\"]+)")
QUOTED = r"(?:\"([^\"\n]*)\"|'([^'\n]*)')"
STARTS = regex(
    rf"(?i)\b(?:(start)(?:[ \t]+program)?(?:[ \t]*=)?|check[ \t]+program[ \t]+\S+[ \t]+(?:with[ \t]+)?path|exec)[ "
    rf"\t]*{QUOTED}"
    r"(?:[ \t]*(?:\n[ \t]*)?as[ \t]+uid[ \t]+[\"']?([\w.-]+))?"
)
COMMENT = regex(r"(?m)^[ \t]*#[^\n]*")
MECHANISMS = (
    Mechanism(
        name="monit",
        title="keeps the environment",
        what="monit starts its programs in its own environment with a few MONIT_ names more, also `as uid USER`. "
        "Only what starts monit (`service monit start`), or what a start program runs (`service X start`), "
        "loses the variables.",
        see=SEE_PROCESSES,
        sources=("https://mmonit.com/monit/documentation/monit.html#SERVICE-METHODS",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    given = read_arguments(launch.argv[1:], "cdglps", permute=True)
    if given.rest or given.has("t", "V", "h", "H"):
        return None  # a client's command to a monit that runs
    path = given.value("c")
    files = tuple(_files(path, world))
    children = tuple(c for f in files for c in _programs(f, launch))
    if not children:
        reason = "what monit starts is not known: its configuration is not among the files that the build copies"
        children = (Open(reason, launch.place),)
    return (Step("monit", Effect.KEEPS, launch.user, children),)


def _files(path: Word | None, world: World) -> Iterator[ImageFile]:
    main = next((f for f in map(world.files.get, (path.text,) if path else MAIN) if f), None)
    patterns: tuple[str, ...] = () if path else INCLUDED
    if main:
        yield main
        patterns = tuple(INCLUDE.findall(main.text or "")) or patterns
    for pattern in dict.fromkeys(patterns):
        yield from world.files.glob(f"{pattern}*" if pattern.endswith("/") else pattern)


def _programs(file: ImageFile, launch: Launch) -> Iterator[Launch | Open]:
    if file.text is None:
        yield Open(f"what monit starts is not known: {file.reason}", file.origin)
        return
    text = COMMENT.sub(lambda m: " " * len(m[0]), file.text)
    line, at = 0, 0
    for found in STARTS.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        command = found[2] or found[3] or ""
        try:
            words = shlex.split(command)
        except ValueError:
            words = []
        if words:
            user = "root" if found[4] == "0" else found[4] or launch.user
            place = Place(file.origin.file, file.origin.line + line)
            yield Launch(tuple(map(Word, words)), user, place, lasting=bool(found[1]))
