"""FP204: the whole environment is written to a file at each start, the task's secrets among it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence, Happening
    from fargate_patch.result import Finding
    from fargate_patch.shell.flows import Flow
    from fargate_patch.shell.syntax import Simple

OBSTACLE = Obstacle(
    code="FP204",
    name="environment-dump",
    title="the whole environment goes into a file",
    level="warning",
    what=(
        "A script writes everything that `env`, `printenv` or `export -p` prints to /etc/environment, or to another "
        "file of /etc, when the container starts, so that cron jobs or sessions get it back."
    ),
    why=(
        "ECS puts the task's secrets into the same environment, and such a file is readable for every user of the "
        "container. A value with a line break comes back broken."
    ),
    see="docker exec CONTAINER ls -l /etc/environment",
    fix=(
        "Write the names that are needed and no others, to a file with mode 0640. That is what fargate-patch's "
        "entrypoint does."
    ),
    advice="take the line out, and let fargate-patch carry the task role's variables alone",
    sources=("https://manpages.debian.org/bookworm/libpam-modules/pam_env.8.en.html",),
)
EVERYTHING = ("env", "printenv", "set")
OWN_ENVIRON = regex(r"/proc/(?:self|1|\$\$)/environ")
NARROW = regex(r"umask\s+0?[0-7][0-7]7\b")
CLOSED = regex(r"0?[0-7][0-7]0|o=|o-rwx?|go-rwx|go=|u=rw,go=")
GREP = ("grep", "egrep", "fgrep")
INVERTED = regex(r"-\w*v\w*|--invert-match")
ONE_OF_SOME = regex(r"\[[^\]]{0,80}\]")
NAMED = regex(r"[A-Za-z]{2}")


def find(evidence: Evidence) -> Iterator[Finding]:
    for each in laid_open(evidence):
        again = ", and adds to it at each start" if each.flow.append else ""
        yield OBSTACLE.at(each.place, f"the whole environment, the task's secrets among it, goes to {each.path}{again}")


def laid_open(evidence: Evidence) -> tuple[Happening, ...]:
    """What writes the whole environment to a file of /etc that other users can read."""
    dumps = [each for each in evidence.at_start if each.path.startswith("/etc/") and is_dump(each.flow)]
    if not dumps:
        return ()
    guards = [each for each in evidence.at_start if each.flow.programs[0] in ("umask", "chmod")]
    closed = {path for each in guards for path in _closed_by(each)}
    narrow = {each.script for each in guards if each.flow.programs[0] == "umask" and NARROW.search(each.flow.source)}
    return tuple(each for each in dumps if each.path not in closed and each.script not in narrow)


def _closed_by(each: Happening) -> tuple[str, ...]:
    """The files that a `chmod` takes from all other users."""
    words = [w.source.strip("\"'") for w in each.flow.commands[0].words]
    return tuple(words[2:]) if words[:1] == ["chmod"] and len(words) > 2 and CLOSED.fullmatch(words[1]) else ()


def is_dump(flow: Flow) -> bool:
    """Does it print every variable there is? A `grep` that picks some by name, or a name behind `printenv`, is none."""
    first = flow.commands[0]
    words = [w.source for w in first.words]
    whole = flow.programs[0] in EVERYTHING and len(words) == 1
    listed = (
        flow.programs[0] in ("export", "declare", "typeset")
        and len(words) == 2
        and words[1] in ("-p", "-px", "-x", "-xp")
    )
    copied = OWN_ENVIRON.search(flow.source) is not None and flow.programs[0] in (
        "cat",
        "tr",
        "xargs",
        "strings",
        "sed",
    )
    return (whole or listed or copied) and not any(map(_chooses, flow.commands))


def _chooses(command: Simple) -> bool:
    """A grep whose pattern has the letters of a name in it: `grep _` and `grep '^[A-Z]'` pick next to everything."""
    first, *words = [word.source for word in command.words] or [""]
    if first not in GREP or any(INVERTED.fullmatch(word) for word in words):
        return False
    return any(NAMED.search(ONE_OF_SOME.sub("", word)) for word in words if not word.startswith("-"))
