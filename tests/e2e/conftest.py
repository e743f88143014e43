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

# They wait more than they work, for cron's minute above all: begun first, they leave the processors to the others
FIRST = ("test_mechanisms", "test_verify", "test_samples_as_tasks", "test_truth_observed", "test_other_images")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests of this folder. What one file sets up stays with one worker by `--dist loadfile`."""
    item.add_marker(pytest.mark.container)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; xdist keeps to the order with `--no-loadscope-reorder`."""
    ranks = {name: rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(FIRST)))


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
