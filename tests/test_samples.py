"""Each sample's patched Dockerfile and its launch chains, as they stand beside it.

`pytest --update-golden` writes them anew. A sample in which nothing is lost has no `patched.txt`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fargate_patch import FileResult, Status, patch, revert
from fargate_patch.cli import main

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLES = sorted(path.parent for path in (REPOSITORY / "samples").glob("*/Dockerfile"))
samples = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


def _patched(sample: Path) -> FileResult:
    return patch((sample / "Dockerfile").read_bytes(), path="Dockerfile", context=sample)


def _agrees(path: Path, now: str | None, update: bool) -> None:
    """The file says what comes out now; None: there is no such file."""
    if update:
        path.unlink(missing_ok=True)
        if now is not None:
            path.write_bytes(now.encode())
    assert (path.read_bytes().decode() if path.exists() else None) == now


@samples
def test_the_patched_dockerfile_is_the_one_beside_it(sample: Path, update_golden: bool) -> None:
    result = _patched(sample)
    _agrees(sample / "patched.txt", result.new.decode() if result.new != result.old else None, update_golden)


@samples
def test_the_trace_is_the_one_beside_it(
    sample: Path, update_golden: bool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.chdir(sample)
    main(["trace", "--color", "never", "Dockerfile"])
    said = capfd.readouterr()
    assert said.err == ""
    _agrees(sample / "trace.txt", said.out, update_golden)


@samples
def test_everything_lost_reaches_afterwards(sample: Path) -> None:
    result = _patched(sample)
    assert result.status in {Status.WOULD_PATCH, Status.CLEAN}, result.reason
    chains = result.chains_after if result.status is Status.WOULD_PATCH else result.chains
    assert {chain.verdict.value for chain in chains} == {"reaches"}


@samples
def test_twice_is_once_and_back_is_exact(sample: Path) -> None:
    once = _patched(sample)
    again = patch(once.new, path="Dockerfile", context=sample)
    assert again.status is (Status.CURRENT if once.new != once.old else Status.CLEAN)
    assert again.new == once.new
    if once.new != once.old:
        assert revert(once.new) == once.old


@samples
def test_the_readme_says_what_a_person_needs(sample: Path) -> None:
    lines = (sample / "README.md").read_text().splitlines()
    assert lines[0].startswith("# ")
    assert 5 <= len(lines) <= 14
