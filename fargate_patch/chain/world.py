"""Everything that a judgement may depend on, in one frozen value."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.context import ImageFiles
    from fargate_patch.dockerfile.tree import Config
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy


@dataclass(frozen=True, slots=True)
class World:
    """The image at the end of the target stage, as far as it is known."""

    image: Image
    files: ImageFiles
    config: Config
    variables: Mapping[str, str] = field(default_factory=dict)  # the environment of PID 1 that image and file set
    users: tuple[str, ...] = ()  # given by --user: whom cron, sshd and the like are to serve where no file says so
    remedies: tuple[Remedy, ...] = ()  # in force: what a block of this file puts in
    runs: tuple[str, ...] = ()  # the RUN lines of the stage and those it is built from
    brings: tuple[str, ...] = ()  # their ADD, COPY and ARG lines, and the ARGs in front of the first FROM
    dockerfile: str = "Dockerfile"  # its name in reports

    def absolute(self, path: str) -> str:
        """A path of the image as a program started in its WORKDIR means it; a relative WORKDIR is taken from /."""
        return posixpath.normpath(posixpath.join("/", self.config.workdir or "", path))
