"""The image's own cure: a start script writes the environment to a file, and a later session reads it back.

PAM reads /etc/environment, sshd its SetEnv line, a login shell its startup files, cron the lines of its table, a cron
job what its line sources or its table's BASH_ENV names. It may lay the task's secrets open to every user (FP204), but
it works: saying that the variables are lost would be a false alarm. Seen on Debian 12 and 13 for su, cron and sshd,
whose PAM stacks have a pam_env line that reads the file, and for a cron job with BASH_ENV.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.chain.files.filters import behind, listed
from fargate_patch.chain.model import Chain, Effect, Hop, Mend, Place, Verdict
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME
from fargate_patch.shell.interpreter import SHELLS, shebang

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fargate_patch.obstacles.evidence import Evidence, Happening

PATH = "/etc/environment"
READERS = {"debian": ("su", "cron", "sshd", "login"), "rhel": ("crond",), "amazonlinux": ("crond",)}
"""The PAM services whose stack reads the file, by family."""
ENVFILE = regex(r"(?m)^[ \t]*session\s[^#\n]*\bpam_env\.so\s[^#\n]*\benvfile=(\S+)")
PROFILE_D = regex(r"/etc/profile\.d/[^/]+\.sh")
SSHD_CONFIG = regex(r"/etc/ssh/sshd_config(?:\.d/[^/]+\.conf)?")
SSHD_MAIN = "/etc/ssh/sshd_config"
SET_ENV = regex(r"(?i)\s*SetEnv[\s=]")
USERS_TABLES = "/var/spool/cron"  # where `crontab` writes one
OF_MY_INIT = "/etc/container_environment.sh"  # phusion's, with `export NAME=…` lines; 0640, of root:docker_env
OF_LOGIN = {"rhel": ".bash_profile", "amazonlinux": ".bash_profile"}  # by family; a ~/.profile elsewhere
READ_BY = SHELLS | {""}  # login shells that read these files; "" is the distribution's own
CRONS = ("cron", "cronie")
MOST = 16  # copies that are looked at
MOST_CALLS = 16  # of functions within functions
ASSIGNED = regex(rf"{NAME}=([\"']?)\${NAME}\1")
EXPORT = regex(rf"(?:export|(?:declare|typeset) -\w*x\w*) +[\"']?{NAME}=[\"']?\${NAME}[\"']{{0,2}};?")
FOR_PAM = regex(rf"export +{NAME}=([\"']?)\${NAME}\1")
LETS_READ = regex(r"[ugoa]*\+[rwxX]+|0?[0-7]{2}[4-7]")  # modes of `chmod` that take nothing from the others
MASKS_NO_READING = regex(r"umask 0?[0-7]?[0-7]?[0-3]\Z")
EXPORTED = regex(rf"\bset\s+-(?:a\b|o\s+allexport)|\bexport[ \t][^;&|\n]*\b{NAME}\b")


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file that a script of the start writes. `exports`: as commands of a shell that export, else as NAME=value."""

    path: str
    place: Place  # in the script
    exports: bool
    closed: bool  # root alone can read it
    for_pam: bool = False  # pam_env reads NAME=value, `export ` before it or not; no `declare -x`


def with_own_copy(chains: Sequence[Chain], evidence: Evidence) -> tuple[Chain, ...]:
    """The chains, with those mended that come through a script with a copy of its own, and then read that copy."""
    if all(chain.verdict is not Verdict.LOST for chain in chains):
        return tuple(chains)
    copies = tuple(islice(dict.fromkeys(_copies(evidence)), MOST))
    return tuple(_mended(chain, copies, evidence) for chain in chains)


def _copies(evidence: Evidence) -> Iterator[_Copy]:
    """Root alone may read what a script with a narrow `umask` writes, and what is given another mode than these."""
    masks = (each for each in evidence.at_start if each.flow.programs[0] == "umask")
    narrow = {each.script for each in masks if not MASKS_NO_READING.search(each.flow.source)}
    modes = (each.flow.source.split() for each in evidence.at_start if each.flow.programs[0] == "chmod")
    changed = {word for words in modes if not any(map(LETS_READ.fullmatch, words)) for word in words}
    for each in evidence.at_start:
        exports = _exports(each)
        path = USERS_TABLES if each.flow.programs[-1] == "crontab" else each.path
        if path.startswith("/") and (exports or _assigns(each)):
            closed = path.startswith("/root/") or path in changed or each.script in narrow
            yield _Copy(path, each.place, exports, closed, _for_pam(each))


def _mended(chain: Chain, copies: Sequence[_Copy], evidence: Evidence) -> Chain:
    """The copy must have been made, on every way through the script, where nothing is lost or it is given back."""
    first = next((n for n, hop in enumerate(chain.hops) if hop.effect is not Effect.KEEPS), None)
    if chain.verdict is not Verdict.LOST or first is None:
        return chain
    made = _made(chain.hops)
    usable = [copy for copy in copies if copy.place in made]
    usable += [_Copy(USERS_TABLES, at, False, True) for hop in chain.hops if (at := hop.hooks.copy) in made and at]
    usable += [_Copy(OF_MY_INIT, hop.place, True, True) for hop in chain.hops[:first] if hop.mechanism == "my-init"]
    return replace(chain, hops=tuple(_reading(n, chain, usable, evidence, first) for n in range(len(chain.hops))))


def _made(hops: Iterable[Hop]) -> frozenset[Place]:
    """What programs have surely written that had the variables, before they started the next."""
    made, has = frozenset[Place](), True
    for hop in hops:
        has = has or (hop.mend is not None and hop.mend.from_file)
        made |= hop.after if has else frozenset()
        has = has and (hop.effect is Effect.KEEPS or hop.mend is not None)
    return made


def _reading(number: int, chain: Chain, copies: Sequence[_Copy], evidence: Evidence, first: int) -> Hop:
    hop = chain.hops[number]
    if number < first or hop.mend:
        return hop
    by = (_by_pam, _by_login, _by_sshd, _by_table)
    read = next((c for c in copies if any(reads(hop, c, evidence) for reads in by)), None)
    read = read or next((c for c in copies if _by_command(number, chain, c, evidence)), None)
    return replace(hop, mend=Mend(read.path, from_file=True)) if read else hop


def _by_pam(hop: Hop, copy: _Copy, evidence: Evidence) -> bool:
    """By the distribution's own line for /etc/environment, or by one of the image's with `envfile=`."""
    if hop.effect is Effect.KEEPS or hop.hooks.pam is None or not copy.for_pam:
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


def _by_table(hop: Hop, copy: _Copy, _evidence: Evidence) -> bool:
    """By cron, of the very table that its job stands in."""
    return hop.hooks.copy == copy.place


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
    table, text = _text(after[0], evidence, number > 0 and chain.hops[number - 1].mechanism in CRONS)
    path = rf"[\"']?{re.escape(copy.path)}[\"']?(?![\w./-])"
    if copy.exports and hop.program == "bash" and re.search(rf"(?m)(?:^|[\"'])\s*BASH_ENV\s*=\s*{path}", table):
        return True
    source = r"\." if _reader(hop, text, evidence) == "dash" else r"(?:\.|source)"
    if re.search(rf"(?m)(?:^|[\s;&|({{'\"]){source}\s+{path}", text) is None:
        return not copy.exports and re.search(rf"\b(?:export|env)\s+\"?\$\([^)]*{path}", text) is not None
    return copy.exports or EXPORTED.search(text) is not None


def _reader(hop: Hop, text: str, evidence: Evidence) -> str:
    """The shell that reads a script or a command: dash, which has no `source`, where it is called sh on Debian."""
    named = hop.program if hop.program in SHELLS else next(iter(shebang(text)), "sh").rpartition("/")[2]
    return evidence.world.image.family.sh if named == "sh" else named


def _text(hop: Hop, evidence: Evidence, of_table: bool) -> tuple[str, str]:
    """The table that starts a hop's program, or the script that writes one, and its line there; or "" and a script as
    far as that line."""
    from fargate_patch.obstacles.evidence import is_script

    for file in evidence.seen:
        lines, number = (file.text or "").split("\n"), hop.place.line - file.origin.line
        if file.origin.file == hop.place.file and 0 <= number < len(lines):
            if of_table or not is_script(file):
                return file.text or "", lines[number]
            return "", "\n".join(lines[: _runs_at(number, file.text or "") + 1])
    return "", ""


def _runs_at(line: int, text: str) -> int:
    """The line of a script at which what stands on a line runs: within a function, that of the first call of it."""
    from fargate_patch.shell.flows import flows_of
    from fargate_patch.shell.syntax import Function, parse

    top = parse(text)
    ends = (*(statement.line for statement in top), text.count("\n") + 1)[1:]
    functions = {range(s.line, end): s.name for s, end in zip(top, ends, strict=True) if isinstance(s, Function)}
    for _ in range(MOST_CALLS):
        within = next((lines for lines in functions if line in lines), None)
        if within is None:
            break
        calls = (flow.line for flow in flows_of(text) if functions[within] in flow.programs)
        line = next((call for call in calls if call not in within), line)
    return line


def _assigns(each: Happening) -> bool:
    """Does the pipeline write the variable, as `NAME=value`?"""
    written = (line for line in each.flow.written if line.expanded)
    return any(f"{NAME}=" in line.text and "export " not in line.text for line in written) or _copied(each, ASSIGNED)


def _exports(each: Happening) -> bool:
    """The same, as `export NAME=value` or what `export -p` and `declare -p` print."""
    written = (line for line in each.flow.written if line.expanded)
    return any(f"export {NAME}=" in line.text for line in written) or _copied(each, EXPORT)


def _for_pam(each: Happening) -> bool:
    """The same, as pam_env reads it: what the shells that may run it print is all of that form."""
    return _assigns(each) or (_exports(each) and (bool(each.flow.written) or _copied(each, FOR_PAM, all)))


def _copied(each: Happening, form: re.Pattern[str], of: Callable[[Iterable[bool]], bool] = any) -> bool:
    """Does it list the environment, and let the variable's line through in such a form?"""
    first, *others = each.flow.commands
    kept = (behind(others, text) for text in listed(first))
    return of(any(map(form.fullmatch, (text or "").splitlines())) for text in kept)
