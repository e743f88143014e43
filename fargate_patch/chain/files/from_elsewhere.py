"""Sources of a COPY or ADD outside of the build context: stages, images, downloads, here-documents, unclear ones."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from fargate_patch.chain.files.changes import Answer, Doubt, Folder, Found, Put, below, join
from fargate_patch.chain.files.patterns import has_wildcard
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fargate_patch.chain.files.actions import Knows
    from fargate_patch.chain.files.changes import Change
    from fargate_patch.chain.files.landing import Landing
    from fargate_patch.chain.model import Place


class StageFiles(Protocol):
    """The files of an earlier stage, as a COPY asks for them."""

    def lookup(self, path: str) -> Answer | None: ...

    def names(self, _folder: str) -> Iterable[str]: ...

    def matching(self, pattern: str) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Unclear:
    """Files that land somewhere below a target, or by one of some names: which, nobody here can tell."""

    landing: Landing | None  # None: the target itself is not known
    basenames: frozenset[str]
    reason: str
    place: Place

    def change(self, path: str, _image: Knows) -> Change | None:
        if self.landing is None:
            return Doubt(self.reason, self.place, makes=True) if posixpath.basename(path) in self.basenames else None
        return None if self.landing.below(path) is None else Doubt(self.reason, self.place, makes=True)

    def names(self, _folder: str, _image: Knows) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class FromElsewhere:
    """Out of an earlier stage (`files`), or out of what is not looked into: another image, a named context."""

    source: str  # absolute there
    landing: Landing
    files: StageFiles | None
    reason: str
    place: Place

    def change(self, path: str, image: Knows) -> Change | None:
        rest = self.landing.below(path)
        if rest is None:
            return None
        return next((c for s in self._sources() if (c := self._change(s, path, rest, image))), None)

    def _sources(self) -> Iterable[str]:
        if not has_wildcard(self.source):
            return (self.source,)
        return reversed(list(self.files.matching(self.source))) if self.files else ()

    def _change(self, source: str, path: str, rest: str, image: Knows) -> Change | None:
        inside = self.files.lookup(source) if self.files else None
        lands = self.landing.file(posixpath.basename(source), image) == path
        if isinstance(inside, Found):
            return Put(inside) if lands else None
        if rest and self.files:
            answer = self.files.lookup(join(source, rest))
            if isinstance(answer, (Found, Folder)):
                return Put(answer)
        if lands and not isinstance(inside, Folder) and source != "/":
            return Put(Found(None, self.place, self.reason))
        return (
            Doubt(self.reason, self.place, makes=True, broad=self.landing.path == "/")
            if rest and not self.landing.is_file_like(source)
            else None
        )

    def makes_folder(self, path: str) -> bool:
        at = self.landing.path
        return below(at, path) is not None and (
            at != path or self.landing.into or not self.landing.is_file_like(self.source)
        )

    def names(self, folder: str, image: Knows) -> Iterable[str]:
        yield from self.landing.names(folder, image, (posixpath.basename(s) for s in self._sources()))
        rest = self.landing.below(folder)
        if rest is not None and self.files:
            for source in self._sources():
                yield from self.files.names(join(source, rest))


@dataclass(frozen=True, slots=True)
class Placed:
    """One file by name: a here-document, a download."""

    landing: Landing
    name: str
    file: Found

    def change(self, path: str, image: Knows) -> Change | None:
        return Put(self.file) if self.landing.file(self.name, image) == path else None

    def makes_folder(self, path: str) -> bool:
        at = self.landing.path
        return below(at, path) is not None and (at != path or self.landing.into)

    def names(self, folder: str, image: Knows) -> Iterable[str]:
        return self.landing.names(folder, image, (self.name,))
