"""Writing a file so that it is either the old or the new one, whole, whatever happens meanwhile.

A temporary file in the same folder, flushed to the disk, takes the file's mode, owner and extended attributes and then
its name. A link keeps pointing to the file that it points to. A file that changed since it was read is left alone.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH105, PTH108, PTH116, PTH118, PTH120, PTH123

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class WriteError(Exception):
    """The file stays as it was; the message is one sentence that says why."""


def write(path: str, data: bytes, expected: bytes | None = None) -> None:
    """Put `data` into the file, or make it. Raises WriteError, also where it no longer holds `expected`."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    try:
        with _alone(folder):
            before = _state(target)
            temporary = _temporary(target)
            try:
                _fill(temporary, data, target, before)
                if expected is not None and _read(target) != expected:
                    raise WriteError("it was changed by somebody else meanwhile, and is left as it is now")
                os.replace(temporary, target)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
            _sync_folder(folder)
    except OSError as problem:
        raise WriteError(f"cannot be written: {explain(problem)}") from problem


def explain(problem: OSError) -> str:
    """An operating system's error as a person reads it, without number and path."""
    return (problem.strerror or str(problem) or type(problem).__name__).lower()


def _state(target: str) -> os.stat_result | None:
    """What the file is now; None where there is none. A file that its user may not write is not replaced either."""
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise WriteError("cannot be written: it is not a regular file")
    if not os.access(target, os.W_OK):
        os.close(os.open(target, os.O_WRONLY))  # says why: no permission, or a read-only file system
        raise WriteError("cannot be written: permission denied")
    return found


def _temporary(target: str) -> str:
    folder, name = os.path.split(target)
    return os.path.join(folder, f".{name[:200]}.{os.urandom(6).hex()}.tmp")


def _fill(temporary: str, data: bytes, target: str, before: os.stat_result | None) -> None:
    mode = stat.S_IMODE(before.st_mode) if before else 0o666
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o600 if before else mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if before:
            _keep(descriptor, target, before, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep(descriptor: int, target: str, before: os.stat_result, mode: int) -> None:
    """Owner, group, mode and extended attributes. Raises WriteError where the owner or the group cannot be kept."""
    if not hasattr(os, "fchown"):
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.fchown(descriptor, before.st_uid, before.st_gid)
        except PermissionError as problem:
            raise WriteError("cannot be written: it belongs to another user or group, which would be lost") from problem
    os.fchmod(descriptor, mode)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(target, name))


def _read(target: str) -> bytes:
    with open(target, "rb") as stream:
        return stream.read()


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """One run of this program at a time writes in a folder, where the system can see to it."""
    try:
        import fcntl

        descriptor = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: str) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
