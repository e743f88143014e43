"""The truth table: Dockerfiles, what stands beside them, and which processes have the task role's variables in the end.

What is expected comes from thinking, and from having run what can be run (tests/e2e/test_truth_observed.py; which cases
those are docs/truth.md says); not from what the program prints. How a case is written `table` says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from table import CASES, Case, line_of

from fargate_patch import Status
from fargate_patch.mechanisms import catalogue

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"[^\w:.-]+", " ", case.name))
def test_which_processes_have_the_variables(case: Case, tmp_path: Path) -> None:
    result = case.traced(tmp_path)
    assert result.status is not Status.ERROR, result.reason
    assert sorted(map(line_of, result.chains)) == sorted(case.expected)


def test_the_table_is_as_large_as_it_has_to_be() -> None:
    assert len(CASES) >= 120
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_mechanism_that_loses_is_in_the_table_as_a_loser() -> None:
    losers = {line.split()[2] for case in CASES for line in case.expected if len(line.split()) == 3}
    assert losers == {m.name for m in catalogue().values() if m.code}
