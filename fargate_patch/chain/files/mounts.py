"""`RUN --mount=type=bind`: files that a RUN sees and the image does not keep.

The keys and what they default to are those of https://docs.docker.com/reference/dockerfile/#run---mounttypebind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import absolute
from fargate_patch.chain.files.copies import Maker
from fargate_patch.chain.files.landing import Landing
from fargate_patch.chain.model import Place
from fargate_patch.dockerfile.words import flag_values, split_flags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.files.copies import Brought, Origins
    from fargate_patch.chain.files.surroundings import Surroundings

TARGET = ("target", "dst", "destination")
SOURCE = ("source", "src")


def read_mounts(here: Surroundings, origins: Origins) -> Iterator[Brought]:
    """What its bind mounts bring, as a COPY of the same would."""
    flags, _ = split_flags(here.instruction.text, here.escape)
    for mount in flag_values(flags).get("mount", ()):
        said = {key.strip().lower(): value for key, _, value in (part.partition("=") for part in mount.split(","))}
        target = here.expand(next((said[key] for key in TARGET if key in said), ""))
        where = absolute(target.text, here.workdir) if target.text and target.known else None
        if said.get("type", "bind") == "bind" and where:
            source = next((said[key] for key in SOURCE if key in said), "/" if "from" in said else ".")
            origin: dict[str, tuple[str, ...]] = {"from": (said["from"],)} if "from" in said else {}
            place = Place(origins.dockerfile, here.instruction.line)
            yield Maker(here, origins, origin, Landing(where, into=False), place).source(here.expand(source))
