"""What the fuzzer starts from: the scenes, the samples and the truth table.

The first byte says what the rest is fed to.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenes import SCENES

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "truth"))

from table import CASES  # noqa: E402 it is found by the line above

NAMES = sorted(SCENES)
DOCKERFILE, SCRIPT, LOG, FILE = (
    0,
    64,
    96,
    112,
)  # from here on to the next; a FILE is one of the scene `byte % len(NAMES)`


def seeds() -> list[bytes]:
    """Every Dockerfile as one, every file beside it as a script, and those of a scene as a file of that scene too."""
    samples = sorted(path for path in (ROOT / "samples").rglob("*") if path.is_file())
    dockerfiles = [
        *(SCENES[name].dockerfile for name in NAMES),
        *(path.read_bytes() for path in samples if path.name.startswith("Dockerfile")),
        *("\n".join(case.files["Dockerfile"]).encode() for case in CASES),
    ]
    scripts = [
        *(data for name in NAMES for data in SCENES[name].files.values()),
        *("\n".join(lines).encode() for case in CASES for name, lines in case.files.items() if name != "Dockerfile"),
    ]
    files = [
        (next(byte for byte in range(FILE, 256) if byte % len(NAMES) == number), data)
        for number, name in enumerate(NAMES)
        for data in SCENES[name].files.values()
    ]
    fed = [*((DOCKERFILE, d) for d in dockerfiles), *((SCRIPT, d) for d in scripts), *files]
    return [bytes((kind,)) + data for kind, data in fed]
