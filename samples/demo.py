"""The demonstration behind `make demo`: a sample's launch chain, what is lost on it, and what the patch makes of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent / "uwsgi-su"


def run(*arguments: str, folder: Path) -> None:
    """Show a command as a person would type it, then what it prints."""
    print(f"\n$ fargate-patch {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "-m", "fargate_patch", *arguments], cwd=folder, check=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / SAMPLE.name
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.txt", "README.md"))
        original = (folder / "Dockerfile").read_bytes()
        print(original.decode())
        run("trace", "Dockerfile", folder=folder)
        run("--diff", "Dockerfile", folder=folder)
        run("Dockerfile", folder=folder)
        run("--check", "Dockerfile", folder=folder)
        run("revert", "Dockerfile", folder=folder)
        same = (folder / "Dockerfile").read_bytes() == original
        what = "is, byte for byte, what it was" if same else "differs from what it was"
        print(f"\nthe Dockerfile {what}")
        sys.exit(not same)


if __name__ == "__main__":
    main()
