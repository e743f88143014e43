"""Coverage-guided fuzzing with atheris: `python tests/robustness/fuzz.py SECONDS`. Not a test; `make fuzz` runs it.

The first byte chooses what is fed: a Dockerfile, a script, a log, or a file of a scene's context. An input that breaks
a promise, or takes ten seconds, is left in .cache/fuzz and ends the run.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "dockerfile"), str(HERE.parent / "conformance"), str(HERE.parents[1])]

with atheris.instrument_imports(include=["fargate_patch"], enable_loader_override=False):
    from promises import STRATEGIES, kept
    from scenes import SCENES, Scene

    from fargate_patch import Options
    from fargate_patch.chain.model import Place
    from fargate_patch.chain.scripts.script import Scope, launches
    from fargate_patch.diagnosis.reading import diagnose

KEPT = HERE.parents[1] / ".cache" / "fuzz"
NAMES = sorted(SCENES)


def feed(data: bytes) -> None:
    kind, data = (data[0], data[1:]) if data else (0, b"")
    if kind < 64:
        kept(data, None, STRATEGIES[kind % len(STRATEGIES)])
    elif kind < 96:
        launches(data.decode("utf-8", "surrogateescape"), Scope(Place("x", 1), "root"), None)
    elif kind < 112:
        diagnose(io.BytesIO(data))
    else:
        scene = SCENES[NAMES[kind % len(NAMES)]]
        with TemporaryDirectory() as folder:
            damaged = Scene(scene.dockerfile, dict.fromkeys(scene.files, data))
            kept(damaged.dockerfile, damaged.lay_out(Path(folder)), Options())


def seeds(folder: Path) -> Path:
    """What the fuzzer starts from: every scene's Dockerfile, and its files under their own number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(NAMES):
        scene = SCENES[name]
        (folder / f"d{number}").write_bytes(b"\0" + scene.dockerfile)
        for data in scene.files.values():
            byte = next(k for k in range(112, 256) if k % len(NAMES) == number)
            (folder / f"f{number}").write_bytes(bytes((byte,)) + data)
            (folder / f"s{number}").write_bytes(b"\x50" + data)
    return folder


def main() -> None:
    seconds = sys.argv[1] if len(sys.argv) > 1 else "600"
    corpus = seeds(KEPT / "corpus")
    options = (
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-max_len=4096",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={KEPT}/",
    )
    atheris.Setup([sys.argv[0], str(corpus), *options], feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
