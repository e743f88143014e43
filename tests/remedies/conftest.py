"""What the tests of the injected text share."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shells

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
