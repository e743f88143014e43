"""The truth table in containers: what is seen is what the table has.

The normal run takes one case for each kind of line (`lost cron`, `reaches`); with FARGATE_PATCH_ALL_CASES set it takes
every case that can be run (`ground` has the rule). `make proof` runs all and writes docs/truth.md.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from ground import Ground, Subject, ground
from observing import Observed, observe
from table import CASES, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.verify.engine import Engine

AT_ONCE = 12
_WAITS_A_MINUTE = ("cron", "busybox-crond")


def observed(ground: Ground, subjects: Sequence[Subject]) -> list[Observed]:
    """What was seen of cases, all at once: those that wait for cron first."""
    ordered = sorted(subjects, key=lambda s: not any(h.mechanism in _WAITS_A_MINUTE for c in s.chains for h in c.hops))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(lambda subject: observe(subject, ground), ordered))


def one_of_each_kind(subjects: Sequence[Subject]) -> list[Subject]:
    """The first case for each verdict and loser."""
    kinds: set[str] = set()
    found = []
    for subject in subjects:
        new = {line_of(chain).partition(" ")[2] for chain in subject.chains} - kinds
        if new:
            found.append(subject)
            kinds |= new
    return found


@pytest.fixture(scope="module")
def place(engine: Engine) -> Iterator[Ground]:
    with ground(engine) as found:
        yield found


@pytest.fixture(scope="module")
def seen(place: Ground) -> list[Observed]:
    everything = "FARGATE_PATCH_ALL_CASES" in os.environ
    return observed(place, place.subjects if everything else one_of_each_kind(place.subjects))


def test_most_of_the_table_can_be_run(place: Ground) -> None:
    assert len(place.subjects) + len(place.others) == len(CASES)
    assert len(place.subjects) >= 150


def test_what_is_seen_is_what_the_table_has(seen: list[Observed]) -> None:
    assert [
        f"{found.case.name}: {outcome.line}, seen: {dict(outcome.seen)}"
        for found in seen
        for outcome in found.outcomes
        if outcome.agrees is False
    ] == []


def test_no_application_has_lost_what_the_table_says_it_has(seen: list[Observed]) -> None:
    assert [f"{found.case.name}: {surprise}" for found in seen for surprise in found.surprises] == []


def test_something_is_seen_of_every_case(seen: list[Observed]) -> None:
    assert [
        f"{found.case.name}: {found.problem or [outcome.reason for outcome in found.outcomes]}"
        for found in seen
        if all(outcome.agrees is None for outcome in found.outcomes) and not _is_a_server_alone(found)
    ] == []


def _is_a_server_alone(found: Observed) -> bool:
    """nginx or Postfix that starts nothing: it writes its title over its environment, or has another name."""
    return bool(found.outcomes) and all(o.chain.command == o.chain.hops[-1].mechanism for o in found.outcomes)
