"""Everything that can be explained, each as one entry: findings, mechanisms, remedies.

`explain`, docs/ and SARIF's rules are written from these.

The text stands where the thing itself is made: in the mechanism's, the obstacle's or the remedy's own file. Only what
belongs to no such file is written here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fargate_patch import mechanisms, obstacles
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.remedies.kind import Kind

MECHANISM, OBSTACLE, REMEDY, OTHER = "mechanism", "obstacle", "remedy", "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be explained; every text is Markdown, in plain sentences, "" where there is nothing to say."""

    name: str
    kind: str  # "mechanism", "obstacle", "remedy", "other"
    title: str
    code: str | None = None
    level: str | None = None  # of a finding with this code, unless its case says otherwise
    what: str = ""
    why: str = ""
    see: str = ""  # a command
    fix: str = ""
    advice: str = ""  # the cure in a few words, as a finding has it
    sources: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """`FP104: cron starts its jobs without the environment`."""
        said = f"{self.name} {self.title}" if self.kind == MECHANISM else self.title
        return f"{self.code}: {said}" if self.code else f"{self.name}: {self.title}"


OWN = (
    Entry(
        "unreadable",
        OTHER,
        "the file cannot be read, or BuildKit would not build it",
        code="FP000",
        level="error",
        what="The file is not there, is no text, or breaks a rule of Dockerfile syntax that stops a build too.",
        see="docker build --check .",
        fix="Mend the line that is named. Nothing is written to such a file.",
        sources=("https://docs.docker.com/reference/dockerfile/",),
    ),
    Entry(
        "ignore-comment",
        OTHER,
        "an ignore comment has no effect",
        code="FP901",
        level="note",
        what=(
            "A `# fargate-patch ignore=…` stands above an instruction, or a line of a script, for which nothing of "
            "that code is found; or the comment names no code, or is neither `ignore=` nor `off`."
        ),
        why="Such a comment hides nothing today and may hide something new tomorrow.",
        fix="Take the comment out, or put it directly above the line that it is for.",
    ),
)


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry: those with a code by code, then mechanisms and remedies by name."""
    found = (*_mechanisms(), *_obstacles(), *_remedies(), *OWN)
    return tuple(sorted(found, key=lambda e: (e.code is None, e.code or "", e.kind, e.name)))


@cache
def by_code() -> Mapping[str, Entry]:
    return {entry.code: entry for entry in entries() if entry.code}


def codes() -> tuple[str, ...]:
    """Every code of a finding, in order."""
    return tuple(by_code())


def find(word: str) -> tuple[Entry, ...]:
    """What a code or a name stands for, in any case: () for nothing, two where a mechanism's remedy has its name."""
    wanted = word.strip().lower()
    return tuple(e for e in entries() if wanted in [name.lower() for name in (e.code, e.name) if name])


def names() -> tuple[str, ...]:
    """Every word that `find` knows."""
    return tuple(dict.fromkeys(name for entry in entries() for name in (entry.code, entry.name) if name))


def _mechanisms() -> Iterator[Entry]:
    for row in mechanisms.catalogue().values():
        yield Entry(
            row.name,
            MECHANISM,
            row.title,
            row.code,
            "error" if row.code else None,
            row.what,
            see=row.see,
            fix=row.fix,
            advice=row.advice,
            sources=row.sources,
        )


def _obstacles() -> Iterator[Entry]:
    for row in obstacles.catalogue().values():
        yield Entry(
            row.name,
            OBSTACLE,
            row.title,
            row.code,
            row.level,
            row.what,
            row.why,
            row.see,
            row.fix,
            row.advice,
            row.sources,
        )


def _remedies() -> Iterator[Entry]:
    from fargate_patch.remedies.kind import kinds
    from fargate_patch.remedies.plan import CARRIER

    for kind in kinds().values():
        first, _, rest = (kind.__doc__ or "").strip().partition("\n")
        source = (
            "It reads the file that PID 1 writes, so that the entrypoint of fargate-patch goes with it."
            if kind.FROM_FILE
            else "It hands the live environment on and needs no file."
        )
        carrier = "" if kind.NAME == CARRIER else source
        what = "\n\n".join(part for part in (rest.strip(), carrier) if part)
        yield Entry(kind.NAME, REMEDY, first.rstrip("."), what=what, fix=_template(kind))


def _template(kind: Kind) -> str:
    return f"`fargate-patch --diff Dockerfile` shows it as put in; it is written from `templates/{kind.TEMPLATE}`."


def page(entry: Entry) -> str:
    """The entry as a Markdown page."""
    parts = [f"# {entry.heading}", entry.what]
    if entry.level:
        parts.insert(1, f"Level: {entry.level}.")
    if entry.why:
        parts += ["## Why it matters", entry.why]
    if entry.see:
        parts += ["## See it", f"```sh\n{entry.see}\n```"]
    if entry.fix:
        parts += ["## The cure" if entry.kind != REMEDY else "## The text", entry.fix]
    if entry.code and entry.code not in ("FP000", "FP901"):
        parts += [
            "## Leave it",
            f"Above the instruction, or the line of a script: `# fargate-patch ignore={entry.code} # reason`.",
        ]
    if entry.sources:
        parts += ["## Sources", "\n".join(f"- <{source}>" for source in entry.sources)]
    return "\n\n".join(part for part in parts if part) + "\n"
