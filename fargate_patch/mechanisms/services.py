"""Folders of services as runit, s6 and daemontools read them: `FOLDER/NAME/run`, unless a file `down` is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Word
from fargate_patch.mechanisms.build_commands import build_commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World


def service_files(folder: str, world: World) -> tuple[ImageFile, ...]:
    """The `run` files of a folder's services that start by themselves, links that a RUN makes into it followed."""
    folder = folder.rstrip("/")
    found = {f.path.split("/")[-2]: f for f in world.files.glob(f"{folder}/*/run")}
    for name, target in _linked(folder, world):
        file = world.files.get(f"{target}/run")
        if file:
            found.setdefault(name, file)
    return tuple(f for name, f in sorted(found.items()) if not _down(f"{folder}/{name}", world))


def service_launches(folder: str, user: str | None, world: World) -> tuple[Launch, ...]:
    """What a supervisor starts out of a folder, each by its `run` file."""
    return tuple(Launch((Word(f.path),), user, f.origin) for f in service_files(folder, world))


def _down(service: str, world: World) -> bool:
    return world.files.get(f"{service}/down") is not None


def _linked(folder: str, world: World) -> Iterator[tuple[str, str]]:
    """`ln -s /etc/sv/app /etc/sv/* /etc/service/` and `ln -s /etc/sv/app /etc/service/app`: (name, where it leads)."""
    for words in build_commands(world, "ln"):
        *sources, link = [w.rstrip("/") for w in words[1:] if not w.startswith("-")] or [""]
        for source in (s for s in sources if s.startswith("/")):
            if link == folder:
                yield from ((s.rpartition("/")[2], s) for s in _services(source, world))
            elif len(sources) == 1 and link.rpartition("/")[0] == folder:
                yield link.rpartition("/")[2], source


def _services(source: str, world: World) -> Iterable[str]:
    """The folder that is named, or those that a `*` stands for and that have a `run`."""
    return [f.path.rpartition("/")[0] for f in world.files.glob(f"{source}/run")] if "*" in source else (source,)
