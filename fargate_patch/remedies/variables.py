"""What is carried, where, and for whom: the allow-list that every remedy is written from, and the fixed places.

The names are those that ECS and the SDKs' container provider use (AWS SDK reference, "Container credential provider";
ECS developer guide, "Amazon ECS environment variables"). Never the whole environment: it holds the task's secrets.
"""

from __future__ import annotations

import re

from fargate_patch.regex import regex

CREDENTIALS_VARIABLE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"  # the one name without which nothing reaches
VARIABLES = (
    CREDENTIALS_VARIABLE,
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
ALWAYS_SET = (CREDENTIALS_VARIABLE, "AWS_REGION", "AWS_DEFAULT_REGION")  # on ECS with a task role

FOLDER = "/run/fargate-env"
CARRIED = f"{FOLDER}/env"
GROUP = "fargate-env"
SHIM = "/usr/local/bin/fargate-env"

_NAME = regex(r"(?:[A-Za-z_][A-Za-z0-9_.-]{0,63}\$?|[0-9]{1,10})", re.ASCII)


def safe_name(text: str) -> bool:
    """Is this an account, pool or service name (or a numeric id) that may stand in a file that is injected."""
    return _NAME.fullmatch(text) is not None
