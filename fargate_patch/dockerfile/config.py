"""What a stage's image config holds in the end: its instructions played through, as BuildKit's converter does.

The rules are those of `frontend/dockerfile/dockerfile2llb/convert.go` in moby/buildkit (`dispatchArg`, `dispatchEnv`,
`dispatchEntrypoint`, …). ONBUILD and HEALTHCHECK change nothing that matters here.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, ClassVar

from fargate_patch.dataclass import dataclass, field
from fargate_patch.dockerfile.expand import ExpandError, Expansion, expand
from fargate_patch.dockerfile.words import name_values, names_and_defaults, parse_exec_form, split_flags

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.dockerfile.tree import Stage

DEFAULT_SHELL = ("/bin/sh", "-c")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What BuildKit sets where the base image has no PATH (`util/system/path.go`)."""
LONGEST_PATH = 4096  # PATH_MAX
LARGEST_ENV = 1 << 24  # characters of all values of one stage together; what is beyond them is not known


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that an instruction of this file gives to the image config, expanded as BuildKit would.

    `known` is False where a name without a value was used: an ARG without a default, or a variable of an unseen base.
    """

    value: str
    instruction: Instruction
    stage: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """An ENTRYPOINT or a CMD as the image config stores it: a shell form is already `(*SHELL, text)`."""

    argv: tuple[str, ...]  # () for the empty forms
    instruction: Instruction
    stage: int


@dataclass(frozen=True, slots=True)
class Config:
    """The image config at the end of a stage, as far as this file sets it. None: what the base image brings."""

    user: Setting | None
    entrypoint: Command | None
    cmd: Command | None
    cmd_reset: bool  # an ENTRYPOINT of this file threw away the CMD that was inherited
    shell: tuple[str, ...] | None
    workdir: str | None  # a relative one is relative to what the base image brings: `posixpath.join` does it
    env: Mapping[str, str]
    unknown_env: frozenset[str] = frozenset()  # names in `env` whose value a build argument or the base decides
    workdir_known: bool = True
    users: tuple[Setting, ...] = ()  # every USER on the way, `user` being the last


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values that a build starts with: `--build-arg`, and the ARGs in front of the first FROM."""

    build: Mapping[str, str] = field(default_factory=dict)
    before_from: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()  # ARGs in front of the first FROM whose value only a build knows


def play(stages: Sequence[Stage], arguments: Arguments, escape: str, base_env: Mapping[str, str] | None) -> Config:
    """The config after `stages`, each built from the one before it.

    `base_env` is the environment of the image that the first one is from; None: not known.
    """
    player = _Player(arguments, escape, base_env)
    for stage in stages:
        player.begin(stage)
        for instruction in stage.instructions:
            if handler := _Player.HANDLERS.get(instruction.name):
                handler(player, instruction, split_flags(instruction.text, escape)[1])
    return player.config()


class _Player:
    """The state that instructions change, one after the other."""

    HANDLERS: ClassVar[dict[str, Callable[[_Player, Instruction, str], None]]]

    def __init__(self, arguments: Arguments, escape: str, base_env: Mapping[str, str] | None) -> None:
        self.arguments = arguments
        self.escape = escape
        self.base_seen = base_env is not None
        self.scope = {"PATH": DEFAULT_PATH, **(base_env or {})}  # what a word sees: ENV and ARG
        self.unknown: set[str] = set()  # names in scope whose value is not known
        self.without_value: set[str] = set()  # ARGs that only a build argument would give a value
        self.env: dict[str, str] = {}
        self.unknown_env: set[str] = set()
        self.stage = 0
        self.users: list[Setting] = []
        self.entrypoint: Command | None = None
        self.cmd: Command | None = None
        self.cmd_of_this_stage = False
        self.cmd_reset = False
        self.shell: tuple[str, ...] | None = None
        self.workdir: str | None = None
        self.workdir_known = True
        self.covered: set[str] = set()  # ENV names that an ARG of this stage has another value for
        self.budget = LARGEST_ENV

    def begin(self, stage: Stage) -> None:
        """A new stage sees its parent's ENV, and its ARGs where no ENV has the same name."""
        self.stage = stage.index
        self.cmd_of_this_stage = False
        if stage.parent is None:
            self.base_seen = self.base_seen or stage.image == "scratch"
        else:
            for name in self.covered:
                self.scope[name] = self.env[name]
                (self.unknown.add if name in self.unknown_env else self.unknown.discard)(name)
        self.covered.clear()

    def config(self) -> Config:
        return Config(
            self.users[-1] if self.users else None,
            self.entrypoint,
            self.cmd,
            self.cmd_reset,
            self.shell,
            self.workdir,
            self.env,
            frozenset(self.unknown_env),
            self.workdir_known,
            tuple(self.users),
        )

    def _expand(self, word: str) -> tuple[str, bool]:
        """The value, and whether it is known: a base that has been seen has no variables but its own."""
        if self.budget < 0:
            return "", False
        try:
            expansion = expand(word, self.scope, self.escape, self.unknown)
        except ExpandError:
            return word, False
        return expansion.value, self._decided(expansion)

    def _decided(self, expansion: Expansion) -> bool:
        if not self.base_seen:
            return expansion.known
        return not any(name in self.unknown or name in self.without_value for name in expansion.undefined)

    def _set(self, name: str, value: str, known: bool) -> None:
        self.budget -= len(value)
        self.scope[name] = value
        (self.unknown.discard if known else self.unknown.add)(name)

    def _set_arg(self, name: str, value: str, known: bool = True) -> None:
        self._set(name, value, known)
        if name in self.env:
            self.covered.add(name)

    def _set_env(self, name: str, value: str, known: bool) -> None:
        self._set(name, value, known)
        self.env[name] = value
        (self.unknown_env.discard if known else self.unknown_env.add)(name)
        self.covered.discard(name)

    def _arg(self, _: Instruction, text: str) -> None:
        for name, default in names_and_defaults(text, self.escape):
            if name in self.arguments.build:
                self._set_arg(name, self.arguments.build[name])
            elif default is not None:
                self._set_arg(name, *self._expand(default))
            elif name in self.arguments.unknown:
                self._set_arg(name, "", known=False)
            elif name in self.arguments.before_from:
                self._set_arg(name, self.arguments.before_from[name])
            elif name not in self.scope:
                self.without_value.add(name)

    def _env(self, _: Instruction, text: str) -> None:
        pairs = [(self._expand(name)[0], *self._expand(value)) for name, value in name_values(text, "ENV", self.escape)]
        for name, value, known in pairs:
            self._set_env(name, value, known)

    def _user(self, instruction: Instruction, text: str) -> None:
        value, known = self._expand(text)
        self.users.append(Setting(value, instruction, self.stage, known))

    def _workdir(self, _: Instruction, text: str) -> None:
        value, known = self._expand(text)
        path = posixpath.join(self.workdir or "", value)
        if len(path) > LONGEST_PATH:
            self.workdir_known = False
            return
        self.workdir = posixpath.normpath(path)
        self.workdir_known = known and (self.workdir_known or value.startswith("/"))

    def _shell(self, _: Instruction, text: str) -> None:
        self.shell = parse_exec_form(text)

    def _entrypoint(self, instruction: Instruction, text: str) -> None:
        self.entrypoint = self._command(instruction, text, empty=("",))
        if not self.cmd_of_this_stage:
            self.cmd = None
            self.cmd_reset = True

    def _cmd(self, instruction: Instruction, text: str) -> None:
        self.cmd = self._command(instruction, text, empty=())
        self.cmd_of_this_stage = True

    def _command(self, instruction: Instruction, text: str, empty: tuple[str, ...]) -> Command:
        """`ENTRYPOINT [""]` is as good as none: an engine takes it for a reset."""
        argv = parse_exec_form(text)
        if argv is not None:
            return Command(() if argv == empty else argv, instruction, self.stage)
        return Command((*(self.shell or DEFAULT_SHELL), text) if text else (), instruction, self.stage)


_Player.HANDLERS = {
    "ARG": _Player._arg,
    "CMD": _Player._cmd,
    "ENTRYPOINT": _Player._entrypoint,
    "ENV": _Player._env,
    "SHELL": _Player._shell,
    "USER": _Player._user,
    "WORKDIR": _Player._workdir,
}
