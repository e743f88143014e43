"""One source of a COPY or ADD in the build context: asked about a path of the image, it looks for just that file."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import Doubt, Folder, Found, Put, Via, absolute, below, join, next_name
from fargate_patch.chain.files.context import BuildContext, Kind, Node, components
from fargate_patch.chain.files.patterns import has_wildcard
from fargate_patch.chain.model import Place
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fargate_patch.chain.files.actions import Knows
    from fargate_patch.chain.files.changes import Change
    from fargate_patch.chain.files.landing import Landing
    from fargate_patch.chain.files.patterns import IgnoreRules

ARCHIVES = (
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz2",
    ".tbz",
    ".tar.xz",
    ".txz",
    ".xz",
    ".gz",
    ".bz2",
    ".tar.zst",
    ".tzst",
    ".zst",
)


@dataclass(frozen=True, slots=True)
class FromContext:
    """`context` None: it is not known. `includes`: of `--parents`, which keeps the path below `source`."""

    context: BuildContext | None
    source: str
    landing: Landing
    keyword: str
    place: Place
    includes: IgnoreRules | None = None
    excludes: tuple[IgnoreRules, ...] = ()
    unpack: bool = False

    def change(self, path: str, image: Knows) -> Change | None:
        rest = self.landing.below(path)
        if rest is None:
            return None
        if self.context is None:
            return self._absent(self.source, "the build context is not known; --context gives it", path, rest, image)
        if self.context.ignore_trouble:
            return self._absent(self.source, self.context.ignore_trouble, path, rest, image)
        found = (self._change(self.context, m, path, rest, image) for m in reversed(self.context.matches(self.source)))
        return next((c for c in found if c), None)

    def _change(self, context: BuildContext, source: str, path: str, rest: str, image: Knows) -> Change | None:
        node = context.follow(source)
        shown = "/".join(components(source)) or "."
        if node.kind is Kind.FOLDER and (context.sends(node) or self.includes):
            return self._inside(context, node, rest) if rest else None
        if self.includes:
            return None
        if node.kind is Kind.MISSING:
            why = f" ({node.reason})" if node.reason else ""
            return self._absent(
                source, f"{self.keyword} names {shown}, which is not in the build context{why}", path, rest, image
            )
        if context.ignores(node.path) or context.ignores(shown):
            return self._absent(
                source, f"{self.keyword} names {shown}, which the .dockerignore leaves out", path, rest, image
            )
        if self.unpack and source.lower().endswith(ARCHIVES):
            return Doubt(
                f"it may come out of the archive {shown}, which is not looked into",
                self.place,
                makes=True,
                broad=self.landing.path == "/",
            )
        if self.landing.file(posixpath.basename(shown), image) != path or self._excluded(posixpath.basename(shown)):
            return None
        return Put(_found(context, node))

    def _inside(self, context: BuildContext, folder: Node, rest: str) -> Change | None:
        node = context.walk(join(folder.path, rest).lstrip("/"))
        inside = node.path[len(folder.path) :].lstrip("/")
        if self._excluded(rest) or (self.includes and not self.includes.ignores(rest)) or not context.sends(node):
            return None
        if node.kind is Kind.MISSING:
            return None
        if node.kind is Kind.FOLDER:
            return Put(Folder())
        if node.kind is Kind.LINK:
            at = join(self.landing.path, inside)
            target = absolute(node.target, posixpath.dirname(at))
            return Put(Via(join(target, rest[len(inside) :].strip("/")))) if target else None
        return Put(_found(context, node))

    def _excluded(self, path: str) -> bool:
        return any(e.ignores(path) for e in self.excludes)

    def _absent(self, source: str, reason: str, path: str, rest: str, image: Knows) -> Change | None:
        """For a source that is not there it is unknown whether it would be a file or a folder."""
        name = posixpath.basename(source.rstrip("/"))
        if name not in ("", ".") and not has_wildcard(name) and self.landing.file(name, image) == path:
            return Put(Found(None, self.place, reason))
        return (
            Doubt(reason, self.place, makes=True, broad=self.landing.path == "/")
            if rest and not self.landing.is_file_like(source)
            else None
        )

    def makes_folder(self, path: str) -> bool:
        """Is there a folder at this path of the image once this is done?"""
        if below(self.landing.path, path) is not None and (self.landing.path != path or self.landing.into):
            return True
        rest = self.landing.below(path)
        if rest is None or self.context is None:
            return False
        nodes = (self.context.follow(m) for m in self.context.matches(self.source))
        return any(
            n.kind is Kind.FOLDER and self.context.walk(join(n.path, rest).lstrip("/")).kind is Kind.FOLDER
            for n in nodes
        )

    def names(self, folder: str, image: Knows) -> Iterable[str]:
        if self.context is None:
            yield from self.landing.names(folder, image, (posixpath.basename(self.source),))
            return
        rest = self.landing.below(folder)
        if rest is None and below(self.landing.path, folder) is None:
            return
        yield from next_name(self.landing.path, folder)
        for source in self.context.matches(self.source):
            node = self.context.follow(source)
            if node.kind is Kind.FOLDER and rest is not None:
                yield from self._names_inside(self.context, node, rest)
            elif node.kind is not Kind.FOLDER:
                name = posixpath.basename("/".join(components(source)))
                yield from self.landing.names(folder, image, (name,))

    def _names_inside(self, context: BuildContext, folder: Node, rest: str) -> Iterator[str]:
        node = context.walk(join(folder.path, rest).lstrip("/")) if rest else folder
        if node.kind is Kind.FOLDER:
            yield from context.names(node.path)


def _found(context: BuildContext, node: Node) -> Found:
    if node.kind is not Kind.FILE:
        return Found(None, Place(node.path, 1), node.reason or f"{node.path} is no regular file")
    content = context.read(node.path)
    return Found(content.text, Place(node.path, 1), content.reason, content.binary)
