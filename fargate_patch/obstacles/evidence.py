"""What the finders look at: the image's settings, what its build and its start write, what its files say.

Collected once for a file and only where a word in the text calls for it, so that a Dockerfile without any of this costs
next to nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Place
from fargate_patch.dataclass import dataclass, field
from fargate_patch.dockerfile.words import name_values
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.model import Chain
    from fargate_patch.chain.pid1 import Pid1
    from fargate_patch.chain.world import World
    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.dockerfile.tree import Stage, Tree
    from fargate_patch.shell.flows import Flow

STARTUP_FILES = (
    "/etc/profile",
    "/etc/profile.d/*",
    "/etc/bashrc",
    "/etc/bash.bashrc",
    "/etc/bash.bashrc.local",
    "/etc/bash/bashrc",
    "/etc/environment",
    *(f"{home}/{name}" for home in ("/root", "/home/*") for name in (".profile", ".bash_profile", ".bashrc")),
)
"""The files that shells and PAM read when a session begins."""
SERVICE_FILES = (
    "/etc/crontab",
    "/etc/cron.d/*",
    "/etc/crontabs/*",
    "/var/spool/cron/crontabs/*",
    "/etc/ssh/sshd_config",
    "/etc/ssh/sshd_config.d/*",
    "/etc/sudoers",
    "/etc/sudoers.d/*",
    "/etc/doas.conf",
    "/root/.aws/*",
    "/home/*/.aws/*",
)
_TELLING_WORDS = ("AWS_", "ECS_", "printenv", "clear_env", "PermitUserEnvironment", "keepenv", "env_reset")
_TELLING_COMMANDS = (  # each with a word of it, which is soon looked for
    ("/environ", regex(r"/environ\b")),
    ("aws", regex(r"\baws\b")),
    ("env", regex(r"\benv\s*[>|]")),
    ("set", regex(r"set(?<=\bset)\s*[>|]")),
    ("export", regex(r"export\s+-p")),
    ("declare", regex(r"declare\s+-")),
    ("sudo", regex(r"sudo\s+(?:-\w*E|--preserve-env)")),
)
_SHEBANG = regex(r"#!\s*(?:\S*/)?(?:(?:env|with-contenv)\s+(?:\S*/)?)?(?:ba|da|a|k|mk|z)?sh\b")
_COMMENT = ("#", ";")
LARGEST = 200_000  # characters of one text that is looked at


@dataclass(frozen=True, slots=True)
class EnvSetting:
    """An ENV of the image, as it is in the end. `value` None: only a build knows it."""

    name: str
    value: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Line:
    """A line that stands in a file of the image once it is built or has started.

    `text` holds EXPANDED where a shell puts something while it writes; `expanded` is what it puts there, as written.
    """

    path: str
    text: str
    place: Place
    when: str  # "build": a RUN writes it; "start": a script does at each start; "copied": it comes with the file
    appended: bool = False
    expanded: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The line and what is expanded in it, for a look at what is mentioned."""
        return " ".join((self.text, *self.expanded))


@dataclass(frozen=True, slots=True)
class Happening:
    """A pipeline that a RUN or a script of the container runs; `path` is the file that it writes, "" for none."""

    flow: Flow
    path: str
    place: Place
    script: str  # the text that it stands in


@dataclass(frozen=True)
class Evidence:
    """One Dockerfile, read and traced. `chains` are those of every run of the image."""

    tree: Tree
    stage: Stage
    world: World
    start: Pid1
    chains: tuple[Chain, ...]
    seen: tuple[ImageFile, ...] = field(default=())  # the files that the trace read

    def of(self, chains: tuple[Chain, ...]) -> Evidence:
        """The same with other chains, on which nothing hangs of what is collected here."""
        other = replace(self, chains=chains)
        vars(other).update(vars(self))
        return other

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        return tuple(i for stage in self.tree.lineage(self.stage) for i in stage.instructions)

    @property
    def is_empty(self) -> bool:
        """Is there nothing of that in which finders find something?"""
        return not (self.env or self.at_build or self.at_start or self.lines)

    @cached_property
    def env(self) -> Mapping[str, EnvSetting]:
        """What ENV instructions of this file set, by name, the last word of each."""
        found: dict[str, EnvSetting] = {}
        config = self.world.config
        for instruction in self.instructions:
            for name, _ in _pairs(instruction, self.tree.source.escape):
                value = None if name in config.unknown_env else config.env.get(name)
                found[name] = EnvSetting(name, value, Place(self.world.dockerfile, instruction.line))
        return found

    @cached_property
    def at_build(self) -> tuple[Happening, ...]:
        """What RUN lines do, where something telling stands in them."""
        found: list[Happening] = []
        for script in self.world.files.build_scripts:
            if _is_telling(script.text):
                home = home_of(script.user)
                found += self._happenings(script.text, script.place, script.single_line, home)
        return tuple(found)

    @cached_property
    def at_start(self) -> tuple[Happening, ...]:
        """What the shell scripts do that the trace came through, and a script within CMD or ENTRYPOINT."""
        found: list[Happening] = []
        home = home_of(self.start.user or "root")
        for file in self.seen:
            if is_script(file) and _is_telling(file.text or ""):
                found += self._happenings(file.text or "", file.origin, False, home)
        for text, place in self.start.inline_scripts:
            if _is_telling(text):
                found += self._happenings(text, place, True, home)
        return tuple(found)

    def _happenings(self, text: str, place: Place, single_line: bool, home: str) -> Iterator[Happening]:
        from fargate_patch.shell.flows import flows_of, path_of

        text = text[:LARGEST]
        for flow in flows_of(text):
            path = path_of(flow.target, self.world.variables, home) if flow.target else ""
            yield Happening(flow, path, Place(place.file, place.line + (0 if single_line else flow.line)), text)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line that is telling: what the build writes, what each start writes, what copied files say."""
        written = [*_written(self.at_build, "build"), *_written(self.at_start, "start")]
        known = {(line.path, line.text) for line in written}
        return (*written, *(line for line in self._copied() if (line.path, line.text) not in known))

    def _copied(self) -> Iterator[Line]:
        """Of files that a COPY, an ADD or a here-document brings; one that a RUN's own line writes is in `at_build`."""
        if not any(i.name in ("COPY", "ADD") or i.heredocs for i in self.instructions):
            return
        files = {f.path: f for f in self.seen if not (is_script(f) or f.path.endswith(".py"))}
        for pattern in (*STARTUP_FILES, *SERVICE_FILES):
            found = self.world.files.glob(pattern) if "*" in pattern else (self.world.files.get(pattern),)
            files.update({f.path: f for f in found if f is not None})
        runs = {i.line for i in self.instructions if i.name == "RUN"}
        for file in files.values():
            by_run = file.origin.file == self.world.dockerfile and file.origin.line in runs
            for number, line in enumerate((file.text or "")[:LARGEST].split("\n") if not by_run else ()):
                if line.strip() and not line.lstrip().startswith(_COMMENT):
                    yield Line(
                        file.path, line.rstrip("\r"), Place(file.origin.file, file.origin.line + number), "copied"
                    )


def _pairs(instruction: Instruction, escape: str) -> tuple[tuple[str, str], ...]:
    return name_values(instruction.text, "ENV", escape) if instruction.name == "ENV" else ()


def _written(happenings: tuple[Happening, ...], when: str) -> Iterator[Line]:
    for each in happenings:
        for line in each.flow.written if each.path else ():
            if not line.text.lstrip().startswith(_COMMENT):
                yield Line(each.path, line.text, each.place, when, each.flow.append, line.expanded)


def is_script(file: ImageFile) -> bool:
    """Is it a shell script that somebody runs, rather than a startup file that shells read?"""
    text = file.text or ""
    return not file.path.startswith("/etc/profile") and (
        _SHEBANG.match(text[:200]) is not None or (file.path.endswith(".sh") and not text.startswith("#!"))
    )


def _is_telling(text: str) -> bool:
    """May it have to do with what finders look for?"""
    text = text[:LARGEST]
    return any(word in text for word in _TELLING_WORDS) or any(
        word in text and command.search(text) is not None for word, command in _TELLING_COMMANDS
    )


def home_of(user: str | None) -> str:
    return "/root" if user in ("root", "0", "") else f"/home/{user}"
