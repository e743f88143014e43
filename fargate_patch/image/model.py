"""A base image as the trace needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping


class ImageError(ValueError):
    """What is said of a base image, or what it was to be read from, cannot be used. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Family:
    """What all images of one distribution share, as far as it decides a verdict or a remedy. Facts in `family`."""

    name: str  # debian alpine amazonlinux rhel suse arch wolfi busybox distroless scratch windows unknown
    shell: bool  # is there a /bin/sh
    pam: bool  # do su, cron, sshd open PAM sessions
    profile_d: bool  # does /etc/profile read /etc/profile.d/*.sh
    bashrc: str | None  # the file that an interactive bash reads for everybody, compiled in or by way of ~/.bashrc
    bashrc_returns_early: bool  # does that file leave for a non-interactive shell, so that what is appended is not read
    su: str  # "util-linux", "busybox" or ""
    crond: str  # what a bare `crond` is there: "cronie", "busybox" or ""
    cronie_pam: str | None  # the PAM service of its cronie: "crond" or, Debian's, "cronie"
    sudoers_d: bool
    sh: str  # what /bin/sh is: "dash", "bash", "ash" or ""


@dataclass(frozen=True, slots=True)
class Image:
    """One base image. For every setting None means: not known, and () or "" means: known to be none."""

    reference: str
    family: Family
    source: str  # "catalogue", "option", "inspected", "unknown"
    user: str | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    env: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)  # account that it brings to its login shell ("" not known)
    uids: Mapping[str, str] = field(default_factory=dict)  # the numbers of accounts that it brings, as text, to names
    facts: Mapping[str, str] = field(default_factory=dict)  # {"php-fpm.clear_env": "no"}; keys in `catalogue`
    files: Mapping[str, str] = field(default_factory=dict)  # looked into: scripts and the like, by their path
    links: Mapping[str, str] = field(default_factory=dict)  # in their places, to what they lead to
    settings: Mapping[str, str] = field(default_factory=dict)  # files that speak of the task role's variables, likewise
    note: str = ""  # one sentence where something about it must be said to a person
