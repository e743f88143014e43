"""The entrypoint shim where its folder is planted, missing, full or read-only: the container starts all the same."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shells
from shim_under_test import KEPT, NOBODY, PATH, TASK, Shim

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_of_someone_else_is_left_alone(shim: Shim, as_root: None) -> None:
    os.chown(shim.folder, NOBODY, NOBODY)
    shim.start()
    assert list(shim.folder.iterdir()) == []


def test_a_folder_that_is_a_link_is_left_alone(shim: Shim, place: Path) -> None:
    planted = place / "planted"
    planted.mkdir()
    shim.folder.rmdir()
    shim.folder.symlink_to(planted)
    shim.start()
    assert list(planted.iterdir()) == []


def test_a_file_that_is_a_folder_is_left_alone(shim: Shim, place: Path) -> None:
    shim.file.symlink_to(place)
    before = sorted(place.iterdir())
    shim.start()
    assert sorted(place.iterdir()) == before
    assert [path.name for path in shim.folder.iterdir()] == ["env"]


@pytest.mark.parametrize("name", ["env", "env.new"])
def test_a_planted_link_is_replaced_and_what_it_points_to_is_not_written(shim: Shim, place: Path, name: str) -> None:
    victim = place / "victim"
    victim.write_text("mine\n")
    (shim.folder / name).symlink_to(victim)
    shim.start()
    assert (victim.read_text(), shim.file.read_text(), shim.file.is_symlink()) == ("mine\n", KEPT, False)


def test_a_folder_that_cannot_be_made_or_written_does_not_stop_the_container(shim: Shim, as_root: None) -> None:
    replace(shim, user=NOBODY).start()
    shim.folder.rmdir()
    replace(shim, user=NOBODY).start()
    assert not shim.folder.exists()


def test_a_read_only_root_filesystem_does_not_stop_the_container(shim: Shim, place: Path, as_root: None) -> None:
    readonly = f'mount --bind "{place}" "{place}" && mount -o remount,bind,ro "{place}" && exec "$@"'
    inside = ("unshare", "--mount", "sh", "-c", readonly, "sh", *shim.argv, "echo", "on")
    done = subprocess.run(inside, env={"PATH": PATH, **TASK}, capture_output=True, check=False)
    shells.needed(b"unshare" not in done.stderr, "no mount namespaces here")
    assert (done.returncode, done.stdout, done.stderr, list(shim.folder.iterdir())) == (0, b"on\n", b"", [])


def test_an_image_without_the_usual_programs_starts_all_the_same(shim: Shim) -> None:
    shim.edited("PATH=/usr/bin:/bin${PATH:+:$PATH}", "PATH=/nowhere").start()
    assert not shim.file.exists() or shim.shell[-1] == "ash"  # which has mv and rm built in


def test_a_full_disk_leaves_no_half_file(shim: Shim) -> None:
    shim.start()
    shim.edited('keep AWS_REGION "', 'false && keep AWS_REGION "').start()  # as a write that fails
    assert shim.file.read_text() == KEPT
