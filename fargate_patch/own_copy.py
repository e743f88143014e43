"""The image's own cure: a start script writes the environment to a file, and a later session reads it back.

PAM reads /etc/environment, sshd its SetEnv line, a login shell its startup files, a cron job what its line sources or
its table's BASH_ENV names. It may lay the task's secrets open to every user (FP204), but it works: saying that the
variables are lost would be a false alarm. Seen on Debian 12 and 13 for su, cron and sshd, whose PAM stacks have a
pam_env line that reads the file, and for a cron job with BASH_ENV.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Effect, Hop, Mend, Place, Verdict
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME
from fargate_patch.shell.interpreter import SHELLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.obstacles.evidence import Evidence, Happening
    from fargate_patch.shell.flows import Flow
    from fargate_patch.shell.syntax import Simple

PATH = "/etc/environment"
READERS = {"debian": ("su", "cron", "sshd", "login"), "rhel": ("crond",), "amazonlinux": ("crond",)}
"""The PAM services whose stack reads the file, by family."""
ENVFILE = regex(r"(?m)^[ \t]*session\s[^#\n]*\bpam_env\.so\s[^#\n]*\benvfile=(\S+)")
PROFILE_D = regex(r"/etc/profile\.d/[^/]+\.sh")
SSHD_CONFIG = regex(r"/etc/ssh/sshd_config(?:\.d/[^/]+\.conf)?")
SSHD_MAIN = "/etc/ssh/sshd_config"
SET_ENV = regex(r"(?i)\s*SetEnv[\s=]")
OF_LOGIN = {"rhel": ".bash_profile", "amazonlinux": ".bash_profile"}  # by family; a ~/.profile elsewhere
DECLARES = ("export", "declare", "typeset")
READ_BY = SHELLS | {""}  # login shells that read these files; "" is the distribution's own
MOST = 16  # copies that are looked at
EXPORTED = regex(rf"\bset\s+-(?:a\b|o\s+allexport)|\bexport[ \t][^;&|\n]*\b{NAME}\b")


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file that a script of the start writes. `exports`: as commands of a shell that export, else as NAME=value."""

    path: str
    place: Place  # in the script
    exports: bool
    closed: bool  # root alone can read it


def with_own_copy(chains: Sequence[Chain], evidence: Evidence) -> tuple[Chain, ...]:
    """The chains, with those mended that come through a script with a copy of its own, and then read that copy."""
    if all(chain.verdict is not Verdict.LOST for chain in chains):
        return tuple(chains)
    copies = tuple(islice(dict.fromkeys(_copies(evidence)), MOST))
    return tuple(_mended(chain, copies, evidence) if copies else chain for chain in chains)


def _copies(evidence: Evidence) -> Iterator[_Copy]:
    """A `umask` in the same script, or a `chmod` of the file, is not looked into: root alone may read it then."""
    narrow = {each.script for each in evidence.at_start if each.flow.programs[0] == "umask"}
    changed = {w for each in evidence.at_start if each.flow.programs[0] == "chmod" for w in each.flow.source.split()}
    for each in evidence.at_start:
        exports = _exports(each)
        if each.path.startswith("/") and (exports or _assigns(each)):
            closed = each.path.startswith("/root/") or each.path in changed or each.script in narrow
            yield _Copy(each.path, each.place, exports, closed)


def _mended(chain: Chain, copies: Sequence[_Copy], evidence: Evidence) -> Chain:
    """The copy must have been made, on every way through the script, before anything is lost."""
    first = next((n for n, hop in enumerate(chain.hops) if hop.effect is not Effect.KEEPS), None)
    if chain.verdict is not Verdict.LOST or first is None:
        return chain
    made = frozenset[Place]().union(*(hop.after for hop in chain.hops[: first + 1]))
    usable = [copy for copy in copies if copy.place in made]
    return replace(chain, hops=tuple(_reading(n, chain, usable, evidence, first) for n in range(len(chain.hops))))


def _reading(number: int, chain: Chain, copies: Sequence[_Copy], evidence: Evidence, first: int) -> Hop:
    hop = chain.hops[number]
    if number < first or hop.mend:
        return hop
    read = next(
        (c for c in copies if _by_pam(hop, c, evidence) or _by_login(hop, c, evidence) or _by_sshd(hop, c, evidence)),
        None,
    )
    read = read or next((c for c in copies if _by_command(number, chain, c, evidence)), None)
    return replace(hop, mend=Mend(read.path, from_file=True)) if read else hop


def _by_pam(hop: Hop, copy: _Copy, evidence: Evidence) -> bool:
    """By the distribution's own line for /etc/environment, or by one of the image's with `envfile=`."""
    if hop.effect is Effect.KEEPS or hop.hooks.pam is None or copy.exports:
        return False
    world = evidence.world
    stack = world.files.get(f"/etc/pam.d/{hop.hooks.pam}")
    lines = (stack.added if stack.text is None else stack.text) if stack else ""
    named = copy.path in ENVFILE.findall(lines)
    return named or (copy.path == PATH and hop.hooks.pam in READERS.get(world.image.family.name, ()))


def _by_sshd(hop: Hop, copy: _Copy, evidence: Evidence) -> bool:
    """By a line `SetEnv NAME=value`, which stands in no other file with a value for the name: only the first counts."""
    if hop.mechanism != "sshd" or hop.effect is Effect.KEEPS or not SSHD_CONFIG.fullmatch(copy.path):
        return False
    lines = [line for line in evidence.lines if SSHD_CONFIG.fullmatch(line.path) and SET_ENV.match(line.text)]
    lines.sort(key=lambda line: (line.path == SSHD_MAIN, line.when == "start"))  # the folder's are included first
    return bool(lines) and f"{NAME}=" in lines[0].text


def _by_login(hop: Hop, copy: _Copy, evidence: Evidence) -> bool:
    family = evidence.world.image.family
    if not copy.exports or (copy.closed and hop.user != "root"):
        return False
    return is_read_at_login(copy.path, PROFILE_D, (OF_LOGIN.get(family.name, ".profile"),), hop, evidence)


def is_read_at_login(path: str, everyones: re.Pattern[str], own: Sequence[str], hop: Hop, evidence: Evidence) -> bool:
    """Does the login shell of this hop read the file: one that is everyone's, or one by such a name in its home?"""
    from fargate_patch.obstacles.evidence import home_of

    shell = hop.hooks.login_shell
    if shell is None or shell.rpartition("/")[2] not in READ_BY:
        return False
    if evidence.world.image.family.profile_d and everyones.fullmatch(path):
        return True
    return path in {f"{home_of(hop.user)}/{name}" for name in own}


def _by_command(number: int, chain: Chain, copy: _Copy, evidence: Evidence) -> bool:
    """Does the shell at this hop read the file before it starts the next?"""
    hop, after = chain.hops[number], chain.hops[number + 1 : number + 2]
    if hop.mechanism != "shell" or not after or (copy.closed and hop.user != "root"):
        return False
    table, text = _text(after[0], evidence)
    path = rf"[\"']?{re.escape(copy.path)}[\"']?(?![\w./-])"
    if table and copy.exports and hop.program == "bash" and re.search(rf"(?m)^\s*BASH_ENV\s*=\s*{path}", table):
        return True
    if re.search(rf"(?m)(?:^|[\s;&|({{'\"])(?:\.|source)\s+{path}", text) is None:
        return not copy.exports and re.search(rf"\b(?:export|env)\s+\"?\$\([^)]*{path}", text) is not None
    return copy.exports or EXPORTED.search(text) is not None


def _text(hop: Hop, evidence: Evidence) -> tuple[str, str]:
    """The table that starts a hop's program, and its line there; or "" and a script as far as that line."""
    from fargate_patch.obstacles.evidence import is_script

    for file in evidence.seen:
        lines, number = (file.text or "").split("\n"), hop.place.line - file.origin.line
        if file.origin.file == hop.place.file and 0 <= number < len(lines):
            return ("", "\n".join(lines[: number + 1])) if is_script(file) else (file.text or "", lines[number])
    return "", ""


def _assigns(each: Happening) -> bool:
    """Does the pipeline write the variable, as `NAME=value`: all of the environment, or what a `grep` lets through?"""
    flow = each.flow
    if any(NAME + "=" in line.text and "export " not in line.text and line.expanded for line in flow.written):
        return True
    lists = flow.programs[0] == "tr" and "/environ" in flow.source
    return (_prints(flow) or lists) and all(map(_lets_through, flow.programs[1:], flow.commands[1:]))


def _exports(each: Happening) -> bool:
    """The same, as `export NAME=value` or what `export -p` and `declare -p` print."""
    flow = each.flow
    if any(f"export {NAME}=" in line.text and line.expanded for line in flow.written):
        return True
    words = [word.source for word in flow.commands[0].words[1:]]
    options, names = [w for w in words if w.startswith("-")], [w for w in words if not w.startswith("-")]
    listed = flow.programs[0] in DECLARES and bool(options) and all(re.fullmatch("-[px]+", o) for o in options)
    listed = listed and (not names or (NAME in names and flow.programs[0] != "export"))  # whose -p takes no names
    behind = list(zip(flow.programs[1:], flow.commands[1:], strict=True))
    made = [command for program, command in behind if program in ("sed", "awk") and _makes_exports(command)]
    rest = all(_lets_through(program, command) for program, command in behind if command not in made)
    return rest and ((listed and not made) or (_prints(flow) and len(made) == 1))


def _makes_exports(command: Simple) -> bool:
    return any("export " in word.source for word in command.words[1:])


def _prints(flow: Flow) -> bool:
    return flow.programs[0] in ("env", "printenv") and len(flow.commands[0].words) == 1


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
