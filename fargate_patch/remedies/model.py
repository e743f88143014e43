"""A remedy: one thing put into the image so that the variables survive one kind of hop."""

from __future__ import annotations

from fargate_patch.dataclass import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Remedy:
    """`name` is the module's (`pam-env`), `at` what it is hung on (a PAM service, a pool), `users` whom it serves."""

    name: str
    at: str = ""
    users: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The form in which a block records it: `pam-env at su for app,web`."""
        return (
            self.name + (f" at {self.at}" if self.at else "") + (f" for {','.join(self.users)}" if self.users else "")
        )


@dataclass(frozen=True, slots=True)
class Site:
    """The image that remedies are written for."""

    family: str  # Family.name
    owner: str  # PID 1's user, whom the carried file belongs to: "root", "app", "1000"
    readers: tuple[str, ...]  # users who read the carried file themselves; PAM and sudo read it as root for theirs
