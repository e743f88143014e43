"""FP302: a profile, a credentials file or a web identity in the image, which SDKs look at before the task role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex
from fargate_patch.shell.written import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence, Happening
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP302",
    name="settings-before-role",
    title="other settings go before the task role",
    level="warning",
    what=(
        "AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE or AWS_WEB_IDENTITY_TOKEN_FILE in ENV, or a credentials file with "
        "keys in the image."
    ),
    why=(
        "The shared files and the web identity stand before the container's role in the SDKs' search. A profile that "
        "the files do not hold is an error (`ProfileNotFound`); keys in ~/.aws/credentials are used silently."
    ),
    see="docker run --rm --entrypoint sh IMAGE -c 'env | grep ^AWS_; ls -a ~/.aws'",
    fix=(
        "Take the setting and the file out of the image. A profile with `credential_source = EcsContainer` needs the "
        "same variables and does not help."
    ),
    advice="take it out of the image",
    sources=(
        "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html",
        "https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html",
    ),
)
VARIABLES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
CREDENTIALS = regex(r"/\.aws/(?:credentials|config)\Z")
HOLDS_KEYS = regex(r"\s*aws_(?:access_key_id|secret_access_key)\s*=\s*\S", re.IGNORECASE)


def find(evidence: Evidence) -> Iterator[Finding]:
    for name in VARIABLES:
        setting = evidence.env.get(name)
        if setting and setting.value != "":
            yield OBSTACLE.at(setting.place, f"ENV {name} makes SDKs look elsewhere before they ask for the task role")
    named = evidence.env.get("AWS_SHARED_CREDENTIALS_FILE")
    files = {f.path: f for f in evidence.world.files.glob("/root/.aws/*") + evidence.world.files.glob("/home/*/.aws/*")}
    if named and named.value and (file := evidence.world.files.get(named.value)):
        files[file.path] = file
    for line in evidence.lines:
        if HOLDS_KEYS.match(line.text) and (CREDENTIALS.search(line.path) or line.path in files):
            yield OBSTACLE.at(line.place, f"{line.path} holds access keys, which go before the task role", "error")
    for each in evidence.at_build:
        if _configures_keys(each):
            yield OBSTACLE.at(
                each.place,
                "`aws configure set` puts access keys into the image, which go before the task role",
                "error",
            )


def _configures_keys(each: Happening) -> bool:
    words = [literal(w) for w in each.flow.commands[0].words]
    named = (w.rpartition(".")[2] for w in words[3:] if w)
    return words[:3] == ["aws", "configure", "set"] and any(
        n in ("aws_access_key_id", "aws_secret_access_key") for n in named
    )
