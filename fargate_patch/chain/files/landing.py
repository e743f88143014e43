"""Where a COPY, cp or mv puts things: onto a target, or into it when that is a folder."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files import changes
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fargate_patch.chain.files.actions import Knows


@dataclass(frozen=True, slots=True)
class Landing:
    """A target by its absolute path. `into`: it was named in a way that makes it a folder."""

    path: str
    into: bool

    def below(self, path: str) -> str | None:
        return changes.below(path, self.path)

    def file(self, name: str, image: Knows) -> str:
        """Where a file of that name ends up."""
        return (
            changes.join(self.path, name) if self.into or self.path == "/" or image.is_folder(self.path) else self.path
        )

    def is_file_like(self, source: str) -> bool:
        """Is a source of which only the name is known plainly a file? `app.jar` is, `dist` and `html/` are not."""
        name = posixpath.basename(source)
        return "." in name.strip(".") and not source.endswith("/")

    def names(self, folder: str, image: Knows, sources: Iterable[str]) -> Iterable[str]:
        """Names that files of those names make in a folder."""
        for source in sources:
            yield from changes.next_name(self.file(source, image), folder)
