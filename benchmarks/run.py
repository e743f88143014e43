"""How fast, how big, how it grows: beside hadolint and a bare typer program on the same files in the same run.

    python benchmarks/run.py [FOLDER] [--runs 15] [--most 10000] [--minutes 10] [--note TEXT] [--write PAGE]

FOLDER holds Dockerfiles with their contexts (default: the samples, copied until there are 300). Times are processor
time, user and system, with that of child processes, so that other work on the machine counts little; medians with their
spread. A step that would not end within the minutes is left out; to install another program may take a fifth of
them. Nothing here is asserted by a test.
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

from others import others
from plot import plot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from others import Other

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROGRAM = [sys.executable, "-c", "import sys; from fargate_patch.__main__ import run; run()"]
CHECK = [*PROGRAM, "--check", "--isolated", "--jobs", "1"]
HADOLINT = [str(BIN / "hadolint"), "--no-fail"]
BARE_TYPER = "import typer\napp = typer.Typer(rich_markup_mode=None)\n@app.command()\ndef main(): pass\napp()\n"
CLEAN = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n'
OURS = "fargate-patch --check"
WHAT = (
    "`make bench-docs` writes this page and `make bench` prints it. Processor time is user and system together, with",
    "that of child processes; each program has its turn in every round, and the number is the median of the rounds.",
    "The other programs look for other things: they say how long a look at a Dockerfile may take.",
    "A step of growth that would not have ended within the time given to the run is not there.",
)
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


def report(files: list[Path], options: argparse.Namespace, scratch: Path) -> Iterator[str]:
    found = list(others(options.minutes * 60 / 5))
    beside = [other for other in found if not other.missing]
    left_out = [f"{other.name}: {other.missing}" for other in found if other.missing]
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    yield f"{machine}; load {os.getloadavg()[0]:.1f} at the start. {options.note}".rstrip()
    yield from ("", "Not measured: " + "; ".join(left_out) + ".") if left_out else ()
    yield ""
    left = Left(time.monotonic() + options.minutes * 60)
    clean = scratch / "clean" / "Dockerfile"
    clean.parent.mkdir()
    clean.write_text(CLEAN)
    yield from cold(options.runs, clean, scratch, beside)
    yield from warm(files, max(3, options.runs // 5), clean, beside)
    yield from growth("One file that grows", "size, kB", by_size(scratch, left), options.write)
    yield from growth("Files that become more", "files", by_number(options.most, scratch, left), options.write)


def cold(runs: int, clean: Path, scratch: Path, beside: Sequence[Other]) -> Iterator[str]:
    bare = scratch / "bare.py"
    bare.write_text(BARE_TYPER)
    commands = {
        "a typer program that does nothing": [sys.executable, str(bare)],
        OURS: [*CHECK, str(clean)],
        "hadolint": [*HADOLINT, str(clean)],
        **{other.name: [*other.command, str(clean)] for other in beside},
    }
    taken = dict(zip(commands, side_by_side(list(commands.values()), runs), strict=True))
    yield from table("One clean file", taken)


def warm(files: list[Path], runs: int, clean: Path, beside: Sequence[Other]) -> Iterator[str]:
    """Many files in one run, without the start: what they take beyond what one clean file does."""
    names = [str(f) for f in files]
    takers = {OURS: CHECK, "hadolint": HADOLINT, **{o.name: o.command for o in beside if o.many}}
    commands = [[*command, *given] for command in takers.values() for given in (names, [str(clean)])]
    taken = side_by_side(commands, runs)
    each = [
        [Taken(max(m.processor - o.processor, 1e-6) / len(files), 0, m.memory) for m, o in zip(many, one, strict=True)]
        for many, one in zip(taken[::2], taken[1::2], strict=True)
    ]
    title = f"Each of {len(files)} files, with trace and build context, without the program's start"
    yield from table(title, dict(zip(takers, each, strict=True)))


@dataclass
class Left:
    """The time that is left. `last` is what the step before took on the clock."""

    until: float
    last: float = 0

    def is_enough(self) -> bool:
        """For ten times as much as the step before?"""
        return time.monotonic() + 12 * self.last < self.until

    def run(self, command: Sequence[str], cwd: Path | None = None) -> Taken:
        taken = measured(command, cwd)
        self.last = taken.clock
        return taken


def by_size(scratch: Path, left: Left) -> Iterator[tuple[str, float, Taken]]:
    body = "RUN apt-get update && apt-get install -y curl \\\n && rm -rf /var/lib/apt/lists/*\n"
    left.last = 0
    for size in (1, 10, 100, 1_000, 10_000):
        file = scratch / f"size-{size}" / "Dockerfile"
        file.parent.mkdir()
        file.write_text("FROM debian:12\n" + body * (size * 1000 // len(body)) + 'CMD ["/usr/bin/app"]\n')
        if left.is_enough():
            yield "one file", size, left.run([*CHECK, str(file)])


def by_number(most: int, scratch: Path, left: Left) -> Iterator[tuple[str, float, Taken]]:
    left.last, number = 0, 10
    while number <= most and left.is_enough():
        folder = scratch / f"number-{number}"
        copies(number, folder)
        for jobs in ("2", "1"):
            command = [*PROGRAM, "--check", "--isolated", "--jobs", jobs, "."]
            yield f"--jobs {jobs}", number, left.run(command, folder)
        shutil.rmtree(folder)
        number *= 10


def growth(title: str, across: str, steps: Iterator[tuple[str, float, Taken]], page: Path | None) -> Iterator[str]:
    """A table of the steps as they come, and a plot of their seconds beside the page."""
    yield from (f"## {title}", "", f"| {across} | | clock, s | processor, s | memory of a process, MB |")
    yield "| ---: | --- | ---: | ---: | ---: |"
    series: dict[str, list[tuple[float, float]]] = {}
    for name, amount, taken in steps:
        series.setdefault(name, []).append((amount, taken.clock))
        yield f"| {amount:,} | {name} | {taken.clock:.2f} | {taken.processor:.2f} | {taken.memory:.0f} |"
    yield ""
    if page:
        picture = page.with_name(f"benchmarks-{across.partition(',')[0]}.svg")
        picture.write_text(plot("seconds on the clock", across, series), "utf-8")
        yield from (f"![{title}: seconds on the clock]({picture.name})", "")


def table(title: str, taken: dict[str, list[Taken]]) -> Iterator[str]:
    yield from (
        f"## {title}",
        "",
        "| what | processor, ms | least–most | fargate-patch takes times this | memory, MB |",
    )
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, each in taken.items():
        values = sorted(t.processor * 1000 for t in each)
        times = "" if name == OURS else ratio(taken[OURS], each)
        memory = statistics.median(t.memory for t in each)
        spread = f"{values[0]:.1f}–{values[-1]:.1f}"
        yield f"| {name} | {statistics.median(values):.1f} | {spread} | {times} | {memory:.0f} |"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--most", type=int, default=10_000, help="files of the last step of growth")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--note", default="", help="a sentence about this run for the page")
    parser.add_argument("--write", type=Path, help="also write the report into this file")
    options = parser.parse_args()
    lines = ["# Benchmarks", "", *WHAT, ""]
    with tempfile.TemporaryDirectory() as scratch:
        files = corpus(options.folder, Path(scratch))
        for line in report(files, options, Path(scratch)):
            print(line, flush=True)
            lines.append(line)
    if options.write:
        options.write.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
