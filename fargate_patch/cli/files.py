"""Which files: those that a person names, and the Dockerfiles below a folder.

The names are those that the pre-commit hook matches. Order is by path, nothing comes twice, links to folders are not
followed, and a link to a file outside the folder that is searched is not ours to write through.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH112, PTH118, PTH120

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.template import A_TEMPLATE
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.cli.ignore import Ignore

NAME = regex(r"(?i)((docker|container)file([._-][^/]*)?|[^/]*\.(docker|container)file)\Z")
LOOK_ALIKE = regex(r"(?i).*(\.dockerignore|\.(j2|jinja2?|tmpl|tpl|template|md|rst|sh|py|bak|orig|rej))\Z", re.DOTALL)
# `dockerfile.go` and `dockerfile_add_test.go` are source files; `Dockerfile.go` is a Dockerfile for one
SOURCE = regex(
    r"((docker|container)file|(?i:(docker|container)file)[_-].*)"
    r"\.(c|cc|cpp|cs|css|go|h|html|java|js|json|jsx|kt|lock|log|lua|mjs|php|pl|proto|ps1|rb|rs|scala|svg|swift|toml|ts|tsx|txt|xml|ya?ml)\Z",
    re.DOTALL,
)
TEMPLATE = regex(r"(?i).*\.(j2|jinja2?|tmpl|tpl|template)\Z", re.DOTALL)

EXCLUDE = (
    ".*/",
    "__pycache__/",
    "__pypackages__/",
    "bower_components/",
    "node_modules/",
    "site-packages/",
    "vendor/bundle/",
    "venv/",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One file to do. `skip` says why it is none to judge, `error` why it cannot be."""

    path: str
    skip: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """Globs that leave paths out: `docs`, `*.old`, `legacy/` (a folder), `services/old/*` (a path from `root`)."""

    patterns: tuple[str, ...] = EXCLUDE
    root: str = "."  # the folder of the configuration that says so; else the working folder

    def __call__(self, path: str, is_folder: bool) -> bool:
        """Does a glob match the path's name or the path? `path` is relative, its folders are asked for before it."""
        name = path.rpartition("/")[2]
        return any(self._matches(p, path, name, is_folder) for p in self.patterns)

    @staticmethod
    def _matches(pattern: str, path: str, name: str, is_folder: bool) -> bool:
        if pattern.endswith("/") and not is_folder:
            return False
        bare = pattern.rstrip("/").removeprefix("./")
        if "/" not in bare:
            return fnmatchcase(name, bare)
        return fnmatchcase(path, bare) or fnmatchcase(path, f"*/{bare}")

    def relative(self, path: str) -> str:
        """A path as a glob sees it: from the root where it lies below it, with forward slashes."""
        try:
            relative = os.path.relpath(path, self.root)
        except ValueError:  # another drive
            relative = path
        return (path if relative.startswith("..") else relative).replace(os.sep, "/").lstrip("/")

    def covers(self, path: str) -> bool:
        """Is the path left out, or a folder that it lies in?"""
        parts = [p for p in path.split("/") if p not in ("", ".", "..")]
        return any(self("/".join(parts[: n + 1]), n + 1 < len(parts)) for n in range(len(parts)))


def find(names: Sequence[str], excluded: Excluded, force_exclude: bool = False) -> tuple[Found, ...]:
    """Every file to do, in the order of `names`, each folder's by path."""
    first: dict[str, Found] = {}
    for name in names:
        for found in _named(name, excluded, force_exclude):
            first.setdefault(os.path.realpath(found.path), found)
    return tuple(first.values())


def _named(name: str, excluded: Excluded, force_exclude: bool) -> Iterator[Found]:
    if os.path.isdir(name):
        found = [Found(path) for path in below(name, excluded)]
        yield from found or [Found(name, error="no Dockerfile found in this folder")]
    elif not (force_exclude and excluded.covers(excluded.relative(name))):
        yield Found(str(Path(name)) if name else name, skip=_not_ours(name))  # `x/Dockerfile` for `./x/Dockerfile`


def is_look_alike(name: str) -> bool:
    """Does a file's name say that it is about Dockerfiles rather than one?"""
    return bool(LOOK_ALIKE.match(name) or SOURCE.match(name))


def _not_ours(path: str) -> str | None:
    name = path.replace(os.sep, "/").rpartition("/")[2]
    if not is_look_alike(name):
        return None
    if TEMPLATE.match(name):
        return A_TEMPLATE
    return "its name says that it is no Dockerfile; give its text on standard input (-) if it is one"


def below(folder: str, excluded: Excluded) -> Iterator[str]:
    """The Dockerfiles in a folder and under it. A folder that cannot be listed is passed over."""
    from fargate_patch.cli.ignore import ignored, read_ignore

    root = os.path.realpath(folder)
    top = root.replace(os.sep, "/")
    waiting: list[tuple[str, str, tuple[Ignore, ...]]] = [(folder, top, _outer_rules(top))]
    while waiting:
        shown, real, outer = waiting.pop()
        own = read_ignore(real)
        rules = (*outer, own) if own else outer
        entries = _entries(shown)
        files = [e for e in entries if NAME.match(e.name) and not is_look_alike(e.name) and _is_file(e, root)]
        for entry in files:
            if not excluded(excluded.relative(entry.path), False) and not ignored(f"{real}/{entry.name}", False, rules):
                yield os.path.normpath(entry.path)
        folders = [e for e in entries if _is_folder(e)]
        for entry in reversed(folders):
            path = f"{real}/{entry.name}"
            if not excluded(excluded.relative(entry.path), True) and not ignored(path, True, rules):
                waiting.append((entry.path, path, rules))


def _outer_rules(folder: str) -> tuple[Ignore, ...]:
    """The .gitignore files above a folder, up to the top of its repository; none where it is in no repository."""
    from fargate_patch.cli.ignore import read_ignore

    found: list[Ignore] = []
    while not os.path.lexists(os.path.join(folder, ".git")):
        folder, below_it = os.path.dirname(folder), folder
        if folder == below_it:
            return ()
        if rules := read_ignore(folder):
            found.append(rules)
    return tuple(reversed(found))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda e: e.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str], root: str) -> bool:
    try:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        return entry.is_file() and os.path.realpath(entry.path).startswith(root.rstrip("/") + os.sep)
    except OSError:
        return False
