"""FP304: a proxy for plain HTTP without an exception for the credentials endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP304",
    name="proxy",
    title="the question for credentials goes to a proxy",
    level="note",
    what="ENV HTTP_PROXY (or http_proxy) is set, and NO_PROXY does not name 169.254.170.2.",
    why=(
        "The credentials endpoint answers only inside the task. botocore and the .NET SDK never use a proxy for it; "
        "curl and SDKs on a general HTTP client do, and the proxy cannot reach the address."
    ),
    see="docker exec CONTAINER sh -c 'curl -sS -o /dev/null -w \"%{http_code}\\n\" http://169.254.170.2/v2/metadata'",
    fix="Add `169.254.170.2,169.254.169.254` to NO_PROXY and no_proxy.",
    advice="add 169.254.170.2 to NO_PROXY and no_proxy",
    sources=("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/http_proxy_config.html",),
)
PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
ENDPOINT = ("169.254.170.2", "169.254.0.0/16", "169.254.", "*")


def find(evidence: Evidence) -> Iterator[Finding]:
    proxy = next((s for s in map(evidence.env.get, PROXIES) if s and s.value), None)
    if proxy is None:
        return
    exceptions = [s for s in map(evidence.env.get, ("NO_PROXY", "no_proxy")) if s]
    if any(s.value is None for s in exceptions):
        return
    named = {item.strip() for s in exceptions for item in (s.value or "").split(",")}
    if not named & set(ENDPOINT):
        yield OBSTACLE.at(proxy.place, f"{proxy.name} is set and NO_PROXY does not name 169.254.170.2")
