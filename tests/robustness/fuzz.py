"""Coverage-guided fuzzing with atheris: `python tests/robustness/fuzz.py [CORPUS] [-OPTION=VALUE…]`, as libFuzzer's.

`make fuzz` runs it for ten minutes, test_fuzzing.py for a little while. An input that breaks a promise, or takes ten
seconds, is left in .cache/fuzz and ends the run.
"""

from __future__ import annotations

import io
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "dockerfile"), str(HERE.parent / "conformance"), str(HERE.parents[1])]

with atheris.instrument_imports(include=["fargate_patch"], enable_loader_override=False):
    import fargate_patch
    from fargate_patch import Options
    from fargate_patch.chain.model import Place
    from fargate_patch.chain.scripts.script import Scope, launches
    from fargate_patch.diagnosis.reading import diagnose

    for module in pkgutil.walk_packages(fargate_patch.__path__, "fargate_patch."):
        if not module.name.startswith(("fargate_patch.__main__", "fargate_patch.cli", "fargate_patch.verify")):
            import_module(module.name)  # those that are loaded late too, else it is blind to what they do
    from promises import STRATEGIES, kept
    from scenes import SCENES, Scene
    from seeds import FILE, LOG, NAMES, SCRIPT, seeds

KEPT = HERE.parents[1] / ".cache" / "fuzz"
OPTIONS = ("-timeout=10", "-max_len=4096", "-rss_limit_mb=2048", f"-artifact_prefix={KEPT}/")


def feed(data: bytes) -> None:
    kind, data = (data[0], data[1:]) if data else (0, b"")
    if kind < SCRIPT:
        kept(data, None, STRATEGIES[kind % len(STRATEGIES)])
    elif kind < LOG:
        launches(data.decode("utf-8", "surrogateescape"), Scope(Place("x", 1), "root"), None)
    elif kind < FILE:
        diagnose(io.BytesIO(data))
    else:
        scene = SCENES[NAMES[kind % len(NAMES)]]
        with TemporaryDirectory() as folder:
            damaged = Scene(scene.dockerfile, dict.fromkeys(scene.files, data))
            kept(damaged.dockerfile, damaged.lay_out(Path(folder)), Options())


def written(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (folder / f"seed{number}").write_bytes(seed)
    return folder


def main() -> None:
    corpus = [a for a in sys.argv[1:] if not a.startswith("-")] or [str(written(KEPT / "corpus"))]
    atheris.Setup([sys.argv[0], *corpus, *OPTIONS, *(a for a in sys.argv[1:] if a.startswith("-"))], feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
