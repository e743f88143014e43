"""The build context on disk, read as if an enemy had written it.

Only regular files inside it are opened, at most 1 MiB each, and only when somebody asks for one. Symlinks are followed
as BuildKit follows a COPY source: with the context as their root, so that none leads out.
"""

from __future__ import annotations

import os
import stat
from enum import Enum
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fargate_patch.chain.files.patterns import IgnoreRules, PatternError, component, has_wildcard
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1 << 20
MOST_ENTRIES = 20_000
MOST_LINKS = 40
FOREIGN = frozenset("\\:" if os.sep == "\\" else "")  # on Windows a name with one of them leads out of the context


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    MISSING = "missing"
    REFUSED = "refused"  # a device, a pipe, a socket, or not readable


@dataclass(frozen=True, slots=True)
class Node:
    """What stands at a path of the context. `path` is relative, "" the context itself."""

    path: str
    kind: Kind
    target: str = ""  # of a link, as it is written
    reason: str = ""  # for what is missing or refused


@dataclass(frozen=True, slots=True)
class Content:
    """What a file says. `text` None: `reason` says why not."""

    text: str | None
    reason: str = ""
    binary: bool = False


def components(path: str) -> list[str]:
    """The names of a path that is taken from the context's root: `..` goes no further up than there."""
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            del names[-1:]
        elif name not in ("", "."):
            names.append(name)
    return names


class BuildContext:
    """A folder. `dockerfile` is the Dockerfile's name, for the `.dockerignore` that goes with it."""

    def __init__(self, root: Path, dockerfile: str, changed: Mapping[str, str] | None = None) -> None:
        """`changed`: files, by their path in the folder, that are to be taken to say something else."""
        self._root = str(root)  # a run asks about hundreds of paths: strings are quicker made than Paths
        self._dockerfile = dockerfile
        self._listings: dict[str, tuple[str, ...]] = {}
        self._contents = {path: Content(text) for path, text in (changed or {}).items()}
        self._matches: dict[str, tuple[str, ...]] = {}

    @cached_property
    def ignore_trouble(self) -> str:
        """Why the `.dockerignore` cannot be followed; "" where it can, or there is none."""
        return self._ignore[1]

    @cached_property
    def _ignore(self) -> tuple[IgnoreRules | None, str]:
        for name in self._ignore_files():
            if self.walk(name).kind is not Kind.FILE:
                continue
            content = self.read(name)
            try:
                if content.text is not None:
                    return IgnoreRules(content.text), ""
                return None, f"{name} cannot be followed: {content.reason}"
            except PatternError as error:
                return None, f"{name} cannot be followed: {error}"
        return None, ""

    def _ignore_files(self) -> list[str]:
        given = PurePosixPath(self._dockerfile.replace("\\", "/"))
        inside = [] if given.is_absolute() or ".." in given.parts else [str(given)]
        named = next((n for n in [*inside, given.name] if n and self.walk(n).kind is Kind.FILE), None)
        return [*([f"{named}.dockerignore"] if named else []), ".dockerignore"]

    def ignores(self, path: str) -> bool:
        rules = self._ignore[0]
        return rules is not None and path != "" and rules.ignores(path)

    def sends(self, node: Node) -> bool:
        """Does the build get to see this? A folder that is left out is seen when an exception may lie in it."""
        rules = self._ignore[0]
        if rules is None or not node.path or not rules.ignores(node.path):
            return True
        return node.kind is Kind.FOLDER and rules.has_exceptions

    def walk(self, path: str) -> Node:
        """What stands at `path`; a link on the way or at the end is not followed but returned."""
        here = ""
        for name in components(path):
            here = f"{here}/{name}" if here else name
            node = self._stat(here)
            if node.kind is not Kind.FOLDER:
                on_the_way = node.kind in (Kind.FILE, Kind.REFUSED) and here != "/".join(components(path))
                return Node(path, Kind.MISSING, reason=f"{here} is no folder") if on_the_way else node
        return Node(here, Kind.FOLDER)

    def follow(self, path: str) -> Node:
        """What stands at `path` when every link is followed, none of them out of the context."""
        pending = components(path)
        pending.reverse()
        done: list[str] = []
        links, escaped = 0, ""
        while pending:
            name = pending.pop()
            if name in ("", "."):
                continue
            if name == "..":
                escaped = escaped or ("" if done else "/".join(components(path)))
                del done[-1:]
                continue
            node = self._stat("/".join([*done, name]))
            if node.kind is Kind.LINK:
                links += 1
                if links > MOST_LINKS:
                    return Node(path, Kind.REFUSED, reason=f"{path} is a ring of symlinks")
                if node.target.startswith("/"):
                    escaped, done = node.path, []
                pending.extend(reversed(node.target.split("/")))
            elif node.kind is Kind.FOLDER:
                done.append(name)
            elif any(n not in ("", ".") for n in pending) or node.kind is Kind.MISSING:
                why = f"{escaped} is a symlink that leads out of the build context" if escaped else ""
                return Node(path, Kind.MISSING, reason=why)
            else:
                return node
        return Node("/".join(done), Kind.FOLDER)

    def _stat(self, path: str) -> Node:
        if not FOREIGN.isdisjoint(path):
            return Node(path, Kind.MISSING)
        full = self._full(path)
        try:
            mode = os.lstat(full).st_mode
            if stat.S_ISLNK(mode):
                return Node(path, Kind.LINK, target=Path(full).readlink().as_posix())
        except (OSError, ValueError):
            return Node(path, Kind.MISSING)
        if stat.S_ISDIR(mode):
            return Node(path, Kind.FOLDER)
        if stat.S_ISREG(mode):
            return Node(path, Kind.FILE)
        return Node(path, Kind.REFUSED, reason=f"{path} is no regular file")

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def read(self, path: str) -> Content:
        """The text of a regular file at a path whose folders are no links."""
        if path not in self._contents:
            self._contents[path] = self._read(path)
        return self._contents[path]

    def _read(self, path: str) -> Content:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        if self.walk(path).kind is not Kind.FILE:
            return Content(None, f"{path} is no regular file of the build context")
        try:
            descriptor = os.open(self._full(path), flags)
        except OSError as error:
            return Content(None, f"{path} cannot be read ({(error.strerror or 'unknown error').lower()})")
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                return Content(None, f"{path} is no regular file")
            try:
                data = file.read(LARGEST + 1)
            except OSError as error:
                return Content(None, f"{path} cannot be read ({(error.strerror or 'unknown error').lower()})")
        if b"\0" in data:
            return Content(None, f"{path} is a binary file", binary=True)
        if len(data) > LARGEST:
            return Content(None, f"{path} is larger than 1 MiB")
        return Content(data.decode("utf-8", "surrogateescape"))

    def names(self, path: str) -> tuple[str, ...]:
        """The names in a folder, sorted; those beyond the first 20,000 that the system gives are left out."""
        if path not in self._listings:
            found: list[str] = []
            try:
                with os.scandir(self._full(path)) as entries:
                    for entry in entries:
                        found.append(entry.name)
                        if len(found) >= MOST_ENTRIES:
                            break
            except OSError:
                pass
            self._listings[path] = tuple(sorted(found))
        return self._listings[path]

    def matches(self, source: str) -> tuple[str, ...]:
        """The paths that a COPY source means, in order: itself where it has no wildcards (Go's filepath.Match)."""
        if not has_wildcard(source):
            return (source,)
        if source not in self._matches:
            try:
                self._matches[source] = tuple(p for p in self._glob(source) if self._is_sent(p))
            except PatternError:
                self._matches[source] = ()
        return self._matches[source]

    def _glob(self, source: str) -> list[str]:
        found = [""]
        for name in components(source):
            if not has_wildcard(name):
                found = [f"{f}/{name}".lstrip("/") for f in found]
                continue
            fits = component(name)
            listed = (f"{f}/{n}".lstrip("/") for f in found for n in self._children(f) if fits(n))
            found = list(islice(listed, MOST_ENTRIES))
        return found

    def _children(self, folder: str) -> tuple[str, ...]:
        node = self.follow(folder)
        return self.names(node.path) if node.kind is Kind.FOLDER else ()

    def _is_sent(self, path: str) -> bool:
        node = self.follow(path)
        return node.kind is not Kind.MISSING and self.sends(Node(path, node.kind))
