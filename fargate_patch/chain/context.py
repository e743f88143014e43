"""Which files the image holds, as far as the Dockerfile and its build context say so.

From COPY and ADD (out of the context, out of an earlier stage of the same file, out of a heredoc) and from RUN lines
that write a file in a way that can be read surely. Later instructions hide earlier ones. Only regular files inside the
context are ever opened. How that is done is in `files/`.
"""

from __future__ import annotations

import posixpath
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import Found, absolute
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.config import DEFAULT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from fargate_patch.chain.files.accounts import Account
    from fargate_patch.chain.files.layer import Layer
    from fargate_patch.chain.files.rights import Rights
    from fargate_patch.chain.files.stack import Stack
    from fargate_patch.chain.model import Place
    from fargate_patch.dockerfile.tree import Stage, Tree
    from fargate_patch.image.model import Image

SYSTEM_PROGRAMS = frozenset(("/bin", "/sbin", "/usr/bin", "/usr/sbin"))
"""Where the base image's programs are: a copy of a whole folder that may hide one of them does not put it in doubt."""
_MERGED = (("/bin/", "/usr/bin/"), ("/sbin/", "/usr/sbin/"), ("/var/run/", "/run/"))
SAME_FOLDERS = (*_MERGED, *((other, one) for one, other in _MERGED))
"""Folders that are one and the same in most images (merged /usr; /var/run is a link to /run in all of them)."""
_HAVE_ANOTHER_NAME = tuple(one for one, _ in SAME_FOLDERS)


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file of the image that the Dockerfile is seen to put there."""

    path: str  # absolute, in the image
    text: str | None  # None: there is such a file, but what it says is not known; `reason` says why
    origin: Place  # where the first line of the text is to be found: a file of the context or the Dockerfile itself
    reason: str = ""
    binary: bool = False  # it is there and it is no text: a program
    added: str = ""  # where `text` is None: what RUN lines append to a file that the base image may bring
    certain: bool = (
        True  # False: it may as well not be there (an archive, a folder of a stage, that nobody looked into)
    )


@dataclass(frozen=True, slots=True)
class BuildScript:
    """The shell text of one RUN. `single_line`: all of it is reported at the instruction's own line."""

    text: str
    place: Place
    single_line: bool
    user: str


class ImageFiles:
    """The files of one stage. Built lazily: nothing is read before the first question."""

    def __init__(
        self,
        tree: Tree,
        stage: Stage,
        context: Path | None,
        dockerfile: str,
        changed: Mapping[str, str] | None = None,
        base: Image | None = None,
        earlier: ImageFiles | None = None,
    ) -> None:
        """`context` None (stdin, or unknown): files out of it have no text. `dockerfile` is the name in reports.

        `changed`: files of the context that are to be taken to say something else. `base`: the stage's base image.
        `earlier`: those of the same file before a block was put into it; what that leaves is not read again.
        """
        self._tree = tree
        self._stage = stage
        self.context = context
        self._dockerfile = dockerfile
        self._changed = changed
        self._base = base
        self._earlier = earlier
        self._answers: dict[str, ImageFile | None] = {}
        self._seen: dict[str, ImageFile] = {}
        self._matching: dict[str, tuple[ImageFile, ...]] = {}
        self._rights: dict[str, Rights] = {}

    @cached_property
    def _stack(self) -> Stack:
        from fargate_patch.chain.files.family import Family

        earlier = self._earlier._stack.family if self._earlier else None
        family = Family(self._tree, self.context, self._dockerfile, earlier, changed=self._changed, base=self._base)
        return family.stack(self._stage)

    def get(self, path: str) -> ImageFile | None:
        """The file at an absolute path, symlinks of the Dockerfile followed. None: only the base may have it."""
        at = absolute(path, None)
        if at is None:
            return None
        if at not in self._answers:
            self._stack.begin()
            self._answers[at] = self._file(at)
        return self._answers[at]

    def _file(self, path: str) -> ImageFile | None:
        for name in (path, *_aliases(path)):
            found = self._stack.lookup(name)
            if isinstance(found, Found) and (found.sure or posixpath.dirname(name) not in SYSTEM_PROGRAMS):
                file = ImageFile(path, found.text, found.origin, found.reason, found.binary, found.added, found.sure)
                if found.text is not None:
                    self._seen[path] = file
                return file
        return None

    def rights(self, path: str) -> Rights:
        """Whose the file or folder at an absolute path is, and who may write it."""
        from fargate_patch.chain.files.rights import rights_of

        if path not in self._rights:
            self._stack.begin()
            self._rights[path] = rights_of(path, self._stack.layers)
        return self._rights[path]

    def glob(self, pattern: str) -> tuple[ImageFile, ...]:
        """Every known file whose path matches, `*` and `?` not crossing a slash, by path."""
        if not pattern.startswith("/"):
            return ()
        if pattern not in self._matching:
            self._matching[pattern] = self._glob(posixpath.normpath(pattern))
        return self._matching[pattern]

    def _glob(self, pattern: str) -> tuple[ImageFile, ...]:
        self._stack.begin()
        paths = (path for path in self._stack.matching(pattern) if not _hidden(path, pattern))
        found = (self._file(path) for path in paths)
        return tuple(f for f in found if f is not None and f.certain)

    def which(self, program: str) -> ImageFile | None:
        """The file that a bare program name would start, along the stage's PATH."""
        if not program or "/" in program:
            return self.get(program) if program.startswith("/") else None
        found = (self.get(f"{folder}/{program}") for folder in self._search_path)
        return next((f for f in found if f is not None and f.certain), None)

    @cached_property
    def _search_path(self) -> tuple[str, ...]:
        return _folders(self._tree.config(self._stage).env.get("PATH", ""))

    @property
    def seen(self) -> tuple[ImageFile, ...]:
        """Every file with a text that anybody has asked for so far, in the order of the questions."""
        return tuple(self._seen.values())

    @cached_property
    def build_scripts(self) -> tuple[BuildScript, ...]:
        """What the RUN lines give to a shell, in order, each with the scripts of the image that it runs."""
        found = (_build_scripts(layer, self._dockerfile) for layer in self._stack.layers if layer.runs)
        return tuple(script for scripts in found for script in scripts)

    @cached_property
    def runs(self) -> tuple[str, ...]:
        """What RUN lines say, their here-documents and the scripts of the image that they run."""
        return tuple(text for layer in self._stack.layers if layer.runs for text in layer.texts)

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """Users that RUN lines make (useradd, adduser, usermod, chsh) or an `/etc/passwd` of the context holds."""
        from fargate_patch.chain.files.accounts import read_all_accounts

        return read_all_accounts(self._stack)

    @cached_property
    def packages(self) -> frozenset[str]:
        """Names of the packages that RUN lines install with the distribution's package manager, versions cut off."""
        from fargate_patch.chain.files.packages import installs, read_packages

        runs = (layer for layer in self._stack.layers if layer.runs and installs(layer.script))
        return frozenset(name for layer in runs for name in read_packages(layer.events))


def _build_scripts(layer: Layer, dockerfile: str) -> Iterator[BuildScript]:
    own = _build_script(layer, dockerfile)
    if own is not None:
        yield own
    for script in layer.scripts:
        yield BuildScript(script.text or "", script.origin, False, layer.here.user)


def _build_script(layer: Layer, dockerfile: str) -> BuildScript | None:
    from fargate_patch.chain.files.events import Argument
    from fargate_patch.chain.files.invocation import SHELLS, Script, inline_script, script_of
    from fargate_patch.chain.model import Place

    instruction = layer.here.instruction
    script = script_of(layer.here)
    if isinstance(script, Script):
        place = Place(dockerfile, instruction.line + script.offset)
        return BuildScript(script.text, place, not instruction.heredocs, layer.here.user)
    inline = inline_script(tuple(Argument(word) for word in script)) if script[0] in SHELLS else None
    return BuildScript(inline, Place(dockerfile, instruction.line), True, layer.here.user) if inline else None


def _hidden(path: str, pattern: str) -> bool:
    """Has it a name with a dot in front where the pattern has none, which no wildcard of glob(3) or s6-ls takes?"""
    if "/." not in path:
        return False
    return any(n[:1] == "." != p[:1] for n, p in zip(path.split("/"), pattern.split("/"), strict=True))


@lru_cache(64)
def _folders(path: str) -> tuple[str, ...]:
    """Of a PATH, and of the one that every image has."""
    folders: dict[str, None] = {}
    for named in (*path.split(":"), *DEFAULT_PATH.split(":")):
        folder = named.rstrip("/")
        if named.startswith("/") and not any(a.rstrip("/") in folders for a in _aliases(f"{folder}/")):
            folders[folder] = None  # one that is the same as one before need not be asked again
    return tuple(folders)


def _aliases(path: str) -> Iterable[str]:
    for one, other in SAME_FOLDERS if path.startswith(_HAVE_ANOTHER_NAME) else ():
        if path.startswith(one):
            yield other + path[len(one) :]
