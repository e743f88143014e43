"""Other programs that look at Dockerfiles, to be measured beside this one. They are installed into .cache/others.

They are no dependency of the project: each is fetched by the client of its registry when the benchmarks run, and left
out, with the reason, where it cannot be had.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACE = Path(__file__).resolve().parent.parent / ".cache" / "others"
RULE = """\
rules:
  - id: last-user-is-root
    languages: [dockerfile]
    severity: WARNING
    message: the container runs as root
    pattern: USER root
"""


@dataclass(frozen=True)
class Other:
    """A program beside which is measured. `command` takes files behind it, one or (`many`) any number of them."""

    name: str
    command: tuple[str, ...]
    many: bool = False
    missing: str = ""  # why it cannot be had


def others(patience: float) -> Iterator[Other]:
    """Each of them, installed where it was not, which may take so many seconds for one."""
    PLACE.mkdir(parents=True, exist_ok=True)
    rule = PLACE / "rule.yml"
    rule.write_text(RULE)
    semgrep = ("scan", "--quiet", "--metrics", "off", "--disable-version-check", "--jobs", "1", "--config", str(rule))
    yield _of_pypi("dockerfile-doctor==0.1.5", ("--quiet",), patience, many=True)
    yield _of_pypi("dockerfile-hardener==1.0.2", ("lint",), patience)
    yield _of_pypi("semgrep==1.182.0", semgrep, patience, many=True)
    yield _of_npm("dockerfile-utils@0.16.3", ("lint",), patience)


def _of_pypi(requirement: str, arguments: tuple[str, ...], patience: float, *, many: bool = False) -> Other:
    """In a virtual environment of its own."""
    name = requirement.partition("==")[0]
    place = PLACE / name
    program = place / "bin" / name
    steps = (
        [sys.executable, "-m", "venv", str(place)],
        [str(place / "bin" / "pip"), "install", "--quiet", requirement],
    )
    missing = "" if program.exists() else _tried(steps, place, patience)
    return Other(requirement.replace("==", " "), (str(program), *arguments), many, missing)


def _of_npm(package: str, arguments: tuple[str, ...], patience: float) -> Other:
    name, _, version = package.partition("@")
    place = PLACE / name
    program = place / "node_modules" / ".bin" / name
    step = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), package]
    missing = "" if program.exists() else _tried((step,), place, patience)
    return Other(f"{name} {version}", (str(program), *arguments), missing=missing)


def _tried(steps: Sequence[Sequence[str]], place: Path, patience: float) -> str:
    """Carry out the steps of an installation; why it failed, "" where it did not."""
    try:
        for step in steps:
            subprocess.run(step, check=True, capture_output=True, timeout=patience)
    except subprocess.TimeoutExpired:
        trouble = f"not installed within {patience:.0f} s, a fifth of --minutes"
    except (OSError, subprocess.CalledProcessError) as problem:
        trouble = f"not installed: {type(problem).__name__} in `{Path(steps[-1][0]).name} install`"
    else:
        return ""
    shutil.rmtree(place, ignore_errors=True)
    return trouble
