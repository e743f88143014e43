"""How fast: start-up and time per file, beside hadolint on the same files in the same run.

    python benchmarks/run.py [FOLDER] [--runs 15]

FOLDER holds Dockerfiles (default: the samples, each copied until there are 300). Prints a Markdown table of medians with
their spread, and ratios; nothing here is asserted by a test.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BARE_TYPER = "import typer\napp = typer.Typer(rich_markup_mode=None)\n@app.command()\ndef main(): pass\napp()\n"


def seconds(command: list[str], runs: int) -> list[float]:
    """Wall time of each run of a command, output thrown away."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        taken.append(time.perf_counter() - start)
    return taken


def corpus(folder: Path | None, into: Path) -> list[Path]:
    """The files to measure on, each in a folder of its own."""
    if folder:
        found = sorted(p for p in folder.rglob("*") if p.is_file() and p.name.lower() in ("dockerfile", "containerfile"))
        return found
    samples = sorted(p.parent for p in (ROOT / "samples").glob("*/Dockerfile"))
    made = []
    for number in range(300):
        target = into / f"{number:03}"
        shutil.copytree(samples[number % len(samples)], target)
        made.append(target / "Dockerfile")
    return made


def row(name: str, taken: list[float], per: int = 1) -> str:
    values = sorted(t / per * 1000 for t in taken)
    spread = f"{values[0]:.1f}–{values[-1]:.1f}"
    return f"| {name} | {statistics.median(values):.2f} ms | {spread} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        files = corpus(options.folder, Path(scratch))
        report(files, options.runs, Path(scratch))


def report(files: list[Path], runs: int, scratch: Path) -> None:
    tool = [str(BIN / "fargate-patch"), "--check", "--isolated"]
    hadolint = [str(BIN / "hadolint"), "--no-fail"]
    clean = scratch / "clean" / "Dockerfile"
    clean.parent.mkdir()
    clean.write_text('FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n')
    bare = scratch / "bare.py"
    bare.write_text(BARE_TYPER)
    few = max(3, runs // 5)
    names = [str(f) for f in files]
    cold = seconds([*tool, str(clean)], runs)
    cold_hadolint = seconds([*hadolint, str(clean)], runs)
    typer = seconds([sys.executable, str(bare)], runs)
    many = seconds([*tool, *names], few)
    many_hadolint = seconds([*hadolint, *names], few)
    per_file = (statistics.median(many) - statistics.median(cold)) / len(files)
    per_file_hadolint = (statistics.median(many_hadolint) - statistics.median(cold_hadolint)) / len(files)
    print(f"{len(files)} files, {runs} runs ({few} of all files)\n")
    print("| what | median | least–most |\n|---|---|---|")
    print(row("a typer program that does nothing", typer))
    print(row("fargate-patch --check, one clean file", cold))
    print(row("hadolint, the same file", cold_hadolint))
    print(row(f"fargate-patch --check, {len(files)} files, per file", many, len(files)))
    print(row(f"hadolint, {len(files)} files, per file", many_hadolint, len(files)))
    print()
    print(f"cold: {statistics.median(cold) / statistics.median(cold_hadolint):.2f} times hadolint, "
          f"{statistics.median(cold) / statistics.median(typer):.2f} times bare typer")
    print(f"warm: {per_file * 1000:.2f} ms a file, {per_file / per_file_hadolint:.2f} times hadolint")


if __name__ == "__main__":
    main()
