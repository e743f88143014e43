"""A file is the old or the new one, whole; its mode, owner, attributes and the links to it stay."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from fargate_patch.cli.writing import WriteError, write

if TYPE_CHECKING:
    from pathlib import Path


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o660])
def test_the_mode_stays(folder: Path, mode: int) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(b"old")
    file.chmod(mode)
    write(str(file), b"new", expected=b"old")
    assert (stat.S_IMODE(file.stat().st_mode), state(folder)) == (mode, {"Dockerfile": b"new"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(folder: Path) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(b"old")
    os.chown(file, 1234, 4321)
    write(str(file), b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


def test_attributes_stay_where_the_file_system_has_them(folder: Path) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(b"old")
    try:
        os.setxattr(file, "user.note", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write(str(file), b"new")
    assert os.getxattr(file, "user.note") == b"kept"


def test_a_new_file_is_made_by_the_umask(folder: Path) -> None:
    write(str(folder / "report.json"), b"{}")
    made = (folder / "report.json").stat().st_mode
    mask = os.umask(0)
    os.umask(mask)
    assert (stat.S_IMODE(made), state(folder)) == (0o666 & ~mask, {"report.json": b"{}"})


def test_a_file_that_changed_meanwhile_is_left_alone(folder: Path) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(b"somebody else's")
    with pytest.raises(WriteError, match="changed by somebody else meanwhile"):
        write(str(file), b"new", expected=b"old")
    assert state(folder) == {"Dockerfile": b"somebody else's"}


@pytest.mark.parametrize("step", ["open", "write", "fchmod", "fsync", "replace"])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "ctrl-c"])
def test_a_fault_at_any_step(folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    file = folder / "Dockerfile"
    file.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(f"fargate_patch.cli.writing.os.{step}", fail)
        with pytest.raises((WriteError, KeyboardInterrupt)) as raised:
            write(str(file), b"new", expected=b"old")
    assert state(folder) == {"Dockerfile": b"old"}
    if isinstance(fault, OSError):
        assert str(raised.value) == "cannot be written: no space left on device"


@pytest.mark.parametrize(
    ("name", "message"), [("missing/Dockerfile", "no such file or directory"), ("", "it is not a regular file")]
)
def test_where_nothing_can_be_written(folder: Path, name: str, message: str) -> None:
    with pytest.raises(WriteError, match=message):
        write(str(folder / name), b"new")
