"""Who reads a startup file, and who may read /proc/1/environ: the reasons why a hand-made cure does not reach anybody.

Only what is sure is a reason; where a chain cannot be followed, or a family does not tell, there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Verdict
from fargate_patch.regex import regex
from fargate_patch.remedies.accounts import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Chain
    from fargate_patch.obstacles.evidence import Evidence, Line

FOR_EVERY_BASH = ("/etc/bashrc", "/etc/bash.bashrc", "/etc/bash/bashrc")
READ_AS_WELL = {"suse": ("/etc/bash.bashrc",)}  # openSUSE's is /etc/bash.bashrc, which reads bash.bashrc.local
HOME_FILE = regex(r"(?:/home/([^/]+)|/(root))/\.(profile|bash_profile|bash_login|bashrc)")
LOGIN_FILES = ("profile", "bash_profile", "bash_login")
DEBIAN_HOMES = {"www-data": "/var/www", "nobody": "/nonexistent", "daemon": "/usr/sbin", "mail": "/var/mail"}
"""base-passwd's accounts whose home is not below /home (base-passwd, passwd.master)."""
TITLE_WRITERS = {"php-fpm": "php-fpm", "nginx": "nginx", "sshd": "sshd"}
"""Programs that write their title over their own environment, so that /proc/1/environ is empty (Debian 12, 13)."""


def lost(evidence: Evidence) -> tuple[Chain, ...]:
    return tuple(c for c in evidence.chains if c.verdict in (Verdict.LOST, Verdict.BLANK))


def users_without(evidence: Evidence) -> tuple[str, ...]:
    """The users of the processes that the variables do not reach, root apart."""
    return tuple(sorted({c.user for c in lost(evidence) if c.user and c.user != "root"}))


def all_known(evidence: Evidence) -> bool:
    return all(c.verdict is not Verdict.UNKNOWN for c in evidence.chains)


def unread(line: Line, evidence: Evidence) -> Iterator[str]:
    """Why the processes that need it do not read the file that a line stands in; nothing where they may."""
    yield from _wrong_bashrc(line, evidence)
    yield from _left_early(line, evidence)
    yield from _of_somebody_else(line, evidence)
    yield from _no_login(line, evidence)


def _wrong_bashrc(line: Line, evidence: Evidence) -> Iterator[str]:
    family = evidence.world.image.family
    right = (family.bashrc, *READ_AS_WELL.get(family.name, ()))
    if line.path in FOR_EVERY_BASH and family.name != "unknown" and line.path not in right:
        instead = f" (the file that every bash reads here is {family.bashrc})" if family.bashrc else ""
        yield f"no shell of {family.name} reads {line.path}{instead}"


def _left_early(line: Line, evidence: Evidence) -> Iterator[str]:
    family = evidence.world.image.family
    if line.path == family.bashrc and line.appended and family.bashrc_returns_early and lost(evidence):
        yield f"a shell that is not interactive leaves {line.path} before its last line"


def _of_somebody_else(line: Line, evidence: Evidence) -> Iterator[str]:
    owner = owner_of(line.path)
    users = users_without(evidence)
    if owner is None:
        return
    home = DEBIAN_HOMES.get(owner) if evidence.world.image.family.name == "debian" else None
    if home and not line.path.startswith(home) and not any("usermod" in run for run in evidence.world.runs):
        yield f"the home of {owner} is {home}, so that nobody reads {line.path}"
    elif users and owner not in users:
        yield f"{line.path} is read by shells of {owner}, and not by {named(users)}"


def _no_login(line: Line, evidence: Evidence) -> Iterator[str]:
    """A profile is for login shells. A shell on the way may be one, so that only chains without any are sure."""
    match = HOME_FILE.fullmatch(line.path)
    login = line.path.startswith("/etc/profile") or bool(match and match[3] in LOGIN_FILES)
    if not login or not evidence.chains or not all_known(evidence):
        return
    hops = [h for c in evidence.chains for h in c.hops]
    if not any(h.hooks.login_shell is not None or h.hooks.pam or h.mechanism == "shell" for h in hops):
        yield f"no process of this image is started by a login shell, which is what reads {line.path}"


def owner_of(path: str) -> str | None:
    """Whose startup file it is; None where it is everybody's, or none."""
    match = HOME_FILE.fullmatch(path)
    return (match[1] or match[2]) if match else None


def cannot_read_environ(evidence: Evidence) -> Iterator[str]:
    """Why /proc/1/environ gives nothing to those who need it: reading it takes the right to trace PID 1 (proc(5))."""
    name = _program_of_pid1(evidence)
    title = next((t for t in TITLE_WRITERS if name == t or (t == "php-fpm" and name.startswith(t))), None)
    if title and not evidence.start.reason:
        yield f"{title}, which is PID 1, writes its title over its environment, so that the file holds nothing"
    users = [u for u in users_without(evidence) if u != evidence.start.user]
    if users and evidence.start.user:
        yield f"/proc/1/environ belongs to {evidence.start.user}, and {named(users)} may not read it"


def _program_of_pid1(evidence: Evidence) -> str:
    """The base name of what PID 1 is in the end; an entrypoint of the base that becomes its arguments is left out."""
    words = evidence.start.argv or ()
    through = (
        evidence.world.image.facts.get("entrypoint") == "execs-arguments" and evidence.world.config.entrypoint is None
    )
    at = len(evidence.world.image.entrypoint or ()) if through else 0
    return words[at].text.rpartition("/")[2] if len(words) > at else ""
