"""FP206: `NAME=$NAME` in a file whose reader does not expand it, so that the SDK gets the text `$NAME`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence, Line
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP206",
    name="literal-variable",
    title="`$NAME` stands where nothing expands it",
    level="error",
    what=(
        "A cron table, sshd's `SetEnv`, /etc/environment, supervisord's `environment=` and systemd's `Environment=` "
        "take `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` as it is written."
    ),
    why=(
        "The process gets the text `$AWS_…` for a value, and botocore says `Unsupported host '169.254.170.2$aws_…'`. "
        "A right value that another program had handed on is lost as well; in a cron table the line even goes before "
        "what PAM brings."
    ),
    see='docker exec --privileged CONTAINER sh -c \'cat /proc/[0-9]*/environ | tr "\\0" "\\n" | grep "^AWS_.*=[$]"\'',
    fix=(
        "Take the line out. supervisord hands its environment on without it; for cron and sshd fargate-patch puts in "
        "what works."
    ),
    advice="take the line out",
    sources=(
        "https://manpages.debian.org/bookworm/cron/crontab.5.en.html",
        "https://man.openbsd.org/sshd_config#SetEnv",
        "https://supervisord.org/configuration.html#environment-variables",
    ),
)
_VALUE = r"\b(?:AWS|ECS)_\w+[\"']?\s*=\s*[\"']?\$\{?\w"
_PLACES = (
    (re.compile(r"/etc/(?:crontab\Z|cron\.d/|crontabs/)|/var/spool/cron/"), re.compile(rf"\s*[\"']?{_VALUE}"), "cron"),
    (re.compile(r"/sshd_config"), re.compile(rf"(?i:\s*SetEnv)\s.*{_VALUE}"), "sshd"),
    (re.compile(r"/etc/environment\Z"), re.compile(rf"\s*(?:export\s+)?{_VALUE}"), "PAM"),
    (re.compile(r"\.service(?:\.d/|\Z)"), re.compile(rf"\s*Environment=.*{_VALUE}"), "systemd"),
    (re.compile(r"supervisor"), re.compile(rf"\s*(?:environment\s*=.*)?{_VALUE}"), "supervisord"),
)


def find(evidence: Evidence) -> Iterator[Finding]:
    for line in evidence.lines:
        reader = _reader(line)
        if reader:
            yield OBSTACLE.at(
                line.place, f"{reader} does not expand this line of {line.path}: the value is the text `$…`"
            )


def _reader(line: Line) -> str | None:
    return next((who for path, form, who in _PLACES if path.search(line.path) and form.match(line.text)), None)
