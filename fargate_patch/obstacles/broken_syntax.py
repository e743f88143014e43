"""FP202: a line meant to hand the variables on that no shell can read, such as one with full-width brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex
from fargate_patch.shell import syntax
from fargate_patch.shell.written import EXPANDED, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence, Happening
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP202",
    name="unreadable-line",
    title="no shell can read the line",
    level="error",
    what=(
        "A line that shall hand the variables on holds characters that look like the shell's own and are not: "
        "full-width brackets `（ ）`, curly quotes, a full-width dollar sign. They come from translated articles and "
        "from word processors."
    ),
    why=(
        "The shell takes them for plain letters or stops with a syntax error. In a startup file every login then "
        "shows the error, and what stands below it in the file may not be read either."
    ),
    see="docker exec CONTAINER bash -n FILE",
    fix="Type the line anew with the plain characters, or take it out and let `fargate-patch` put in what works.",
    advice="take the line out, or type it anew with plain brackets and quotes",
    sources=("https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html",),
)
LOOK_ALIKES = regex("[\uff08\uff09\uff04\u201c\u201d\u2018\u2019\uff1e\uff5c]")
CONCERNED = regex(r"AWS_CONTAINER_|/proc/1/environ|ECS_CONTAINER_")
FOR_SHELLS = regex(r"/etc/(?:profile|bash|zsh)|/\.(?:profile|bash|zsh)|\.sh\Z")


def find(evidence: Evidence) -> Iterator[Finding]:
    for line in evidence.lines:
        if CONCERNED.search(line.text) and (found := _wrong(line.text, line.path)):
            yield OBSTACLE.at(line.place, f"no shell can read this line, which ends in {line.path}: {found}")
    for each in evidence.at_build:
        if each.path and CONCERNED.search(each.flow.source) and (found := _wrong_command(each)):
            yield OBSTACLE.at(each.place, f"what is written to {each.path} is not what was meant: {found}")


def _wrong(text: str, path: str) -> str:
    """What is wrong with a line of a startup file; "" where nothing is seen to be."""
    odd = sorted(set(LOOK_ALIKES.findall(text)))
    if odd:
        return f"{' '.join(odd)} in the place of the plain characters"
    plain = EXPANDED not in text and text.count("'") % 2 == 0 and text.count('"') % 2 == 0
    if plain and FOR_SHELLS.search(path) and text.lstrip().startswith(("export", ".", "source")):
        return "it is a syntax error" if any(map(_is_broken, syntax.parse(text))) else ""
    return ""


def _is_broken(statement: syntax.Statement) -> bool:
    """A syntax error, or a `$(` that nothing closes, which the grammar forgives."""
    if not isinstance(statement, syntax.Simple):
        return isinstance(statement, syntax.Unreadable)
    parts = (part for word in statement.words for part in word.parts if isinstance(part, syntax.Computed))
    return any(part.source.startswith("$(") and not part.source.endswith(")") for part in parts)


def _wrong_command(each: Happening) -> str:
    """An `echo` without quotes that meets look-alikes, or that has a stray wildcard behind its text."""
    odd = sorted(set(LOOK_ALIKES.findall(each.flow.source)))
    if odd and not each.flow.written:
        return f"{' '.join(odd)} in the place of the plain characters"
    first = each.flow.commands[0]
    if program(first) != "echo" or len(first.words) < 3:
        return ""
    stray = [w.source for w in first.words[2:] if set(w.source) <= set("*?") and w.source]
    return f"`{stray[0]}` behind the text becomes the names of the files in the working folder" if stray else ""
