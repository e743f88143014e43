"""FP203: the variables are put into a startup file that none of the processes concerned reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.audience import unread
from fargate_patch.obstacles.model import Obstacle
from fargate_patch.obstacles.one_liner import reads_environ
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP203",
    name="unread-file",
    title="the variables go into a file that nobody reads",
    level="warning",
    what=(
        "The variables, or a line that fetches them, go into a startup file: `/etc/bashrc`, `/root/.profile`, "
        "`/home/USER/.profile`."
    ),
    why=(
        "Which startup file a shell reads depends on the distribution, on the user's home and on how the shell is "
        "started. /root/.profile is for login shells of root alone; Debian has no /etc/bashrc; the home of Debian's "
        "www-data is /var/www; a program that supervisord or CMD starts goes through no login shell at all."
    ),
    see="docker exec CONTAINER su - USER -c 'env | grep ^AWS_'",
    fix="Take the line out. `fargate-patch` puts in what the processes of this image do read.",
    advice="take the line out, and let fargate-patch put in what these processes read",
    sources=(
        "https://www.gnu.org/software/bash/manual/html_node/Bash-Startup-Files.html",
        "https://manpages.debian.org/bookworm/bash/bash.1.en.html#FILES",
    ),
)
CONCERNED = regex(r"\b(?:AWS_CONTAINER_\w+|ECS_CONTAINER_\w+|AWS_REGION|AWS_DEFAULT_REGION)\b")


def find(evidence: Evidence) -> Iterator[Finding]:
    for line in evidence.lines:
        if not CONCERNED.search(line.source) or reads_environ(line.source):
            continue
        reasons = tuple(unread(line, evidence))
        if reasons:
            yield OBSTACLE.at(line.place, f"this does not reach the processes that need it: {'; '.join(reasons)}")
