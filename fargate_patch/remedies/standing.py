"""What an earlier patch has put into the base image, read from the files of an image that was looked into.

Each kind of remedy knows its own lines again, whoever put them there. What reads the carried file is in force only
where the image has the shim that writes it; that it runs as PID 1 the trace sees for itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.plan import carries, merge
from fargate_patch.remedies.variables import safe_name

if TYPE_CHECKING:
    from fargate_patch.chain.context import ImageFiles
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy


def standing(image: Image, files: ImageFiles) -> tuple[Remedy, ...]:
    """The remedies of the image whose files this build leaves as they are."""
    seen = (each for kind in kinds().values() for each in kind.standing(image))
    found = merge(_for_safe_names(remedy) for path, remedy in seen if _is_left(path, image, files))
    carried = carries(found)
    return tuple(r for r in found if carried or not kinds()[r.name].FROM_FILE)


def _for_safe_names(remedy: Remedy) -> Remedy:
    """What an image says is hostile input, and its users may stand in a block of ours again."""
    return replace(remedy, users=tuple(filter(safe_name, remedy.users)))


def _is_left(path: str, image: Image, files: ImageFiles) -> bool:
    file = files.get(path)
    return file is None or file.text == image.settings[path]
