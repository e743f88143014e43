"""The image's own value: a line that the build leaves in a file which a session reads after everything of ours.

`RUN echo "export NAME=$NAME" >> /etc/profile` writes what NAME is during the build, which is nothing; a crontab or
/etc/environment with `NAME=$NAME` holds that text. What PAM or the shim brings is overwritten with it, so that nothing
put in beside the line can make the chain reach. So it is where a startup file unsets the variable. Seen on Debian 12:
su with such a line in /etc/environment, and cron with one in the table, behind a pam_env session line that had set the
right value.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Effect, Hooks, Hop
from fargate_patch.own_copy import PATH, READERS, is_read_at_login
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME
from fargate_patch.startup_files import takes_away

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fargate_patch.obstacles.evidence import Evidence, Line

TABLE = regex(r"/etc/(?:crontab\Z|cron\.d/)|/var/spool/cron/")
CRONS = ("cron", "cronie", "bcron")
PROFILES = regex(r"/etc/profile(?:\.d/[^/]+\.sh)?")
HOME_FILES = (".profile", ".bash_profile", ".bash_login")
ASSIGNS = regex(rf"\s*[\"']?{NAME}[\"']?\s*=")
EXPORTS = regex(rf"\s*export\s+{NAME}=[^$`]*\Z")  # what holds a `$` there is expanded at each login


def with_own_values(chains: Sequence[Chain], evidence: Evidence) -> tuple[Chain, ...]:
    """The chains, without what could mend a hop behind which such a line is read, or a file that takes it away."""
    replaced = {each.path for each in evidence.at_start if not each.flow.append}
    lines = [
        line
        for line in evidence.lines
        if NAME in line.text and line.when != "start" and line.path not in replaced and _sets(line)
    ]
    return tuple(_left(chain, lines, evidence) for chain in chains)


def _sets(line: Line) -> bool:
    if line.path == PATH or TABLE.match(line.path):
        return ASSIGNS.match(line.text) is not None
    return EXPORTS.match(line.text) is not None


def _left(chain: Chain, lines: Iterable[Line], evidence: Evidence) -> Chain:
    hops = tuple(_overwritten(number, chain, lines, evidence) for number in range(len(chain.hops)))
    return chain if hops == chain.hops else replace(chain, hops=hops)


def _overwritten(number: int, chain: Chain, lines: Iterable[Line], evidence: Evidence) -> Hop:
    hop, after = chain.hops[number], chain.hops[number + 1 : number + 2]
    if hop.effect is Effect.KEEPS or (hop.mend and hop.mend.remedy.startswith("/")):
        return hop
    for line in lines:
        by_pam = line.path == PATH and hop.hooks.pam in READERS.get(evidence.world.image.family.name, ())
        by_cron = (
            hop.mechanism in CRONS and TABLE.match(line.path) and {line.place.file} == {a.place.file for a in after}
        )
        if by_pam or by_cron or is_read_at_login(line.path, PROFILES, HOME_FILES, hop, evidence):
            return _unmended(hop, f"{line.path} then sets {NAME} to another value")
    path = takes_away(hop.hooks.login_shell, hop.user, evidence.world)
    return _unmended(hop, f"{path} then takes {NAME} away") if path else hop


def _unmended(hop: Hop, reason: str) -> Hop:
    return replace(hop, why=f"{hop.why}, and {reason}: take that line out first", hooks=Hooks(), mend=None)
