"""Which startup files a login shell reads, in their order, and whether one of them takes the variable away.

bash(1), INVOCATION: /etc/profile, which has /etc/profile.d read, then the first of ~/.bash_profile, ~/.bash_login and
~/.profile; another shell reads ~/.profile alone. The one that a distribution puts into a home reads ~/.bashrc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Place
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME
from fargate_patch.shell.interpreter import SHELLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

OF_BASH = (".bash_profile", ".bash_login", ".profile")
HAVE_BASH_LOGINS = ("rhel", "amazonlinux", "suse", "arch")  # families whose accounts have bash unless they say
SKELETON = "/etc/skel"
LARGEST = 50_000  # characters of a file that is looked at
READ_IN = "login() {{\n{}\n}}\nlogin\nprintenv\n"  # a file that is read in may `return`, as a function may
_MAY_TAKE = regex(rf"\bunset\b|\benv\s+-|{NAME}|\bsource\s|(?m:^|[;&])[ \t]*\.[ \t]")


def takes_away(shell: str | None, user: str | None, world: World) -> str | None:
    """The path of the file that does, where a login shell of a user reads one; `shell` "" where it is not known."""
    if shell is None or (shell and shell.rpartition("/")[2] not in SHELLS):
        return None
    return next((file.path for file in _read(shell, user, world) if _takes(file, user, world)), None)


def taken_by(path: str, user: str | None, world: World) -> str | None:
    """The path of one file that a shell reads (`BASH_ENV`), where it takes the variable away."""
    file = world.files.get(world.absolute(path)) if path and "$" not in path else None
    return file.path if file and _takes(file, user, world) else None


def _read(shell: str, user: str | None, world: World) -> Iterator[ImageFile]:
    if world.image.family.profile_d:
        system = world.files.get("/etc/profile")
        yield from (*((system,) if system else ()), *world.files.glob("/etc/profile.d/*.sh"))
    bash = shell.endswith("bash") or (not shell and world.image.family.name in HAVE_BASH_LOGINS)
    own = next((file for name in (OF_BASH if bash else OF_BASH[-1:]) if (file := _of_home(name, user, world))), None)
    rc = _of_home(".bashrc", user, world) if bash and (own is None or own.text is None) else None
    yield from (file for file in (own, rc) if file)


def _of_home(name: str, user: str | None, world: World) -> ImageFile | None:
    """A file in the home of a user: its own, or a copy of the one in /etc/skel."""
    return world.files.get(f"{_home(user, world)}/{name}") or (
        world.files.get(f"{SKELETON}/{name}") if user in world.files.accounts else None
    )


def _home(user: str | None, world: World) -> str:
    from fargate_patch.obstacles.evidence import home_of

    return world.home(user) or home_of(user)


def _takes(file: ImageFile, user: str | None, world: World) -> bool:
    """Would a program behind the file be without it? What is appended to the distribution's ~/.bashrc is not read."""
    from fargate_patch.chain.scripts.script import Scope, launches

    unread = file.text is None and file.path.endswith("/.bashrc") and world.image.family.bashrc_returns_early
    text = (file.added if file.text is None else file.text)[:LARGEST]
    if unread or not _MAY_TAKE.search(text):
        return False
    home = _home(user, world)
    scope = Scope(Place(file.path, 1), user, "-bash", (), {"HOME": home, "PS1": ""}, folder=home)
    found = launches(READ_IN.format(text.replace("~/", f"{home}/")), scope, world.files)
    last = found[-1] if found else None
    words = [word.text for word in last.argv[:3]] if isinstance(last, Launch) else []
    return words == ["env", "-u", NAME] or words[:2] in (["env", "-i"], ["env", "-"])
