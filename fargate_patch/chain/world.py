"""Everything that a judgement may depend on, in one frozen value."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.context import ImageFiles
    from fargate_patch.dockerfile.tree import Config
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy

UNKNOWN_FOLDER = "/$PWD"  # no file is in it


@dataclass(frozen=True, slots=True)
class World:
    """The image at the end of the target stage, as far as it is known."""

    image: Image
    files: ImageFiles
    config: Config
    variables: Mapping[str, str] = field(default_factory=dict)  # the environment of PID 1 that image and file set
    users: tuple[str, ...] = ()  # given by --user: whom cron, sshd and the like are to serve where no file says so
    remedies: tuple[Remedy, ...] = ()  # in force: what a block of this file puts in
    brings: tuple[str, ...] = ()  # ADD, COPY and ARG lines of the stage and its bases, ARGs before the first FROM
    dockerfile: str = "Dockerfile"  # its name in reports
    valueless: tuple[str, ...] = ()  # the build arguments for want of which it is not known what FROM names

    @property
    def runs(self) -> tuple[str, ...]:
        """The RUN lines of the stage and those it is built from, here-documents and scripts that they run included."""
        return self.files.runs

    @property
    def environment(self) -> dict[str, str | None]:
        """The variables of PID 1, None for a value that only a build knows."""
        return {**self.variables, **dict.fromkeys(self.config.unknown_env)}

    def account(self, user: str | None) -> str | None:
        """A user by name where one is known: `1000` may be an account that the file makes or its base image brings."""
        if user is None or not user.isdigit():
            return user
        made = {account.uid: account.name for account in self.files.accounts.values()}
        return "root" if user == "0" else made.get(user) or self.image.uids.get(user, user)

    def home(self, user: str | None) -> str | None:
        """The home of root or of an account that the file makes; None where it is not known."""
        made = self.files.accounts.get(user or "")
        return made.home if made else "/root" if user == "root" else None

    def served(self, service: str | None) -> tuple[str | None, ...]:
        """Whom sessions of a PAM service are for where no file says so: whom a patch in force serves there."""
        if not self.remedies:
            return (None,)
        from fargate_patch.remedies.pam_env import NAME

        found = {user for r in self.remedies if (r.name, r.at) == (NAME, service) for user in r.users}
        return tuple(sorted(found)) or (None,)

    @property
    def saying_the_base(self) -> str:
        """The option by which a person says what the base image brings."""
        if reference := self.image.reference:
            return f"--base-image {reference}=FAMILY"
        return " ".join(f"--build-arg {name}=VALUE" for name in self.valueless or ("NAME",))

    @property
    def folder(self) -> str | None:
        """The folder in which a program is started; None where a script decides that at run time."""
        return None if self.config.workdir == UNKNOWN_FOLDER else self.absolute("")

    def in_folder(self, folder: str | None) -> World:
        """The same, for what is started in another folder than the image's WORKDIR."""
        if folder == self.folder:
            return self
        return replace(self, config=replace(self.config, workdir=UNKNOWN_FOLDER if folder is None else folder))

    def absolute(self, path: str) -> str:
        """A path of the image as a program started in its WORKDIR means it; a relative WORKDIR is taken from /."""
        return posixpath.normpath(posixpath.join("/", self.config.workdir or "", path))
