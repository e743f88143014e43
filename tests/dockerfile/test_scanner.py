"""What the scanner reads, and that it loses nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from dockerfile_cases import CASES, Case
from hypothesis import given
from hypothesis import strategies as st

from fargate_patch.dockerfile.scanner import DockerfileError, Instruction, scan


def as_tuple(instruction: Instruction) -> tuple[Any, ...]:
    heredocs = [(h.name, h.content, h.expand, h.chomp, h.fd) for h in instruction.heredocs]
    return (instruction.name, instruction.text, instruction.line, instruction.end, *heredocs)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_instructions(case: Case) -> None:
    try:
        source = scan(case.data)
    except DockerfileError as error:
        assert (error.message, error.line) == case.expected
    else:
        assert tuple(map(as_tuple, source.instructions)) == case.expected
        assert source.data == case.data


def test_the_keyword_stays_as_typed() -> None:
    assert [i.keyword for i in scan(b"From a\nruN b\n").instructions] == ["From", "ruN"]


def test_directives_and_where_they_end() -> None:
    source = scan(b"\xef\xbb\xbf# Syntax = docker/dockerfile:1 \r\n#escape=`\r\n# note\r\nFROM a\r\n")
    assert (source.directives, source.directives_end, source.escape, source.bom, source.newline) == (
        {"syntax": "docker/dockerfile:1", "escape": "`"},
        2,
        "`",
        True,
        b"\r\n",
    )


@pytest.mark.parametrize(
    ("data", "newline"),
    [
        (b"FROM a", b"\n"),
        (b"FROM a\r\nRUN b", b"\r\n"),
        (b"FROM a\r\nRUN b\nRUN c\n", b"\n"),
        (b"FROM a\r\nRUN b\n", b"\n"),
        (b"FROM a\r\nRUN b\r\nRUN c\n", b"\r\n"),
    ],
)
def test_the_line_end_that_most_lines_have(data: bytes, newline: bytes) -> None:
    assert scan(data).newline == newline


fragments = st.sampled_from(
    b'FROM a|RUN b|#|\\|`| |\t|\r|\n|\n|<<E|<<-E|E|\'|"|$|${|}|# escape=`\n|COPY|ENV A=1|[|["x"]|--f=1 '.split(b"|")
) | st.sampled_from([b"\xef\xbb\xbf", b"\xff", b"\xc2\xa0", b"\x0c"])


@given(st.one_of(st.binary(), st.lists(fragments).map(b"".join)))
def test_any_bytes_come_back_or_are_refused_with_a_line(data: bytes) -> None:
    try:
        source = scan(b"FROM a\n" + data)
    except DockerfileError as error:
        assert 0 <= error.line <= data.count(b"\n") + 2
        return
    assert source.data == b"FROM a\n" + data
    bounds = [(i.start, i.end) for i in source.instructions]
    assert all(start < end for start, end in bounds)
    assert all(end <= start for (_, end), (start, _) in pairwise(bounds))
    assert bounds[-1][1] <= len(source.lines)


@given(st.lists(fragments).map(b"".join))
def test_every_line_outside_the_instructions_says_nothing(data: bytes) -> None:
    try:
        source = scan(b"FROM a\n" + data)
    except DockerfileError:
        return
    covered = {line for i in source.instructions for line in range(i.start, i.end)}
    for number, line in enumerate(source.lines):
        text = line.decode("utf-8", "replace").strip()
        assert number in covered or not text or text.startswith("#")
