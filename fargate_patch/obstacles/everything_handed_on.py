"""FP207: a setting that hands the whole environment on where the task role's variables would do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence, Happening
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP207",
    name="everything-handed-on",
    title="every variable is handed on",
    level="note",
    what=(
        "php-fpm's `clear_env = no`, `sudo -E`, sudo's `!env_reset`, doas's `keepenv`, s6-overlay's `S6_KEEP_ENV=1`, "
        "circus's `copy_env` and sshd's `PermitUserEnvironment` bring the task role to the processes behind them."
    ),
    why=(
        "They work, and with the task role they hand on everything else that ECS put into the environment: database "
        "passwords and keys of other services. PermitUserEnvironment lets a user set variables such as LD_PRELOAD "
        "for his own sessions."
    ),
    see=(
        "docker exec --privileged CONTAINER sh -c 'for p in /proc/[0-9]*; do "
        'echo "$(tr "\\0" "\\n" < $p/environ | grep -c =) variables: $(tr "\\0" " " < $p/cmdline)"; done\''
    ),
    fix=(
        "Hand on the names that are needed: php-fpm's `env[NAME] = $NAME`, sudo's `Defaults>USER env_keep += …`, "
        "doas's `setenv { NAME }`, s6-overlay's `with-contenv` for the one service."
    ),
    advice="name the variables that are needed instead",
    sources=(
        "https://www.php.net/manual/en/install.fpm.configuration.php",
        "https://www.sudo.ws/docs/man/sudoers.man/",
        "https://man.openbsd.org/sshd_config#PermitUserEnvironment",
    ),
)
SED_CLEAR_ENV = regex(r"/;?\s*clear_env\s*=\s*no/|[/|#]clear_env\s*=\s*no[/|#]")
_SETTINGS = (
    (
        regex(r"fpm|www\.conf"),
        regex(r"\s*(?:php_admin_value\s+)?clear_env\s*=\s*(?:no|off|false|0)\b", re.IGNORECASE),
        "php-fpm's clear_env = no",
    ),
    (regex(r"sudoers"), regex(r"\s*Defaults\S*\s.*!\s*env_reset\b"), "sudo's !env_reset"),
    (regex(r"doas"), regex(r"\s*permit\s.*\bkeepenv\b"), "doas's keepenv"),
    (
        regex(r"sshd_config"),
        regex(r"\s*PermitUserEnvironment\s+yes\b", re.IGNORECASE),
        "sshd's PermitUserEnvironment",
    ),
    (regex(r"circus"), regex(r"\s*copy_env\s*=\s*(?:True|1|yes|on)\b", re.IGNORECASE), "circus's copy_env"),
)


def find(evidence: Evidence) -> Iterator[Finding]:
    for line in evidence.lines:
        setting = next((s for path, form, s in _SETTINGS if path.search(line.path) and form.match(line.text)), None)
        if setting:
            yield OBSTACLE.at(line.place, _message(setting))
    for each in (*evidence.at_build, *evidence.at_start):
        if each.flow.programs[0] == "sed" and SED_CLEAR_ENV.search(each.flow.source):
            yield OBSTACLE.at(each.place, _message("php-fpm's clear_env = no"))
    for each in evidence.at_start:
        if _keeps_all(each):
            yield OBSTACLE.at(each.place, _message("sudo -E"))
    kept = evidence.env.get("S6_KEEP_ENV")
    if kept and kept.value not in ("0", "", None):
        yield OBSTACLE.at(kept.place, _message("s6-overlay's S6_KEEP_ENV"))


def _message(setting: str) -> str:
    return f"{setting} hands on all variables, and so all of the task's secrets"


def _keeps_all(each: Happening) -> bool:
    for command in each.flow.commands:
        words = [w.source for w in command.words]
        if words[:1] == ["sudo"] and any(w in ("-E", "--preserve-env", "-EH", "-HE") for w in words[1:6]):
            return True
    return False
