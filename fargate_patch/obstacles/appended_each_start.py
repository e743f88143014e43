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
    for each in evidence.at_start:
        about = CONCERNED.search(each.flow.source) or any(CONCERNED.search(line.source) for line in each.flow.written)
        if each.path.startswith("/") and each.flow.append and (about or is_dump(each.flow)) and each.place not in told:
            yield OBSTACLE.at(each.place, f"each start adds to {each.path}; a restarted container has the lines twice")
