"""FP301: access keys in the image's environment, which every SDK takes before it asks for the task role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP301",
    name="static-keys",
    title="access keys in the image go before the task role",
    level="error",
    what="ENV AWS_ACCESS_KEY_ID and ENV AWS_SECRET_ACCESS_KEY in the Dockerfile.",
    why=(
        "Every SDK looks at these two variables first. Whatever they hold, a placeholder included, the task role is "
        "never asked. One without the other is an error by itself (`PartialCredentialsError`). Keys in an image can "
        "be read by whoever can pull it."
    ),
    see="docker image inspect --format '{{.Config.Env}}' IMAGE",
    fix="Take both out; rotate the keys if they were real. For a local run give them with `docker run -e`.",
    advice="take the keys out of the image, and rotate them if they were real",
    sources=(
        "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html",
        "https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html",
    ),
)
KEY, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"


def find(evidence: Evidence) -> Iterator[Finding]:
    """Empty values are none: SDKs take an empty key for one that is not there (seen with botocore 1.44)."""
    said = [s for s in map(evidence.env.get, (KEY, SECRET)) if s and s.value != ""]
    if not said:
        return
    names = " and ".join(s.name for s in said)
    if any(s.value is None for s in said):
        message = f"{names} get a value from the build where it gives one, and then go before the task role"
        yield OBSTACLE.at(said[0].place, message, "warning")
    elif len(said) == 2:
        yield OBSTACLE.at(said[0].place, f"{names} are set in the image and go before the task role")
    else:
        message = (
            f"{names} is set in the image without the other half, which SDKs refuse instead of asking for the task role"
        )
        yield OBSTACLE.at(said[0].place, message)
