"""Which cases of the truth table can be run here, and on what.

A case is built on an image of Debian's packages (`images`) in the place of its own base. The application at the end of
a chain (`/srv/app`) is stood in for by a script that writes down whom it runs as and what it has; every program on the
way has to be the real one. `why_not` is the rule for the cases of which that cannot be had.
"""

from __future__ import annotations

import re
import sys
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import images

sys.path.insert(0, str(images.REPOSITORY / "tests" / "truth"))

from table import CASES, Case

from fargate_patch.chain.model import Verdict
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.verify.container import call
from fargate_patch.verify.endpoint import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fargate_patch import FileResult
    from fargate_patch.chain.model import Chain, Hop
    from fargate_patch.verify.engine import Engine

STATES = {  # what a process may have in the variable: the task's value, none, "", or a text of somebody's own
    Verdict.REACHES: frozenset({"set"}),
    Verdict.LOST: frozenset({"absent", "empty", "another"}),
    Verdict.BLANK: frozenset({"empty"}),
}
SEEN = "/.fargate-patch-seen"  # where an application writes down what it has
# What stands in for a base: the image of that name, else the one of its family
BASES = {
    "php:8.3-fpm": "docker.io/library/php:8.2-fpm",
    "debian": "docker.io/library/debian:12",
    "alpine": "docker.io/library/alpine:3.20",
}
# Names that several programs have → whose mechanism the one is that is here
SHARED = {("debian", "init"): "runit-boot", ("alpine", "init"): "busybox-init", ("alpine", "crond"): "busybox-crond"}
# In the text of a Dockerfile → why it is not built here
HINDRANCES = {
    re.compile(r"\bapk add\b"): "packages of Alpine's",
    re.compile(r"(?m)^ADD\s+https?://|^RUN\b.*\bcurl\b.*https?://|--from=[\w.-]+[./]"): "it is built from a download",
    re.compile(r"(?m)^(?:RUN|COPY|ADD)\b.*<<-?['\"]?\w"): "a heredoc, which podman reads from version 5 on",
    re.compile(r"\ba2enmod fcgid\b"): "mod_fcgid, which starts a program at a request alone",
}
_STARTS = re.compile(r"(?im)^(?:CMD|ENTRYPOINT)\b")
_FROM = re.compile(r"(?im)^FROM\s+(\S+)(?:\s+AS\s+(\S+))?")
SAYS = f"""#!/bin/sh
variable=absent
[ -z "${{{CREDENTIALS_VARIABLE}+there}}" ] || variable=empty
case ${CREDENTIALS_VARIABLE} in
  "") ;;
  {PATH}*) variable=set ;;
  *) variable=another ;;
esac
"""
# As the first process it stays for good: servers beside it are asked for sessions
_STAND_IN = f"""{SAYS}echo "${{0##*/}} $(id -un 2> /dev/null || id -u) $variable" >> {SEEN}/$$
[ $$ = 1 ] && exec sleep 600
exec sleep 45
"""
# A case makes its account itself, or counts on it
_USERADD = """#!/bin/sh
for name; do :; done
userdel -r "$name" 2> /dev/null
exec /usr/sbin/useradd "$@"
"""
_GROUND = """FROM {base}
COPY stand-in useradd /opt/
RUN for path in {paths}; do mkdir -p "${{path%/*}}" && cp /opt/stand-in "$path"; done \\
 && for name in {names}; do id "$name" > /dev/null 2>&1 || {adduser} "$name"; done \\
 && mkdir -p /run/sshd /run/php && chmod 755 /run/sshd \\
 && if [ -x /usr/sbin/useradd ]; then cp /opt/useradd /usr/local/sbin/; fi \\
 && if [ -x /bin/busybox ]; then ln -sf /bin/busybox /sbin/init; fi
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A case that can be run, on what, and its chains."""

    case: Case
    base: str
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The cases that can be run and the images that they are built on; the others with the rule's reason."""

    engine: Engine
    images: Mapping[str, str]  # base → the same with applications and accounts
    subjects: tuple[Subject, ...]
    others: Mapping[str, str]


def why_not(case: Case, result: FileResult, programs: frozenset[str]) -> str | None:
    """Why a case is not run. `programs` are those of the image that stands in for its base."""
    if not any(chain.verdict in STATES for chain in result.chains):
        return "no process of it is decided" if result.chains else "no process of it needs the role"
    if base_of(result) is None:
        return f"a base of another family ({result.image.family.name if result.image else 'unknown'})"
    text = "\n".join(case.files["Dockerfile"])
    if not _STARTS.search(text) and result.image and result.image.reference not in BASES:
        return "it starts what its base image starts"
    if hindrance := next((reason for found, reason in HINDRANCES.items() if found.search(text)), None):
        return hindrance
    here = programs | {name.rpartition("/")[2] for name in case.files}
    on_the_way = [h for c in result.chains for h in c.hops if h.mechanism != "shell" and not _is_application(c, h)]
    missing = sorted({h.program for h in on_the_way if h.program not in here or _is_another(h, result)})
    return f"not in the image: {', '.join(missing)}" if missing else None


def base_of(result: FileResult) -> str | None:
    """The image that stands in for a case's base."""
    image = result.image
    return (BASES.get(image.reference) or BASES.get(image.family.name)) if image else None


def _is_application(chain: Chain, hop: Hop) -> bool:
    return hop is chain.hops[-1] and hop.mechanism == "exec"


def _is_another(hop: Hop, result: FileResult) -> bool:
    family = result.image.family.name if result.image else ""
    return SHARED.get((family, hop.program), hop.mechanism) != hop.mechanism


@contextmanager
def ground(engine: Engine) -> Iterator[Ground]:
    """Sort the table's cases, and make what they are built on."""
    programs = {base: _programs(engine, base) for base in set(BASES.values())}
    subjects: list[Subject] = []
    others: dict[str, str] = {}
    for case in CASES:
        with TemporaryDirectory() as folder:
            result = case.traced(Path(folder))
        base = base_of(result)
        reason = why_not(case, result, programs.get(base or "", frozenset()))
        if reason or base is None:
            others[case.name] = reason or ""
        else:
            subjects.append(Subject(case, base, result.chains))
    made: dict[str, str] = {}
    try:
        for base in {subject.base for subject in subjects}:
            chains = [chain for subject in subjects if subject.base == base for chain in subject.chains]
            made[base] = _made(engine, base, chains, programs[base])
        yield Ground(engine, made, tuple(subjects), others)
    finally:
        for image in made.values():
            engine.remove_image(image)


def _programs(engine: Engine, image: str) -> frozenset[str]:
    """The names of all that can be started without a path in an image."""
    script = 'IFS=:; for folder in $PATH; do ls "$folder" 2> /dev/null; done'
    done = call([str(engine.program), "run", "--rm", "--network=none", "--entrypoint=/bin/sh", image, "-c", script])
    return frozenset(done.stdout.split())


def _made(engine: Engine, base: str, chains: Sequence[Chain], programs: frozenset[str]) -> str:
    names = {user for c in chains for user in (c.user, *(h.user for h in c.hops)) if user and not user.isdigit()}
    text = _GROUND.format(
        base=base,
        paths=" ".join(sorted(_applications(chains, programs))),
        names=" ".join(sorted(names)),
        adduser="useradd -m" if "useradd" in programs else "adduser -D",
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in {"Dockerfile": text, "stand-in": _STAND_IN, "useradd": _USERADD}.items():
            (folder / file).write_text(content)
            (folder / file).chmod(0o755)
        return engine.build(folder, folder / "Dockerfile", f"localhost/fargate-patch-ground:{uuid.uuid4().hex[:12]}")


def _applications(chains: Sequence[Chain], programs: frozenset[str]) -> frozenset[str]:
    """The paths at which something has to stand in: `/srv/app`, and `/bin/java` for `$JAVA_HOME/bin/java`."""
    ends = [c for c in chains if c.hops and _is_application(c, c.hops[-1]) and application(c) not in programs]
    words = [re.sub(r"^\$\w+", "", chain.command.split()[0]) for chain in ends]
    return frozenset(word if word.startswith("/") else f"/usr/local/bin/{word}" for word in words)


def application(chain: Chain) -> str:
    """The name of the program at a chain's end."""
    return chain.hops[-1].program if chain.hops else ""


def on(text: str, image: str) -> str:
    """A Dockerfile on another base. Stages of its own stay what they are."""
    stages = {found[2].lower() for found in _FROM.finditer(text) if found[2]}
    return _FROM.sub(lambda m: m[0] if m[1].lower() in stages else m[0].replace(m[1], image, 1), text)
