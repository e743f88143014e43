"""The image's own cure: a start script writes the environment to /etc/environment, and PAM gives that to its sessions.

It lays the task's secrets open to every user (FP204), but it works: saying that the variables are lost would be a false
alarm. Seen on Debian 12 and 13 for su, cron and sshd, whose PAM stacks have a pam_env line that reads the file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Effect, Hop, Mend, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.obstacles.evidence import Evidence, Happening
    from fargate_patch.shell.syntax import Simple

PATH = "/etc/environment"
NAME = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
READERS = {"debian": ("su", "cron", "sshd", "login"), "rhel": ("crond",), "amazonlinux": ("crond",)}
"""The PAM services whose stack reads the file, by family."""


def with_own_copy(chains: Sequence[Chain], evidence: Evidence) -> tuple[Chain, ...]:
    """The chains, with those mended that come through a script with a copy of its own.

    Such a script writes the variables to the file that their PAM session reads.
    """
    services = READERS.get(evidence.world.image.family.name, ())
    if not any(c.verdict is Verdict.LOST and _first_reader(c, services) is not None for c in chains):
        return tuple(chains)
    scripts = {each.place.file for each in evidence.at_start if each.path == PATH and _copies(each)}
    return tuple(_mended(chain, services, scripts) if scripts else chain for chain in chains)


def _first_reader(chain: Chain, services: Sequence[str]) -> int | None:
    at = (n for n, hop in enumerate(chain.hops) if hop.hooks.pam in services and hop.effect is not Effect.KEEPS)
    return next(at, None)


def _mended(chain: Chain, services: Sequence[str], scripts: set[str]) -> Chain:
    """The script must be one that the chain comes through before the session begins, and nothing lost until then."""
    reader = _first_reader(chain, services)
    if chain.verdict is not Verdict.LOST or reader is None:
        return chain
    before = chain.hops[:reader]
    if any(h.effect is not Effect.KEEPS for h in before) or not scripts & {
        h.place.file for h in chain.hops[: reader + 1]
    }:
        return chain
    hops = tuple(_reading(hop) if hop.hooks.pam in services else hop for hop in chain.hops)
    return replace(chain, hops=hops)


def _reading(hop: Hop) -> Hop:
    return hop if hop.effect is Effect.KEEPS else replace(hop, mend=Mend(PATH, from_file=True))


def _copies(each: Happening) -> bool:
    """Does the pipeline write the variable, as `NAME=value`: all of the environment, or what a `grep` lets through?"""
    flow = each.flow
    if any(NAME + "=" in line.text and line.expanded for line in flow.written):
        return True
    prints = flow.programs[0] in ("env", "printenv") and len(flow.commands[0].words) == 1
    lists = flow.programs[0] == "tr" and "/environ" in flow.source
    rest = list(zip(flow.programs, flow.commands, strict=True))[1:]
    return (prints or lists) and all(_lets_through(program, command) for program, command in rest)


def _lets_through(program: str, command: Simple) -> bool:
    if program in ("sort", "tee", "uniq"):
        return True
    if program not in ("grep", "egrep"):
        return False
    words = [w.source.strip("\"'") for w in command.words[1:]]
    patterns = [w for w in words if not w.startswith("-")]
    inverted = any(w.startswith("-") and not w.startswith("--") and "v" in w for w in words)
    alternatives = [part.strip("^()") for p in patterns for part in re.split(r"\\?\|", p)]
    if not all(re.fullmatch(r"\w+=?", part) for part in alternatives):
        return False
    return inverted is not any(part in NAME + "=" for part in alternatives)
