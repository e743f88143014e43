"""FP209: the address of the credentials is written into the image at build time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.obstacles.one_liner import ENVIRON
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP209",
    name="baked-in",
    title="the address of the credentials is built into the image",
    level="warning",
    what=(
        "An ENV, or a RUN that writes a file, sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (or FULL_URI, or the "
        "token) while the image is built, often out of a build argument."
    ),
    why=(
        "The value belongs to one task and is gone with it. In the image it is another task's, the build's own, or "
        "empty, and an empty one is worse than none: botocore then asks `http://169.254.170.2` without a path and "
        "fails."
    ),
    see="docker image inspect --format '{{.Config.Env}}' IMAGE",
    fix=(
        "Take it out. A build that needs credentials itself takes the ARG, or better a secret mount, and leaves no "
        "ENV behind."
    ),
    advice="take it out: ECS sets the variable when the container starts",
    sources=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
        "https://docs.docker.com/build/building/secrets/",
    ),
)
NAMES = (
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
_EXPANDED = regex(rf"\b(?:{'|'.join(NAMES)})\b")


def find(evidence: Evidence) -> Iterator[Finding]:
    for name in NAMES:
        if setting := evidence.env.get(name):
            yield OBSTACLE.at(
                setting.place, f"ENV puts {name} into the image; its value belongs to one task and is set by ECS"
            )
    for line in evidence.lines:
        expanded = next((m[0] for e in line.expanded if ENVIRON not in e and (m := _EXPANDED.search(e))), None)
        if expanded and line.when == "build":
            yield OBSTACLE.at(
                line.place,
                f"{line.path} gets the value that {expanded} has during the build, which is none or another one",
            )
