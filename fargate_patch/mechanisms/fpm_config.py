"""php-fpm's configuration in php-fpm's order: the main file, what it includes, over what the base image brings.

Seen with php-fpm 8.2: a section that is named twice is merged, the last word on a key counts, whichever file it
stands in; a line before the first section belongs to the section that the file is included in; `-d clear_env=no` does
nothing; no, off, false and 0 switch clear_env off, in any case and in quotes. A relative include starts at PHP's
prefix.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

DEEPEST = 8  # files that include each other
MOST = 200  # files read, each time one is
SED = regex(r"s([|/,#@!])(?P<old>(?:(?!\1).)*)\1(?P<new>(?:(?!\1).)*)\1")
UNCOMMENT = regex(r"/[;^# ]*clear_env\b[^/]*/s([|/,#@!])\^?[; ]+\1\1")
SETTING = regex(r"(clear_env|user|env\[\w+\])\s*=(.*)")


@dataclass(frozen=True, slots=True)
class Source:
    """One piece of configuration in php-fpm's order. `text` None: it is there and what it says is not known."""

    path: str
    text: str | None
    reason: str = ""


@dataclass(slots=True)
class Sections:
    """The sections read so far, and the one that a line without a header belongs to."""

    found: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)  # reasons
    current: str | None = None
    files: dict[str, str] = field(default_factory=dict)  # pool to the file that named it first
    includes: list[str] = field(default_factory=list)
    read: int = 0


def read_configuration(main: str | None, folder: str | None, prefix: str, world: World) -> Sections:
    """Everything from the main file on, or, where that is the package's own, from the folder that it includes."""
    sections = Sections()
    file = world.files.get(main) if main else None
    if file is not None and file.text is not None:
        _read(Source(file.path, file.text), prefix, world, sections, 0)
    elif file is not None and _text(file, world) is None:
        sections.unknown.append(f"what {file.path} says is not known: {file.reason}")
    elif folder:
        sections.includes.append(f"{folder}/*.conf")
        for source in (*_sources(f"{folder}/*.conf", world), *_behind(file)):
            _read(source, prefix, world, sections, 1)
    return sections


def _behind(main: ImageFile | None) -> Iterator[Source]:
    """What RUN lines append to the package's main file, whose last line is the include."""
    if main is not None and main.added:
        yield Source(main.path, main.added)


def _read(source: Source, prefix: str, world: World, sections: Sections, depth: int) -> None:
    if source.text is None:
        sections.unknown.append(f"what {source.path} says is not known: {source.reason}")
        return
    sections.read += 1
    if sections.read > MOST:
        sections.unknown = sections.unknown or [
            "php-fpm's configuration files include each other more often than is followed"
        ]
        return
    for raw in source.text.split("\n"):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            sections.current = line[1:-1].strip()
            sections.found.setdefault(sections.current, {})
            sections.files.setdefault(sections.current, source.path)
            continue
        key, equals, value = line.partition("=")
        if not equals or line.startswith((";", "#")):
            continue
        key, value = key.strip(), re.split(r"\s;", value, maxsplit=1)[0].strip().strip("\"'")
        if key == "include" and depth < DEEPEST:
            pattern = value if value.startswith("/") else f"{prefix}/{value}"
            sections.includes.append(pattern)
            for inner in _sources(pattern, world):
                _read(inner, prefix, world, sections, depth + 1)
        elif sections.current is not None:
            sections.found[sections.current][key] = value


def _sources(pattern: str, world: World) -> Iterator[Source]:
    """The files of an include, by name: the image's own, and those of the Dockerfile, which hide the former."""
    found = {source.path.rpartition("/")[2]: source for source in _of_base(pattern, world)}
    for file in world.files.glob(pattern):
        found[file.path.rpartition("/")[2]] = Source(file.path, _text(file, world), file.reason)
    yield from (found[name] for name in sorted(found))


def _of_base(pattern: str, world: World) -> Iterator[Source]:
    """What the base image or the package has in its pool folder, but for what a RUN takes away."""
    folder, _, name = pattern.rpartition("/")
    if name != "*.conf" or not re.search(r"/(?:php-fpm\.d|pool\.d)$", folder):
        return
    facts = world.image.facts
    pool = facts.get("php-fpm.pool", "www")
    if _base_keeps(world):
        yield from _unless_gone(Source(f"{folder}/docker.conf", f"[{pool}]\nclear_env = no\n"), world)
    user = f"user = {facts['php-fpm.user']}\n" if "php-fpm.user" in facts else ""
    yield from _unless_gone(Source(f"{folder}/www.conf", f"[{pool}]\n{user}"), world)


def _unless_gone(source: Source, world: World) -> Iterator[Source]:
    """The file, with what sed says in it; nothing where an `rm` or `mv` of the build names it or its folder."""
    folder, _, name = source.path.rpartition("/")
    last = folder.rpartition("/")[2]
    taken = re.compile(rf"(?:.*/)?(?:{re.escape(last)}(?:/(?:\*|\*\.conf|{re.escape(name)})?)?|{re.escape(name)})")
    gone = [
        w for words in build_commands(world, "rm", "mv", "unlink") for w in words[1 : 2 if words[0] == "mv" else None]
    ]
    if not any(taken.fullmatch(word) for word in gone if "/" in word or word == name):
        yield Source(source.path, (source.text or "") + said_by_sed(source.path, world))


def _text(file: ImageFile, world: World) -> str | None:
    """A file's text. Of one that the base brings and RUNs edit: `[www]`, and the settings that they plainly make."""
    if file.text is not None:
        return file.text
    edited = said_by_sed(file.path, world)
    if file.added or edited or _only_edited(file.path, world):
        return f"[{world.image.facts.get('php-fpm.pool', 'www')}]\n{_docker(file.path, world)}{edited}{file.added}"
    return None


def _docker(path: str, world: World) -> str:
    """What the image's own docker.conf says, where that is the file."""
    return "clear_env = no\n" if path.endswith("/docker.conf") and _base_keeps(world) else ""


def _base_keeps(world: World) -> bool:
    """Does the base image's own pool say `clear_env = no`, or leave that to a variable (`$NAME`) that does?"""
    said = world.image.facts.get("php-fpm.clear_env", "")
    return (world.variables.get(said[1:]) if said.startswith("$") else said) == "no"


def _only_edited(path: str, world: World) -> bool:
    """Is the file one that the package brings, touched by RUN's sed or moved within RUN, and set by nothing else."""
    if path.rpartition("/")[2] not in ("www.conf", "php-fpm.conf", "docker.conf", "zz-docker.conf"):
        return False
    if any(_names(words, path) for words in build_commands(world, "sed", "perl", "chown", "chmod")):
        return True
    made = f"{path.rpartition('/')[2]}.default"  # as a php that the build compiles installs it
    return any(word.endswith(made) for run in world.runs for word in run.split())


def said_by_sed(path: str, world: World) -> str:
    """The lines that RUN's sed commands plainly leave in a file: `clear_env = no`, `user = app`, `env[…] = …`."""
    lines = []
    for words in build_commands(world, "sed"):
        if not _names(words, path):
            continue
        for word in words[1:]:
            lines += [f"{setting}\n" for setting in settings_in(word)]
    return "".join(lines)


def settings_in(script: str) -> tuple[str, ...]:
    """The settings that a sed script plainly leaves: `clear_env = no`, `user = app`, `env[…] = …`."""
    return tuple(f"{m[1]} = {m[2].strip()}" for m in map(SETTING.fullmatch, _replacements(script)) if m)


def _names(words: tuple[str, ...], path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(word == path or word.rpartition("/")[2] in (name, "*.conf", "*") for word in words[1:])


def _replacements(script: str) -> Iterator[str]:
    """What the `s` commands of a sed script write, as lines."""
    if UNCOMMENT.search(script):
        yield "clear_env = no"
    for found in SED.finditer(script):
        old, new = found["old"], found["new"].replace("\\n", "\n").replace("\\", "")
        for line in new.split("\n"):
            plain = line.strip()
            if plain == "clear_env" and ";" in old and "clear_env" in old:
                yield "clear_env = no"  # the package's line is `;clear_env = no`
            else:
                yield plain
    appended = re.search(r"(?:^|[\d$/])[ai][\s\\]*((?:clear_env|env\[).*)", script)
    if appended:
        yield appended[1]
