"""How the tests of ImageFiles make an image of a Dockerfile and a folder, and how they show what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fargate_patch.chain.context import ImageFile, ImageFiles
from fargate_patch.dockerfile.scanner import scan
from fargate_patch.dockerfile.tree import read_tree

Tree = Mapping[str, "str | bytes | Path"]


def lay_out(root: Path, tree: Tree) -> Path:
    """Write files; a Path as content is a symlink's target, a name that ends in a slash an empty folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        elif isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape"))
    return root


def files_of(dockerfile: str, root: Path | None, target: str | None = None, name: str = "Dockerfile") -> ImageFiles:
    tree = read_tree(scan(dockerfile.encode("utf-8", "surrogateescape")))
    return ImageFiles(tree, tree.target(target), root, name)


def shown(file: ImageFile | None) -> str | None:
    """`place: text`, `place? reason` where the text is not known, `~` in front of what may as well not be there."""
    if file is None:
        return None
    place = f"{'' if file.certain else '~'}{file.origin.file}:{file.origin.line}"
    if file.text is not None:
        return f"{place}: {file.text}"
    added = f" + {file.added}" if file.added else ""
    return f"{place}? {file.reason}{added}"
