"""Settings from a file: `.fargate-patch.toml`, `fargate-patch.toml`, or `[tool.fargate-patch]` in pyproject.toml.

The nearest folder that has one counts, upwards to the top of the repository. What concerns a Dockerfile is looked up
from its own folder, what concerns the run from the working folder. Looking costs a few `stat`; the TOML reader is
imported when a file is found.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH113, PTH118, PTH119, PTH120, PTH123

from __future__ import annotations

import os
import sys
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fargate_patch.cli.writing import explain
from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = (".fargate-patch.toml", "fargate-patch.toml")
PYPROJECT = "pyproject.toml"
TRANSPORTS = ("oci:", "oci-archive:", "docker-archive:")  # what base-image may name a real image by

# what each key holds; `pairs` is a table, or a list of NAME=VALUE as on the command line
KEYS: Mapping[str, str] = {
    "base-image": "pairs",
    "base-image-config": "path",
    "build-arg": "pairs",
    "check": "flag",
    "color": "text",
    "command": "list",
    "context": "path",
    "entrypoint": "list",
    "exclude": "list",
    "exit-zero": "flag",
    "extend-exclude": "list",
    "fix-legacy": "flag",
    "force-exclude": "flag",
    "ignore": "list",
    "inspect": "flag",
    "jobs": "number",
    "output-format": "text",
    "per-file": "tables",
    "quiet": "flag",
    "required-version": "text",
    "select": "list",
    "strategy": "text",
    "strict": "flag",
    "target": "text",
    "user": "list",
    "verbose": "flag",
}

# what holds for a run, and so cannot be said of some files
WHOLE_RUN = (
    *("check", "color", "exclude", "exit-zero", "extend-exclude", "force-exclude", "jobs", "output-format", "per-file"),
    *("quiet", "required-version", "strict", "verbose"),
)

_PLAIN = {"flag": bool, "number": int, "text": str}
_WANTED = {
    "flag": "true or false",
    "number": "a whole number",
    "text": "a string",
    "path": "a string",
    "list": "a string or a list of strings",
    "pairs": "a table of strings, or a list of NAME=VALUE",
    "tables": "a list of tables",
}


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file and says why."""


@dataclass(frozen=True, slots=True)
class PerFile:
    """One `[[per-file]]` table: what holds for which files; globs as in `exclude`, from the configuration's folder."""

    files: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one file, checked; `path` is None where there is no file."""

    path: str | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    per_file: tuple[PerFile, ...] = ()

    def values_for(self, path: str) -> dict[str, Any]:
        """What holds for a Dockerfile. Of several tables that name it, the later one counts for a key."""
        found = dict(self.values)
        for table in self.per_file:
            if _names(table.files, path, self.path or ""):
                found.update(table.values)
        return found


@cache
def nearest(folder: str) -> Config:
    """The configuration for a folder (absolute). Raises ConfigError."""
    while True:
        for name in (*NAMES, PYPROJECT):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and (found := read(path)).path:
                return found
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return Config()
        folder = above


@cache
def read(path: str) -> Config:
    """One file. A pyproject.toml without our table is no configuration (`path` None). Raises ConfigError."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {explain(problem)}") from problem
    own = os.path.basename(path) != PYPROJECT
    if not own and b"fargate-patch" not in data:
        return Config()
    table: Any = _parsed(path, data)
    if not own:
        tool = table.get("tool", {})
        table = tool.get("fargate-patch") if isinstance(tool, dict) else None
        if table is None:
            return Config()
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.fargate-patch is not a table")
    tables = _tables(path, table.pop("per-file", []))
    values = {key: _checked(path, path, key, value) for key, value in table.items()}
    return Config(path, MappingProxyType(values), tables)


def _names(globs: tuple[str, ...], path: str, config: str) -> bool:
    from fargate_patch.cli.files import Excluded

    try:
        relative = os.path.relpath(path, os.path.dirname(config)).replace(os.sep, "/")
    except ValueError:  # another drive
        return False
    return not relative.startswith("../") and Excluded(globs).covers(relative)


def _tables(path: str, tables: Any) -> tuple[PerFile, ...]:
    """The `per-file` tables. Raises ConfigError."""
    if not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
        raise ConfigError(f"{path}: `per-file` must be {_WANTED['tables']}")
    return tuple(_table(path, f"{path}: per-file {number}", table) for number, table in enumerate(tables, 1))


def _table(path: str, where: str, table: dict[str, Any]) -> PerFile:
    files = table.pop("files", None)
    if not (isinstance(files, str) or (_texts(files) and files)):
        raise ConfigError(f"{where}: `files` must say for which: {_WANTED['list']}")
    if whole := next((key for key in table if key in WHOLE_RUN), None):
        raise ConfigError(f"{where}: `{whole}` holds for the whole run, not for some files")
    values = {key: _checked(path, where, key, value) for key, value in table.items()}
    return PerFile((files,) if isinstance(files, str) else tuple(files), MappingProxyType(values))


def _parsed(path: str, data: bytes) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise ConfigError(f"{path}: is no TOML: {problem}") from problem


def _checked(path: str, where: str, key: str, value: Any) -> Any:
    """The value as the command line gives it. Raises ConfigError where the key or the value's type is none of ours."""
    kind = KEYS.get(key)
    if kind is None:
        hint = "; the keys stand here without [tool.fargate-patch]" if key == "tool" else suggestion(key, KEYS)
        raise ConfigError(f"{where}: unknown key `{key}`{hint}")
    if key == "required-version" and isinstance(value, str):
        return _required(path, value)
    if type(value) is _PLAIN.get(kind):
        return value
    if kind == "path" and isinstance(value, str):
        return os.path.join(os.path.dirname(path), value)
    if kind == "list" and (isinstance(value, str) or _texts(value)):
        return (value,) if isinstance(value, str) else tuple(value)
    if kind == "pairs" and isinstance(value, dict) and _texts(list(value.values())):
        value = [f"{name}={text}" for name, text in value.items()]
    if kind == "pairs" and _texts(value):
        return tuple(_located(path, pair) if key == "base-image" else pair for pair in value)
    raise ConfigError(f"{where}: `{key}` must be {_WANTED[kind]}")


def _located(path: str, pair: str) -> str:
    """`REF=oci:FOLDER` with the folder as seen from the configuration, like any path in it."""
    for transport in TRANSPORTS:
        reference, found, place = pair.partition(f"={transport}")
        if found:
            return f"{reference}{found}{os.path.join(os.path.dirname(path), place)}"
    return pair


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _required(path: str, wanted: str) -> str:
    """Raises ConfigError where this is not a release that the configuration is for."""
    from fargate_patch.cli.required_version import satisfies
    from fargate_patch.version import __version__

    if not satisfies(__version__, wanted):
        raise ConfigError(f"{path}: asks for fargate-patch {wanted}, and this is {__version__}")
    return wanted


def suggestion(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """`; did you mean …?` where one of the known words is close."""
    from difflib import get_close_matches

    close = get_close_matches(word[:100], known, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
