"""What the tests of the injected text share."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shells
from scratch_root import Image, made_for
from shim_under_test import Shim, written

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=sorted(shells.SHELLS))
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The command line of each shell in turn."""
    return shells.command(request.param)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can get into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="remedies-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def as_root() -> None:
    shells.needed(os.geteuid() == 0, "needs root")


@pytest.fixture
def shim(shell: tuple[str, ...], place: Path) -> Shim:
    return Shim(shell, *written(place))


@pytest.fixture
def shim_for_readers(shell: tuple[str, ...], place: Path, as_root: None) -> Shim:
    return Shim(shell, *written(place, ("app",)))


@pytest.fixture(params=["dash", "bash", "ash"])
def image(request: pytest.FixtureRequest, tmp_path: Path, as_root: None) -> Image:
    return made_for(request.param, tmp_path)
