"""How fast, how big, how it grows: beside hadolint and a bare typer program on the same files in the same run.

    python benchmarks/run.py [FOLDER] [--runs 15] [--most 10000] [--write docs/benchmarks.md]

FOLDER holds Dockerfiles with their contexts (default: the samples, copied until there are 300). Times are processor
time, user and system, with that of child processes, so that other work on the machine counts little; medians with their
spread. Nothing here is asserted by a test.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROGRAM = [sys.executable, "-c", "import sys; from fargate_patch.cli import main; sys.exit(main())"]
CHECK = [*PROGRAM, "--check", "--isolated", "--jobs", "1"]
HADOLINT = [str(BIN / "hadolint"), "--no-fail"]
BARE_TYPER = "import typer\napp = typer.Typer(rich_markup_mode=None)\n@app.command()\ndef main(): pass\napp()\n"
CLEAN = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n'
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPATH": str(ROOT)}


@dataclass(frozen=True)
class Taken:
    """One run: processor seconds, seconds on the clock, the most memory of a process in MB."""

    processor: float
    clock: float
    memory: float


def measured(command: Sequence[str], cwd: Path | None = None) -> Taken:
    """Run a command, its output thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=cwd)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    memory = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Taken(used.ru_utime + used.ru_stime, time.perf_counter() - start, memory)


def side_by_side(commands: Sequence[Sequence[str]], runs: int) -> list[list[Taken]]:
    """Each command once a round, so that what else the machine does falls on all of them."""
    rounds = [[measured(command) for command in commands] for _ in range(runs + 1)][1:]
    return [list(each) for each in zip(*rounds, strict=True)]


def middle(taken: Sequence[Taken]) -> float:
    return statistics.median(t.processor for t in taken)


def ratio(taken: Sequence[Taken], beside: Sequence[Taken]) -> str:
    """The median of the rounds' ratios, and the least and the most of them."""
    found = sorted(a.processor / b.processor for a, b in zip(taken, beside, strict=True))
    return f"{statistics.median(found):.2f} ({found[0]:.2f}–{found[-1]:.2f})"


def corpus(folder: Path | None, into: Path) -> list[Path]:
    """The files to measure on, each in a folder of its own."""
    if folder:
        return sorted(p for p in folder.rglob("*") if p.is_file() and p.name.lower() in ("dockerfile", "containerfile"))
    return copies(300, into / "samples")


def copies(number: int, into: Path) -> list[Path]:
    """So many copies of the samples, with their contexts."""
    samples = sorted(p.parent for p in (ROOT / "samples").glob("*/Dockerfile"))
    for index in range(number):
        shutil.copytree(samples[index % len(samples)], into / f"{index:05}")
    return sorted(into.glob("*/Dockerfile"))


def report(files: list[Path], runs: int, most: int, scratch: Path) -> Iterator[str]:
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    yield f"{machine}; load {os.getloadavg()[0]:.1f}"
    yield ""
    yield from cold(runs, scratch)
    yield from warm(files, max(3, runs // 5), scratch)
    yield from by_size(scratch)
    yield from by_number(most, scratch)


def cold(runs: int, scratch: Path) -> Iterator[str]:
    clean, bare = scratch / "clean" / "Dockerfile", scratch / "bare.py"
    clean.parent.mkdir()
    clean.write_text(CLEAN)
    bare.write_text(BARE_TYPER)
    ours, theirs, typer = side_by_side(
        ([*CHECK, str(clean)], [*HADOLINT, str(clean)], [sys.executable, str(bare)]), runs
    )
    yield from _table("One clean file")
    yield _row("a typer program that does nothing", typer)
    yield _row("fargate-patch --check", ours)
    yield _row("hadolint", theirs)
    yield ""
    yield f"{ratio(ours, typer)} times bare typer, {ratio(ours, theirs)} times hadolint."
    yield ""


def warm(files: list[Path], runs: int, scratch: Path) -> Iterator[str]:
    names, clean = [str(f) for f in files], str(scratch / "clean" / "Dockerfile")
    ours, theirs, one, one_theirs = side_by_side(
        ([*CHECK, *names], [*HADOLINT, *names], [*CHECK, clean], [*HADOLINT, clean]), runs
    )
    each, each_theirs = ((middle(a) - middle(b)) / len(files) for a, b in ((ours, one), (theirs, one_theirs)))
    yield from _table(f"{len(files)} files, a file")
    yield _row("fargate-patch --check, with trace and build context", ours, len(files))
    yield _row("hadolint", theirs, len(files))
    yield ""
    yield f"Without the start: {each * 1000:.2f} ms a file, {each / each_theirs:.2f} times hadolint."
    yield ""


def by_size(scratch: Path) -> Iterator[str]:
    yield "## One file that grows"
    yield ""
    yield "| size | processor | memory |"
    yield "|---|---|---|"
    body = "RUN apt-get update && apt-get install -y curl \\\n && rm -rf /var/lib/apt/lists/*\n"
    for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        file = scratch / f"size-{size}" / "Dockerfile"
        file.parent.mkdir()
        file.write_text("FROM debian:12\n" + body * (size // len(body)) + 'CMD ["/usr/bin/app"]\n')
        taken = measured([*CHECK, str(file)])
        yield f"| {size / 1000:,.0f} kB | {taken.processor:.2f} s | {taken.memory:.0f} MB |"
    yield ""


def by_number(most: int, scratch: Path) -> Iterator[str]:
    yield "## Files that become more"
    yield ""
    yield "| files | --jobs | clock | processor | memory of a process |"
    yield "|---|---|---|---|---|"
    number = 10
    while number <= most:
        folder = scratch / f"number-{number}"
        copies(number, folder)
        for jobs in ("1", "2"):
            taken = measured([*PROGRAM, "--check", "--isolated", "--jobs", jobs, "."], folder)
            spent = f"{taken.clock:.1f} s | {taken.processor:.1f} s"
            yield f"| {number:,} | {jobs} | {spent} | {taken.memory:.0f} MB |"
        shutil.rmtree(folder)
        number *= 10


def _table(title: str) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield "| what | processor, ms | least–most |"
    yield "|---|---|---|"


def _row(name: str, taken: Sequence[Taken], per: int = 1) -> str:
    values = sorted(t.processor / per * 1000 for t in taken)
    return f"| {name} | {statistics.median(values):.2f} | {values[0]:.2f}–{values[-1]:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--most", type=int, default=10_000, help="files of the last step of growth")
    parser.add_argument("--write", type=Path, help="also write the report into this file")
    options = parser.parse_args()
    lines = ["# Benchmarks", "", "`make bench-docs` writes this page; `make bench` prints it.", ""]
    with tempfile.TemporaryDirectory() as scratch:
        files = corpus(options.folder, Path(scratch))
        for line in report(files, options.runs, options.most, Path(scratch)):
            print(line, flush=True)
            lines.append(line)
    if options.write:
        options.write.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
