"""The names of the packages that RUN lines install with the distribution's package manager."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from fargate_patch.chain.files.commandline import read_command_line
from fargate_patch.chain.files.events import Event, Step
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_YUM = ("enablerepo", "disablerepo", "setopt", "installroot", "releasever", "exclude", "repo", "repoid", "c", "config")
MANAGERS: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    # the words that install, short and long options that take a value
    "apt-get": (("install",), "otcqa", ("option", "target-release", "default-release", "config-file")),
    "apt": (("install",), "otc", ("option", "target-release")),
    "aptitude": (("install",), "otq", ("target-release",)),
    "apk": (("add",), "tXp", ("virtual", "repository", "root", "keys-dir", "repositories-file", "cache-dir")),
    "yum": (("install", "localinstall", "reinstall"), "cdeRx", _YUM),
    "dnf": (("install", "reinstall"), "cdeRx", _YUM),
    "dnf5": (("install", "reinstall"), "cdeRx", _YUM),
    "microdnf": (("install", "reinstall"), "c", _YUM),
    "tdnf": (("install", "reinstall"), "c", _YUM),
    "zypper": (("install", "in"), "tr", ("type", "repo", "from", "root")),
    "pacman": (("-S",), "br", ("dbpath", "root", "config", "cachedir", "ignore", "overwrite")),
}
"""apt-get(8), apk(8), dnf(8), zypper(8), pacman(8)."""

_MENTION = regex(r"\b(?:apt-get|apt|aptitude|apk|yum|dnf5?|microdnf|tdnf|zypper|pacman)\b")
_VERSION = regex(r"[=~<>@!].*|/(?=[^/]*\Z).*", re.DOTALL)
_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_ARCHITECTURE = regex(r":(?:any|all|native|amd64|arm64|armhf|i386|ppc64el|s390x|riscv64)\Z")


def installs(script: str) -> bool:
    """May a script install packages? (A cheap look, before it is read.)"""
    return _MENTION.search(script) is not None


def read_packages(events: Iterable[Event]) -> Iterator[str]:
    """The names, in order. What is removed later is among them."""
    for event in events:
        manager = MANAGERS.get(posixpath.basename(event.argv[0].text)) if isinstance(event, Step) else None
        if not manager or not isinstance(event, Step):
            continue
        words, short, long = manager
        line = read_command_line(event.argv[1:], short, long)
        if words == ("-S",):
            names = line.operands if line.has("S") else ()
        else:
            first = line.operands[:1]
            names = line.operands[1:] if first and first[0].text in words else ()
        for name in names:
            if name.known and (found := _bare(name.text)):
                yield found


def _bare(text: str) -> str | None:
    """The name without version, release and architecture; None for a file, an address, a removal (`vim-`)."""
    if text.startswith(("/", "./", "http:", "https:")) or text.endswith((".deb", ".rpm", ".apk")):
        return None
    name = _ARCHITECTURE.sub("", _VERSION.sub("", text))
    return name if _NAME.fullmatch(name) and not name.endswith("-") else None
