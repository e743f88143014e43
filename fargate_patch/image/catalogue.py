"""The catalogue of public images: what they bring that their user's Dockerfile does not say.

`catalogue.json` holds one image a line, decoded when somebody asks for it. A line reads like a Dockerfile:

    "NAME": {"from": "debian", "user": …, "entrypoint": […], "cmd": […], "source": "https://…",
             "tags": {"*alpine*": {"from": "alpine"}}}

`NAME` is Reference.name, or a folder as `cgr.dev/chainguard/*`. `from` brings everything of another line; an
`entrypoint` throws that line's `cmd` away, as in a Dockerfile. `tags` change it for the tags that match, in order:
`*alpine*` is a glob, `9` and `1.[0-4]` stand for that version and all below it (`9.1`, `9-slim`), `=latest` for that
tag alone, `|` parts them. `null`, or a key that no line has, is "not known". `family` is set where there is no `from`.
`users` are accounts with their login shells, `uids` the names of accounts by their numbers.

Keys of `facts`: `entrypoint` `execs-arguments` (the script ends in `exec "$@"` for a command that it is given),
`entrypoint.user` (whom it drops to when started as root) and `entrypoint.user_for` (the commands that it does so for),
`entrypoint.starts` (what it starts when given nothing), `init` (`s6-overlay-v2`, `s6-overlay-v3`, `my_init`,
`supervisord`, `systemd`), `s6-overlay.starts` (a service of the base itself, by with-contenv), `supervisord.programs`
(the services that are on in webdevops' images), `supervisord.starts` (the commands of the base's own configuration,
parted by `|`), `hook_dir` (the scripts in it run before the command; two folders are parted by a blank) and
`hook_dir.for` (the commands that they run before), `php-fpm` (`absent` from the official image but for its fpm tags),
`php-fpm.clear_env` (`$NAME`: what that variable says), `php-fpm.pool`, `php-fpm.pool_dir`, `php-fpm.user`,
`sshd_config` and `sudoers` (the lines of them that count), `lambda`. Looking into an image adds `pam.services`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from fargate_patch.dataclass import dataclass, field
from fargate_patch.image.reference import Reference, parse_reference

Row: TypeAlias = Mapping[str, Any]

_PATH = Path(__file__).with_name("catalogue.json")
_SETTINGS = ("family", "user", "entrypoint", "cmd", "shell")
_MAPPINGS = ("env", "users", "uids", "facts")
_DEEPEST_FOLDER = 3  # parts of the longest name that ends in `/*`
_LONGEST_TAG = 128  # distribution/reference: no tag is longer


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of one reference. None: not known; () : known to be none."""

    family: str | None = None
    user: str | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    shell: tuple[str, ...] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    uids: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    source: str = ""


@cache
def text() -> str:
    """The data file, one image a line."""
    return _PATH.read_text("utf-8")


@cache
def rows() -> Mapping[str, Row]:
    """Every line of the catalogue by its name."""
    import json

    loaded: dict[str, Row] = json.loads(text())["images"]
    return loaded


@lru_cache(1024)
def row(name: str) -> Row | None:
    """One line, which alone is decoded: a run asks for one or two of the thousand."""
    import json

    key = f"\n{json.dumps(name)}: "
    start = text().find(key, len("{\n"))  # behind the head of all
    if start < 0:
        return None
    decoded: Row = json.JSONDecoder().raw_decode(text(), start + len(key))[0]
    return decoded


@lru_cache(1024)
def find(reference: Reference) -> Entry | None:
    """The entry for a reference, None where the catalogue does not have its repository.

    A reference without a tag but with a digest may be any tag's image: what the tags decide is then not known.
    """
    name = _row_name(reference)
    if name is None:
        return None
    line = row(name) or {}
    if reference.tag is None and reference.digest is not None:
        return _untagged(line)
    return _entry(line, (reference.tag or "latest")[:_LONGEST_TAG])


def names() -> Iterator[str]:
    """The repositories that the catalogue knows by name, without its folders."""
    return (name for name in rows() if not name.endswith("/*"))


def _row_name(reference: Reference) -> str | None:
    name = reference.name
    if row(name) is not None:
        return name
    parts = name.split("/", _DEEPEST_FOLDER + 1)
    folders = ("/".join([*parts[:depth], "*"]) for depth in range(min(len(parts) - 1, _DEEPEST_FOLDER), 0, -1))
    return next((folder for folder in folders if row(folder) is not None), None)


def _overlays(row: Row, tag: str) -> list[Row]:
    tags: Mapping[str, Row] = row.get("tags", {})
    return [over for patterns, over in tags.items() if any(matches(tag, one) for one in patterns.split("|"))]


def matches(tag: str, pattern: str) -> bool:
    """Whether a pattern of `tags` means a tag."""
    if pattern.startswith("="):
        return tag == pattern[1:]
    return fnmatchcase(tag, pattern) or ("*" not in pattern and fnmatchcase(tag, pattern + "[-._]*"))


def _entry(row: Row, tag: str) -> Entry:
    return _built([row, *_overlays(row, tag)])


def _built(layers: Sequence[Row]) -> Entry:
    """A line and what its tags change, on the base that the last of them names, whose family wins over the line's."""
    last = max((index for index, layer in enumerate(layers) if layer.get("from")), default=None)
    base = None if last is None else find(parse_reference(layers[last]["from"]))
    entry = base or Entry()
    for index, layer in enumerate(layers):
        entry = _with(entry, layer, last is not None and index < last)
    return entry


def _with(entry: Entry, layer: Row, keeps_family: bool = False) -> Entry:
    values: dict[str, Any] = {name: getattr(entry, name) for name in Entry.__slots__}
    if "entrypoint" in layer:
        values["cmd"] = None if layer["entrypoint"] is None else ()
        values["facts"] = {k: v for k, v in entry.facts.items() if not k.startswith("entrypoint")}
    for name in _SETTINGS:
        if name in layer and not (keeps_family and name == "family"):
            values[name] = tuple(layer[name]) if isinstance(layer[name], list) else layer[name]
    for name in _MAPPINGS:
        merged = {**values[name], **layer.get(name, {})}
        values[name] = {key: value for key, value in merged.items() if value is not None}
    return Entry(**{**values, **{k: layer[k] for k in ("note", "source") if k in layer}})


def _untagged(row: Row) -> Entry:
    """What every tag of the row has in common. A Windows variant keeps the family open, and nothing else."""
    plain = _entry(row, "")
    every = [_built([row, over]) for over in row.get("tags", {}).values()]
    linux = [variant for variant in every if variant.family != "windows"]
    values: dict[str, Any] = {name: getattr(plain, name) for name in Entry.__slots__}
    for name in _SETTINGS:
        if any(getattr(variant, name) != values[name] for variant in (every if name == "family" else linux)):
            values[name] = None
    for name in _MAPPINGS:
        values[name] = {k: v for k, v in values[name].items() if all(getattr(e, name).get(k) == v for e in linux)}
    return Entry(**values)
