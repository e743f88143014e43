"""Real containers: the engine, the base images and the platform, set up once for a run of the tests.

Where they cannot be had the tests are skipped and say why, except where CI is set: there it is a failure.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import images
import pytest
import rig

from fargate_patch.verify.container import EngineError
from fargate_patch.verify.engine import Engine, find

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests of this folder. What one file sets up stays with one worker by `--dist loadfile`."""
    item.add_marker(pytest.mark.container)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """podman, with the base images that the samples start from."""
    lacking = rig.missing()
    if lacking:
        _cannot(lacking)
    images.configure_engine()
    try:
        found = find("podman")
        images.ensure(found)
    except (EngineError, images.ImagesError) as error:
        _cannot(str(error))
    return found


@pytest.fixture(scope="session")
def fargate(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Fargate]:
    """The platform: `fargate.run(image)` is a task with a role, an endpoint at 169.254.170.2 and an S3."""
    pytest.importorskip("moto", reason="moto is not installed") if "CI" not in os.environ else None
    with rig.fargate(engine, tmp_path_factory.mktemp("fargate")) as platform:
        yield platform


def _cannot(reason: str) -> None:
    message = f"real containers cannot run here: {reason}"
    if "CI" in os.environ:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
