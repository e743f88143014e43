"""FP210: a region in the image's ENV, for which ECS leaves its own out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP210",
    name="baked-region",
    title="the region is fixed in the image",
    level="note",
    what="ENV AWS_REGION or ENV AWS_DEFAULT_REGION in the Dockerfile.",
    why=(
        "The ECS agent sets both to the task's own region unless the task definition or the image sets one of them "
        "(seen in the agent's source since 1.104; Fargate's agent is not public). With the ENV the same image asks "
        "the wrong region when it runs elsewhere."
    ),
    see="docker image inspect --format '{{.Config.Env}}' IMAGE",
    fix="Leave the region to ECS, or set it in the task definition.",
    advice="leave the region to ECS, or set it in the task definition",
    sources=("https://github.com/aws/amazon-ecs-agent/pull/4946",),
)


def find(evidence: Evidence) -> Iterator[Finding]:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        setting = evidence.env.get(name)
        if setting and setting.value != "":
            yield OBSTACLE.at(setting.place, f"ENV {name} fixes the region; ECS sets none where the image has one")
