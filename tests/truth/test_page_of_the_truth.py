"""docs/truth.md is of the table that there is: `make proof` writes it anew where this fails."""

from __future__ import annotations

import re
from pathlib import Path

from table import CASES

PAGE = (Path(__file__).parents[2] / "docs" / "truth.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (\w+: .+?) (?<!\\)\|", re.MULTILINE)
_NOT_RUN = re.compile(r"^\| .+ \| (\d+) \|$", re.MULTILINE)


def test_every_case_on_it_is_one_of_the_table() -> None:
    assert {name.replace("\\|", "|") for name in _ROW.findall(PAGE)} <= {case.name for case in CASES}


def test_it_counts_every_case_of_the_table() -> None:
    run, _, others = PAGE.partition("## Not run")
    named = set(_ROW.findall(run))
    assert len(named) + sum(map(int, _NOT_RUN.findall(others))) == len(CASES)
