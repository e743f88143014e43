"""FP205: a script adds the variables to a file at each start, so that a restart adds them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.environment_dump import is_dump, laid_open
from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP205",
    name="appended-each-start",
    title="the variables are added to a file at each start",
    level="note",
    what=(
        "A script that runs when the container starts appends the variables with `>>` to a configuration or startup "
        "file."
    ),
    why=(
        "A container that is restarted in place (a restart policy, `docker restart`) keeps its files: the lines are "
        "there twice, then three times, and the first or the last of them counts, whichever the reading program "
        "takes."
    ),
    see="docker restart CONTAINER; docker exec CONTAINER grep -c AWS_ FILE",
    fix="Write the file anew with `>`, or write a file of its own that the other one includes.",
    advice="write a file of its own with `>`",
    sources=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html",),
)
CONCERNED = regex(r"\b(?:AWS_|ECS_)\w+")


def find(evidence: Evidence) -> Iterator[Finding]:
    told = {each.place for each in laid_open(evidence)}
    anew: set[tuple[str, str]] = set()  # the scripts, and the files that each has begun or removed
    for each in evidence.at_start:
        if not each.flow.append:
            removed = each.flow.source.split() if each.flow.programs[0] == "rm" else ()
            anew.update((each.script, path) for path in (each.path, *removed))
        elif each.path.startswith("/") and (each.script, each.path) not in anew:
            about = any(map(CONCERNED.search, (each.flow.source, *(line.source for line in each.flow.written))))
            if about or is_dump(each.flow):
                anew.add((each.script, each.path))  # which is told once
                if each.place not in told:
                    where = f"each start adds to {each.path}"
                    yield OBSTACLE.at(each.place, f"{where}; a restarted container has the lines twice")
