"""The truth table: Dockerfiles, what stands beside them, and which processes have the task role's variables in the end.

What is expected comes from thinking, or, where a line `~` says so, from having run it; not from what the program
prints. A case is a `%% name`, a Dockerfile, `### FILE` for each file of its context, `! OPTION` for an option of the
command line, `~` for a remark and one `=> USER VERDICT [LOSER]` for each process, in any order. `?` is a user who is
not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fargate_patch import Options, Status, trace
from fargate_patch.mechanisms import catalogue

HERE = Path(__file__).parent


@dataclass
class Case:
    """One case of the table as it is written."""

    name: str
    files: dict[str, list[str]] = field(default_factory=lambda: {"Dockerfile": []})
    expected: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


def read_cases(file: Path) -> list[Case]:
    cases: list[Case] = []
    into = "Dockerfile"
    for line in file.read_text().splitlines():
        if line.startswith("%% "):
            cases.append(Case(f"{file.stem}: {line[3:]}"))
            into = "Dockerfile"
        elif line.startswith("### "):
            into = line[4:]
            cases[-1].files[into] = []
        elif line.startswith("=> "):
            cases[-1].expected.append(line[3:])
        elif line.startswith("! "):
            cases[-1].options.append(line[2:])
        elif cases and not line.startswith("~"):
            cases[-1].files[into].append(line)
    return cases


CASES = [case for file in sorted(HERE.glob("*.cases")) for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"[^\w:.-]+", " ", case.name))
def test_which_processes_have_the_variables(case: Case, tmp_path: Path) -> None:
    for name, lines in case.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    users = tuple(o.removeprefix("--user ") for o in case.options if o.startswith("--user "))
    commands = tuple(o.removeprefix("--command ") for o in case.options if o.startswith("--command "))
    result = trace(
        (tmp_path / "Dockerfile").read_bytes(), context=tmp_path, options=Options(users=users, commands=commands)
    )
    assert result.status is not Status.ERROR, result.reason
    found = [
        " ".join(
            filter(
                None,
                (
                    c.user or "?",
                    c.verdict.value,
                    c.lost_at.mechanism if c.lost_at and c.verdict.value in ("lost", "blank") else "",
                ),
            )
        )
        for c in result.chains
    ]
    assert sorted(found) == sorted(case.expected)


def test_the_table_is_as_large_as_it_has_to_be() -> None:
    assert len(CASES) >= 120
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_mechanism_that_loses_is_in_the_table_as_a_loser() -> None:
    losers = {line.split()[2] for case in CASES for line in case.expected if len(line.split()) == 3}
    assert losers == {m.name for m in catalogue().values() if m.code}
