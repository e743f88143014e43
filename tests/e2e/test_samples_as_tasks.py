"""Every sample as an ECS task: as it stands its application gets the role's keys or not, as predicted; patched it does.

All the tasks that the selected tests need run at once, cron's jobs being the slow ones; each test waits for its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from scenarios import SCENARIOS, Observation, observe

if TYPE_CHECKING:
    from rig import Fargate

Observations = Callable[[str, bool], Observation]
LOST = [name for name, scenario in SCENARIOS.items() if scenario.failure]
REACHED = [name for name, scenario in SCENARIOS.items() if not scenario.failure]


@pytest.fixture(scope="module")
def observations(
    fargate: Fargate, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Observations]:
    """What was seen of a sample, as it stands or patched."""
    wanted: set[tuple[str, bool]] = set()
    for item in request.session.items:
        if item.path == request.path and isinstance(item, pytest.Function):
            wanted |= {(str(item.callspec.params["sample"]), patched) for patched in _STATES[item.originalname]}
    with ThreadPoolExecutor(max_workers=14) as pool:
        running: dict[tuple[str, bool], Future[Observation]] = {
            (sample, patched): pool.submit(
                observe, fargate, SCENARIOS[sample], tmp_path_factory.mktemp(sample), patched=patched
            )
            for sample, patched in sorted(wanted, key=lambda key: list(SCENARIOS).index(key[0]))
        }
        yield lambda sample, patched: running[sample, patched].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("sample", LOST)
def test_as_it_stands_the_application_finds_no_keys(observations: Observations, sample: str) -> None:
    seen = observations(sample, False)
    assert str(SCENARIOS[sample].failure) in seen.everything
    assert SCENARIOS[sample].success not in seen.answer
    assert not seen.fetched


@pytest.mark.parametrize("sample", REACHED)
def test_as_it_stands_the_application_gets_its_keys(observations: Observations, sample: str) -> None:
    seen = observations(sample, False)
    assert SCENARIOS[sample].success in seen.answer
    assert seen.fetched


@pytest.mark.parametrize("sample", LOST)
def test_patched_the_application_gets_its_keys(observations: Observations, sample: str) -> None:
    seen = observations(sample, True)
    assert SCENARIOS[sample].success in seen.answer, seen.everything
    assert seen.fetched


@pytest.mark.parametrize("sample", LOST)
def test_patched_nobody_else_sees_the_variables(observations: Observations, sample: str) -> None:
    assert observations(sample, True).strangers == {}


@pytest.mark.parametrize("sample", LOST)
def test_patched_the_first_process_is_what_it_was(observations: Observations, sample: str) -> None:
    assert observations(sample, True).pid1 == observations(sample, False).pid1


_STATES = {
    "test_as_it_stands_the_application_finds_no_keys": (False,),
    "test_as_it_stands_the_application_gets_its_keys": (False,),
    "test_patched_the_application_gets_its_keys": (True,),
    "test_patched_nobody_else_sees_the_variables": (True,),
    "test_patched_the_first_process_is_what_it_was": (False, True),
}
