"""FP206: `NAME=$NAME` in a file whose reader does not expand it, so that the SDK gets the text `$NAME`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex

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
    (regex(r"/etc/(?:crontab\Z|cron\.d/|crontabs/)|/var/spool/cron/"), regex(rf"\s*[\"']?{_VALUE}"), "cron"),
    (regex(r"/sshd_config"), regex(rf"(?i:\s*SetEnv)\s.*{_VALUE}"), "sshd"),
    (regex(r"/etc/environment\Z"), regex(rf"\s*(?:export\s+)?{_VALUE}"), "PAM"),
    (regex(r"\.service(?:\.d/|\Z)"), regex(rf"\s*Environment=.*{_VALUE}"), "systemd"),
    (regex(r"supervisor"), regex(rf"\s*(?:environment\s*=.*)?{_VALUE}"), "supervisord"),
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
