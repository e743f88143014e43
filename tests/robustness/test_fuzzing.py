"""The fuzzer, for a little while and with a fixed seed: it works, and what it starts from breaks no promise."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from seeds import seeds

FUZZER = Path(__file__).parent / "fuzz.py"
SEEDS, RUNS = 80, 300
COVERED = 4000  # counters; all seeds together reach 6,900


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this platform or Python")
def test_a_little_fuzzing(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(Random(6).sample(seeds(), SEEDS)):
        (corpus / str(number)).write_bytes(seed)
    options = (f"-runs={RUNS}", "-seed=6", "-timeout=60", "-print_final_stats=1", f"-artifact_prefix={tmp_path}/")
    command = [sys.executable, str(FUZZER), str(corpus), *options]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    executed = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    assert executed
    assert int(executed[1]) >= RUNS
    assert int(covered[-1]) >= COVERED
