"""The diff, applied by git to whatever bytes the two texts hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fargate_patch.cli.delivery import relative
from fargate_patch.dockerfile.diff import unified

LINES = st.lists(st.sampled_from([b"FROM a\n", b"RUN b\r\n", b"\xff\n", b"\n", b"\x00\n", b"# \\\n"]), max_size=12)
ENDS = st.sampled_from([b"", b"no newline", b"\r"])


def apply(name: str, old: bytes, diff: bytes) -> bytes:
    Path(name).write_bytes(old)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, check=True, capture_output=True)
    return Path(name).read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=st.tuples(LINES, ENDS), new=st.tuples(LINES, ENDS))
def test_git_applies_it(old: tuple[list[bytes], bytes], new: tuple[list[bytes], bytes]) -> None:
    before, after = (b"FROM x\n" + b"".join(lines) + end for lines, end in (old, new))
    diff = unified("Dockerfile", before, after)
    assert (diff == b"") == (before == after)
    if diff and b"\0" not in diff:
        assert apply("Dockerfile", before, diff) == after


@pytest.mark.parametrize(
    "name",
    ["my app.Dockerfile", 'quo"te.Dockerfile', "back\\slash.Dockerfile", "\xfc.Dockerfile", "new\nline.Dockerfile"],
)
def test_odd_names(name: str) -> None:
    assert apply(name, b"FROM a\n", unified(name, b"FROM a\n", b"FROM b\n")) == b"FROM b\n"


def test_the_whole_diff() -> None:
    old = b"".join(b"line %d\n" % n for n in range(20))
    new = old.replace(b"line 3\n", b"line three\n").replace(b"line 16\n", b"")
    assert unified("a/Dockerfile", old, new) == (
        b"--- a/a/Dockerfile\n+++ b/a/Dockerfile\n"
        b"@@ -1,7 +1,7 @@\n line 0\n line 1\n line 2\n-line 3\n+line three\n line 4\n line 5\n line 6\n"
        b"@@ -14,7 +14,6 @@\n line 13\n line 14\n line 15\n-line 16\n line 17\n line 18\n line 19\n"
    )


@pytest.mark.parametrize("name", ["../elsewhere/Dockerfile", "..x/Dockerfile", "./a/../Dockerfile"])
def test_a_path_is_one_that_git_takes(name: str) -> None:
    where = Path("/") if name.startswith("../") else Path()
    path = where / relative(name)
    assert ".." not in path.parts
    assert path.resolve() == Path(name).resolve()
