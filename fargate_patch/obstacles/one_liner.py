"""FP201: the line that many articles give, which takes the variables from /proc/1/environ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.obstacles.audience import cannot_read_environ, lost, unread
from fargate_patch.obstacles.model import Obstacle
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.obstacles.evidence import Evidence, Happening, Line
    from fargate_patch.result import Finding

OBSTACLE = Obstacle(
    code="FP201",
    name="environ-of-pid1",
    title="the variables are taken from /proc/1/environ",
    level="warning",
    what=(
        "A line such as `export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)` is put "
        "into a startup file, so that each shell takes the variables from the environment that PID 1 was started "
        "with."
    ),
    why=(
        "/proc/1/environ can be read only by the user that PID 1 runs as, so that it fails for exactly the users who "
        "need it. php-fpm, nginx and sshd as PID 1 write their title over it, so that it holds nothing. `strings` is "
        "missing in slim images. Where the line finds nothing, `export` without a name prints every variable of the "
        "shell, secrets among them, and that output breaks sftp and scp."
    ),
    see="docker exec -u USER CONTAINER cat /proc/1/environ",
    fix=(
        "`fargate-patch --fix-legacy` takes the line out, where it is all that its RUN does, and puts in what works "
        "for the users concerned. `--strategy bashrc` puts in the same idea made safe."
    ),
    advice="take the line out; `fargate-patch --fix-legacy` does so where its RUN holds nothing else",
    sources=(
        "https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html",
        "https://repost.aws/knowledge-center/ecs-iam-task-roles-config-errors",
    ),
)
ENVIRON = "/proc/1/environ"
ABOUT_AWS = regex(r"AWS_|ECS_|\bexport\b|\bxargs\b|\bsource\b|\bdeclare\b|\beval\b|^\s*\.\s")
WITH_STRINGS = ("binutils", "gcc", "g++", "build-essential", "clang", "llvm")
PLAIN_DEBIAN = regex(r"(?:docker\.io/)?(?:library/)?(?:debian|ubuntu)(?::|@|\Z)|[:-]slim\b|-slim(?:-|\Z)")


def reads_environ(text: str) -> bool:
    """Does a line of shell take variables out of PID 1's environment? A look for one word in it is none."""
    return ENVIRON in text and ABOUT_AWS.search(text) is not None


def find(evidence: Evidence) -> Iterator[Finding]:
    for line in evidence.lines:
        if reads_environ(line.source):
            reasons = tuple(_of_line(line, evidence))
            yield OBSTACLE.at(line.place, _message(reasons, line.path), "warning" if reasons else "note")
    for each in evidence.at_start:
        if not each.flow.written and reads_environ(each.flow.source):
            reasons = tuple(_of_script(each, evidence))
            yield OBSTACLE.at(each.place, _message(reasons, each.path), "warning" if reasons else "note")


def _of_line(line: Line, evidence: Evidence) -> Iterator[str]:
    if any(ENVIRON in text for text in line.expanded) and line.when == "build":
        yield (
            "the double quotes let the shell of the build expand it, so that the file holds what the build's PID 1 had"
        )
        return
    yield from unread(line, evidence)
    yield from cannot_read_environ(evidence)
    yield from _no_strings(line.source, evidence)


def _of_script(each: Happening, evidence: Evidence) -> Iterator[str]:
    here = [c for c in lost(evidence) if any(h.place.file == each.place.file for h in c.hops)]
    if here or lost(evidence):
        yield from cannot_read_environ(evidence)
    yield from _no_strings(each.flow.source, evidence)


def _no_strings(source: str, evidence: Evidence) -> Iterator[str]:
    """Debian's images without a compiler have no binutils; nothing is said of what is not known."""
    world = evidence.world
    plain = world.image.family.name == "debian" and PLAIN_DEBIAN.search(world.image.reference)
    if re.search(r"\bstrings\b", source) and plain and not world.files.packages & set(WITH_STRINGS):
        yield "`strings` is not there: this file installs no binutils"


def _message(reasons: tuple[str, ...], path: str) -> str:
    where = f" in {path}" if path else ""
    if not reasons:
        return (
            f"the variables are taken from /proc/1/environ{where}: that works only for the user that PID 1 runs as, "
            "and prints all variables where it finds none"
        )
    return f"the variables are taken from /proc/1/environ{where}, which does not work here: {'; '.join(reasons)}"
