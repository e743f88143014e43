"""Folders of services as runit, s6 and daemontools read them: `FOLDER/NAME/run`, unless a file `down` is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Word
from fargate_patch.mechanisms.build_commands import build_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """`ln -s /etc/sv/app /etc/service/` and `ln -s /etc/sv/app /etc/service/app`: (name, where it leads)."""
    for words in build_commands(world, "ln"):
        operands = [w.rstrip("/") for w in words[1:] if not w.startswith("-")]
        if len(operands) != 2 or not operands[0].startswith("/"):
            continue
        source, link = operands
        if link == folder:
            yield source.rpartition("/")[2], source
        elif link.rpartition("/")[0] == folder:
            yield link.rpartition("/")[2], source
