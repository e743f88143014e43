"""FP208: `%(ENV_NAME)s` in supervisord's configuration, which keeps it from starting wherever NAME is not set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP208",
    name="supervisord-expansion",
    title="supervisord does not start where the variable is not set",
    level="warning",
    what="supervisord's configuration names a variable of the task as `%(ENV_NAME)s`.",
    why=(
        "supervisord stops with `Format string … contains names ('ENV_NAME') which cannot be expanded` where NAME is "
        "not set: in a task without a role, on a developer's machine, behind `service supervisor start`. The line is "
        "not needed either: supervisord hands its environment to every program."
    ),
    see="docker run --rm --entrypoint supervisord IMAGE -n",
    fix="Take the `environment=` entry out.",
    advice="take the entry out: supervisord hands its environment on without it",
    sources=("https://supervisord.org/configuration.html#environment-variables",),
)
EXPANSION = regex(r"%\(ENV_((?:AWS|ECS)_\w+)\)s")


def find(evidence: Evidence) -> Iterator[Finding]:
    for line in evidence.lines:
        names = dict.fromkeys(n for n in EXPANSION.findall(line.text) if n not in evidence.world.variables)
        if names:
            yield OBSTACLE.at(line.place, f"supervisord does not start where {' or '.join(names)} is not set")
