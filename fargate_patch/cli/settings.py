"""What a run is to do: the command line over the environment over the configuration file over the defaults.

The command line and the environment come as one (`Given`), with None for what neither says.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH100, PTH112, PTH120, PTH123

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fargate_patch.cli.build_context import build_context
from fargate_patch.cli.config import TRANSPORTS, Config, ConfigError, nearest, read, suggestion
from fargate_patch.cli.files import EXCLUDE, Excluded
from fargate_patch.dataclass import dataclass, field
from fargate_patch.remedies.variables import safe_name
from fargate_patch.result import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fargate_patch.image.model import Image

STRATEGIES = ("auto", "profile", "bashrc", "shim", "none")
COLOURS = ("auto", "always", "never")


class UsageError(Exception):
    """Command line, environment or configuration ask for what there is not; the message is one sentence."""


class ValueOfKeyError(UsageError):
    """The value of a setting is none that there is."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line and the environment say, by key; and which configuration file to read."""

    values: Mapping[str, Any] = field(default_factory=dict)
    config: str | None = None
    isolated: bool = False

    def config_for(self, folder: str) -> Config:
        """The configuration for what lies in a folder. Raises ConfigError."""
        if self.isolated:
            return Config()
        return read(os.path.abspath(self.config)) if self.config else nearest(os.path.abspath(folder))

    def root(self) -> str:
        """Where paths of the run's globs count from: the folder of its configuration, or the working folder."""
        return os.path.dirname(self.config_for(".").path or "") or "."

    @property
    def said(self) -> dict[str, Any]:
        return {key: value for key, value in self.values.items() if value is not None and value not in ([], ())}

    def layered(self, folder: str, path: str | None = None) -> dict[str, Any]:
        """What holds for a folder, or for a Dockerfile in it, without the defaults."""
        config = self.config_for(folder)
        return {**(config.values_for(path) if path else config.values), **self.said}

    @contextmanager
    def naming_the_file(self, folder: str) -> Iterator[None]:
        """Raises ConfigError, with the configuration's name, for a value that is wrong there."""
        try:
            yield
        except ValueOfKeyError as problem:
            if problem.key in self.said:
                raise
            raise ConfigError(f"{self.config_for(folder).path}: {problem}") from problem


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole run."""

    check: bool = False
    output_format: str = "text"
    colour: str = "auto"
    jobs: int = 0  # 0: as many as there are processors
    verbosity: int = 0
    strict: bool = False
    exit_zero: bool = False
    excluded: Excluded = Excluded()
    force_exclude: bool = False


def settings(given: Given, formats: Sequence[str]) -> Settings:
    """The run's settings, by the configuration of the working folder. Raises UsageError and ConfigError."""
    with given.naming_the_file("."):
        return _settings(given.layered("."), formats, given.root())


def _settings(values: Mapping[str, Any], formats: Sequence[str], root: str) -> Settings:
    jobs = values.get("jobs", 0)
    if jobs < 0:
        raise ValueOfKeyError("jobs", f"jobs is a number of processes, and {jobs} is none")
    return Settings(
        check=values.get("check", False),
        output_format=one_of("output format", values.get("output-format", "text"), tuple(formats)),
        colour=one_of("color", values.get("color", "auto"), COLOURS),
        jobs=jobs,
        verbosity=int(values.get("verbose", False)) - int(values.get("quiet", False)),
        strict=values.get("strict", False),
        exit_zero=values.get("exit-zero", False),
        excluded=Excluded((*values.get("exclude", EXCLUDE), *values.get("extend-exclude", ())), root),
        force_exclude=values.get("force-exclude", False),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """What holds for one Dockerfile: its options, and where its build context is."""

    options: Options
    context: Path | None


def task(given: Given, path: str | None, data: bytes = b"") -> Task:
    """For the Dockerfile at a path, or for one from standard input (None). Raises UsageError and ConfigError."""
    folder = os.path.dirname(path) or "." if path else "."
    values = given.layered(folder, path)
    with given.naming_the_file(folder):
        context = values.get("context")
        if context is not None and not os.path.isdir(context):
            raise ValueOfKeyError("context", f"the build context {context} is no folder")
        options = _options(values)
    return Task(options, Path(context) if context else (build_context(path, data) if path else None))


def _options(values: Mapping[str, Any]) -> Options:
    config = values.get("base-image-config")
    users = tuple(u for text in values.get("user", ()) for u in text.split(",") if u)
    if unsafe := next((user for user in users if not safe_name(user)), None):
        raise ValueOfKeyError("user", f"`{unsafe}` is no name of an account")
    images = dict(_pair("base-image", text) for text in values.get("base-image", ()))
    archives = {name: value for name, value in images.items() if value.startswith(TRANSPORTS)}
    return Options(
        strategy=one_of("strategy", values.get("strategy", "auto"), STRATEGIES),
        users=users,
        target=values.get("target"),
        build_args=dict(_build_arg(text) for text in values.get("build-arg", ())),
        base_images={name: value for name, value in images.items() if name not in archives},
        base_image_config=inspected(config) if config else None,
        look=_look(values.get("inspect", False), archives),
        commands=tuple(values.get("command", ())),
        entrypoints=tuple(values.get("entrypoint", ())),
        select=codes("select", values.get("select", ())),
        ignore=codes("ignore", values.get("ignore", ())),
        fix_legacy=values.get("fix-legacy", False),
    )


def _look(engine: bool, archives: Mapping[str, str]) -> Callable[[Image], Image] | None:
    """What looks into real images, where a person asks for it."""
    if not (engine or archives):
        return None
    from fargate_patch.image.looking import Look

    return Look(engine, archives)


def codes(key: str, given: Sequence[str]) -> tuple[str, ...]:
    """Codes, or what codes begin with, in upper case. Raises UsageError for what is none."""
    found = tuple(word.upper() for text in given for word in text.replace(",", " ").split())
    if found:
        from fargate_patch.handbook import codes as known

        for word in found:
            if not any(code.startswith(word) for code in known()):
                raise ValueOfKeyError(key, f"{key} names `{word}`, which is no code{suggestion(word, known())}")
    return found


def _pair(key: str, text: str) -> tuple[str, str]:
    name, found, value = text.rpartition("=")
    if not (name and found and value):
        raise ValueOfKeyError(key, f"{key} wants IMAGE=FAMILY, as in debian:12=debian, and got `{text}`")
    return name, value


def _build_arg(text: str) -> tuple[str, str]:
    """As `docker build` reads it: a bare NAME takes its value from the environment."""
    name, found, value = text.partition("=")
    if not name:
        raise ValueOfKeyError("build-arg", f"build-arg wants NAME=VALUE, and got `{text}`")
    return name, value if found else os.environ.get(name, "")


def one_of(what: str, word: str, known: tuple[str, ...]) -> str:
    """The word, if it is a known one. Raises UsageError with a suggestion."""
    if word in known:
        return word
    message = f"there is no {what} `{word}`{suggestion(word, known)} (known: {', '.join(known)})"
    raise ValueOfKeyError(what.replace(" ", "-"), message)


def inspected(path: str) -> Mapping[str, object]:
    """The first object of what `docker image inspect` printed into a file. Raises UsageError."""
    import json

    try:
        found = json.loads(_once(os.path.abspath(path)))
    except OSError as problem:
        reason = f"{path} cannot be read: {(problem.strerror or '').lower()}"
        raise ValueOfKeyError("base-image-config", reason) from problem
    except (ValueError, RecursionError) as problem:
        raise ValueOfKeyError("base-image-config", f"{path} is not the JSON that `image inspect` prints") from problem
    first = found[0] if isinstance(found, list) and found else found
    if not isinstance(first, dict):
        raise ValueOfKeyError("base-image-config", f"{path} is not the JSON that `image inspect` prints")
    return first


@cache
def _once(path: str) -> bytes:
    """A file's bytes, read but once: it may be a pipe, as in `<(docker image inspect …)`, and asked for again."""
    with open(path, "rb") as stream:
        return stream.read()
