"""One copy of the project and one folder of wheels for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import project
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a release of it would be checked out: a git repository with one commit."""
    folder = project.copy(tmp_path_factory.mktemp("released"))
    project.commit(folder)
    return folder


@pytest.fixture(scope="session")
def offline() -> dict[str, str]:
    """Variables with which pip installs the project without a network."""
    return project.offline(project.wheels())
