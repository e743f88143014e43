"""`.gitignore` by git's rules, nested files included, in time linear in pattern and name.

As a regular expression, `*a*a*a*…b` would search for minutes; here each path component is matched by itself, without
going back and forth.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.chain.files.patterns import PatternError, component
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_BYTES = 1 << 20  # a larger .gitignore is not read to its end


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: its components (None is `**`), anchored to the folder of its file."""

    components: tuple[Callable[[str], bool] | None, ...]
    negated: bool
    folders_only: bool


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules of one .gitignore; they speak of paths below `folder`."""

    folder: str
    rules: tuple[Rule, ...]

    def says(self, path: str, is_folder: bool) -> bool | None:
        """Is that path ignored? None where no rule matches. The last rule that does decides."""
        prefix = self.folder.rstrip("/") + "/"
        if not path.startswith(prefix):
            return None
        parts = path[len(prefix) :].split("/")
        for rule in reversed(self.rules):
            if (is_folder or not rule.folders_only) and matches(rule.components, parts):
                return not rule.negated
        return None


def ignored(path: str, is_folder: bool, rules: Sequence[Ignore]) -> bool:
    """By the files from the outermost to the nearest, of which the nearest that says something counts."""
    return next((said for said in (i.says(path, is_folder) for i in reversed(rules)) if said is not None), False)


def read_ignore(folder: str) -> Ignore | None:
    """The .gitignore of a folder; None where there is none that can be read, or none of its lines says anything."""
    file = Path(folder, ".gitignore")
    try:
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            text = stream.read(MOST_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    rules = tuple(r for r in map(read_rule, text.split("\n")) if r)
    return Ignore(folder, rules) if rules else None


def read_rule(line: str) -> Rule | None:
    """One line of a .gitignore; None for a comment, an empty line, and a pattern that git would not accept either."""
    line = line.rstrip("\r")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    pattern = line[1:] if negated else line
    folders_only = pattern.endswith("/")
    parts = pattern.rstrip("/").lstrip("/").split("/")
    if not any(parts):
        return None
    anchored = "/" in pattern.rstrip("/")
    try:
        components = tuple(None if p == "**" else component(p.replace("[!", "[^")) for p in parts)
    except PatternError:
        return None
    return Rule(components if anchored else (None, *components), negated, folders_only)


def matches(pattern: Sequence[Callable[[str], bool] | None], parts: Sequence[str]) -> bool:
    """Do the components match the whole path? `**` (None) is any number of them; at the end, one at least."""
    at, part, star, retry = 0, 0, -1, 0
    while part < len(parts):
        if at < len(pattern) and pattern[at] is None:
            if at == len(pattern) - 1:
                return True
            star, retry = at, part
            at += 1
        elif at < len(pattern) and (test := pattern[at]) is not None and test(parts[part]):
            at, part = at + 1, part + 1
        elif star >= 0:
            retry += 1
            at, part = star + 1, retry
        else:
            return False
    return at == len(pattern)
