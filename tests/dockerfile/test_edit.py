"""Edits, and the questions that come before and after them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fargate_patch.dockerfile.edit import (
    Edit,
    apply,
    attached_start,
    insertion_after,
    keyword_case,
    same_instructions,
)
from fargate_patch.dockerfile.scanner import scan

FILE = b"FROM a\r\nRUN b\nUSER c"


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], FILE),
        ([Edit(1, 1, (b"X\n",))], b"FROM a\r\nX\nRUN b\nUSER c"),
        ([Edit(1, 1, (b"X\n",)), Edit(1, 1, (b"Y\n", b"Z\n"))], b"FROM a\r\nX\nY\nZ\nRUN b\nUSER c"),
        ([Edit(1, 2, ())], b"FROM a\r\nUSER c"),
        ([Edit(1, 2, (b"X\n",)), Edit(1, 1, (b"Y\n",))], b"FROM a\r\nY\nX\nUSER c"),
        ([Edit(2, 3, (b"X\n",)), Edit(0, 1, (b"Y\n",))], b"Y\nRUN b\nX\n"),
        ([Edit(0, 1, ()), Edit(1, 2, ())], b"USER c"),
        ([Edit(0, 0, (b"X\n",))], b"X\n" + FILE),
        ([Edit(3, 3, (b"X\n",))], FILE + b"\nX\n"),
        ([Edit(3, 3, (b"X",)), Edit(3, 3, (b"Y",))], FILE + b"\nX\nY"),
        ([Edit(3, 3, ())], FILE),
    ],
)
def test_apply(edits: list[Edit], expected: bytes) -> None:
    assert apply(scan(FILE), edits) == expected


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, ()), Edit(1, 3, ())],
        [Edit(0, 2, ()), Edit(1, 1, (b"X\n",))],
        [Edit(0, 2, ()), Edit(0, 2, ())],
        [Edit(2, 1, ())],
        [Edit(-1, 0, ())],
        [Edit(3, 4, ())],
    ],
)
def test_edits_that_overlap_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        apply(scan(FILE), edits)


@given(st.data())
def test_an_insertion_taken_out_again_leaves_the_file(data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.sampled_from([b"RUN b\n", b"\n", b"# c\r\n", b"RUN d \\\n"])))
    old = scan(b"FROM a\n" + b"".join(lines))
    at = data.draw(st.integers(0, len(old.lines)))
    new = apply(old, [Edit(at, at, (b"RUN x\n", b"RUN y\n"))])
    assert b"".join(new.splitlines(keepends=True)[:at] + new.splitlines(keepends=True)[at + 2 :]) == old.data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"FROM a\nRUN b\n", 2),
        (b"FROM a\nRUN b", 2),
        (b"FROM a\nRUN b \\\n c\n# d\n", 3),
        (b"FROM a\nRUN b \\\n", None),
        (b"FROM a\nRUN b \\", None),
        (b"FROM a\r\nRUN b \\ \r\n# c\r\n\r\n", None),
        (b"FROM a\nRUN b \\\n c \\\n\n# d\n", None),
        (b"FROM a\nRUN b \\\\\n", 2),
        (b"# escape=`\nFROM a\nRUN b \\\n", 3),
        (b"# escape=`\nFROM a\nRUN b `\n", None),
        (b"FROM a\nRUN <<E\nx \\\nE\n", 4),
        (b"FROM a\nRUN <<\\E\nx\nE\\\nE", 5),
    ],
)
def test_where_something_may_stand_behind_the_last_instruction(data: bytes, expected: int | None) -> None:
    source = scan(data)
    assert insertion_after(source, source.instructions[-1]) == expected


@pytest.mark.parametrize(
    ("above", "attached"),
    [
        (b"", 0),
        (b"# note\n", 0),
        (b"\n", 0),
        (b"# hadolint ignore=DL3002\n", 1),
        (b"#hadolint ignore=DL3002 # why\n", 1),
        (b"\t# check=skip=JSONArgsRecommended\n", 1),
        (b"# fargate-patch ignore=FP104 # why\n", 1),
        (b"# dockerfmt-ignore\n", 1),
        (b"#trivy:ignore:AVD-DS-0002\n", 1),
        (b"# checkov:skip=CKV_DOCKER_3: why\n", 1),
        (b"# kics-scan ignore-line\n", 1),
        (b"# hadolint ignore=DL1\n# checkov:skip=1\n", 2),
        (b"# hadolint ignore=DL1\n# why it is so\n", 2),
        (b"# note\n# hadolint ignore=DL1\n", 1),
        (b"# hadolint ignore=DL1\n\n", 0),
        (b"# >>> fargate-patch 1.0 >>>\n", 0),
        (b"RUN <<E\n# hadolint ignore=DL1\nE\n", 0),
        (b"RUN <<E\nE\n# hadolint ignore=DL1\n", 1),
    ],
)
def test_comments_that_belong_to_the_instruction_below(above: bytes, attached: int) -> None:
    source = scan(b"FROM a\n" + above + b"USER b\n")
    instruction = source.instructions[-1]
    assert instruction.start - attached_start(source, instruction) == attached


def test_directives_belong_to_no_instruction() -> None:
    source = scan(b"# check=skip=all\n# escape=`\n# hadolint ignore=DL1\nFROM a\n")
    assert attached_start(source, source.instructions[0]) == 2


@pytest.mark.parametrize(
    ("new", "removed", "added", "same"),
    [
        (b"FROM a\nRUN <<E\nb\nE\nCMD c\n", (), (), True),
        (b"# d\nfrom a\n\nrun <<E\nb\nE\ncmd \\\nc", (), (), True),
        (b"FROM a\nRUN <<E\nb\nE\nUSER x\nCMD c\n", (), {2}, True),
        (b"FROM a\nRUN <<E\nb\nE\nUSER x\nCMD c\n", (), (), False),
        (b"FROM a\nRUN <<E\nb\nE\n", {2}, (), True),
        (b"FROM a\nRUN <<E\nB\nE\nCMD c\n", (), (), False),
        (b"FROM a\nCMD c\nRUN <<E\nb\nE\n", (), (), False),
        (b"FROM a\nRUN <<E\nb\nE\nCMD d\n", {2}, {2}, True),
    ],
)
def test_same_instructions(new: bytes, removed: set[int], added: set[int], same: bool) -> None:
    assert same_instructions(scan(b"FROM a\nRUN <<E\nb\nE\nCMD c\n"), scan(new), removed, added) is same


@pytest.mark.parametrize(
    ("data", "spelt"),
    [
        (b"from a\nrun b\n", "run"),
        (b"FROM a\nRUN b\n", "RUN"),
        (b"From a\nrun b\n", "RUN"),
        (b"from a\nRUN b\n", "RUN"),
    ],
)
def test_keyword_case(data: bytes, spelt: str) -> None:
    assert keyword_case(scan(data))("RUN") == spelt
